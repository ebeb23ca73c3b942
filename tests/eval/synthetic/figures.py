"""The values that a synthetic report prints in its appendix."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from random import Random

from tests.eval.synthetic.spec import Spec

Values = dict[str, int | str]
SHARE_OF_YEAR = {"Q1": 0.25, "H1": 0.5, "M9": 0.75, "YEAR": 1.0}


def thousands(value: int) -> str:
    return f"{value:,}".replace(",", ".")


def percent(part: int, whole: int = 10_000) -> str:
    """Half-up to two decimals, without trailing zeros: 9.999 of 10.000 is 99,99%, all of it 100%."""
    rounded = (Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{rounded:f}".rstrip("0").rstrip(".").replace(".", ",") + "%"


def figures(spec: Spec) -> dict[str, str]:
    """Line key -> printed value. Stocks vary little between a province's periods, flows grow over the year."""
    lasting, now = spec.lasting(), spec.random("figures")
    values = {**_steering(spec, now), **_procedures(lasting, spec, now), **_people(lasting, spec, now), **_digital(now)}
    padded = now.random() < 0.6
    zero = now.choice(("Không = 0", "0"))
    printed = {key: _print(value, padded, zero) for key, value in values.items()}
    return printed | dict(spec.printed)


def _print(value: int | str, padded: bool, zero: str) -> str:
    if isinstance(value, str):
        return value
    if value == 0:
        return zero
    return f"{value:02d}" if padded and value < 10 else thousands(value)


def _flow(spec: Spec, now: Random, yearly: int) -> int:
    return round(yearly * SHARE_OF_YEAR[spec.period] * now.uniform(0.8, 1.2))


def _steering(spec: Spec, now: Random) -> Values:
    planned, assigned = now.randint(48, 120), max(3, _flow(spec, now, now.randint(16, 40)))
    late = now.choice((0, 0, 1, 2))
    problems = now.randint(0, 24)
    laws = max(2, _flow(spec, now, now.randint(20, 70)))
    referred = now.randint(1, 6)
    return {
        "priorities": f"{now.randint(5, 9):02d} nhiệm vụ trọng tâm",
        "planned": planned,
        "plan_done": min(planned, round(planned * SHARE_OF_YEAR[spec.period] * now.uniform(0.8, 0.98))),
        "directives": _flow(spec, now, now.randint(50, 120)),
        "inspected": f"{now.randint(6, 40):02d} đơn vị",
        "inspected_departments": now.randint(2, 12),
        "inspected_districts": now.randint(1, 8),
        "problems": problems,
        "problems_solved": now.randint(0, problems),
        "assigned": assigned,
        "assigned_on_time": assigned - late - now.randint(0, 1),
        "assigned_late": late,
        "survey_forms": thousands(now.randint(1_200, 9_800)) + " phiếu",
        "survey_mode": now.choice(("Trực tuyến = 0", "Phát phiếu = 1", "Kết hợp = 2")),
        "dialogues": _flow(spec, now, now.randint(12, 60)),
        "laws_issued": laws,
        "laws_checked": _flow(spec, now, now.randint(40, 90)),
        "laws_reviewed": _flow(spec, now, now.randint(60, 240)),
        "laws_referred": referred,
        "laws_settled": now.randint(0, referred),
    }


def _procedures(lasting: Random, spec: Spec, now: Random) -> Values:
    province, district, commune = lasting.randint(1_150, 1_700), lasting.randint(190, 340), lasting.randint(95, 190)
    province, district, commune = (round(n * now.uniform(0.97, 1.03)) for n in (province, district, commune))
    total = province + district + commune
    online_3, online_4 = now.randint(90, 480), now.randint(250, 900)
    on_time: Values = {
        f"on_time_{who}": percent(now.randint(9_480, 9_999))
        for who in ("departments", "districts", "communes", "land", "building")
    }
    return on_time | {
        "procedures_new": _flow(spec, now, now.randint(180, 420)),
        "procedures_gone": _flow(spec, now, now.randint(120, 380)),
        "procedures_total": total,
        "procedures_province": province,
        "procedures_district": district,
        "procedures_commune": commune,
        "published": now.randint(100, total),
        "national_34": now.randint(20, online_3 + online_4),
        "linked_same": now.randint(20, 90),
        "linked_levels": now.randint(100, 260),
        "workflow_approved": percent(now.choice((10_000, 10_000, 9_870, 9_640))),
        "workflow_digital": percent(now.choice((10_000, 9_520, 9_310, 8_875))),
        "digitised": percent(now.randint(1_500, 8_800)),
        "portal_total": total,
        "portal_34": online_3 + online_4,
        "online_payment": now.randint(150, 800),
        "online_3": online_3,
        "online_4": online_4,
        "online_3_rate": percent(now.randint(3_000, 9_600)),
        "online_4_rate": percent(now.randint(2_500, 10_000)),
    }


