"""What every session of this process shares, and who this session's reader is."""

from __future__ import annotations

import secrets
import time

import streamlit as st

from ui.client import ApiClient
from ui.conversations import READER_COOKIE, ConversationStore
from ui.login import account_key, account_reader
from ui.records import Citation, Figure, Report
from ui.settings import Settings

_MOST_ROWS = 2000
_OPERATOR_KEY = "operator_key"
_IDLE_SECONDS = 30 * 60


@st.cache_resource(show_spinner=False)
def settings() -> Settings:
    return Settings.from_environment()


@st.cache_resource(show_spinner=False)
def client() -> ApiClient:
    return ApiClient(settings().api_url, settings().api_key)


@st.cache_resource(show_spinner=False)
def store() -> ConversationStore:
    return ConversationStore(settings().data / "conversations.sqlite3")


@st.cache_resource(ttl=10, show_spinner=False)
def all_reports() -> tuple[Report, ...]:
    """The reports of the corpus; one list for all sessions, for there may be thousands."""
    return client().reports()


@st.cache_data(max_entries=64, ttl=3600, show_spinner=False)
def report_text(report_id: str) -> str:
    """A report's text. It only ever grows: a figure that somebody corrects is added to it as a line."""
    return client().text(report_id)


def quoted_text(citation: Citation) -> str:
    """The text that a citation counts characters of, asked for again where the one that is here is too short for it."""
    if citation.end > len(report_text(citation.report_id)):
        report_text.clear(citation.report_id)
    return report_text(citation.report_id)


@st.cache_data(max_entries=64, ttl=300, show_spinner=False)
def appendix_rows(report_id: str) -> tuple[Figure, ...]:
    """Every row of a report's appendix, in the form's order; a correction shows after minutes."""
    return client().figures(limit=_MOST_ROWS, report_id=report_id).items


def reader() -> str:
    """Whose conversations these are: the account's that is signed in, else this browser's.

    A session whose browser takes no cookie is a reader of its own.
    """
    if settings().login:
        return account_reader()
    cookie = st.context.cookies.get(READER_COOKIE)
    if cookie:
        return str(cookie)
    if "reader" not in st.session_state:
        st.session_state["reader"] = secrets.token_urlsafe(16)
    return str(st.session_state["reader"])


def operator_key() -> str | None:
    """The key to act with in this session, if it is an operator's: the account's, or the one typed in.

    Held on the server and nowhere else. One that was typed in is forgotten with the session, and when nobody has
    used it for half an hour.
    """
    login = settings().login
    if login and (key := account_key(login)):
        return key
    typed, used = st.session_state.get(_OPERATOR_KEY, (None, 0.0))
    if typed is None or time.monotonic() - used > _IDLE_SECONDS:
        st.session_state.pop(_OPERATOR_KEY, None)
        return None
    set_operator_key(typed)
    return str(typed)


def set_operator_key(key: str | None) -> None:
    """Act with a key that was typed in; None signs out."""
    if key is None:
        st.session_state.pop(_OPERATOR_KEY, None)
    else:
        st.session_state[_OPERATOR_KEY] = (key, time.monotonic())


def key_was_typed() -> bool:
    """Whether this session is an operator's by a key, so that there is something to sign out of here."""
    return _OPERATOR_KEY in st.session_state
