"""The service goes away and comes back while a reader has the page open."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.chat import ask, open_chat, turn, type_question
from tests.browser.conftest import Running


def test_the_page_says_that_the_service_is_away_and_answers_when_it_is_back(page: Page, running: Running) -> None:
    open_chat(page)
    ask(page, "Số TTHC cấp huyện đang có hiệu lực?")
    running.stop("serve")
    try:
        expect(page.get_by_role("alert")).to_contain_text("đang tạm dừng hoặc khởi động lại")
        type_question(page, "Còn cấp xã?")
        expect(page.locator(".thinking")).to_contain_text("đang chờ dịch vụ trở lại")
    finally:
        running.start("serve")
    expect(turn(page, 2).locator(".figure-value")).to_contain_text("118")
    expect(page.get_by_role("alert")).to_have_count(0)


def test_a_page_opened_while_the_service_is_away_fills_itself_later(page: Page, running: Running) -> None:
    running.stop("serve")
    try:
        page.goto("/bao-cao")
        expect(page.get_by_role("alert")).to_contain_text("Trang sẽ tự kết nối lại")
    finally:
        running.start("serve")
    expect(page.get_by_text("203/BC-UBND · UBND tỉnh Sơn La")).to_be_visible()
