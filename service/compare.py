"""One indicator over several reports: provinces side by side, periods one after another.

Rows are matched by what they mean (name, parents, unit), not by code: codes shift between years and provinces.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from corpus.numbers import format_exact, format_result, half_up
from index.records import Figure, ReportRecord
from service.calculate import number
from service.figures import FigureFinder

_SAME = 0.55
"""From this likeness on, rows of two reports count as the same indicator."""


@dataclass(frozen=True, slots=True)
class Cell:
    report: ReportRecord
    figure: Figure | None
    missing: str | None = None

    @property
    def value(self) -> Decimal | None:
        return number(self.figure) if self.figure is not None and self.missing is None else None


def align(finder: FigureFinder, figure: Figure, report_id: str) -> Figure | None:
    """The row of another report that means the same as this one."""
    view = finder.view(report_id)
    same = view.by_indicator.get(figure.indicator_id)
    if same:
        return same[0]
    found = _likest(finder, figure, report_id)
    if found is None or found[0] < _SAME:
        return None
    back = _likest(finder, found[1], figure.report_id)
    # Both must be each other's nearest: where a report leaves a row out, its neighbour is near, and means another thing.
    return found[1] if back is not None and back[1].indicator_id == figure.indicator_id else None


def _likest(finder: FigureFinder, figure: Figure, report_id: str) -> tuple[float, Figure] | None:
    """The row of a report that is most like a row of another, and how like."""
    matcher = finder.matcher
    source = matcher.entry(figure.indicator_id).indicator
    view = finder.view(report_id)
    return max(
        ((matcher.alike(source, matcher.entry(i).indicator), figures[0]) for i, figures in view.by_indicator.items()),
        key=lambda item: item[0],
        default=None,
    )


def cells(finder: FigureFinder, figure: Figure, reports: Sequence[ReportRecord]) -> list[Cell]:
    """The figure's indicator in each report. What is missing or counted in another unit says so."""
    found: list[Cell] = []
    for report in reports:
        row = figure if report.id == figure.report_id else align(finder, figure, report.id)
        if row is None:
            found.append(Cell(report, None, "không có chỉ tiêu này"))
        elif not row.row.value.text:
            found.append(Cell(report, row, "ô số liệu để trống"))
        elif row.row.value.kind == "missing":
            found.append(Cell(report, row, "báo cáo ghi “-”, không có số liệu"))
        elif row.row.value.kind != figure.row.value.kind and "percent" in (row.row.value.kind, figure.row.value.kind):
            found.append(Cell(report, row, "khác đơn vị, không so sánh được"))
        else:
            found.append(Cell(report, row))
    return found


@dataclass(frozen=True, slots=True)
class Step:
    """From one value to another, as printed in an answer."""

    absolute: str
    relative: str | None
    expression: str
    direction: str


def step(before: Cell, after: Cell) -> Step | None:
    """The difference between two cells, and the relative change where both are counts."""
    a, b = before.value, after.value
    if a is None or b is None or before.figure is None or after.figure is None:
        return None
    change = b - a
    direction = "tăng" if change > 0 else "giảm" if change < 0 else "không đổi"
    expression = f"{format_exact(b)} - {format_exact(a)} = {format_result(change)}"
    if before.figure.row.value.kind == "percent":
        return Step(f"{format_result(abs(change))} điểm phần trăm", None, expression, direction)
    if a == 0:
        return Step(format_result(abs(change)), None, expression, direction)
    relative = half_up(change / a * 100)
    expression += f"; {format_result(change)} / {format_exact(a)} × 100 = {format_result(relative)}%"
    return Step(format_result(abs(change)), f"{format_result(abs(relative))}%", expression, direction)
