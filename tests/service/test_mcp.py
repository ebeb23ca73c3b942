"""The Model Context Protocol against its official client: over HTTP, in both generations of the protocol, and a pipe."""

from __future__ import annotations

import asyncio
import shutil
import sys
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import httpx2
import pytest
from mcp import MCPError
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from mcp_types import TextContent, TextResourceContents

from tests.running import QUESTION, ROOT, Service, environment
from tests.service.test_http_lookup import SEED_ID

TOOLS = {"ask", "find_figures", "compare_figures", "list_reports", "read_section"}
Use = Callable[[Client], Awaitable[None]]


def over_http(service: Service, use: Use, mode: str = "auto") -> None:
    async def run() -> None:
        async with Client(f"{service.url}/mcp", mode=mode) as client:
            await use(client)

    asyncio.run(run())


def over_a_pipe(service: Service, use: Use, **env: str) -> None:
    settings = {**environment(service.data), "CCHC_API_URL": service.url, "PYTHONPATH": str(ROOT), **env}
    parameters = StdioServerParameters(
        command=sys.executable, args=["-m", "service.cli", "mcp"], env=settings, cwd=ROOT
    )

    async def run() -> None:
        async with Client(parameters) as client:
            await use(client)

    asyncio.run(run())


async def everything(client: Client) -> None:
    tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    assert set(tools) == TOOLS
    for tool in tools.values():
        assert tool.description and tool.input_schema["type"] == "object" and tool.output_schema
        assert tool.annotations and tool.annotations.read_only_hint and not tool.annotations.open_world_hint

    answer = await call(client, "ask", question=QUESTION)
    assert answer["status"] == "answered" and answer["figures"][0]["value_text"] == "235"
    further = await call(client, "ask", question="còn cấp xã?", conversation_id=answer["conversation_id"])
    assert further["figures"][0]["value_text"] == "118"

    found = await call(client, "find_figures", code="3.1.3", report_ids=[SEED_ID])
    assert [figure["value_text"] for figure in found["items"]] == ["1.695"]
    compared = await call(
        client, "compare_figures", words="tổng số TTHC đang có hiệu lực", issuers=["UBND tỉnh Sơn La"]
    )
    assert [cell["period"] for cell in compared["cells"]] == ["Q1", "H1"] and compared["differences"]
    listed = await call(client, "list_reports", year=2021)
    assert listed["total"] == 3

    text = SEED_ID, (await read(client, f"report://{SEED_ID}/text"))
    section = await call(client, "read_section", report_id=SEED_ID, section="I.2.2.2")
    assert "Cải cách thủ tục hành chính" in section["title"]
    assert text[1][section["start"] : section["end"]] == section["text"]
    resources = (await client.list_resources()).resources
    assert {f"report://{SEED_ID}/text"} <= {str(resource.uri) for resource in resources} and len(resources) == 3
    (template,) = (await client.list_resource_templates()).resource_templates
    assert template.uri_template == "report://{report_id}/text"


async def call(client: Client, tool: str, **arguments: Any) -> dict[str, Any]:
    result = await client.call_tool(tool, arguments)
    assert not result.is_error, result.content
    assert result.structured_content is not None
    return result.structured_content


async def read(client: Client, uri: str) -> str:
    (content,) = (await client.read_resource(uri)).contents
    assert isinstance(content, TextResourceContents)
    return content.text


async def refusal(client: Client, tool: str, **arguments: Any) -> str:
    result = await client.call_tool(tool, arguments)
    assert result.is_error and isinstance(result.content[0], TextContent)
    return result.content[0].text


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_an_assistant_reads_over_http(service: Service, mode: str) -> None:
    over_http(service, everything, mode)


def test_an_assistant_reads_over_a_pipe(service: Service) -> None:
    over_a_pipe(service, everything)


async def wrong_uses(client: Client) -> None:
    assert "Hãy nhập câu hỏi" in await refusal(client, "ask", question=" ")
    assert "2000" in await refusal(client, "ask", question="thủ tục " * 600)
    assert "cuộc trò chuyện" in await refusal(client, "ask", question="còn cấp xã?", conversation_id="không-có")
    assert "chỉ tiêu" in await refusal(client, "compare_figures")
    assert "Không có báo cáo này" in await refusal(client, "read_section", report_id="../etc", section="I")
    assert "I.2.2.2" in await refusal(client, "read_section", report_id=SEED_ID, section="không-có")
    assert "limit" in await refusal(client, "list_reports", limit=100_000)
    with pytest.raises(MCPError):
        await client.read_resource("report://khong-co/text")
    with pytest.raises(MCPError):
        await client.read_resource("file:///etc/passwd")


def test_what_cannot_be_done_is_told_in_a_sentence(service: Service) -> None:
    over_http(service, wrong_uses)
    over_a_pipe(service, wrong_uses)


def test_a_pipe_without_a_service_says_so(service: Service) -> None:
    async def use(client: Client) -> None:
        with pytest.raises(MCPError, match="cchc serve"):
            await client.list_tools()

    over_a_pipe(service, use, CCHC_API_URL="http://127.0.0.1:9")


def test_a_pipe_with_a_wrong_key_says_so(service: Service) -> None:
    async def use(client: Client) -> None:
        with pytest.raises(MCPError, match="Khóa API không đúng"):
            await client.list_tools()

    over_a_pipe(service, use, CCHC_API_KEY="sai")


def test_the_same_keys_and_limits_hold(service: Service, client: httpx.Client) -> None:
    hello = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    accept = {"Accept": "application/json, text/event-stream"}
    wrong = client.post("/mcp", json=hello, headers={**accept, "Authorization": "Bearer sai"})
    assert wrong.status_code == 401 and wrong.json()["error"]["code"] == "unauthorized"
    assert client.get("/mcp").status_code == 405
    for foreign in ({"Origin": "https://example.com"}, {"Host": "example.com"}):
        assert client.post("/mcp", json=hello, headers={**accept, **foreign}).status_code in (403, 421)
    assert client.post("/mcp", content=b"x" * 2_000_000, headers=accept).status_code == 413
    assert client.post("/mcp", json=hello, headers=accept).status_code == 200


def test_a_key_is_asked_for_where_one_is_needed(service: Service, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The same over a second service, which asks for keys: none, a wrong one, and the bridge with the right one."""
    data = tmp_path_factory.mktemp("keyed") / "data"
    shutil.copytree(service.data, data, symlinks=True, ignore=shutil.ignore_patterns("run", "*.log"))
    with Service(data, require_key="true") as keyed:
        with keyed.client() as client:
            assert client.post("/mcp", json={}).status_code == 401

        async def use(client: Client) -> None:
            assert (await call(client, "list_reports"))["total"] == 3

        over_a_pipe(keyed, use, CCHC_API_KEY=keyed.key)

        async def over_http_with_a_key() -> None:
            async with (
                httpx2.AsyncClient(headers={"Authorization": f"Bearer {keyed.key}"}, trust_env=False) as http,
                Client(streamable_http_client(f"{keyed.url}/mcp", http_client=http)) as client,
            ):
                await use(client)

        asyncio.run(over_http_with_a_key())
