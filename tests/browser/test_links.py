"""Addresses: back and forward, links to a citation and to a view of the figures."""

from __future__ import annotations

from urllib.parse import quote

from playwright.sync_api import Page, expect

from tests.browser.chat import ask, open_chat, turn
from tests.browser.conftest import Running


def test_back_and_forward_go_between_pages_and_conversations(page: Page) -> None:
    open_chat(page)
    ask(page, "Số TTHC cấp huyện đang có hiệu lực?")
    page.go_back()
    expect(page.locator(".welcome")).to_be_visible()
    page.go_forward()
    expect(turn(page, 1).locator(".figure-value")).to_contain_text("235")
    page.get_by_role("link", name="Số liệu").click()
    expect(page.get_by_role("heading", name="Số liệu phụ lục")).to_be_visible()
    page.go_back()
    expect(turn(page, 1).locator(".figure-value")).to_contain_text("235")
    page.get_by_role("link", name="Báo cáo").click()
    expect(page.get_by_role("heading", name="Báo cáo trong kho")).to_be_visible()
    page.get_by_role("link", name="Hỏi đáp").click()
    expect(turn(page, 1).locator(".figure-value")).to_contain_text("235")


def test_a_copied_link_opens_the_citation(page: Page, running: Running) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=running.url)
    open_chat(page)
    answer = ask(page, "Số VBQPPL đã kiểm tra theo thẩm quyền?")
    answer.locator(".answer .chip").nth(1).click()
    answer.locator("details[open]").get_by_role("button", name="Sao chép liên kết").click()
    expect(page.get_by_role("button", name="Đã sao chép")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    assert "#nguon-1-2" in link

    other = page.context.new_page()
    other.goto(link)
    opened = turn(other, 1).locator("details.citation[open]")
    expect(opened).to_have_count(1)
    expect(opened.locator("mark").first).to_be_in_viewport()
    expect(opened.locator("summary")).to_be_focused()


def test_an_address_shows_a_view_of_the_figures(page: Page) -> None:
    page.goto(f"/so-lieu?xem={quote('Đối chiếu')}")
    expect(page.get_by_role("tab", name="Đối chiếu")).to_have_attribute("aria-selected", "true")
    expect(page.locator(".badge.fails").first).to_be_visible()
    page.goto(f"/so-lieu?xem={quote('So sánh')}&chi-tieu={quote('một cửa')}")
    expect(page.get_by_role("textbox", name="Chỉ tiêu")).to_have_value("một cửa")
