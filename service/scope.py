"""Which reports a question is about.

A named report that isn't loaded is never replaced by another: the scope is then empty and says what is there.
Nothing named means the newest report that fits, and the answer names it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from heapq import nlargest

from corpus.periods import period_name
from corpus.places import find_provinces
from index.records import ReportRecord
from service.schemas import Filters
from service.slots import DocumentName, Slots
from service.stages import stage

_NUMBER = re.compile(r"0*(?P<digits>\d+)\s*[/-]\s*(?P<rest>.*)")
"""A report's number: 203/BC-UBND, or 15-BC/TU."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The reports to answer from, best first.

    `assumed` says that the question named none and the newest was taken; `others` are loaded reports that
    would fit as well. When `missing` is set, what was named isn't loaded and `nearest` are the reports of
    the same issuer whose prose may still speak of it.
    """

    reports: tuple[ReportRecord, ...]
    assumed: bool = False
    others: tuple[ReportRecord, ...] = ()
    missing: str | None = None
    nearest: tuple[ReportRecord, ...] = ()
    absent: tuple[str, ...] = ()
    """Of several things named, those that no loaded report has."""


def issuer_name(report: ReportRecord) -> str:
    return report.metadata.issuer or "cơ quan chưa rõ"


def short_issuer(report: ReportRecord) -> str:
    """ "UBND tỉnh Sơn La" -> "Sơn La"."""
    named = _provinces_in(issuer_name(report))
    return named[-1] if named else issuer_name(report)


def report_label(report: ReportRecord) -> str:
    """How an answer names a report: "báo cáo 203/BC-UBND, UBND tỉnh Sơn La, 6 tháng đầu năm 2021"."""
    number = f"báo cáo {report.metadata.number}" if report.metadata.number else "báo cáo không rõ số"
    return f"{number}, {issuer_name(report)}, {period_name(report.metadata.period, report.metadata.year)}"


def newest_first(reports: Iterable[ReportRecord]) -> list[ReportRecord]:
    return sorted(reports, key=_newness, reverse=True)


def _newness(report: ReportRecord) -> tuple[tuple[int, int, int, str], str, str]:
    return report.recency, report.metadata.number or "", report.id


def _issued_by(report: ReportRecord, province: str) -> bool:
    return province in _provinces_in(issuer_name(report))


@lru_cache(maxsize=1024)  # there are few issuers, and each question looks at every report's
def _provinces_in(issuer: str) -> tuple[str, ...]:
    return tuple(name for name, _, _ in find_provinces(issuer))


def matches(report: ReportRecord, slots: Slots) -> bool:
    """Whether a report is of the issuer, year and period that a question names; what isn't named fits."""
    return (
        (not slots.issuers or any(_issued_by(report, name) for name in slots.issuers))
        and (not slots.years or report.metadata.year in slots.years)
        and (not slots.periods or report.metadata.period in slots.periods)
    )


def _numbered(report: ReportRecord, name: DocumentName) -> bool:
    number = _NUMBER.match(report.metadata.number or "")
    suffix = name.suffix.replace("Đ", "D")
    return (
        number is not None
        and int(number["digits"]) == name.number
        and (not suffix or number["rest"].replace("Đ", "D").upper().startswith(suffix))
    )


def _loaded(reports: Sequence[ReportRecord], limit: int = 8) -> str:
    """What is there, for an answer that has to say so."""
    if not reports:
        return "Hiện chưa có báo cáo nào được nạp."
    named = [
        f"{short_issuer(r)} {period_name(r.metadata.period, r.metadata.year)} ({r.metadata.number or 'không rõ số'})"
        for r in nlargest(limit, reports, key=_newness)
    ]
    more = f" và {len(reports) - limit} báo cáo khác" if len(reports) > limit else ""
    return f"Các báo cáo đang có: {'; '.join(named)}{more}."


def loaded_sentence(reports: Sequence[ReportRecord]) -> str:
    return _loaded(reports)


def _filtered(reports: Sequence[ReportRecord], filters: Filters, slots: Slots) -> list[ReportRecord]:
    found = list(reports)
    if filters.report_ids:
        picked = [r for r in found if r.id in filters.report_ids]
        several = max(len(slots.issuers), len(slots.years), len(slots.periods)) > 1
        names_them = not (slots.relative or slots.signed_on or several) and any(matches(r, slots) for r in picked)
        # "Năm 2021 …" asked of a picked report of 2021 is asked of that one; another province is named against the pick.
        found = picked if names_them or not slots.names_report else found
    if filters.issuers and not slots.issuers:
        wanted = {name for text in filters.issuers for name, _, _ in find_provinces(text)} or set(filters.issuers)
        found = [
            r for r in found if r.metadata.issuer in filters.issuers or any(_issued_by(r, name) for name in wanted)
        ]
    if filters.years and not slots.years:
        found = [r for r in found if r.metadata.year in filters.years]
    if filters.periods and not slots.periods:
        found = [r for r in found if r.metadata.period in filters.periods]
    return found


