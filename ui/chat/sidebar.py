"""Beside the conversation: the reader's other conversations, and what questions are restricted to."""

from __future__ import annotations

from typing import Any

import streamlit as st

from ui.api_errors import ApiError
from ui.chat.asking import clear_filters, current_filters, open_conversation
from ui.chat.restriction import restriction_words
from ui.facets import PERIOD, PLACE, YEAR, issuers_of, periods_of, years_of
from ui.safe import label
from ui.shared import all_reports, reader, store
from ui.wording import period_name, place_name


def show_sidebar(current: str | None) -> None:
    with st.sidebar:
        st.button(
            "Cuộc trò chuyện mới",
            icon=":material/add:",
            type="primary",
            width="stretch",
            key="new_conversation",
            on_click=open_conversation,
            args=(None,),
        )
        _filters()
        _conversations(current)


def _conversations(current: str | None) -> None:
    titles = store().titles(reader())
    if not titles:
        return
    st.html('<h2 class="side-heading">Đã hỏi</h2>')
    with st.container(key="conversations", gap="xxsmall"):
        for conversation_id, title in titles:
            st.button(
                label(title),
                key=f"open-{conversation_id}",
                type="secondary" if conversation_id == current else "tertiary",
                width="stretch",
                on_click=open_conversation,
                args=(conversation_id,),
            )


def _filters() -> None:
    try:
        reports = all_reports()
    except ApiError:
        return
    st.html('<h2 class="side-heading">Chỉ hỏi trong</h2>')
    options: dict[str, Any] = {"placeholder": "Tất cả", "persist_state": "session"}
    with st.container(key="filters", gap="xsmall"):
        st.multiselect(PLACE, issuers_of(reports), format_func=place_name, key="filter_issuers", **options)
        st.multiselect(YEAR, years_of(reports), key="filter_years", **options)
        st.multiselect(PERIOD, periods_of(reports), format_func=period_name, key="filter_periods", **options)


def show_restriction() -> None:
    """Above the question box, while a filter restricts: what it is, and the way out of it."""
    filters = current_filters()
    if not filters:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="restriction"):
        st.text(f"Chỉ hỏi trong: {restriction_words(filters)}")
        st.button("Bỏ giới hạn", type="tertiary", icon=":material/close:", on_click=clear_filters, key="clear_filters")
