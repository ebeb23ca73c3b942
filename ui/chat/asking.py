"""Which conversation the page shows, and how a question gets into it."""

from __future__ import annotations

import streamlit as st

from ui.conversations import Conversation
from ui.records import Filters
from ui.shared import reader, store

_PARAMETER = "c"
_CURRENT = "conversation"

PAGE_SHOWN = "page_shown"
CHAT = "hoi-dap"

LONGEST_QUESTION = 2000


def current_conversation() -> Conversation | None:
    """The conversation of the address, else the one this session was in before it went to another page.

    An address that lost its conversation while the page was shown is the reader going back to the empty page.
    """
    wanted = st.query_params.get(_PARAMETER)
    if not wanted and st.session_state.get(PAGE_SHOWN) != CHAT:
        wanted = st.session_state.get(_CURRENT)
    found = store().load(wanted) if wanted else None
    _set_current(found.id if found else None)
    return found


def open_conversation(conversation_id: str | None) -> None:
    """Show another conversation; None is a new one."""
    _set_current(conversation_id)


def ask(question: str) -> None:
    """Write a question into the conversation shown; the page answers it on its next run."""
    question = question.strip()
    if question:
        _set_current(store().ask(st.session_state.get(_CURRENT), reader(), question, current_filters()))


def current_filters() -> Filters:
    """What the reader restricted questions to in the sidebar."""
    state = st.session_state
    return Filters(
        issuers=tuple(state.get("filter_issuers", ())),
        years=tuple(state.get("filter_years", ())),
        periods=tuple(state.get("filter_periods", ())),
    )


def clear_filters() -> None:
    for name in ("filter_issuers", "filter_years", "filter_periods"):
        st.session_state[name] = []


def _set_current(conversation_id: str | None) -> None:
    st.session_state[_CURRENT] = conversation_id
    if conversation_id is None:
        st.query_params.pop(_PARAMETER, None)
    elif st.query_params.get(_PARAMETER) != conversation_id:
        st.query_params[_PARAMETER] = conversation_id
