"""`cchc mcp`: the service's assistants' door for programs that start their tools themselves and speak over a pipe.

It hands every message on to `/mcp` of the running service and holds nothing itself. So an assistant on a desk needs no
data directory and starts at once, and keys, limits, deletions and counters are those of the one service; reading the
data directory here would mean a second engine in memory for each open assistant, and reports seen without a key.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import anyio
import httpx2
import mcp_types as types
from mcp import MCPError
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.server import Server
from mcp.server.context import ServerRequestContext
from mcp.server.stdio import stdio_server

T = TypeVar("T")

_SECONDS = 120.0
_AWAY = "Không kết nối được với dịch vụ tại {url}. Hãy chạy “cchc serve”, hoặc đặt CCHC_API_URL và CCHC_API_KEY."


def run(url: str, key: str | None, local: bool) -> None:
    """Serve standard input and output until it ends. `local` services are reached past any proxy."""
    anyio.run(_serve, Bridge(url, key, local))


async def _serve(bridge: Bridge) -> None:
    server: Server[Any] = Server(
        "cchc", title="Trợ lý báo cáo cải cách hành chính", version="1", on_list_tools=bridge.list_tools,
        on_call_tool=bridge.call_tool, on_list_resources=bridge.list_resources,
        on_list_resource_templates=bridge.list_templates, on_read_resource=bridge.read_resource,
    )  # fmt: skip
    async with stdio_server() as (received, sent):
        await server.run(received, sent, server.create_initialization_options())


class Bridge:
    """Each request in a connection of its own, so that a service begun anew in between is found again."""

    def __init__(self, url: str, key: str | None, local: bool) -> None:
        self._url = f"{url.rstrip('/')}/mcp"
        self._headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._local = local

    async def _ask(self, use: Callable[[Client], Awaitable[T]]) -> T:
        said: list[str] = []

        async def listen(response: httpx2.Response) -> None:
            if response.is_error and (sentence := _sentence(await response.aread())):
                said.append(sentence)

        http = httpx2.AsyncClient(
            headers=self._headers, timeout=_SECONDS, trust_env=not self._local, event_hooks={"response": [listen]}
        )
        refused = MCPError(code=types.INTERNAL_ERROR, message=_AWAY.format(url=self._url))
        try:
            async with http, Client(streamable_http_client(self._url, http_client=http), cache=None) as client:
                try:
                    return await use(client)
                except MCPError as error:  # kept out of the groups that the connection would make of it
                    refused = error
        except* (httpx2.HTTPError, OSError, MCPError):
            pass
        raise MCPError(code=refused.code, message=said[-1]) if said else refused

    async def list_tools(
        self, context: ServerRequestContext[Any], params: types.PaginatedRequestParams | None
    ) -> types.ListToolsResult:
        return await self._ask(lambda client: client.list_tools(cursor=params.cursor if params else None))

    async def call_tool(
        self, context: ServerRequestContext[Any], params: types.CallToolRequestParams
    ) -> types.CallToolResult:
        return await self._ask(lambda client: client.call_tool(params.name, params.arguments))

    async def list_resources(
        self, context: ServerRequestContext[Any], params: types.PaginatedRequestParams | None
    ) -> types.ListResourcesResult:
        return await self._ask(lambda client: client.list_resources(cursor=params.cursor if params else None))

    async def list_templates(
        self, context: ServerRequestContext[Any], params: types.PaginatedRequestParams | None
    ) -> types.ListResourceTemplatesResult:
        return await self._ask(lambda client: client.list_resource_templates(cursor=params.cursor if params else None))

    async def read_resource(
        self, context: ServerRequestContext[Any], params: types.ReadResourceRequestParams
    ) -> types.ReadResourceResult:
        return await self._ask(lambda client: client.read_resource(str(params.uri)))


def _sentence(body: bytes) -> str | None:
    """What the service says is wrong, where it is our service."""
    try:
        return str(json.loads(body)["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return None
