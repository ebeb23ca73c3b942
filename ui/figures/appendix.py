"""The whole appendix of one report, as printed."""

from __future__ import annotations

import streamlit as st

from ui.figures.choose import choose_report
from ui.figures.table import figure_table, show_downloads
from ui.shared import client

_MOST_ROWS = 1000


def show_appendix() -> None:
    report = choose_report("appendix_report")
    if report is None:
        return
    rows = client().figures(limit=_MOST_ROWS, report_id=report.id).items
    if not rows:
        st.html('<p class="hint">Báo cáo này không có phụ lục số liệu.</p>')
        return
    st.html(figure_table(rows, with_report=False))
    show_downloads({"report_id": report.id})
