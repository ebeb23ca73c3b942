"""`/mcp`: the Model Context Protocol, behind the same keys and limits as everything else.

The library is imported with the first request that needs it: it takes longer than the rest of the service does to start.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import anyio.to_thread
from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.types import Receive, Scope, Send

from service.dependencies import ReaderCaller
from service.state import State

if TYPE_CHECKING:
    from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

router = APIRouter(tags=["mcp"])

_LOCAL = ("127.0.0.1", "localhost", "[::1]")


class McpEndpoint:
    """The protocol's server of one worker. Stateless: the next request of a client may reach another worker."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._starting = asyncio.Lock()
        self._stop = asyncio.Event()
        self._manager: StreamableHTTPSessionManager | None = None
        self._running: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self._starting:
            if self._manager is None:
                self._manager = await self._start()
        await self._manager.handle_request(scope, receive, send)

    async def close(self) -> None:
        self._stop.set()
        if self._running is not None:
            await self._running

    async def _start(self) -> StreamableHTTPSessionManager:
        manager = await anyio.to_thread.run_sync(_session_manager, self._state)
        started = asyncio.Event()

        async def run() -> None:
            async with manager.run():
                started.set()
                await self._stop.wait()

        self._running = asyncio.create_task(run())
        await started.wait()
        return manager


def _session_manager(state: State) -> StreamableHTTPSessionManager:
    from mcp.server.transport_security import TransportSecuritySettings

    from service.mcp_tools import AssistantServer

    server = AssistantServer(state)
    # Without keys, a web page must not reach a service on its visitor's machine under a name of its own.
    open_here = state.settings.is_loopback and not state.settings.keys_required
    security = TransportSecuritySettings(
        enable_dns_rebinding_protection=open_here,
        allowed_hosts=[form for host in _LOCAL for form in (host, f"{host}:*")],
        allowed_origins=[*state.settings.cors_origins, *(f"http://{host}:*" for host in _LOCAL)],
    )
    server.streamable_http_app(stateless_http=True, json_response=True, transport_security=security)
    return server.session_manager


class _HandedOver(Response):
    """A response that the protocol's server sends."""

    def __init__(self, endpoint: McpEndpoint) -> None:
        super().__init__()
        self._endpoint = endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._endpoint(scope, receive, send)


@router.post("/mcp", include_in_schema=False)
async def mcp(request: Request, caller: ReaderCaller) -> Response:
    return _HandedOver(request.app.state.mcp)
