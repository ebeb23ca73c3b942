"""Rows of appendices as a table, and the same rows as files."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

import streamlit as st

from ui.page_picture import page_address
from ui.records import Figure, Place
from ui.safe import escape
from ui.scan_mark import scan_mark
from ui.wording import indicator_name, indicator_path, place_name, shown_unit, time_span


def figure_table(figures: Sequence[Figure], *, with_report: bool, places: Mapping[int, Place] | None = None) -> str:
    """The rows' HTML, each indicator under the names of its parents; inside one report, indented instead.

    With `places` by row, each row has a button that turns the picture beside the table to its page.
    """
    head = "<th>Mã</th><th>Chỉ tiêu</th><th class='number'>Giá trị</th><th class='unit'>Đơn vị</th><th class='note'>Ghi chú</th>"
    if with_report:
        head += "<th>Báo cáo</th>"
    if places:
        head += "<th>Trang</th>"
    rows = "".join(_row(figure, with_report, places or {}) for figure in figures)
    return (
        f'<div class="scroll tall" tabindex="0" role="region" aria-label="Bảng số liệu"><table class="data">'
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _row(figure: Figure, with_report: bool, places: Mapping[int, Place]) -> str:
    name = escape(indicator_name(figure))
    depth = len(figure.path) - 1
    if with_report:
        parents = indicator_path(figure.path[:-1])
        name = f"{name}<small>{escape(parents)}</small>" if parents else name
    cells = [
        f'<td class="code">{escape(figure.code or "")}</td>',
        f'<td class="name depth-{0 if with_report else min(depth, 3)}">{name}</td>',
        f'<td class="number">{escape(figure.value_text)}{_meaning(figure)}{scan_mark(figure)}</td>',
        _unit(figure),
        f'<td class="note">{escape(figure.note or "")}</td>',
    ]
    if with_report:
        source = f"{place_name(figure.issuer)}, {time_span(figure.year, figure.period)}"
        cells.append(
            f'<td class="report">{escape(figure.report_number or "Chưa rõ số")}<small>{escape(source)}</small></td>'
        )
    if places:
        cells.append(f'<td class="page">{_page_link(figure, places.get(figure.row))}</td>')
    return f'<tr class="{"" if figure.value_text else "group"}">{"".join(cells)}</tr>'


def _page_link(figure: Figure, place: Place | None) -> str:
    if place is None:
        return ""
    boxes = escape(json.dumps([(box.x0, box.y0, box.x1, box.y1) for box in place.boxes]))
    return (
        f'<button type="button" class="page-link" data-page="{place.page}" data-boxes="{boxes}" '
        f'data-address="{escape(page_address(figure.report_id, place.page))}" '
        f'aria-label="Xem trang {place.page}, {escape(indicator_name(figure))}">{place.page}</button>'
    )


def _meaning(figure: Figure) -> str:
    """What a coded value stands for, under it."""
    return f"<small>{escape(figure.meaning)}</small>" if figure.meaning else ""


def _unit(figure: Figure) -> str:
    """The unit; of a coded value, the codes that the form prints in its place."""
    codes = figure.unit if figure.unit and "=" in figure.unit else ""
    return f'<td class="{"codes" if codes else "unit"}">{escape(codes or shown_unit(figure))}</td>'


def show_downloads(query: Mapping[str, object]) -> None:
    """Links to the same rows as CSV and XLSX."""
    given = urlencode({name: value for name, value in query.items() if value not in ("", None, [], ())}, doseq=True)
    st.html(
        '<div class="downloads inline">'
        f'<a href="./tep/so-lieu.xlsx?{escape(given)}" download>Tải bảng Excel</a>'
        f'<a href="./tep/so-lieu.csv?{escape(given)}" download>Tải CSV</a></div>'
    )
