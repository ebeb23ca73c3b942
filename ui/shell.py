"""The web server around the pages: the HTML page in Vietnamese, files to download, and what the browser may do.

Streamlit serves one HTML page for an English tool. Here it is served as this one's: `lang="vi"`, a Vietnamese title,
our stylesheet and script, and a content security policy under which a page can reach this server and no other.
"""

from __future__ import annotations

import re
import secrets
from pathlib import Path

import httpx
import streamlit as st
import structlog
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from streamlit import file_util

from ui.client import bearer
from ui.conversations import READER_COOKIE, ConversationStore
from ui.files import SAFETY_HEADERS, Endpoint, file_routes
from ui.settings import Settings

TITLE = "Trợ lý cải cách hành chính"
PAGES = ("/", "/so-lieu", "/bao-cao")

_log = structlog.get_logger(__name__)
_HERE = Path(__file__).parent
_YEAR_SECONDS = 365 * 24 * 3600
_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'wasm-unsafe-eval' blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    )
)


def build_app(settings: Settings) -> st.App:
    """The chat as an ASGI application."""
    conversations = ConversationStore(settings.data / "conversations.sqlite3")
    api = httpx.AsyncClient(base_url=settings.api_url, headers=bearer(settings.api_key), timeout=60.0, trust_env=False)
    routes: list[BaseRoute] = [Route(path, _page(index_html())) for path in PAGES]
    routes += file_routes(settings, api, conversations)
    routes += [
        Route("/tro-ly/dich-vu", _readiness(api)),
        Mount("/tro-ly", StaticFiles(directory=_HERE / "static")),
    ]
    return st.App(_HERE / "app.py", routes=routes, on_script_error=_say_so)


def _say_so(error: Exception) -> bool:
    """A fault in a page: one sentence for the reader, the traceback for the log."""
    _log.error("page_failed", exc_info=error)
    st.error("Trang gặp lỗi ngoài dự kiến; hãy tải lại trang, nếu vẫn lỗi thì báo quản trị viên.")
    return True


def index_html() -> str:
    """Streamlit's page with our language, title, stylesheet and script.

    Raises:
        RuntimeError: Streamlit's page has changed, so that what is replaced here is no longer in it.
    """
    page = (Path(file_util.get_static_dir()) / "index.html").read_text(encoding="utf-8")
    head = (
        f"<title>{TITLE}</title>\n"
        '    <link rel="stylesheet" href="./tro-ly/shell.css" />\n'
        '    <script type="module" src="./tro-ly/shell.js"></script>'
    )
    for pattern, replacement in (
        (r'<html lang="en">', '<html lang="vi" translate="no">'),
        (
            r'<link rel="shortcut icon" href="[^"]*" />',
            '<link rel="icon" type="image/svg+xml" href="./tro-ly/icon.svg" />',
        ),
        (r"<title>Streamlit</title>", head),
        (r"<script>\s*window\.prerenderReady = false\s*</script>", ""),
        (
            r"(?s)<noscript>.*?</noscript>",
            "<noscript>Trang này cần JavaScript; hãy bật JavaScript rồi tải lại.</noscript>",
        ),
    ):
        found = re.findall(pattern, page)
        page = page.replace(found[0], replacement) if found else page
        if len(found) != 1:
            raise RuntimeError(
                f"Streamlit's index.html no longer holds {pattern!r}; adapt ui/shell.py to this version."
            )
    return page


def _page(html: str) -> Endpoint:
    async def page(request: Request) -> Response:
        response = HTMLResponse(
            html, headers={**SAFETY_HEADERS, "Content-Security-Policy": _POLICY, "Cache-Control": "no-cache"}
        )
        if READER_COOKIE not in request.cookies:
            response.set_cookie(
                READER_COOKIE,
                secrets.token_urlsafe(24),
                max_age=_YEAR_SECONDS,
                httponly=True,
                samesite="lax",
                secure=request.url.scheme == "https",
            )
        return response

    return page


def _readiness(api: httpx.AsyncClient) -> Endpoint:
    """What the page's script asks, to say when the service is away and when it is back."""

    async def readiness(request: Request) -> Response:
        try:
            ready = (await api.get("/readyz", timeout=3.0)).status_code == 200
        except httpx.HTTPError:
            ready = False
        return JSONResponse({"ready": ready}, headers={"Cache-Control": "no-store"})

    return readiness