def _describe(slots: Slots) -> str:
    issuers = ", ".join(slots.issuers)
    if slots.relative:
        when = {
            "newest": "kỳ mới nhất", "previous_period": "kỳ trước", "same_period": "cùng kỳ", "same_period_last_year": "cùng kỳ năm trước", "last_year": "năm trước",
        }[slots.relative]  # fmt: skip
    elif slots.periods:
        when = ", ".join(period_name(p, y) for p in slots.periods for y in (slots.years or (None,)))
    else:
        when = ", ".join(f"năm {year}" for year in slots.years)
    return " ".join(
        part for part in (f"của {issuers}" if issuers else "", f"kỳ {when}" if slots.periods else when) if part
    )


@stage("scope")
def resolve(
    slots: Slots,
    reports: Sequence[ReportRecord],
    filters: Filters | None = None,
    anchor: ReportRecord | None = None,
    against: bool = False,
) -> Scope:
    """The scope of a question. `anchor` is the report that the conversation was about.

    `against` says that a relative period ("kỳ trước") is what the named or newest report is compared with;
    otherwise it is the report asked about.
    """
    if not reports:
        return Scope((), missing=_loaded(reports))
    pool = _filtered(reports, filters or Filters(), slots)
    numbered = [r for name in slots.documents if name.kind == "BC" for r in pool if _numbered(r, name)]
    numbered = [r for r in numbered if not slots.issuers or any(_issued_by(r, i) for i in slots.issuers)]
    if numbered:
        named = len([name for name in slots.documents if name.kind == "BC"])
        found = list(dict.fromkeys(numbered))[: max(named, 1)]
        elsewhere = [i for i in slots.issuers if not any(_issued_by(r, i) for r in found)]
        if against and elsewhere:
            return _beside_others(found, elsewhere, pool)
        if against and len(found) == 1 and (slots.relative or slots.years or slots.periods):
            return _against_another(found[0], slots, pool)
        return Scope(tuple(found))
    if slots.signed_on is not None:
        dated = [r for r in pool if r.metadata.signed_on == slots.signed_on]
        dated = [r for r in dated if not slots.issuers or any(_issued_by(r, i) for i in slots.issuers)]
        if not dated:
            day = f"{slots.signed_on.day}/{slots.signed_on.month}/{slots.signed_on.year}"
            return Scope((), missing=f"Chưa có báo cáo ký ngày {day}. {_loaded(reports)}")
        return Scope(tuple(newest_first(dated))[:1])
    at_issuer = pool
    if slots.issuers:
        named_issuers = {
            i for i in {r.metadata.issuer for r in pool} if set(slots.issuers) & set(_provinces_in(i or ""))
        }
        at_issuer = [r for r in pool if r.metadata.issuer in named_issuers]
        if not at_issuer:
            return Scope((), missing=f"Chưa có báo cáo {_describe(slots)}. {_loaded(reports)}")
    found = [r for r in at_issuer if not slots.years or r.metadata.year in slots.years]
    found = [r for r in found if not slots.periods or r.metadata.period in slots.periods]
    if slots.as_of is not None and not slots.periods:
        found = [r for r in found if _ends_about(r, slots.as_of)]
    if slots.relative == "same_period":
        if anchor is not None and not slots.periods:
            found = [r for r in found if r.metadata.period == anchor.metadata.period]
        if against and found:
            later = [r for r in newest_first(at_issuer) if r.metadata.period == newest_first(found)[0].metadata.period]
            if later[0] != newest_first(found)[0]:
                return Scope((later[0], newest_first(found)[0]))
        slots = replace(slots, relative=None)
    if slots.relative and found:
        base = _base(found, slots, anchor)
        other = _relative(at_issuer, slots, base)
        if against and slots.relative != "newest":
            if not other:
                return Scope((), missing=_no_earlier(base, slots, at_issuer), nearest=(base,))
            return Scope((base, *other))
        found = other
    if not found:
        nearest = tuple(sorted(newest_first(at_issuer), key=lambda r: r.metadata.year not in slots.years)[:3])
        return Scope(
            (), missing=f"Chưa có báo cáo {_describe(slots)}. {_loaded(at_issuer or reports)}", nearest=nearest
        )
    ordered = newest_first(found)
    if max(len(slots.issuers), len(slots.years), len(slots.periods)) > 1:
        chosen = _one_each(ordered, slots)
        return Scope(tuple(chosen), others=tuple(r for r in ordered if r not in chosen), absent=_absent(chosen, slots))
    if anchor is not None and not slots.names_report and any(r.id == anchor.id for r in ordered):
        return Scope((anchor,), others=tuple(r for r in ordered if r.id != anchor.id))
    return Scope((ordered[0],), assumed=len(ordered) > 1, others=tuple(ordered[1:]))


