"""The chat API of OpenAI against its official client, LangChain's and curl, over real HTTP."""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
from langchain_core.messages import AIMessage, HumanMessage
from langchain_openai import ChatOpenAI
from tokenizers import Tokenizer

from tests.running import QUESTION, Service

HISTORY: list[Any] = [
    {"role": "system", "content": "Bạn là trợ lý."},
    {"role": "user", "content": QUESTION},
    {"role": "assistant", "content": "235 thủ tục [1]."},
    {"role": "user", "content": "còn cấp xã?"},
]


@pytest.fixture
def official(service: Service) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{service.url}/v1", api_key="chat", http_client=_http(), max_retries=0) as client:
        yield client


def _http() -> httpx.Client:
    return httpx.Client(trust_env=False, event_hooks={"request": [_no_key]})


def _no_key(request: httpx.Request) -> None:
    """The client can't be without a key, and a wrong one is refused."""
    del request.headers["Authorization"]


def test_the_official_client_asks(official: openai.OpenAI, service: Service) -> None:
    answer = official.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": QUESTION}])
    text = answer.choices[0].message.content or ""
    assert "**235** thủ tục [1]" in text and answer.choices[0].finish_reason == "stop"
    extra: Any = answer
    assert extra.status == "answered"
    assert extra.figures[0]["value_text"] == "235" and extra.citations[0]["id"] == 1
    assert "Nguồn:" in text and "[1] 203/BC-UBND" in text
    assert text.endswith("“Số TTHC cấp huyện: · Thủ tục · 235”"), "to be read as it is, without Markdown's backslashes"
    tokenizer = Tokenizer.from_file(str(next((service.data / "encoder").glob("*/tokenizer.json"))))
    assert answer.usage is not None
    assert answer.usage.prompt_tokens == len(tokenizer.encode(QUESTION, add_special_tokens=False))
    assert answer.usage.completion_tokens == len(tokenizer.encode(text, add_special_tokens=False))
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens


def test_the_official_client_streams(official: openai.OpenAI) -> None:
    whole = official.chat.completions.create(model="cchc", messages=HISTORY)
    assert "118" in (whole.choices[0].message.content or "")
    stream = official.chat.completions.create(
        model="cchc", messages=HISTORY, stream=True, stream_options={"include_usage": True}
    )
    chunks: list[Any] = list(stream)
    pieces = [chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices]
    assert "".join(pieces) == whole.choices[0].message.content and len(pieces) > 5
    assert chunks[0].choices[0].delta.role == "assistant"
    assert [c.choices[0].finish_reason for c in chunks if c.choices][-1] == "stop"
    assert chunks[-1].usage == whole.usage and not chunks[-1].choices
    assert all(chunk.status == "answered" for chunk in chunks)
    for chunk in (chunks[0], chunks[-2]):
        assert chunk.citations and chunk.figures[0]["value_text"] == "118"
    assert all(hasattr(chunk, "citations") and hasattr(chunk, "figures") for chunk in chunks)
    plain = official.chat.completions.create(model="cchc", messages=HISTORY, stream=True)
    assert all(chunk.usage is None for chunk in plain)


async def _ask_async(url: str, stream: bool) -> str:
    http = httpx.AsyncClient(trust_env=False, event_hooks={"request": [_no_key_async]})
    async with openai.AsyncOpenAI(base_url=f"{url}/v1", api_key="chat", http_client=http) as client:
        if not stream:
            answer = await client.chat.completions.create(model="cchc", messages=HISTORY)
            return answer.choices[0].message.content or ""
        text = ""
        async for chunk in await client.chat.completions.create(model="cchc", messages=HISTORY, stream=True):
            text += chunk.choices[0].delta.content or ""
        return text


async def _no_key_async(request: httpx.Request) -> None:
    _no_key(request)


def test_the_official_async_client_asks_and_streams(service: Service) -> None:
    whole, streamed = (asyncio.run(_ask_async(service.url, stream)) for stream in (False, True))
    assert whole == streamed and "118" in whole


def test_models_are_listed(official: openai.OpenAI) -> None:
    assert [model.id for model in official.models.list()] == ["cchc"]
    assert official.models.retrieve("cchc").owned_by
    with pytest.raises(openai.NotFoundError) as refused:
        official.models.retrieve("gpt-4o")
    assert refused.value.code == "not_found" and refused.value.type == "not_found_error"


