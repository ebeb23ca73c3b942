"""The page for other sites, in an iframe of another origin, in a browser that runs no scripts."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.conftest import WAIT_MS, Running


@contextmanager
def portal(port: int, framed: str) -> Iterator[str]:
    """A province's portal: a page with nothing but the iframe."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(f'<h1>Cổng</h1><iframe src="{framed}" width="700" height="600"></iframe>'.encode())

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def reader(chromium: Browser) -> Iterator[BrowserContext]:
    context = chromium.new_context(java_script_enabled=False, locale="vi-VN", color_scheme="light")
    context.set_default_timeout(WAIT_MS)
    expect.set_options(timeout=WAIT_MS)
    yield context
    context.close()


def test_a_visitor_of_a_portal_asks_and_asks_on(chromium: Browser, running: Running) -> None:
    widget = f"http://127.0.0.1:{running.api_port}/widget"
    with portal(running.portal_port, widget) as url, reader(chromium) as context:
        page = context.new_page()
        page.goto(url)
        frame = page.frame_locator("iframe")
        frame.get_by_label("Câu hỏi").fill("Số TTHC cấp huyện đang có hiệu lực?")
        frame.get_by_role("button", name="Hỏi", exact=True).click()
        expect(frame.locator(".answer strong")).to_have_text("235")
        quote = frame.locator("blockquote")
        expect(quote).to_be_hidden()
        frame.locator(".answer").get_by_role("link", name="[1]").click()
        expect(quote).to_have_text("Số TTHC cấp huyện: | Thủ tục | 235")
        frame.get_by_label("Câu hỏi").fill("còn cấp xã?")
        frame.get_by_role("button", name="Hỏi", exact=True).click()
        expect(frame.locator(".answer strong")).to_have_text("118")
        frame.get_by_label("Câu hỏi").fill("<b>đậm</b><script>alert(1)</script>")
        frame.get_by_role("button", name="Hỏi", exact=True).click()
        expect(frame.locator(".question")).to_have_text("<b>đậm</b><script>alert(1)</script>")
        expect(frame.locator("script")).to_have_count(0)


def test_no_other_site_may_show_it(chromium: Browser, running: Running) -> None:
    widget = f"http://127.0.0.1:{running.api_port}/widget"
    with portal(0, widget) as url, reader(chromium) as context:
        page = context.new_page()
        refused: list[str] = []
        page.on("console", lambda message: refused.append(message.text))
        page.goto(url)
        page.wait_for_timeout(500)
        assert any("frame-ancestors" in text for text in refused)
        expect(page.frame_locator("iframe").get_by_label("Câu hỏi")).to_have_count(0)
