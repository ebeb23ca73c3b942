"""One indicator over several reports: the table, and a chart of the same numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
    return _table(figures, indicator_name(figures[0]), turn, {})


def comparison_bars(figures: Sequence[Figure], name: str) -> str:
    """The table with a bar beside each value, for where there may be many rows; `name` is the indicator's."""
    return _table(figures, name, None, _shares(figures))


def _table(figures: Sequence[Figure], name: str, turn: int | None, shares: Mapping[int, float]) -> str:
    rows = []
    for place, figure in enumerate(figures):
        source = escape(figure.report_number or "Chưa rõ số")
        if turn is not None and figure.citation is not None:
            source += f" {chip(turn, figure.citation)}"
        share = f'<span class="bar" style="width:{shares[place]:.1f}%"></span>' if place in shares else ""
        rows.append(
            f'<tr><td class="name">{escape(place_name(figure.issuer))}{_other_name(figure, name)}</td>'
            f'<td class="time">{escape(time_span(figure.year, figure.period))}</td>'
            f'<td class="number">{escape(figure.value_text)}{scan_mark(figure)}</td>'
            f'<td class="unit">{escape(shown_unit(figure))}</td>'
            + (f'<td class="chart" aria-hidden="true">{share}</td>' if shares else "")
            + f'<td class="report">{source}</td></tr>'
        )
    chart = '<th class="chart" aria-hidden="true">Biểu đồ</th>' if shares else ""
    return (
        '<div class="scroll" tabindex="0" role="region" aria-label="Bảng so sánh"><table class="data compared-data">'
        '<thead><tr><th>Địa phương</th><th>Kỳ báo cáo</th><th class="number">Giá trị</th><th class="unit">Đơn vị</th>'
        f"{chart}<th>Báo cáo</th></tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


def _other_name(figure: Figure, name: str) -> str:
    """What a report calls the indicator, where that is not what the table's title says."""
    theirs = indicator_name(figure)
    return "" if theirs.casefold() == name.rstrip(" :").casefold() else f"<small>{escape(theirs)}</small>"


def _shares(figures: Sequence[Figure]) -> dict[int, float]:
    """How long each value's bar is, in percent of the longest, by the figure's position.

    None where fewer than two of the values are numbers, or one is below zero.
    """
    values = {place: figure.value for place, figure in enumerate(figures) if figure.value is not None}
    longest = max(values.values(), default=0)
    if len(values) < _LEAST_BARS or longest <= 0 or min(values.values()) < 0:
        return {}
    return {place: 100 * value / longest for place, value in values.items()}


def comparison_chart(figures: Sequence[Figure]) -> str:
    """A bar a report, as HTML; nothing where there is nothing to draw.

    The table beside it carries the same values, so it is hidden from screen readers.
    """
    shares = _shares(figures)
    bars = "".join(
        f"<dt>{escape(place_name(figures[place].issuer))}, "
        f"{escape(time_span(figures[place].year, figures[place].period))}</dt>"
        f'<dd><span class="bar" style="width:{share:.1f}%"></span><b>{escape(figures[place].value_text)}</b></dd>'
        for place, share in shares.items()
    )
    return f'<dl class="bars" aria-hidden="true">{bars}</dl>' if bars else ""
