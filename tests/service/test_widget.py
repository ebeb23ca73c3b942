"""The page for other sites over HTTP: what it lets in, what it escapes, and what it says when it can't answer."""

from __future__ import annotations

import re

import httpx
import pytest

from service.schemas import Answer, Citation
from service.widget import page
from tests.running import QUESTION
from tests.service.conftest import PORTAL


def test_it_says_who_may_frame_it_and_runs_nothing(client: httpx.Client) -> None:
    response = client.get("/widget")
    policy = response.headers["content-security-policy"]
    assert f"frame-ancestors {PORTAL}" in policy and "default-src 'none'" in policy and "script-src" not in policy
    assert "x-frame-options" not in response.headers
    assert "<script" not in response.text and "http" not in re.sub(r"<style>.*?</style>", "", response.text, flags=re.S)
    assert client.get("/v1/reports").headers["x-frame-options"] == "DENY"


def test_a_question_is_answered_and_its_conversation_goes_on(client: httpx.Client) -> None:
    first = client.post("/widget", data={"question": QUESTION}).text
    assert "<strong>235</strong>" in first and '<a href="#c1">[1]</a>' in first
    (conversation,) = set(re.findall(r'name="conversation_id" value="([^"]+)"', first))
    second = client.post("/widget", data={"question": "còn cấp xã?", "conversation_id": conversation}).text
    assert "<strong>118</strong>" in second
    assert "<strong>235</strong>" in client.post("/widget", data={"question": QUESTION, "conversation_id": "cũ"}).text


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({}, 422),
        ({"question": " "}, 422),
        ({"question": "x" * 5000}, 413),
        ({"question": "x", "conversation_id": "y" * 999}, 200),
    ],
)
def test_what_cannot_be_asked_is_said_on_the_page(client: httpx.Client, form: dict[str, str], status: int) -> None:
    response = client.post("/widget", data=form)
    assert response.status_code == status and response.headers["content-type"].startswith("text/html")
    assert ('role="alert"' in response.text) == (status != 200)


@pytest.mark.parametrize(
    "content", [b"question=%ED%A0%80", b"question=%00", b"question=%FF%FE", b"question=a&question=b", b"%", b"=" * 1000]
)
def test_strange_forms_get_a_page(client: httpx.Client, content: bytes) -> None:
    response = client.post("/widget", content=content, headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert response.status_code in (200, 422)


def test_nothing_of_a_report_or_a_question_becomes_markup() -> None:
    attack = "<script>alert(1)</script> [x](javascript:alert(1)) ![i](https://a.b/c.png) <https://a.b> \"'> [1]"
    citation = Citation(
        id=1, kind="passage", report_id="r", report_number=attack, report_title=attack, section=attack, section_title=attack,
        page=None, quote=attack, start=0, end=1, score=1.0,
    )  # fmt: skip
    answer = Answer(
        conversation_id='"><b>', status="answered", answer=f"{attack}\n\n# {attack}\n\n    {attack}\n\n- {attack}", figures=[],
        citations=[citation], suggestions=[attack], generation="g", elapsed_ms=0.0,
    )  # fmt: skip
    shown = page(attack, answer, attack)
    tags = set(re.findall(r"<\s*/?\s*([a-z0-9!]+)", shown, flags=re.I))
    assert tags <= {
        "!doctype", "html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "p", "div", "ul", "li", "a", "details",
        "summary", "blockquote", "form", "input", "button", "label",
    }  # fmt: skip
    assert set(re.findall(r'(?<![\w-])(?:href|src|action|on\w+)="([^"]*)"', shown)) == {"#c1"}
