"""Search as you type over every appendix row."""

from __future__ import annotations

import streamlit as st

from ui.figures.choose import choose_scope
from ui.figures.table import figure_table, show_downloads
from ui.shared import client
from ui.wording import count

_SHOWN = 100


def show_search() -> None:
    words = st.text_input(
        "Tên hoặc mã chỉ tiêu",
        placeholder="Ví dụ: TTHC cấp xã, một cửa, 3.1.3",
        live=True,
        key="tu-khoa",
        bind="query-params",
        icon=":material/search:",
    )
    query = {"q": (words or "").strip(), **choose_scope("search")}
    found = client().figures(limit=_SHOWN, **query)
    if not found.items:
        st.html('<p class="hint">Không có chỉ tiêu nào khớp. Thử ít từ hơn, hoặc bỏ bớt giới hạn.</p>')
        return
    more = f", đang hiện {count(len(found.items))} dòng đầu" if found.total > len(found.items) else ""
    st.html(f'<p class="hint">{count(found.total)} dòng{more}.</p>')
    st.html(figure_table(found.items, with_report=True))
    show_downloads(query)
