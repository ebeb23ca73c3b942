"""Scans and PDFs: the page with the words boxed, figures that say nobody has looked at them, and looking at them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.chat import ask, keep_picture, open_chat
from tests.browser.conftest import Running
from tests.cut import DIGITAL, SCAN, cut
from tests.running import finished, upload

SCANNED, PRINTED = "187/BC-UBND", "188/BC-UBND"


@pytest.fixture(scope="module")
def pages(running: Running, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One page of an appendix as a scan and one as print, each a report of its own for as long as these tests run."""
    folder = tmp_path_factory.mktemp("pages")
    added = []
    with running.operator() as client:
        for source, page, number in ((SCAN, 3, SCANNED), (DIGITAL, 16, PRINTED)):
            sent = upload(client, cut(source, [page], folder / f"{number.replace('/', '-')}.pdf"))
            job = finished(client, sent.raise_for_status().json()["id"], seconds=300)
            assert job["state"] == "done", job
            added.append(job["report_id"])
        yield running
        for report_id in added:
            client.delete(f"/v1/reports/{report_id}").raise_for_status()


def _shown(picture: Locator, least: int) -> None:
    """It is there, loaded, and at least so many pixels wide."""
    expect(picture).to_be_visible()
    expect(picture).to_have_js_property("complete", True)
    assert picture.evaluate("(image) => image.naturalWidth") >= least


@pytest.mark.parametrize("number", [SCANNED, PRINTED])
def test_a_citation_opens_the_page_with_the_quote_boxed(page: Page, pages: Running, number: str) -> None:
    open_chat(page)
    answer = ask(page, f"Số TTHC cấp xã theo báo cáo {number}?")
    expect(answer.locator(".figure-value")).to_contain_text("118")
    picture = answer.locator("figure.page img")
    expect(picture).to_be_hidden()
    answer.locator(".answer .chip").first.press("Enter")
    _shown(picture, 800)
    box = answer.locator("figure.page .box").first
    expect(box).to_be_in_viewport()
    size = box.evaluate(
        "(box) => [box.offsetWidth / box.parentElement.offsetWidth, box.offsetHeight / box.parentElement.offsetHeight]"
    )
    assert 0.05 < size[0] < 0.95
    assert 0.005 < size[1] < 0.2
    if number == SCANNED:
        keep_picture(page, "scan")


def test_an_appendix_stands_beside_its_page_and_a_row_turns_to_its_place(page: Page, pages: Running) -> None:
    page.goto("/so-lieu")
    page.get_by_role("tab", name="Cả phụ lục").click()
    page.get_by_role("combobox", name="Báo cáo").click()
    page.get_by_role("option", name=SCANNED).click()
    row = page.locator("table.data tr", has_text="Số TTHC cấp huyện")
    row.get_by_role("button", name="Xem trang 1").click()
    _shown(page.locator("figure.page img"), 800)
    expect(page.locator("figure.page .box").first).to_be_in_viewport()
    expect(row).to_have_class(re.compile("turned"))


def test_an_operator_compares_a_scanned_figure_with_its_cell(page: Page, pages: Running) -> None:
    """The figure says that nobody has looked at it, the operator looks and corrects it, and then it says that."""
    chat = page.context.new_page()
    open_chat(chat)
    question = f"Số TTHC cấp huyện theo báo cáo {SCANNED}?"
    expect(ask(chat, question).locator(".figure .badge.unsure")).to_have_text("Chưa soát bản quét")

    page.goto("/bao-cao")
    page.get_by_text(SCANNED).first.click()
    expect(page.get_by_text("Đề mục và lời văn")).to_be_visible()
    expect(page.get_by_text("Soát số liệu đọc từ bản quét")).to_have_count(0)
    page.get_by_role("button", name="Dành cho người điều hành").click()
    page.get_by_label("Khoá điều hành").fill(pages.operator_key)
    page.get_by_role("button", name="Đăng nhập").click()
    item = page.locator("[class*=st-key-item-]", has_text="Số TTHC cấp huyện")
    _shown(item.locator("img"), 50)
    expect(item.get_by_role("textbox")).to_have_value("235")
    item.get_by_role("textbox").fill("236")
    item.get_by_role("button", name="Xác nhận").click()
    expect(item).to_have_count(0)

    corrected = ask(chat, question)
    expect(corrected.locator(".figure-value")).to_contain_text("236")
    expect(corrected.locator(".figure .badge.checked")).to_be_visible()
    expect(corrected.locator(".figure-scan")).to_contain_text("máy đọc là “235”")
