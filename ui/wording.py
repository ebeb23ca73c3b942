"""Periods, dates and numbers as a Vietnamese official writes them."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date, datetime

from ui.records import Figure, Report

PERIODS = {
    "Q1": "quý I",
    "Q2": "quý II",
    "Q3": "quý III",
    "Q4": "quý IV",
    "H1": "6 tháng đầu năm",
    "M9": "9 tháng đầu năm",
    "YEAR": "cả năm",
}
_PERIOD_ORDER = {"Q1": 3, "Q2": 6, "H1": 6.5, "Q3": 9, "M9": 9.5, "Q4": 12, "YEAR": 12.5}

_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES = "\u0300\u0301\u0303\u0309\u0323"

COMPARE_VIEW = "So sánh"
APPENDIX_VIEW = "Cả phụ lục"
"""Views of the figures' page whose names are in addresses."""

FORMATS = {"markdown": "Văn bản (Markdown)", "docx": "Word", "pdf": "PDF", "scan": "Bản quét"}


def period_name(period: str) -> str:
    """`H1` is "6 tháng đầu năm", `MONTH-03` is "tháng 3"."""
    if period.startswith("MONTH-"):
        return f"tháng {int(period.removeprefix('MONTH-'))}"
    return PERIODS.get(period, period)


def period_order(period: str | None) -> float:
    """Where in its year a period ends, for sorting: a quarter before the half year it closes."""
    if period and period.startswith("MONTH-"):
        return int(period.removeprefix("MONTH-"))
    return _PERIOD_ORDER.get(period or "", 13)


def time_span(year: int | None, period: str | None) -> str:
    """ "6 tháng đầu năm 2021", "năm 2020", "quý I/2022", "" where neither is known."""
    if not period:
        return f"năm {year}" if year else ""
    if not year:
        return period_name(period)
    if period == "YEAR":
        return f"năm {year}"
    return f"{period_name(period)}{'/' if period[0] == 'Q' or period.startswith('MONTH') else ' '}{year}"


def place_name(issuer: str | None) -> str:
    """The province in an issuer's name: "UBND tỉnh Sơn La" is "Sơn La"."""
    name = issuer or ""
    for prefix in ("UBND tỉnh ", "UBND thành phố ", "Ủy ban nhân dân tỉnh ", "Ủy ban nhân dân thành phố "):
        name = name.removeprefix(prefix)
    return name or "Chưa rõ cơ quan"


def alphabetical(name: str) -> list[int]:
    """A key by which Vietnamese names sort: a ă â, d đ, e ê … are letters of their own, tones are not."""
    without_tones = "".join(mark for mark in unicodedata.normalize("NFD", name.lower()) if mark not in _TONES)
    return [_ALPHABET.find(letter) for letter in unicodedata.normalize("NFC", without_tones)]


def day(value: date | datetime | None) -> str:
    return value.strftime("%d/%m/%Y") if value else ""


def moment(value: datetime | None) -> str:
    """A time of day and date where the server stands."""
    return value.astimezone().strftime("%H:%M ngày %d/%m/%Y") if value else ""


def count(value: int) -> str:
    """1695 is "1.695"."""
    return f"{value:,}".replace(",", ".")


def report_number(report: Report) -> str:
    return report.number or "Chưa rõ số"


def report_place(report: Report) -> str:
    """Whose report it is, and of when."""
    return " · ".join(
        part for part in (report.issuer or "chưa rõ cơ quan", time_span(report.year, report.period)) if part
    )


def report_name(report: Report) -> str:
    """One line that tells a report from the others."""
    return f"{report_number(report)} · {report_place(report)}"


def has_pictures(report: Report) -> bool:
    """Whether its pages can be shown as they look."""
    return report.format in ("pdf", "scan")


def indicator_name(figure: Figure) -> str:
    """The row's name as one says it: "Số TTHC cấp huyện:" loses its colon."""
    return figure.name.rstrip(" :")


def indicator_path(path: Sequence[str]) -> str:
    """ "Thống kê TTHC › Tổng số TTHC đang có hiệu lực" """
    return " › ".join(step.rstrip(" :") for step in path)


def figure_source(figure: Figure) -> str:
    """The report, row and period that a figure was read from."""
    parts = [
        f"Báo cáo {figure.report_number}" if figure.report_number else "Báo cáo chưa rõ số",
        figure.issuer or "",
        time_span(figure.year, figure.period),
        figure.appendix or "",
        f"mã {figure.code}" if figure.code else f"dòng {figure.row + 1}",
    ]
    return " · ".join(part for part in parts if part)


def shown_unit(figure: Figure) -> str:
    """The unit to print after the value: none where the value carries it or the unit is a list of codes."""
    unit = (figure.unit or "").strip()
    if not unit or "=" in unit or figure.value_kind in ("choice", "missing", "text"):
        return ""
    if unit.lower() in figure.value_text.lower() or (unit == "%" and "%" in figure.value_text):
        return ""
    return unit if unit.isupper() else unit[0].lower() + unit[1:]
