"""Asking in the browser, from the first question to the exported conversation."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

from docx import Document
from playwright.sync_api import Browser, Page, expect

from tests.browser.chat import ask, keep_picture, open_chat, turn
from tests.browser.conftest import Running, new_context


def test_ask_see_the_figure_open_its_citation_follow_up_and_start_anew(page: Page) -> None:
    open_chat(page)
    page.get_by_role("button", name="Số TTHC cấp huyện đang có hiệu lực?").click()
    first = turn(page, 1)
    expect(first.locator(".figure-value")).to_have_text(re.compile(r"^235\s+thủ tục$"))
    expect(first.locator(".figure-name")).to_have_text("Số TTHC cấp huyện")
    expect(first.locator(".figure-source")).to_contain_text("203/BC-UBND · UBND tỉnh Sơn La · 6 tháng đầu năm 2021")

    citation = first.locator("details.citation")
    expect(citation.locator("mark").first).to_be_hidden()
    first.locator(".answer .chip").first.click()
    expect(citation.locator("mark", has_text="235")).to_be_visible()
    expect(citation.locator("td", has_text="Tổng số TTHC đang có hiệu lực")).to_be_visible()

    second = ask(page, "Còn cấp xã?")
    expect(second.locator(".figure-value")).to_have_text(re.compile(r"^118\s+thủ tục$"))

    page.get_by_role("button", name="Cuộc trò chuyện mới").click()
    expect(page.locator(".welcome")).to_be_visible()
    expect(page.locator(".question")).to_have_count(0)
    page.get_by_test_id("stSidebar").get_by_role("button", name="Số TTHC cấp huyện").click()
    expect(page.locator(".question")).to_have_count(2)


def test_a_reload_keeps_the_conversation_and_the_question_box_the_focus(page: Page) -> None:
    open_chat(page)
    ask(page, "Số TTHC cấp tỉnh đang có hiệu lực?")
    expect(page.get_by_role("textbox", name="Hỏi về số liệu")).to_be_focused()
    page.reload()
    expect(turn(page, 1).locator(".figure-value")).to_contain_text("1.342")
    second = ask(page, "Còn cấp xã?")
    expect(second.locator(".figure-value")).to_contain_text("118")


def test_a_calculation_shows_its_expression(page: Page) -> None:
    open_chat(page)
    answer = ask(page, "Tỷ lệ hoàn thành nhiệm vụ của kế hoạch CCHC?")
    calculated = answer.locator(".calculated")
    expect(calculated.locator(".figure-value")).to_have_text("44,68%")
    expect(calculated.locator(".expression")).to_have_text("42 / 94 × 100 = 44,68%")


def test_sources_that_disagree_are_named(page: Page) -> None:
    open_chat(page)
    answer = ask(page, "Số VBQPPL đã kiểm tra theo thẩm quyền?")
    expect(answer.locator(".figure-value")).to_contain_text("33")
    expect(answer.locator(".conflict")).to_contain_text("Các nguồn không khớp nhau")
    answer.locator(".conflict .chip").nth(1).click()
    expect(answer.locator("details[open] mark")).to_contain_text("11 văn bản QPPL")


def test_a_clarification_is_answered_by_a_button(page: Page) -> None:
    open_chat(page)
    ask(page, "Chỉ tiêu 1.1.1 là bao nhiêu?")
    asking_back = turn(page, 1)
    expect(asking_back.locator(".figure, .citation")).to_have_count(0)
    expect(asking_back.get_by_role("button", name="Số sở, ngành đã kiểm tra")).to_be_visible()
    asking_back.get_by_role("button", name="Số nhiệm vụ đề ra trong kế hoạch").click()
    expect(turn(page, 2).locator(".figure-value")).to_contain_text("94")


def test_what_is_not_loaded_is_said_without_a_figure(page: Page) -> None:
    open_chat(page)
    answer = ask(page, "Cao Bằng có bao nhiêu TTHC?")
    expect(answer.locator(".answer.no_evidence")).to_contain_text("Cao Bằng")
    expect(answer.locator(".answer.no_evidence")).to_contain_text("Sơn La")
    expect(answer.locator(".figure, .citation")).to_have_count(0)
    answer.get_by_role("button", name="Tổng số TTHC đang có hiệu lực").click()
    expect(turn(page, 2).locator(".figure-value")).to_contain_text("1.695")


def test_filters_are_visible_while_they_restrict(page: Page) -> None:
    open_chat(page)
    page.get_by_role("combobox", name="Năm").click()
    page.get_by_role("option", name="2021").click()
    page.keyboard.press("Escape")
    restriction = page.locator(".st-key-restriction")
    expect(restriction).to_contain_text("Chỉ hỏi trong: 2021")
    restriction.get_by_role("button", name="Bỏ giới hạn").click()
    expect(restriction).to_have_count(0)


def test_an_answer_is_rated_with_a_reason(page: Page) -> None:
    open_chat(page)
    answer = ask(page, "Số TTHC cấp xã đang có hiệu lực?")
    answer.get_by_role("button", name="Chưa đúng").click()
    page.get_by_role("button", name="Sai số liệu").click()
    page.get_by_label("Nói rõ thêm").fill("Thử góp ý")
    page.get_by_role("button", name="Gửi góp ý").click()
    expect(answer.locator(".rated")).to_contain_text("chưa đúng")


def test_an_answer_is_copied_with_its_sources(page: Page, running: Running) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=running.url)
    open_chat(page)
    ask(page, "Số TTHC cấp huyện đang có hiệu lực?").get_by_role("button", name="Sao chép kèm nguồn").click()
    expect(page.get_by_role("button", name="Đã sao chép")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "235 thủ tục [1]" in copied
    assert re.search(r"\[1\] 203/BC-UBND, .*“.*235.*”", copied)


def test_a_conversation_is_exported_with_its_citations(page: Page) -> None:
    open_chat(page)
    ask(page, "Số TTHC cấp huyện đang có hiệu lực?")
    page.get_by_role("button", name="Lưu, sửa").click()
    with page.expect_download() as word:
        page.get_by_role("link", name="Tải về dạng Word").click()
    with page.expect_download() as markdown:
        page.get_by_role("link", name="Tải về dạng Markdown").click()
    document = Document(BytesIO(Path(word.value.path()).read_bytes()))
    assert [cell.text for cell in document.tables[0].rows[1].cells][:3] == ["Số TTHC cấp huyện", "235", "thủ tục"]
    assert any(paragraph.text.startswith("[1] 203/BC-UBND") for paragraph in document.paragraphs)
    assert "203/BC-UBND" in Path(markdown.value.path()).read_text(encoding="utf-8")


def test_a_conversation_is_renamed_and_deleted(page: Page) -> None:
    open_chat(page)
    ask(page, "Số TTHC cấp xã đang có hiệu lực?")
    page.get_by_role("button", name="Lưu, sửa").click()
    page.get_by_label("Đổi tên").fill("Thủ tục cấp xã")
    page.get_by_role("button", name="Lưu tên").click()
    expect(page.locator(".conversation-title")).to_have_text("Thủ tục cấp xã")
    page.get_by_role("button", name="Xoá cuộc trò chuyện").click()
    page.get_by_role("dialog").get_by_role("button", name="Xoá", exact=True).click()
    expect(page.locator(".welcome")).to_be_visible()
    expect(page.get_by_test_id("stSidebar").get_by_role("button", name="Thủ tục cấp xã")).to_have_count(0)


def test_a_link_opens_a_conversation_for_another_reader_who_goes_on_in_a_copy(
    page: Page, chromium: Browser, running: Running
) -> None:
    open_chat(page)
    ask(page, "Số TTHC cấp huyện đang có hiệu lực?")
    other = new_context(chromium, running.url)
    try:
        theirs = other.new_page()
        theirs.goto(page.url)
        expect(turn(theirs, 1).locator(".figure-value")).to_contain_text("235")
        answer = ask(theirs, "Còn cấp xã?")
        expect(answer.locator(".figure-value")).to_contain_text("118")
        assert theirs.url != page.url
    finally:
        other.close()
    page.reload()
    expect(page.locator(".question")).to_have_count(1)


def test_the_page_is_vietnamese(page: Page) -> None:
    open_chat(page)
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    names = page.evaluate(
        "[...document.querySelectorAll('[aria-label]')].map((element) => element.getAttribute('aria-label'))"
    )
    spoken = " ".join([page.locator("body").inner_text(), *names])
    for english in ("Skip to", "Sidebar", "Send message", "Open", "Close", "Deploy", "Running", "Choose"):
        assert english not in spoken


def test_the_readmes_picture(chromium: Browser, running: Running) -> None:
    context = new_context(chromium, running.url, height=1120)
    try:
        page = context.new_page()
        open_chat(page)
        answer = ask(page, "Số TTHC cấp huyện đang có hiệu lực?")
        answer.locator(".answer .chip").first.click()
        page.locator(".question").evaluate("(question) => question.scrollIntoView()")
        expect(answer.locator(".figure-value")).to_be_in_viewport()
        expect(answer.locator("details.citation mark", has_text="235")).to_be_in_viewport()
        expect(page.locator(".citation.found")).to_have_count(0)
        keep_picture(page, "chat")
    finally:
        context.close()
