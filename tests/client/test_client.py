"""The Python client: its types and methods against the OpenAPI document, and both clients against a real service."""

from __future__ import annotations

import asyncio
import inspect
import subprocess
import sys
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from service.client import AsyncClient, CchcError, Client, calls
from service.client.calls import Call
from tests.client import types
from tests.running import QUESTION, ROOT, SEED, Service

OPENAI = {"/v1/chat/completions", "/v1/models", "/v1/models/{model}"}
ARGUMENTS: dict[str, Any] = {
    "question": "x", "conversation_id": "x", "rating": "up", "report_id": "r", "number": 1, "row": 1, "name": "x", "file": b"x",
    "values": {}, "value_text": "1", "job_id": "j",
}  # fmt: skip


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return types.document()


def made() -> dict[str, Call[Any]]:
    """Each call of the client, with arguments of some kind."""
    found = {}
    for name, make in inspect.getmembers(calls, inspect.isfunction):
        if not name.startswith("_") and "Call[" in str(get_type_hints(make).get("return", "")):
            required = [
                p
                for p in inspect.signature(make).parameters.values()
                if p.default is p.empty and p.kind != p.VAR_KEYWORD
            ]
            found[name] = make(**{p.name: ARGUMENTS[p.name] for p in required})
    return found


def test_the_types_are_those_of_the_document(document: dict[str, Any], tmp_path: Path) -> None:
    written = tmp_path / "types.py"
    written.write_text(types.source(document), "utf-8")
    subprocess.run(
        [sys.executable, "-m", "ruff", "format", "-q", "--config", ROOT / "pyproject.toml", written], check=True
    )
    assert types.FILE.read_text("utf-8") == written.read_text("utf-8"), "write them: python -m tests.client.types"


def test_there_is_a_call_for_every_operation(document: dict[str, Any]) -> None:
    documented = {
        (m.upper(), path) for path, methods in document["paths"].items() for m in methods if path not in OPENAI
    }
    assert {(call.method, call.path) for call in made().values()} == documented


def test_calls_send_what_the_document_takes_and_say_what_it_gives(document: dict[str, Any]) -> None:
    for name, call in made().items():
        operation = document["paths"][call.path][call.method.lower()]
        parameters = {p["name"] for p in operation.get("parameters", ())}
        assert {*call.query, *call.places} <= parameters, name
        if "wanted" in inspect.signature(getattr(calls, name)).parameters:
            assert set(calls.Wanted.__annotations__) <= parameters, name
        if call.body is not None:
            reference = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
            assert set(call.body) <= set(
                document["components"]["schemas"][reference.rpartition("/")[2]]["properties"]
            ), name
        answered = [
            content.get("schema", {}).get("$ref", "").rpartition("/")[2]
            for status, answer in operation["responses"].items() if status < "300"
            for content in answer.get("content", {}).values()
        ]  # fmt: skip
        said = str(get_type_hints(getattr(calls, name))["return"])
        assert all(kind in said for kind in answered if kind), name


def test_both_clients_have_every_call() -> None:
    for name in made():
        assert hasattr(Client, name) and hasattr(AsyncClient, name), name


def test_it_needs_nothing_else_of_the_project() -> None:
    script = "import sys, service.client; print([m for m in sys.modules if m.split('.')[0] in ('service', 'index', 'corpus')])"
    said = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    known = {"service", "service.client", "service.client.calls", "service.client.clients", "service.client.types"}
    assert set(eval(said)) == known


def test_the_client_asks_looks_up_and_is_refused(service: Service) -> None:
    with Client(service.url, service.key, trust_env=False) as client:
        answer = client.ask(QUESTION)
        assert answer["figures"][0]["value_text"] == "235"
        assert client.ask("còn cấp xã?", conversation_id=answer["conversation_id"])["figures"][0]["value_text"] == "118"
        *pieces, whole = client.ask_stream(QUESTION)
        assert isinstance(whole, dict) and "".join(map(str, pieces)) == whole["answer"]
        citation = answer["citations"][0]
        assert client.report_text(citation["report_id"])[citation["start"] : citation["end"]] == citation["quote"]
        assert client.figures(code="3.1.3")["items"][0]["value_text"] == "1.695"
        assert client.compare(q="tổng số TTHC đang có hiệu lực")["cells"]
        assert client.figures_csv(code="3.1.3").startswith(b"\xef\xbb\xbf")
        again = client.add_report(SEED.name, SEED.read_bytes())
        assert again["id"] == citation["report_id"]
        client.feedback(answer["conversation_id"], "up")
        assert client.ready()["status"] == "ready"
        with pytest.raises(CchcError) as refused:
            client.ask("")
        assert (refused.value.status, refused.value.code) == (422, "invalid_fields")
        with pytest.raises(CchcError):
            list(client.ask_stream(""))
    with Client(service.url, trust_env=False) as client, pytest.raises(CchcError) as refused:
        client.reindex()
    assert refused.value.status == 401


def test_the_client_asks_without_waiting(service: Service) -> None:
    async def run() -> None:
        async with AsyncClient(service.url, trust_env=False) as client:
            first, second = await asyncio.gather(client.ask(QUESTION), client.reports())
            assert first["figures"][0]["value_text"] == "235" and second["items"]
            said = [piece async for piece in client.ask_stream(QUESTION)]
            assert isinstance(said[-1], dict) and "".join(map(str, said[:-1])) == said[-1]["answer"]
            with pytest.raises(CchcError):
                await client.report("khong-co")

    asyncio.run(run())
