"""One indicator over several reports: the table, and a chart of the same numbers."""

from __future__ import annotations

from collections.abc import Sequence

from ui.answer_text import chip
from ui.records import Figure
from ui.safe import escape
from ui.scan_mark import scan_mark
from ui.wording import alphabetical, indicator_name, period_order, place_name, shown_unit, time_span

_LEAST_BARS = 2


def comparable(figures: Sequence[Figure]) -> bool:
    """Whether the figures are one indicator read from several reports: one of each, whatever its name there."""
    return len(figures) > 1 and len({figure.report_id for figure in figures}) == len(figures)


def in_order(figures: Sequence[Figure]) -> list[Figure]:
    """By place, then by time."""
    return sorted(figures, key=lambda f: (alphabetical(place_name(f.issuer)), f.year or 0, period_order(f.period)))


def comparison_table(figures: Sequence[Figure], turn: int | None = None) -> str:
    """The table's HTML; with a turn, each row carries the chip of its source."""
    rows = []
    for figure in figures:
        source = escape(figure.report_number or "Chưa rõ số")
        if turn is not None and figure.citation is not None:
            source += f" {chip(turn, figure.citation)}"
        rows.append(
            f'<tr><td class="name">{escape(place_name(figure.issuer))}{_other_name(figure, figures[0])}</td>'
            f'<td class="time">{escape(time_span(figure.year, figure.period))}</td>'
            f'<td class="number">{escape(figure.value_text)}{scan_mark(figure)}</td><td class="unit">{escape(shown_unit(figure))}</td>'
            f'<td class="report">{source}</td></tr>'
        )
    return (
        '<div class="scroll" tabindex="0" role="region" aria-label="Bảng so sánh"><table class="data"><thead><tr><th>Địa phương</th><th>Kỳ báo cáo</th>'
        '<th class="number">Giá trị</th><th>Đơn vị</th><th>Báo cáo</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _other_name(figure: Figure, first: Figure) -> str:
    """What a report calls the indicator, where that is not what the table's title says."""
    name = indicator_name(figure)
    return "" if name == indicator_name(first) else f"<small>{escape(name)}</small>"


def comparison_chart(figures: Sequence[Figure]) -> str:
    """A bar a report, as HTML; nothing where fewer than two of the values are numbers, or one is below zero.

    The table beside it carries the same values, so it is hidden from screen readers.
    """
    valued = [figure for figure in figures if figure.value is not None]
    values = [figure.value or 0 for figure in valued]
    longest = max(values, default=0)
    if len(valued) < _LEAST_BARS or longest <= 0 or min(values) < 0:
        return ""
    bars = "".join(
        f"<dt>{escape(place_name(figure.issuer))}, {escape(time_span(figure.year, figure.period))}</dt>"
        f'<dd><span class="bar" style="width:{100 * value / longest:.1f}%"></span>'
        f"<b>{escape(figure.value_text)}</b></dd>"
        for figure, value in zip(valued, values, strict=True)
    )
    return f'<dl class="bars" aria-hidden="true">{bars}</dl>'