def _people(lasting: Random, spec: Spec, now: Random) -> Values:
    units = lasting.randint(6, 14), lasting.randint(140, 390), lasting.randint(320, 690)
    posts, staff = lasting.randint(1_500, 3_300), lasting.randint(14_000, 36_000)
    full, current, part = now.randint(1, 9), now.randint(10, 40), now.randint(50, 180)
    return {
        "agencies": lasting.randint(18, 21),
        "boards": lasting.randint(2, 9),
        "joint_bodies": now.randint(20, 80),
        "units_total": sum(units),
        "units_province": units[0],
        "units_departments": units[1],
        "units_districts": units[2],
        "units_cut": percent(now.randint(80, 290), 1_000),
        "posts": posts,
        "posts_assigned": posts,
        "posts_present": posts - now.randint(30, 160),
        "contracts": now.choice((0, now.randint(4, 60))),
        "posts_cut": _flow(spec, now, now.randint(12, 60)),
        "posts_cut_rate": percent(now.randint(700, 1_390)),
        "staff": staff,
        "staff_assigned": staff,
        "staff_present": staff - now.randint(300, 1_900),
        "staff_cut": _flow(spec, now, now.randint(80, 420)),
        "staff_cut_rate": percent(now.randint(700, 1_390)),
        "positions_offices": now.randint(26, 40),
        "positions_units": now.randint(300, sum(units)),
        "positions_breaches": now.choice((0, 0, 1, 3)),
        "recruited_officials": _flow(spec, now, now.randint(20, 90)),
        "received_officials": _flow(spec, now, now.randint(10, 80)),
        "recruited_employees": _flow(spec, now, now.randint(40, 600)),
        "recruited_special": now.choice((0, 0, 2)),
        "by_exam": now.choice(("Không = 0", "Đã thực hiện = 1")),
        "new_directors": max(1, _flow(spec, now, now.randint(8, 24))),
        "new_heads": max(2, _flow(spec, now, now.randint(20, 70))),
        "new_district_heads": max(3, _flow(spec, now, now.randint(30, 90))),
        "disciplined_province": now.choice((0, 0, 1)),
        "disciplined_directors": _flow(spec, now, now.randint(2, 8)),
        "disciplined_heads": _flow(spec, now, now.randint(4, 14)),
        "disciplined_staff": _flow(spec, now, now.randint(8, 40)),
        "autonomy_full": full,
        "autonomy_current": current,
        "autonomy_part": part,
        "autonomy_none": sum(units) - full - current - part,
        "equitised": now.randint(0, 6),
    }


def _digital(now: Random) -> Values:
    rates: Values = {
        f"{where}_{who}": percent(now.choice((10_000, 10_000, now.randint(7_500, 9_990))))
        for where in ("linked", "system")
        for who in ("departments", "districts", "communes")
    }
    return rates | {
        "architecture": now.choice(("0", "1")),
        "meetings": now.choice(("1", "2")),
        "reporting": now.choice(("0", "1", "2")),
        "signatures": percent(now.choice((10_000, 9_850, 9_720))),
        "lgsp": now.choice(("1", "2")),
        "documents_sent": thousands(now.randint(90_000, 1_900_000)) + " văn bản",
        "documents_electronic": percent(now.randint(8_800, 9_990)),
        "documents_parallel": percent(now.randint(10, 900)),
    }