def _ends_about(report: ReportRecord, month: int) -> bool:
    """Whether a report may count until a month: offices close their figures in the last weeks of a period."""
    end = report.recency[1]
    return not end or end - 1 <= month <= end


def _beside_others(found: list[ReportRecord], issuers: Sequence[str], reports: Sequence[ReportRecord]) -> Scope:
    """ "Báo cáo 203 của Sơn La so với báo cáo của Lai Châu": theirs of the same time, else the newest."""
    times = {(r.metadata.year, r.metadata.period) for r in found}
    chosen: list[ReportRecord] = []
    absent: list[str] = []
    for issuer in issuers:
        theirs = [r for r in newest_first(reports) if _issued_by(r, issuer)]
        then = [r for r in theirs if (r.metadata.year, r.metadata.period) in times]
        chosen += (then or theirs)[:1]
        absent += [] if theirs else [issuer]
    return Scope((*found, *chosen), absent=tuple(absent))


def _against_another(here: ReportRecord, slots: Slots, reports: Sequence[ReportRecord]) -> Scope:
    """ "Báo cáo 203: … so với quý I", "… so với cùng kỳ 2020": the report of that number and the one it is held against."""
    same = [r for r in newest_first(reports) if r.metadata.issuer == here.metadata.issuer]
    planned = {y for y in slots.years if y > (here.metadata.year or y) and all(r.metadata.year != y for r in same)}
    years = [year for year in slots.years if year != here.metadata.year and year not in planned]
    periods = [period for period in slots.periods if period != here.metadata.period]
    if years or periods:
        then = [r for r in same if r.metadata.year in (years or (here.metadata.year,))]
        other = [r for r in then if r.metadata.period in (periods or (here.metadata.period,))]
        other = (other or (then if not periods else []))[:1]
    elif slots.relative:
        other = _relative(reports, slots, here)
    else:
        return Scope((here,))
    if not other:
        return Scope((), missing=f"Chưa có báo cáo {_describe(slots)} để so sánh. {_loaded(reports)}", nearest=(here,))
    return Scope((here, *other))


def _base(found: list[ReportRecord], slots: Slots, anchor: ReportRecord | None) -> ReportRecord:
    """The report that a relative period is counted from: the named one, the conversation's, the newest."""
    if anchor is not None and any(r.id == anchor.id for r in found) and not (slots.years or slots.periods):
        return anchor
    return newest_first(found)[0]


def _relative(reports: Sequence[ReportRecord], slots: Slots, base: ReportRecord) -> list[ReportRecord]:
    same = [r for r in newest_first(reports) if r.metadata.issuer == base.metadata.issuer]
    if slots.relative == "newest":
        return same[:1]
    if slots.relative == "previous_period":
        return [r for r in same if r.recency < base.recency][:1]
    earlier = [r for r in same if r.metadata.year == (base.metadata.year or 0) - 1]
    if slots.relative == "same_period_last_year":
        return [r for r in earlier if r.metadata.period == base.metadata.period][:1]
    return earlier[:1]


def _no_earlier(base: ReportRecord, slots: Slots, reports: Sequence[ReportRecord]) -> str:
    what = "cùng kỳ năm trước" if slots.relative == "same_period_last_year" else "kỳ trước"
    return f"Chưa có báo cáo {what} của {report_label(base)} để so sánh. {_loaded(reports)}"


def _absent(chosen: Sequence[ReportRecord], slots: Slots) -> tuple[str, ...]:
    """What was named and isn't among the chosen reports, in words."""
    found = [name for name in slots.issuers if not any(_issued_by(r, name) for r in chosen)]
    found += [f"năm {year}" for year in slots.years if not any(r.metadata.year == year for r in chosen)]
    found += [period_name(p) for p in slots.periods if not any(r.metadata.period == p for r in chosen)]
    return tuple(found)


def _one_each(ordered: list[ReportRecord], slots: Slots) -> list[ReportRecord]:
    """One report for each combination that was named, the newest of each."""
    chosen: list[ReportRecord] = []
    for issuer in slots.issuers or (None,):
        for year in slots.years or (None,):
            for period in slots.periods or (None,):
                fit = next(
                    (
                        r
                        for r in ordered
                        if (issuer is None or _issued_by(r, issuer))
                        and (year is None or r.metadata.year == year)
                        and (period is None or r.metadata.period == period)
                    ),
                    None,
                )
                if fit is not None and fit not in chosen:
                    chosen.append(fit)
    return chosen
