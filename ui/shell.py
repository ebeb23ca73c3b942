"""The web server around the pages: the HTML page in Vietnamese, files to download, and what the browser may do.

Streamlit serves one HTML page for an English tool. Here it is served as this one's: `lang="vi"`, a Vietnamese title,
our stylesheet and script, and a content security policy under which a page can reach this server and no other.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx
import streamlit as st
import structlog
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from streamlit import file_util

from ui import export
from ui.client import bearer
from ui.conversations import READER_COOKIE, ConversationStore
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
_SAFETY_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
_PASSED_ON = ("content-type", "content-length", "content-disposition")


def build_app(settings: Settings) -> st.App:
    """The chat as an ASGI application."""
    conversations = ConversationStore(settings.data / "conversations.sqlite3")
    api = httpx.AsyncClient(base_url=settings.api_url, headers=bearer(settings.api_key), timeout=60.0, trust_env=False)
    routes: list[BaseRoute] = [Route(path, _page(index_html())) for path in PAGES]
    routes += [
        Route("/tep/bao-cao/{report_id:str}", _download(api, "/v1/reports/{report_id}/source")),
        Route("/tep/so-lieu.csv", _download(api, "/v1/figures.csv")),
        Route("/tep/so-lieu.xlsx", _download(api, "/v1/figures.xlsx")),
        Route("/tep/hoi-dap/{conversation_id:str}.{suffix:str}", _export(conversations)),
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


Endpoint = Callable[[Request], Awaitable[Response]]


def _page(html: str) -> Endpoint:
    async def page(request: Request) -> Response:
        response = HTMLResponse(html, headers={**_SAFETY_HEADERS, "Cache-Control": "no-cache"})
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


def _download(api: httpx.AsyncClient, path: str) -> Endpoint:
    """Hand a file of the service on, piece by piece, always as a file to keep and never as a page."""

    async def download(request: Request) -> Response:
        names = {name: httpx.URL(path="/" + value).raw_path.decode()[1:] for name, value in request.path_params.items()}
        try:
            wanted = api.build_request("GET", path.format(**names), params=str(request.query_params))
            answer = await api.send(wanted, stream=True)
        except httpx.HTTPError:
            return PlainTextResponse("Chưa kết nối được với dịch vụ; hãy thử lại sau.", 503)
        if answer.is_error:
            await answer.aclose()
            return PlainTextResponse("Không tải được tệp này; có thể nó đã được gỡ khỏi kho.", answer.status_code)
        headers = {name: answer.headers[name] for name in _PASSED_ON if name in answer.headers}
        if not headers.get("content-disposition", "").startswith("attachment"):
            headers["content-disposition"] = "attachment"
        return StreamingResponse(
            _pieces(answer), headers={**headers, **_SAFETY_HEADERS}, background=BackgroundTask(answer.aclose)
        )

    return download


async def _pieces(answer: httpx.Response) -> AsyncIterator[bytes]:
    async for piece in answer.aiter_bytes():
        yield piece


def _export(conversations: ConversationStore) -> Endpoint:
    async def exported(request: Request) -> Response:
        write = export.FORMATS.get(request.path_params["suffix"])
        conversation = conversations.load(request.path_params["conversation_id"])
        if write is None or conversation is None:
            return PlainTextResponse("Không có cuộc trò chuyện này.", 404)
        content, media_type = write(conversation)
        name = f"hoi-dap-cchc.{request.path_params['suffix']}"
        return Response(
            content,
            media_type=media_type,
            headers={"content-disposition": f'attachment; filename="{name}"', **_SAFETY_HEADERS},
        )

    return exported
