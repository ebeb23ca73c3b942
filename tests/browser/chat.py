"""What a reader does in the chat."""

from __future__ import annotations

import os

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import ROOT

PICTURES = ROOT / "docs" / "images"


def open_chat(page: Page) -> None:
    page.goto("/")
    expect(page.get_by_role("heading", name="Hỏi đáp báo cáo cải cách hành chính")).to_be_visible()


def turn(page: Page, number: int) -> Locator:
    """The answer to the conversation's n-th question, from 1."""
    return page.locator(f".st-key-turn-{number}")


def type_question(page: Page, question: str) -> None:
    box = page.get_by_role("textbox", name="Hỏi về số liệu")
    box.fill(question)
    box.press("Enter")


def ask(page: Page, question: str) -> Locator:
    """Ask and wait for the whole answer."""
    asked = page.locator(".question").count()
    type_question(page, question)
    answer = turn(page, asked + 1)
    expect(answer.locator(".answer")).to_be_visible()
    return answer


def keep_picture(page: Page, name: str) -> None:
    """What a test sees, for the README; written where CCHC_SCREENSHOTS is set."""
    if os.environ.get("CCHC_SCREENSHOTS"):
        PICTURES.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=PICTURES / f"{name}.png")
