"""The whole appendix of one report, as printed, next to the pages that it was read from."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from ui.api_errors import ApiMissing
from ui.figures.choose import choose_report
from ui.figures.table import figure_table, show_downloads
from ui.page_picture import page_picture
from ui.records import Place, Report
from ui.shared import appendix_rows, client
from ui.wording import FORMATS, has_pictures


def show_appendix() -> None:
    report = choose_report()
    if report is None:
        return
    rows = appendix_rows(report.id)
    if not rows:
        st.html('<p class="hint">Báo cáo này không có phụ lục số liệu.</p>')
        return
    places = _places(report)
    if places:
        with st.container(key="beside"):
            table, page = st.columns([7, 5], gap="small")
        table.html(figure_table(rows, with_report=False, places=places))
        first = next(iter(places.values()))
        page.html(page_picture(report.id, report.number, first.page, turning=True))
    else:
        what = FORMATS.get(report.format, report.format)
        st.html(
            f'<p class="hint">{what} không chia trang nên không có hình trang gốc; tệp gốc tải được ở trang Báo cáo.</p>'
        )
        st.html(figure_table(rows, with_report=False))
    show_downloads({"report_id": report.id})


def _places(report: Report) -> Mapping[int, Place]:
    """Row by row, for the formats whose pages can be shown."""
    if not has_pictures(report):
        return {}
    try:
        return {place.row: place for place in client().places(report.id)}
    except ApiMissing:
        return {}
