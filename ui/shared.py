"""What every session of this process shares, and who this session's reader is."""

from __future__ import annotations

import secrets

import streamlit as st

from ui.client import ApiClient
from ui.conversations import READER_COOKIE, ConversationStore
from ui.records import Report
from ui.settings import Settings

_OPERATOR_KEY = "operator_key"


@st.cache_resource(show_spinner=False)
def settings() -> Settings:
    return Settings.from_environment()


@st.cache_resource(show_spinner=False)
def client() -> ApiClient:
    return ApiClient(settings().api_url, settings().api_key)


@st.cache_resource(show_spinner=False)
def store() -> ConversationStore:
    return ConversationStore(settings().data / "conversations.sqlite3")


@st.cache_resource(ttl=30, show_spinner=False)
def all_reports() -> tuple[Report, ...]:
    """The reports of the corpus; one list for all sessions, for there may be thousands."""
    return client().reports()


@st.cache_data(max_entries=64, ttl=3600, show_spinner=False)
def report_text(report_id: str) -> str:
    """A report's text; the id is derived from the file's bytes, so the text of an id never changes."""
    return client().text(report_id)


def reader() -> str:
    """This browser's name; a session whose browser takes no cookie is a reader of its own."""
    cookie = st.context.cookies.get(READER_COOKIE)
    if cookie:
        return str(cookie)
    if "reader" not in st.session_state:
        st.session_state["reader"] = secrets.token_urlsafe(16)
    return str(st.session_state["reader"])


def operator_key() -> str | None:
    """The operator's key of this session, held on the server and nowhere else."""
    return st.session_state.get(_OPERATOR_KEY)


def set_operator_key(key: str | None) -> None:
    st.session_state[_OPERATOR_KEY] = key
