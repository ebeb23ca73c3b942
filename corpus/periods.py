"""Reporting periods: names for people, and which period comes before another."""

from __future__ import annotations

_NAMES = {
    "Q1": "quý I", "Q2": "quý II", "Q3": "quý III", "Q4": "quý IV", "H1": "6 tháng đầu năm", "M9": "9 tháng đầu năm",
}  # fmt: skip


def period_name(period: str | None, year: int | None = None) -> str:
    """ "H1", 2021 -> "6 tháng đầu năm 2021"; "YEAR", 2021 -> "năm 2021"."""
    if period is None:
        return f"năm {year}" if year else "kỳ không rõ"
    if period == "YEAR":
        return f"năm {year}" if year else "cả năm"
    name = f"tháng {int(period[6:])}" if period.startswith("MONTH-") else _NAMES.get(period, period)
    if year is None:
        return name
    return f"{name} {year}" if name.endswith("năm") else f"{name} năm {year}"
