"""The seed report, read from its text: what every other form of it is compared with."""

from __future__ import annotations

from datetime import date

import pytest

from corpus.errors import UnreadableReport
from corpus.places import find_provinces
from corpus.report import read_report
from corpus.serial import report_from_json, report_to_json
from tests.corpus.samples import seed


def test_rows_and_values() -> None:
    report = seed()
    assert len(report.rows) == 120
    assert sum(1 for row in report.rows if row.value.text) == 97
    assert [row.row for row in report.rows] == list(range(120))
    by_code = {row.inferred_code: row for row in report.rows}
    assert by_code["1.2.1"].code == "1.1.1"
    assert by_code["1.2.1"].value.number == 0
    assert by_code["3.1.3"].value.text == "1.695"
    assert by_code["7.6.2"].note is not None and by_code["7.6.2"].note.endswith(
        "một số doanh nghiệp có sử dụng phần mềm)"
    )


def test_every_span_is_verbatim() -> None:
    report = seed()
    for row in report.rows:
        assert row.value.text in report.text[row.span.start : row.span.end]
    for section in report.sections:
        assert report.text[section.heading.start : section.heading.end].strip() or section.kind in (
            "preamble",
            "appendix",
        )


def test_metadata() -> None:
    metadata = seed().metadata
    assert (metadata.number, metadata.issuer, metadata.year, metadata.period) == (
        "203/BC-UBND",
        "UBND tỉnh Sơn La",
        2021,
        "H1",
    )
    assert metadata.signed_on == date(2021, 6, 18)
    assert (metadata.signer, metadata.signer_role) == ("Hoàng Quốc Khánh", "CHỦ TỊCH")
    assert seed().warnings == ()


def test_outline() -> None:
    assert [section.id for section in seed().sections] == [
        "mở đầu", "I", "I.1", "I.2", "I.2.2.1", "I.2.2.2", "I.2.2.3", "I.2.2.4", "I.2.2.5", "I.2.2.6", "I.3", "I.4", "I.4.4.1",
        "I.4.4.2", "I.4.4.2.4.2.1", "I.4.4.2.4.2.2", "II", *(f"II.{n}" for n in range(1, 10)), "nơi nhận", "ký", "phụ lục",
    ]  # fmt: skip


def test_json_gives_the_same_report() -> None:
    assert report_from_json(report_to_json(seed())) == seed()


def test_json_that_is_no_report_is_refused() -> None:
    with pytest.raises(ValueError):
        report_from_json(report_to_json(seed()).replace('"sha256":"', '"sha256":["', 1))


def test_a_report_without_an_appendix() -> None:
    report = read_report("BÁO CÁO\n\nKết quả CCHC quý I năm 2022\n\nI. CHỈ ĐẠO\n\nNội dung.\n".encode())
    assert report.rows == ()
    assert any("phụ lục" in warning for warning in report.warnings)
    assert (report.metadata.year, report.metadata.period) == (2022, "Q1")


def test_an_appendix_without_a_report() -> None:
    report = read_report(
        "STT\tChỉ tiêu\tĐơn vị tính\tSố liệu\tGhi chú\n1.\tCải cách thể chế\t\t\t\n1.1.\tSố văn bản\tVăn bản\t10\t\n".encode()
    )
    assert [(row.code, row.value.number) for row in report.rows] == [("1", None), ("1.1", 10)]
    assert report.metadata.number is None and report.warnings


def test_another_forms_table_is_text() -> None:
    report = read_report("BÁO CÁO\n\nHọ tên\tChức vụ\tĐiện thoại\nNguyễn A\tTrưởng phòng\t0123\n".encode())
    assert report.rows == ()
    assert "Nguyễn A" in report.text
    assert any("không theo mẫu" in warning for warning in report.warnings)


@pytest.mark.parametrize("data", [b"", b"\n \n", b"\x00\x01\x02", b"PK\x03\x04 not a zip", b"%PDF-1.7"])
def test_what_is_no_report_is_refused_with_a_sentence(data: bytes) -> None:
    with pytest.raises(UnreadableReport) as refusal:
        read_report(data, "bao-cao.docx")
    assert refusal.value.message.endswith(".")


