"""The page of figures: search as you type, a whole appendix, comparison, files."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.browser.chat import keep_picture


def test_search_as_you_type_finds_an_indicator(page: Page) -> None:
    page.goto("/so-lieu")
    page.get_by_label("Tên hoặc mã chỉ tiêu").press_sequentially("TTHC cấp huyện")
    row = page.locator("table.data tr", has_text="Số TTHC cấp huyện")
    expect(row.locator("td.number").first).to_have_text("235")


def test_a_whole_appendix_is_shown_as_printed(page: Page) -> None:
    page.goto("/so-lieu")
    page.get_by_role("tab", name="Cả phụ lục").click()
    expect(page.locator("table.data tbody tr")).to_have_count(120)
    row = page.locator("table.data tr", has_text="Tổng số TTHC đang có hiệu lực")
    expect(row.locator("td.code")).to_have_text("3.1.3")
    expect(row.locator("td.number")).to_have_text("1.695")


def test_an_indicator_is_compared_over_reports(page: Page) -> None:
    page.goto("/so-lieu")
    page.get_by_role("tab", name="So sánh").click()
    page.get_by_role("textbox", name="Chỉ tiêu").press_sequentially("Tổng số TTHC đang có hiệu lực")
    row = page.locator("table.data tbody tr").first
    expect(row).to_contain_text("Sơn La")
    expect(row.locator("td.number")).to_have_text("1.695")


def test_a_row_of_the_form_is_compared_exactly(page: Page) -> None:
    """Many rows are named alike; the one chosen in the form is the one compared, and an address keeps it."""
    page.goto("/so-lieu")
    page.get_by_role("tab", name="So sánh").click()
    page.get_by_text("5. Cải cách chế độ công vụ").click()
    page.get_by_role("button", name=re.compile(r"^5\.2\.1\.")).click()
    heading = page.locator("h2.compared")
    expect(heading).to_contain_text("Tuyển dụng công chức, viên chức › Số công chức được tuyển dụng")
    row = page.locator("table.data tbody tr").first
    value = row.locator("td.number").inner_text()
    assert value
    keep_picture(page, "figures")
    page.reload()
    expect(heading).to_contain_text("Số công chức được tuyển dụng")
    expect(row.locator("td.number")).to_have_text(value)


def test_the_same_rows_are_downloaded_as_files(page: Page) -> None:
    page.goto("/so-lieu")
    page.get_by_label("Tên hoặc mã chỉ tiêu").press_sequentially("TTHC cấp huyện")
    expect(page.locator("table.data td.number", has_text="235")).to_be_visible()
    with page.expect_download() as table:
        page.get_by_role("link", name="Tải CSV").click()
    rows = list(csv.reader(io.StringIO(Path(table.value.path()).read_text(encoding="utf-8-sig"))))
    assert any("235" in row for row in rows[1:])
    with page.expect_download() as book:
        page.get_by_role("link", name="Tải bảng Excel").click()
    saved = Path(book.value.path()).rename(Path(book.value.path()).with_suffix(".xlsx"))
    values = [value for row in load_workbook(saved).worksheets[0].iter_rows(values_only=True) for value in row]
    assert 235 in values
