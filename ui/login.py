"""Signing in with an account of the house (OpenID Connect), where the secrets file says how; else everybody may read.

The file is Streamlit's own `secrets.toml`: its `[auth]` names the provider, and `[cchc]` says who of those who sign
in are operators, and with which key the chat acts for them:

    [auth]
    redirect_uri = "https://tro-ly.example.gov.vn/oauth2callback"
    cookie_secret = "…"
    client_id = "…"
    client_secret = "…"
    server_metadata_url = "https://dang-nhap.example.gov.vn/.well-known/openid-configuration"

    [cchc]
    operators = ["an@example.gov.vn"]
    operator_key = "cchc_…"
"""

from __future__ import annotations

import hashlib

import streamlit as st
from starlette.requests import Request
from streamlit.web.server.server_util import get_cookie_secret
from streamlit.web.server.starlette.starlette_app_utils import decode_signed_value
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from ui.settings import Login, Settings


def may_read(settings: Settings, request: Request) -> bool:
    """Whether a request for a file comes from somebody who has signed in, where that is asked for."""
    if settings.login is None:
        return True
    cookie = request.cookies.get(USER_COOKIE_NAME)
    return cookie is not None and decode_signed_value(get_cookie_secret(), USER_COOKIE_NAME, cookie) is not None


def signed_in() -> bool:
    return bool(st.user.is_logged_in)


def account_name() -> str:
    """Who has signed in, as the page calls them."""
    return str(st.user.get("name") or st.user.get("email") or "Đã đăng nhập")


def account_reader() -> str:
    """The owner of this account's conversations, the same in every browser."""
    account = f"{st.user.get('iss', '')} {st.user.get('sub', '')}"
    return hashlib.sha256(account.encode()).hexdigest()


def account_key(login: Login) -> str | None:
    """The key with which the chat acts for this account, if it is an operator's. An address that the provider
    has not verified proves nothing."""
    verified = st.user.get("email_verified", True)
    address = str(st.user.get("email") or "").lower()
    return login.operator_key if verified is True and address in login.operators else None


def show_sign_in() -> None:
    """All there is to see for somebody who has not signed in."""
    st.html(
        '<header class="welcome"><h1>Hỏi đáp báo cáo cải cách hành chính</h1>'
        "<p>Hãy đăng nhập bằng tài khoản của cơ quan để hỏi đáp, xem số liệu và báo cáo.</p></header>"
    )
    st.button("Đăng nhập", type="primary", icon=":material/login:", key="account_sign_in", on_click=st.login)


def show_account() -> None:
    """Who is signed in, and the way out."""
    with st.sidebar, st.container(key="account", gap="xsmall"):
        st.text(account_name())
        st.button("Đăng xuất", icon=":material/logout:", type="tertiary", key="account_sign_out", on_click=st.logout)