@pytest.mark.parametrize(
    "text",
    [
        "<html><body><p>BÁO CÁO</p></body></html>",
        "\ufeff\n<!DOCTYPE html>\n<html>BÁO CÁO</html>",
        '<?xml version="1.0"?><w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"/>',
        "MIME-Version: 1.0\nContent-Type: multipart/related\n\n<html>BÁO CÁO</html>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_web_page_under_the_name_of_a_word_file_is_refused(text: str, encoding: str) -> None:
    with pytest.raises(UnreadableReport) as refusal:
        read_report(text.encode(encoding), "bao-cao.doc")
    assert refusal.value.code == "unsupported_format" and "lưu thành DOCX" in refusal.value.message


@pytest.mark.parametrize(
    ("head", "number"),
    [
        ("ỦY BAN NHÂN DÂN\nTỈNH SƠN LA\n\nSố: 203/BC-UBND\n", "203/BC-UBND"),
        ("TỈNH ỦY SƠN LA\n*\nSố 15 - BC/TU\n", "15-BC/TU"),
        ("BAN CHẤP HÀNH TRUNG ƯƠNG\n**Số: 71-KL/TW**\n", "71-KL/TW"),
        (
            "SỞ NỘI VỤ\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nSố: 12/BC-SNV\tSơn La, ngày 02 tháng 3 năm 2021\n",
            "12/BC-SNV",
        ),
        (
            "ỦY BAN NHÂN DÂN\nTỈNH SƠN LA\n\nCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n-------\n\n"
            "Số: 88/BC-UBND\n\nSơn La, ngày 15 tháng 6 năm 2021\n",
            "88/BC-UBND",
        ),
        ("Thực hiện Báo cáo số 156/BC-BCSD ngày 17/5/2021 và Nghị quyết\nsố 19-NQ/TW của Trung ương\n", None),
    ],
)
def test_the_number_is_the_letterheads_own(head: str, number: str | None) -> None:
    text = f"{head}\nBÁO CÁO\nCông tác cải cách hành chính quý I năm 2021\n\nI. KẾT QUẢ\nĐã ban hành kế hoạch.\n"
    assert read_report(text.encode(), "bao-cao.md").metadata.number == number


@pytest.mark.parametrize(
    ("head", "issuer"),
    [
        ("ỦY BAN NHÂN DÂN\nTỈNH SƠN LA\n", "UBND tỉnh Sơn La"),
        ("UBND TỈNH LÀO CAI\n", "UBND tỉnh Lào Cai"),
        (
            "ỦY BAN NHÂN DÂN\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nTỈNH LÀO CAI\tĐộc lập - Tự do - Hạnh phúc\n",
            "UBND tỉnh Lào Cai",
        ),
        ("UỶ BAN NHÂN DÂN\nTỈNH THANH HOÁ\n", "UBND tỉnh Thanh Hóa"),
        ("ỦY BAN NHÂN DÂN\nTHÀNH PHỐ ĐÀ NẴNG\n", "UBND thành phố Đà Nẵng"),
        ("ỦY BAN NHÂN DÂN\nHUYỆN MAI SƠN\n", "UBND huyện Mai Sơn"),
        ("UBND TỈNH LÀO CAI\nSỞ KẾ HOẠCH\nVÀ ĐẦU TƯ\n", "Sở Kế hoạch và Đầu tư tỉnh Lào Cai"),
        ("BỘ NỘI VỤ\n", "Bộ Nội vụ"),
        ("TỈNH ỦY SƠN LA\n*\n", "Tỉnh ủy Sơn La"),
        ("ỦY BAN NHÂN DÂN\n", None),
        ("Độc lập - Tự do - Hạnh phúc\n", None),
    ],
)
def test_the_issuer_stands_over_the_number(head: str, issuer: str | None) -> None:
    text = f"{head}\nSố: 12/BC-ABC\n\nBÁO CÁO\nCông tác cải cách hành chính quý I năm 2021\n\nI. KẾT QUẢ\nĐã ban hành kế hoạch.\n"
    assert read_report(text.encode(), "bao-cao.md").metadata.issuer == issuer


def test_provinces_are_found_wherever_their_tone_is_put() -> None:
    assert [name for name, _, _ in find_provinces("Khánh Hoà, THANH HOÁ và Hòa Bình")] == [
        "Khánh Hòa", "Thanh Hóa", "Hòa Bình",
    ]  # fmt: skip
