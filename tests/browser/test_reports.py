"""The page of reports: what readers see, what operators do, and what a hostile report cannot do."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chat import ask, open_chat
from tests.browser.conftest import ROOT, Running

SEED = ROOT / "corpus" / "reports" / "203-BC-UBND-son-la-2021-H1.md"
HOSTILE = "<script>window.hostile = 1</script> ![ảnh](http://hostile.invalid/a.png) <img src=http://hostile.invalid/b.png onerror=window.hostile=2> [bấm](javascript:window.hostile=3) "


def test_a_reader_sees_the_outline_and_the_file_but_no_operator_controls(page: Page) -> None:
    page.goto("/bao-cao")
    expect(page.get_by_text("203/BC-UBND · UBND tỉnh Sơn La · 6 tháng đầu năm 2021")).to_be_visible()
    expect(page.locator(".outline summary", has_text="2.2. Cải cách thủ tục hành chính")).to_be_visible()
    expect(page.get_by_text("18/06/2021")).to_be_visible()
    with page.expect_download() as source:
        page.get_by_role("link", name="Tải tệp gốc").click()
    assert Path(source.value.path()).read_bytes() == SEED.read_bytes()
    page.locator(".outline summary", has_text="2.2. Cải cách thủ tục hành chính").click()
    expect(page.get_by_text("Tăng cường công tác rà soát, đơn giản hóa").first).to_be_visible()
    for control in ("Đưa vào kho", "Xoá khỏi kho", "Lập lại chỉ mục", "Bản chỉ mục", "Sửa thông tin", "Lịch sử"):
        expect(page.get_by_text(control)).to_have_count(0)


def test_a_wrong_key_opens_nothing(page: Page) -> None:
    page.goto("/bao-cao")
    _sign_in(page, "cchc_sai")
    expect(page.get_by_text("Khoá không đúng.")).to_be_visible()
    expect(page.get_by_role("button", name="Đưa vào kho")).to_have_count(0)


def test_an_uploaded_report_with_markup_is_shown_inert_and_deleted_again(
    page: Page, running: Running, tmp_path: Path
) -> None:
    page.goto("/bao-cao")
    _sign_in(page, running.operator_key)
    _hand_in(page, _hostile_report(tmp_path))
    expect(page.get_by_text("đã xong")).to_be_visible(timeout=120_000)

    line = page.get_by_text("187/BC-UBND · UBND tỉnh Lai Châu")
    line.first.click()
    expect(page.locator(".outline summary", has_text="2.2. Cải cách thủ tục hành chính")).to_be_visible()
    _assert_inert(page)

    chat = page.context.new_page()
    open_chat(chat)
    answer = ask(chat, "Lai Châu tự kiểm tra văn bản QPPL thế nào?")
    for citation in answer.locator("details.citation summary").all():
        citation.click()
    expect(answer).to_contain_text("hostile.invalid")
    _assert_inert(chat)
    figure = ask(chat, "Số TTHC cấp huyện đang có hiệu lực của Lai Châu?")
    figure.locator(".answer .chip").first.click()
    _assert_inert(chat)

    compared = ask(chat, "So sánh số TTHC cấp xã của Sơn La và Lai Châu?")
    expect(compared.locator(".answer table tbody tr")).to_have_count(2)
    expect(compared.locator(".bars .bar")).to_have_count(2)

    page.get_by_text("Lịch sử công việc").click()
    expect(page.get_by_role("row", name="187-BC-UBND")).to_contain_text("Xong")
    _assert_inert(page)

    page.get_by_role("button", name="Xoá khỏi kho").click()
    page.get_by_role("dialog").get_by_role("button", name="Xoá báo cáo").click()
    expect(line).to_have_count(0)
    expect(ask(chat, "Số TTHC cấp huyện của Lai Châu?").locator(".answer.no_evidence")).to_be_visible()


def test_an_operator_goes_back_to_an_earlier_index(page: Page, running: Running, tmp_path: Path) -> None:
    added = tmp_path / "ban-moi.md"
    text = SEED.read_text(encoding="utf-8").replace("Sơn La", "Hà Giang").replace("203/BC-UBND", "9/BC-UBND")
    added.write_text(text, encoding="utf-8")
    page.goto("/bao-cao")
    _sign_in(page, running.operator_key)
    _hand_in(page, added)
    line = page.get_by_text("9/BC-UBND · UBND tỉnh Hà Giang")
    expect(line.first).to_be_visible(timeout=120_000)

    page.get_by_role("button", name="Bản chỉ mục").click()
    expect(page.get_by_text("Đang dùng")).to_be_visible()
    page.get_by_role("button", name="Quay lại bản này").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Quay lại", exact=True).click()
    expect(line).to_have_count(0)
    with running.operator() as client:
        assert "9/BC-UBND" not in [report["number"] for report in client.get("/v1/reports").json()["items"]]


def test_handing_in_nothing_is_said(page: Page, running: Running) -> None:
    page.goto("/bao-cao")
    _sign_in(page, running.operator_key)
    page.get_by_role("button", name="Đưa vào kho").click()
    expect(page.get_by_text("Chưa có tệp nào. Hãy chọn tệp, đợi tải lên xong rồi bấm lại.")).to_be_visible()


@pytest.mark.slow
def test_several_files_are_handed_in_at_once_and_what_one_does_not_say_is_filled_in(
    page: Page, running: Running, tmp_path: Path
) -> None:
    text = SEED.read_text(encoding="utf-8")
    whole, nameless = tmp_path / "ca-hai.md", tmp_path / "khong-ten.md"
    whole.write_text(text.replace("Sơn La", "Cao Bằng").replace("203/BC-UBND", "31/BC-UBND"), encoding="utf-8")
    part = text[text.index("2.2. Cải cách thủ tục hành chính") : text.index("*(Kèm theo Báo cáo số")]
    nameless.write_text(part, encoding="utf-8")
    page.goto("/bao-cao")
    _sign_in(page, running.operator_key)
    _hand_in(page, whole, nameless)
    expect(page.get_by_text("đã xong")).to_have_count(2, timeout=120_000)
    expect(page.get_by_text("31/BC-UBND · UBND tỉnh Cao Bằng").first).to_be_visible()

    page.get_by_text("Chưa rõ số").first.click()
    page.get_by_role("button", name="Sửa thông tin báo cáo").click()
    for name, value in (("Số ký hiệu", "32/BC-UBND"), ("Cơ quan ban hành", "UBND tỉnh Lào Cai"), ("Năm", "2021")):
        page.get_by_role("textbox", name=name).fill(value)
    page.get_by_role("button", name="Lưu thông tin").click()
    expect(page.get_by_text("32/BC-UBND · UBND tỉnh Lào Cai").first).to_be_visible()
    with running.operator() as client:
        found = {report["number"]: report["id"] for report in client.get("/v1/reports").json()["items"]}
        assert {"31/BC-UBND", "32/BC-UBND", "203/BC-UBND"} <= set(found)
        for number in ("31/BC-UBND", "32/BC-UBND"):
            client.delete(f"/v1/reports/{found[number]}").raise_for_status()


def _sign_in(page: Page, key: str) -> None:
    page.get_by_role("button", name="Dành cho người điều hành").click()
    page.get_by_label("Khoá điều hành").fill(key)
    page.get_by_role("button", name="Đăng nhập").click()


def _hand_in(page: Page, *files: Path) -> None:
    page.locator("input[type=file]").set_input_files(files)
    expect(page.get_by_test_id("stFileChip")).to_have_count(len(files))  # from then on the button waits for them
    page.get_by_role("button", name="Đưa vào kho").click()


def _hostile_report(folder: Path) -> Path:
    """The seed as another province's report, with markup in a heading, a sentence, an indicator's name and a note."""
    text = SEED.read_text(encoding="utf-8")
    for old, new in (
        ("Sơn La", "Lai Châu"),
        ("203/BC-UBND", "187/BC-UBND"),
        ("2.2. Cải cách thủ tục hành chính", f"2.2. Cải cách thủ tục hành chính {HOSTILE}"),
        ("Công tác tự kiểm tra văn bản QPPL:", f"Công tác tự kiểm tra văn bản QPPL {HOSTILE}:"),
        ("Số TTHC cấp huyện", f"Số TTHC cấp huyện {HOSTILE}"),
        ("03 nhiệm vụ đang triển khai thực hiện", f"03 nhiệm vụ đang triển khai thực hiện {HOSTILE}"),
    ):
        assert old in text
        text = text.replace(old, new)
    path = folder / "187-BC-UBND <img src=x onerror=hostile()>.md"
    path.write_text(text, encoding="utf-8")
    return path


def _assert_inert(page: Page) -> None:
    """No script ran, and nothing of the document became an element. Requests are watched by the `context` fixture."""
    assert page.evaluate("window.hostile") is None
    expect(page.locator('[src*="hostile.invalid"], [href*="hostile.invalid"], [href^="javascript:"]')).to_have_count(0)
