"""Files behind the pages: sources, tables, pictures of pages and conversations, handed on from the service.

Where the chat asks readers to sign in, these do, too: an address alone opens nothing.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from urllib.parse import quote

import httpx
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from ui import export
from ui.conversations import ConversationStore
from ui.login import may_read
from ui.settings import Settings

SAFETY_HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}
_POLICY = "default-src 'none'; sandbox"
_HEADERS = {**SAFETY_HEADERS, "Content-Security-Policy": _POLICY}
_PASSED_ON = ("content-type", "content-length", "content-disposition")
_PICTURE_SECONDS = 3600

Endpoint = Callable[[Request], Awaitable[Response]]


def file_routes(settings: Settings, api: httpx.AsyncClient, conversations: ConversationStore) -> list[BaseRoute]:
    endpoints = {
        "/tep/bao-cao/{report_id:str}": _download(api, "/v1/reports/{report_id}/source"),
        "/tep/bao-cao/{report_id:str}/trang/{page:int}.png": _picture(api),
        "/tep/so-lieu.csv": _download(api, "/v1/figures.csv"),
        "/tep/so-lieu.xlsx": _download(api, "/v1/figures.xlsx"),
        "/tep/hoi-dap/{conversation_id:str}.{suffix:str}": _export(conversations),
    }
    return [Route(path, _for_readers(settings, endpoint)) for path, endpoint in endpoints.items()]


def _for_readers(settings: Settings, endpoint: Endpoint) -> Endpoint:
    async def guarded(request: Request) -> Response:
        if not may_read(settings, request):
            return PlainTextResponse("Hãy đăng nhập rồi mở lại.", 401, _HEADERS)
        return await endpoint(request)

    return guarded


def _download(api: httpx.AsyncClient, path: str) -> Endpoint:
    """Hand a file of the service on, piece by piece, always as a file to keep and never as a page."""

    async def download(request: Request) -> Response:
        try:
            wanted = api.build_request("GET", _filled(path, request), params=str(request.query_params))
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
            _pieces(answer), headers={**headers, **_HEADERS}, background=BackgroundTask(answer.aclose)
        )

    return download


def _picture(api: httpx.AsyncClient) -> Endpoint:
    """A page as a picture; whatever else the service might send is no picture and goes no further."""

    async def picture(request: Request) -> Response:
        try:
            answer = await api.get(_filled("/v1/reports/{report_id}/pages/{page}.png", request))
        except httpx.HTTPError:
            return PlainTextResponse("Chưa kết nối được với dịch vụ; hãy thử lại sau.", 503, _HEADERS)
        if answer.is_error or answer.headers.get("content-type") != "image/png":
            return PlainTextResponse("Không có hình của trang này.", 404, _HEADERS)
        cached = {"Cache-Control": f"private, max-age={_PICTURE_SECONDS}"}
        return Response(answer.content, media_type="image/png", headers={**_HEADERS, **cached})

    return picture


def _filled(path: str, request: Request) -> str:
    """The service's path with the names of this request in it, each escaped so that it stays one step of the path."""
    return path.format(**{name: quote(str(value), safe="") for name, value in request.path_params.items()})


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
            headers={"content-disposition": f'attachment; filename="{name}"', **_HEADERS},
        )

    return exported