def test_content_parts_and_unknown_fields_are_taken(official: openai.OpenAI) -> None:
    parts: list[Any] = [
        {"type": "text", "text": "Số TTHC cấp huyện"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
        {"type": "text", "text": "đang có hiệu lực?"},
    ]
    answer = official.chat.completions.create(
        model="cchc", messages=[{"role": "user", "content": parts}], temperature=1.5, n=1, seed=7, user="ai đó", stop=["."],
        max_tokens=5, top_p=0.1, response_format={"type": "text"}, tool_choice="none", extra_body={"foo": [1, {"a": None}]},
    )  # fmt: skip
    assert "235" in (answer.choices[0].message.content or "")


def test_what_the_reports_do_not_say_has_the_extra_fields_too(official: openai.OpenAI) -> None:
    messages: list[Any] = [{"role": "user", "content": "Ai là chủ tịch hội phụ nữ tỉnh Cà Mau năm 1990?"}]
    answer: Any = official.chat.completions.create(model="cchc", messages=messages)
    assert (answer.status, answer.citations, answer.figures) == ("no_evidence", [], [])
    assert "Nguồn:" not in answer.choices[0].message.content


@pytest.mark.parametrize(
    ("messages", "error", "code"),
    [
        ([], openai.BadRequestError, "invalid_fields"),
        ([{"role": "system", "content": "x"}], openai.BadRequestError, "invalid_fields"),
        ([{"role": "user", "content": "  "}], openai.BadRequestError, "invalid_fields"),
        ([{"role": "user", "content": 5}], openai.BadRequestError, "invalid_fields"),
        ([{"role": "user", "content": "thủ tục " * 600}], openai.APIStatusError, "too_large"),
    ],
)
def test_errors_have_openais_shape(
    official: openai.OpenAI, messages: list[Any], error: type[openai.APIStatusError], code: str
) -> None:
    for stream in (False, True):
        with pytest.raises(error) as refused:
            official.chat.completions.create(model="cchc", messages=messages, stream=stream)
        assert refused.value.code == code and refused.value.type == "invalid_request_error"
        assert set(refused.value.response.json()["error"]) == {"message", "type", "param", "code"}


def test_an_error_names_the_field_as_its_caller_wrote_it(official: openai.OpenAI) -> None:
    wrong: list[Any] = [{"role": "user", "content": 5}]
    with pytest.raises(openai.BadRequestError) as refused:
        official.chat.completions.create(model="cchc", messages=wrong)
    assert refused.value.param == "messages.0.content"
    assert refused.value.body["message"].count("messages.0.content") == 1  # type: ignore[index]


def test_errors_from_outside_the_route_have_openais_shape(client: httpx.Client, service: Service) -> None:
    url = "/v1/chat/completions"
    found = [
        client.get(url),
        client.post(url, content=b"{"),
        client.post(url, content=b"x" * 2_000_000),
        client.post(url, json={}, headers={"Authorization": "Bearer sai"}),
        client.get("/v1/models/x"),
    ]
    assert [response.status_code for response in found] == [405, 400, 413, 401, 404]
    for response in found:
        assert set(response.json()["error"]) == {"message", "type", "param", "code"}
    wrong = openai.OpenAI(base_url=f"{service.url}/v1", api_key="sai", http_client=httpx.Client(trust_env=False))
    with wrong, pytest.raises(openai.AuthenticationError):
        wrong.chat.completions.create(model="cchc", messages=HISTORY)


def test_langchain_asks_and_streams(service: Service) -> None:
    model = ChatOpenAI(
        base_url=f"{service.url}/v1", api_key=service.key, model="cchc",
        http_client=httpx.Client(trust_env=False), http_async_client=httpx.AsyncClient(trust_env=False),
    )  # fmt: skip
    said = [HumanMessage(QUESTION), AIMessage("235 thủ tục [1]."), HumanMessage("còn cấp xã?")]
    whole = model.invoke(said)
    assert "118" in str(whole.content) and "Nguồn:" in str(whole.content)
    assert whole.usage_metadata and whole.usage_metadata["input_tokens"] > 10
    assert "".join(str(chunk.content) for chunk in model.stream(said)) == whole.content


def test_curl_asks(service: Service, tmp_path: Path) -> None:
    for stream in (False, True):
        body = json.dumps({"model": "cchc", "messages": [{"role": "user", "content": QUESTION}], "stream": stream})
        run = subprocess.run(
            ["curl", "-sN", "--noproxy", "*", f"{service.url}/v1/chat/completions", "-H", f"Authorization: Bearer {service.key}",
             "-H", "Content-Type: application/json", "-d", body],
            capture_output=True, text=True, check=True, timeout=60,
        )  # fmt: skip
        assert "235" in run.stdout
        assert run.stdout.endswith("data: [DONE]\n\n") == stream
