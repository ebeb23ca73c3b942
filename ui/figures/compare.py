"""One indicator over provinces and periods."""

from __future__ import annotations

import streamlit as st

from ui.api_errors import ApiMissing
from ui.comparison import comparison_chart, comparison_table, in_order
from ui.figures.choose import choose_scopes
from ui.figures.table import show_downloads
from ui.records import Comparison, Figure
from ui.safe import escape, label
from ui.shared import client
from ui.wording import indicator_path, place_name, time_span

_WORDS = "compared_words"


def show_compare() -> None:
    words = st.text_input(
        "Chỉ tiêu",
        placeholder="Ví dụ: tổng số TTHC đang có hiệu lực",
        live=True,
        key=_WORDS,
        icon=":material/search:",
    )
    scope = choose_scopes("compare")
    if not words or not words.strip():
        st.html('<p class="hint">Gõ tên một chỉ tiêu để xem qua các kỳ báo cáo và các địa phương.</p>')
        return
    query = {"q": words.strip(), **scope}
    try:
        comparison = client().compare(**query)
    except ApiMissing:
        st.html('<p class="hint">Dịch vụ này chưa hỗ trợ so sánh chỉ tiêu giữa các báo cáo.</p>')
        return
    figures = in_order([cell.figure for cell in comparison.cells if cell.figure and not cell.missing])
    if figures:
        st.html(
            f'<h2 class="compared">{escape(indicator_path(comparison.path))}</h2>'
            f"{comparison_table(figures)}{comparison_chart(figures)}"
        )
        show_downloads(query)
    elif not comparison.candidates:
        st.html('<p class="hint">Không có số liệu của chỉ tiêu này trong giới hạn đã chọn.</p>')
    _show_missing(comparison)
    _show_candidates(comparison)


def _show_candidates(comparison: Comparison) -> None:
    if not comparison.candidates:
        return
    st.html('<p class="hint">Chỉ tiêu khác gần với các từ này:</p>')
    with st.container(key="choices-compare", gap="xsmall"):
        for number, figure in enumerate(comparison.candidates):
            name = indicator_path(figure.path)
            st.button(label(name), key=f"compare-{number}", width="stretch", on_click=_choose, args=(figure,))


def _choose(figure: Figure) -> None:
    st.session_state[_WORDS] = indicator_path(figure.path).replace(" › ", " ")


def _show_missing(comparison: Comparison) -> None:
    """The reports in scope that do not print the indicator, and why."""
    lines = "".join(
        f"<li>{escape(place_name(cell.issuer))}, {escape(time_span(cell.year, cell.period))}: {escape(cell.missing)}</li>"
        for cell in comparison.cells
        if cell.missing
    )
    if lines:
        st.html(f'<ul class="hint">{lines}</ul>')
