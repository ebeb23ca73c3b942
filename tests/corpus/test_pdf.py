"""PDFs with a text layer: the seed upright and sideways, its pages and the boxes of its lines."""

from __future__ import annotations

import io

import pdfplumber
import pypdfium2
import pypdfium2.raw
import pytest

from corpus.model import Span
from corpus.readers.layout import Word, columns, lines_of
from corpus.report import read_report
from tests.corpus.samples import DATA, character_errors, row_facts, sample, seed


def sideways(data: bytes, first: int, rotation: int) -> bytes:
    """The PDF with its pages from `first` on drawn turned by 90 degrees, as landscape appendices are."""
    with pypdfium2.PdfDocument(data) as pdf:
        for at in range(first, len(pdf)):
            page = pdf[at]
            width, height = page.get_size()
            turn = pypdfium2.PdfMatrix(0, 1, -1, 0, height, 0).to_raw()
            assert pypdfium2.raw.FPDFPage_TransFormWithClip(page, turn, None)
            page.set_mediabox(0, 0, height, width)
            page.set_rotation(rotation)
        buffer = io.BytesIO()
        pdf.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("rotation", [None, 0, 90])
def test_the_seed_in_pdf(rotation: int | None) -> None:
    data = (DATA / "203-digital.pdf").read_bytes()
    report = read_report(data) if rotation is None else read_report(sideways(data, 15, rotation))
    assert [row_facts(row) for row in report.rows] == [row_facts(row) for row in seed().rows]
    assert character_errors(report) <= 0.002
    assert [(s.id, s.title, s.kind, s.parent) for s in report.sections] == [
        (s.id, s.title, s.kind, s.parent) for s in seed().sections
    ]
    assert report.metadata == seed().metadata
    assert report.format == "pdf"
    assert report.warnings == ()


def test_pages_of_rows_and_passages() -> None:
    report = sample("203-digital.pdf")
    assert [page.number for page in report.pages] == list(range(1, 22))
    assert report.rows[0].page == 16 and report.rows[-1].page == 21
    with pdfplumber.open(DATA / "203-digital.pdf") as pdf:
        for number in (2, 9, 14):
            printed = pdf.pages[number - 1].extract_text().split("\n")[3]
            assert report.page_at(report.text.index(printed)) == number


def test_a_quote_has_its_boxes() -> None:
    report = sample("203-digital.pdf")
    start = report.text.index("Quyết định số 1118/QĐ-UBND")
    boxes = report.boxes_of(Span(start, start + 26))
    assert len(boxes) in (1, 2)
    with pdfplumber.open(DATA / "203-digital.pdf") as pdf:
        page = pdf.pages[boxes[0].page - 1]
        width, height = page.width, page.height
        inside = page.crop(
            (boxes[0].left * width, boxes[0].top * height - 1, boxes[0].right * width, boxes[0].bottom * height + 1)
        ).extract_text()
    assert report.text[start : start + 10] in inside


def test_page_numbers_are_no_text() -> None:
    lines = [line.strip() for line in sample("203-digital.pdf").text.split("\n")]
    assert not [line for line in lines if line.isdigit()]


def test_columns_side_by_side_are_read_one_after_the_other() -> None:
    def line(top: float, left: float, text: str) -> list[Word]:
        words = []
        for part in text.split():
            words.append(Word(part, left, top, left + 6 * len(part), top + 12))
            left += 6 * len(part) + 4
        return words

    page = [
        *line(0, 60, "một dòng chạy hết cả bề ngang của trang giấy không chừa chỗ nào"),
        *line(20, 60, "Nơi nhận:"),
        *line(27, 400, "TM. ỦY BAN NHÂN DÂN"),
        *line(34, 60, "- Như trên;"),
        *line(41, 430, "CHỦ TỊCH"),
        *line(48, 60, "- Lưu: VT."),
        *line(90, 420, "Nguyễn Văn A"),
    ]
    read = [[line.text for line in column.lines] for column in columns(lines_of(page), 595)]
    assert [text for column in read for text in column][1:] == [
        "Nơi nhận:", "- Như trên;", "- Lưu: VT.", "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "Nguyễn Văn A",
    ]  # fmt: skip
