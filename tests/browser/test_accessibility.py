"""Every page under axe-core in both themes and in Vietnamese throughout, the keyboard alone, and letters that the page's own font must hold."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.chat import ask, open_chat
from tests.browser.conftest import Running, new_context

_GRAVE = ("serious", "critical")
_ENGLISH = re.compile(
    r"\b(?:the|and|of|files?|upload|browse|select\w*|open|close|loading|search|clear|show|hide|delete|download|choose|options?"
    r"|results?|error|running|stop|rerun|settings|view|more|less|column|sort|password|drag|drop|click|copy|press|apply"
    r"|remove|expand|collapse|sidebar|menu|toolbar|deploy|add|next|previous|no|yes)\b",
    re.I,
)
_SHOWN = """() => {
  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const around = texts.currentNode.parentElement;
    if (around.checkVisibility() && !around.closest("script, style, noscript, [data-testid^=stIcon]"))
      found.push(texts.currentNode.data);
  }
  const names = ["aria-label", "title", "placeholder", "alt"];
  for (const name of names)
    document.querySelectorAll(`[${name}]`).forEach((element) => found.push(element.getAttribute(name)));
  return found;
}"""
"""What a page says, to eyes and to screen readers; the names of icons are drawn, not said."""


def _answered(page: Page) -> None:
    open_chat(page)
    answer = ask(page, "Số VBQPPL đã kiểm tra theo thẩm quyền?")
    answer.locator(".answer .chip").first.click()


def _refused(page: Page) -> None:
    open_chat(page)
    ask(page, "Cao Bằng có bao nhiêu TTHC?")
    page.get_by_role("button", name="Lưu, sửa").click()
    expect(page.get_by_role("link", name="Tải về dạng Word")).to_be_visible()


def _figures(view: str) -> Callable[[Page], None]:
    def open_view(page: Page) -> None:
        page.goto("/so-lieu")
        page.get_by_role("tab", name=view).click()
        expect(page.get_by_role("tabpanel").locator(".stHtml").first).to_be_visible()
        page.wait_for_load_state("networkidle")

    return open_view


def _report(page: Page) -> None:
    page.goto("/bao-cao")
    expect(page.get_by_text("Tải tệp gốc")).to_be_visible()


def _operator(running: Running) -> Callable[[Page], None]:
    def sign_in(page: Page) -> None:
        page.goto("/bao-cao")
        page.get_by_role("button", name="Dành cho người điều hành").click()
        page.get_by_label("Khoá điều hành").fill(running.operator_key)
        page.get_by_role("button", name="Đăng nhập").click()
        page.get_by_text("Lịch sử công việc").click()
        expect(page.get_by_role("cell", name="Xong").first).to_be_visible()

    return sign_in


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_no_page_has_a_serious_finding(chromium: Browser, running: Running, scheme: str) -> None:
    """In the dark theme, the views that between them hold every kind of thing."""
    views: dict[str, Callable[[Page], None]] = {
        "empty": open_chat,
        "answered": _answered,
        "refused, with its menu": _refused,
        "search": _figures("Tìm chỉ tiêu"),
        "compare": _figures("So sánh"),
        "appendix": _figures("Cả phụ lục"),
        "checks": _figures("Đối chiếu"),
        "reports": _report,
        "operator": _operator(running),
    }
    if scheme == "dark":
        views = {name: views[name] for name in ("answered", "refused, with its menu", "compare", "checks", "operator")}
    context = new_context(chromium, running.url, scheme=scheme)
    found: list[str] = []
    try:
        page = context.new_page()
        for name, show in views.items():
            show(page)
            found += [f"{name}: English: {text}" for text in page.evaluate(_SHOWN) if _ENGLISH.search(text)]
            # Colours fade in and out; their contrast is that of the colours they arrive at.
            page.add_style_tag(
                content="*, *::before, *::after { transition: none !important; animation: none !important; }"
            )
            results = Axe().run(page).response["violations"]
            found += [
                f"{name}: {finding['id']}: {node['html'][:200]} | {node['failureSummary']}"
                for finding in results
                if finding["impact"] in _GRAVE
                for node in finding["nodes"]
            ]
    finally:
        context.close()
    assert found == []


def test_the_keyboard_asks_opens_a_source_and_goes_on(page: Page) -> None:
    open_chat(page)
    page.get_by_role("textbox", name="Hỏi về số liệu").focus()
    page.keyboard.type("Số TTHC cấp huyện đang có hiệu lực?")
    page.keyboard.press("Enter")
    expect(page.locator(".figure-value")).to_contain_text("235")
    expect(page.get_by_role("textbox", name="Hỏi về số liệu")).to_be_focused()
    for _ in range(40):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.matches('.answer .chip')"):
            break
    page.keyboard.press("Enter")
    expect(page.locator("details.citation[open] mark", has_text="235")).to_be_visible()
    expect(page.locator("details.citation summary")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("details.citation[open]")).to_have_count(0)


def test_the_keyboard_reaches_every_control(page: Page) -> None:
    """Tab from the top comes by everything that can be clicked, and comes round."""
    open_chat(page)
    ask(page, "Số TTHC cấp huyện đang có hiệu lực?")
    page.evaluate("document.activeElement.blur(); document.body.focus()")
    reached: list[str] = []
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate("(document.activeElement.innerText || document.activeElement.ariaLabel || '').trim()")
        )
    spoken = "\n".join(reached)
    for control in (
        "Hỏi đáp",
        "Số liệu",
        "Báo cáo",
        "Cuộc trò chuyện mới",
        "Lưu, sửa",
        "Sao chép kèm nguồn",
        "Hữu ích",
        "Chưa đúng",
    ):
        assert control in spoken, control


def test_every_vietnamese_letter_is_of_the_pages_own_font(page: Page) -> None:
    """Chromium says which font it drew each element with; a letter that the font lacks would bring in another."""
    open_chat(page)
    vowels = "aăâeêioôơuưy"
    letters = "".join(
        vowel + mark for vowel in vowels for mark in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
    )
    page.evaluate(
        "(text) => { const line = document.createElement('p'); line.id = 'letters'; "
        "line.textContent = text.normalize('NFC') + ' ' + text.normalize('NFC').toUpperCase() + ' đĐ₫ “”…–·›';"
        "document.querySelector('.welcome').append(line); }",
        letters,
    )
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    node = session.send("DOM.querySelector", {"nodeId": root, "selector": "#letters"})["nodeId"]
    fonts = session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]
    assert [font["isCustomFont"] for font in fonts] == [True], fonts
