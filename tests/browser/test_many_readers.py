"""Twenty readers at once, each in a browser of their own."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.chat import open_chat, turn, type_question
from tests.browser.conftest import Running, new_context

_READERS = 20
_MOST_MB = 30


@pytest.mark.slow
def test_twenty_readers_ask_at_once(chromium: Browser, running: Running, capsys: pytest.CaptureFixture[str]) -> None:
    """Every one is answered, the log holds no fault, and a reader costs the chat little memory."""
    contexts = [new_context(chromium, running.url) for _ in range(_READERS)]
    try:
        first = contexts[0].new_page()
        open_chat(first)
        before = _resident_mb(running.pid("ui"))
        pages = [context.new_page() for context in contexts]
        for page in pages:
            open_chat(page)
        for page in pages:
            type_question(page, "Số TTHC cấp huyện đang có hiệu lực?")
        for page in pages:
            expect(turn(page, 1).locator(".figure-value")).to_contain_text("235", timeout=60_000)
        for page in pages:
            type_question(page, "Còn cấp xã?")
        for page in pages:
            expect(turn(page, 2).locator(".figure-value")).to_contain_text("118", timeout=60_000)
        each = (_resident_mb(running.pid("ui")) - before) / _READERS
    finally:
        for context in contexts:
            context.close()
    with capsys.disabled():
        sys.stdout.write(f"\n{_READERS} readers at once: {each:.1f} MB of the chat's memory each\n")
    log = (running.data / "ui.log").read_text(encoding="utf-8", errors="replace")
    assert "Traceback" not in log
    assert "page_failed" not in log
    assert each < _MOST_MB


def _resident_mb(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024
