"""The page of figures: four ways to look at the same rows. The address says which, so that a link shows the same."""

from __future__ import annotations

import streamlit as st

from ui.figures.appendix import show_appendix
from ui.figures.checks import show_checks
from ui.figures.compare import show_compare
from ui.figures.search import show_search
from ui.wording import APPENDIX_VIEW, COMPARE_VIEW

_VIEWS = {
    "Tìm chỉ tiêu": show_search,
    COMPARE_VIEW: show_compare,
    APPENDIX_VIEW: show_appendix,
    "Đối chiếu": show_checks,
}


def show_figures() -> None:
    st.html('<h1 class="page-title">Số liệu phụ lục</h1>')
    tabs = st.tabs(list(_VIEWS), key="xem", on_change="rerun", bind="query-params")
    for tab, show in zip(tabs, _VIEWS.values(), strict=True):
        if tab.open:
            with tab:
                show()
