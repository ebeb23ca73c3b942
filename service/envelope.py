"""What surrounds every request: its id, its log line, its time, the limits on its body, the headers of safety.

One plain ASGI callable, because each layer of generic middleware costs a third of the requests a second.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from typing import Any

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.errors import ServiceError, Timeout, TooLarge
from service.metrics import Metrics
from service.problems import as_response, from_unexpected
from service.settings import Settings

_SAFETY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_ROUTES = (
    ("/v1/ask/stream", "ask_stream"), ("/v1/ask", "ask"), ("/v1/figures", "figures"), ("/v1/feedback", "feedback"),
    ("/v1/chat", "chat"), ("/v1/models", "chat"), ("/mcp", "mcp"), ("/widget", "widget"), ("/healthz", "health"), ("/readyz", "health"), ("/metrics", "health"),
)  # fmt: skip

log = structlog.get_logger("http")


class Envelope:
    def __init__(self, app: ASGIApp, settings: Settings, metrics: Metrics) -> None:
        self._app = app
        self._settings = settings
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = time.perf_counter()
        headers = Headers(scope=scope)
        request_id = _printable(headers.get("x-request-id")) or secrets.token_hex(8)
        structlog.contextvars.bind_contextvars(request_id=request_id)
        status = 0
        answered = False

        async def send_enveloped(message: Message) -> None:
            nonlocal status, answered
            if message["type"] == "http.response.start":
                status = message["status"]
                sent = MutableHeaders(scope=message)
                sent["X-Request-ID"] = request_id
                if "content-security-policy" not in sent:  # a page that says itself who may frame it
                    sent["X-Frame-Options"] = "DENY"
                for name, value in _SAFETY.items():
                    sent.setdefault(name, value)
                if scope["path"].startswith("/v1/"):
                    sent.setdefault("Cache-Control", "no-store")
            elif message["type"] == "http.response.body":
                answered = not message.get("more_body", False)
            await send(message)

        try:
            limited = self._limited(scope, headers, receive)
            await self._app(scope, limited, send_enveloped)
        except Exception as error:
            if not status:
                shown = error if isinstance(error, ServiceError) else from_unexpected(error)
                await as_response(shown, scope["path"])(scope, receive, send_enveloped)
            elif not answered:  # a response that has begun can only break off
                log.error("response_broken", exc_info=error)
                raise
        finally:
            self._note(scope, status, time.perf_counter() - started)
            structlog.contextvars.unbind_contextvars("request_id", "caller", "question")

    def _limited(self, scope: Scope, headers: Headers, receive: Receive) -> Receive:
        """`receive`, within the bounds on a body's size and on the time that it may take to arrive."""
        most = self._settings.max_body_kb * 1024
        if scope["method"] == "POST" and scope["path"] == "/v1/reports":
            most = self._settings.max_upload_mb * 2**20 + 64 * 1024  # and what multipart adds
        too_large = TooLarge(f"Yêu cầu quá lớn: nhiều nhất {_size(most)}.", {"limit_bytes": most})
        declared = headers.get("content-length", "0")
        if declared.isdigit() and int(declared) > most:
            raise too_large
        received = 0
        complete = False

        async def limited() -> Message:
            nonlocal received, complete
            if complete:
                return await receive()
            try:
                async with asyncio.timeout(self._settings.body_timeout):
                    message = await receive()
            except TimeoutError:
                raise Timeout("Không nhận đủ dữ liệu trong thời gian cho phép. Hãy gửi lại.") from None
            if message["type"] == "http.request":
                received += len(message.get("body", b""))
                complete = not message.get("more_body", False)
                if received > most:
                    raise too_large
            return message

        return limited

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = _route(scope)
        self._metrics.request(route, status or 500, seconds)
        if route == "health":
            return
        client = scope.get("client")
        fields: dict[str, Any] = {
            "method": scope["method"], "path": scope["path"], "status": status,
            "ms": round(seconds * 1000, 1), "address": client[0] if client else None,
        }  # fmt: skip
        log.info("request", **fields)


def _route(scope: Scope) -> str:
    path: str = scope["path"]
    if path.startswith(("/v1/reports", "/v1/reindex", "/v1/jobs", "/v1/generations", "/v1/rollback")):
        return "reports" if scope["method"] in ("GET", "HEAD") else "change"
    return next((name for prefix, name in _ROUTES if path.startswith(prefix)), "other")


def _printable(value: str | None) -> str | None:
    """A caller's own request id, if it is one that may stand in a log and a header."""
    if value and len(value) <= 64 and all(c.isalnum() or c in "-_." for c in value) and value.isascii():
        return value
    return None


def _size(size: int) -> str:
    return f"{size // 2**20} MB" if size >= 2**20 else f"{size // 1024} KB"
