"""Scans: the seed's appendix photographed at 200 dpi with a stamp on it, turned pages, pictures, mixed files."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
import pytest
from PIL import Image, ImageDraw, ImageFont
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from corpus.errors import UnreadableReport
from corpus.model import Report
from corpus.readers import recognition
from corpus.readers.code_column import decode_codes
from corpus.readers.layout import Word
from corpus.readers.pdf import page_picture
from corpus.readers.ruling import find_tables
from corpus.readers.stamps import find_stamps, without_stamps
from corpus.readers.upright import is_sideways, make_upright, skew
from corpus.report import read_report
from corpus.sandbox import crop_in_child, page_in_child, read_in_child
from corpus.text import collapse
from tests.corpus.samples import DATA, sample, seed

SCAN = DATA / "203-scan.pdf"
"""Pages 1, 15 and the appendix (16 to 21) of the scanned seed."""

needs_ocr = pytest.mark.skipif(recognition._data_folder() is None, reason="tesseract-ocr-vie is not installed")


@cache
def scanned() -> Report:
    return read_in_child(SCAN, SCAN.name)


@cache
def drawn(page: int, dpi: int = 200) -> np.ndarray:
    """A page of the digital seed as a clean picture."""
    with pypdfium2.PdfDocument(DATA / "203-digital.pdf") as pdf:
        return page_picture(pdf[page - 1], dpi).copy()


@cache
def photographed(page: int) -> np.ndarray:
    """A page of the scan, as it lies in the file."""
    with pypdfium2.PdfDocument(SCAN) as pdf:
        return page_picture(pdf[page - 1], 200).copy()


def as_png(picture: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(picture).save(buffer, "PNG")
    return buffer.getvalue()


@needs_ocr
def test_figures_of_the_scan() -> None:
    report = scanned()
    pairs = list(zip(seed().rows, report.rows, strict=True))
    values = [(a, b) for a, b in pairs if a.value.text]
    wrong = [(a.value.text, b) for a, b in values if a.value.text != b.value.text]
    assert len(wrong) <= 0.02 * len(values)
    assert [text for text, row in wrong if not row.is_unsure] == []
    assert sum(a.code == b.code for a, b in pairs) >= 0.95 * len(pairs)
    assert sum(row.is_unsure for _, row in values) < 0.25 * len(values), "what is marked for all is marked for nothing"


@needs_ocr
def test_names_of_the_scan_match_the_known_indicators() -> None:
    known = [row.name for row in seed().rows]
    nearest = [process.extractOne(row.name, known) for row in scanned().rows]
    assert sum(match[0] == name for match, name in zip(nearest, known, strict=True)) >= 0.95 * len(known)


@needs_ocr
def test_prose_and_metadata_of_the_scan() -> None:
    report, digital = scanned(), sample("203-digital.pdf")
    assert report.format == "scan"
    assert (report.metadata.number, report.metadata.issuer) == (seed().metadata.number, seed().metadata.issuer)
    assert report.metadata.signed_on == seed().metadata.signed_on and report.metadata.title == seed().metadata.title
    assert report.metadata.signer == seed().metadata.signer, "the name stands under a stamp"
    end = next(page.start for page in digital.pages if page.number == 2)
    begin = digital.text.index("Kết quả lãnh đạo")
    printed = collapse(digital.text[begin:end])
    read = collapse(report.text[report.text.index("Kết quả lãnh đạo") :])[: len(printed)]
    assert Levenshtein.distance(printed, read) <= 0.005 * len(printed)


@needs_ocr
def test_a_figure_has_its_crop() -> None:
    row = next(row for row in scanned().rows if row.value.text == "1.695")
    assert row.box is not None and row.box.page == 4 and row.page == 4
    (picture,) = crop_in_child(SCAN, [row.box])
    with Image.open(io.BytesIO(picture)) as crop, recognition.Recognizer.opened() as recognizer:
        assert crop.width < 400 and crop.height < 200
        inner = np.asarray(crop.convert("L"))[6:-6, 8:-8]
        assert "1.695" in recognizer.text(inner, 200).text


@needs_ocr
@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_turned_pages(quarters: int) -> None:
    report = read_report(as_png(np.ascontiguousarray(np.rot90(drawn(17), quarters))))
    expected = [row.value.text for row in sample("203-digital.pdf").rows if row.page == 17]
    values = [row.value.text for row in report.rows]
    assert len(values) == len(expected)
    assert sum(a == b for a, b in zip(values, expected, strict=True)) >= len(expected) - 1


@needs_ocr
def test_a_scanned_appendix_behind_digital_prose() -> None:
    with (
        pypdfium2.PdfDocument(DATA / "203-digital.pdf") as digital,
        pypdfium2.PdfDocument(SCAN) as scan,
        pypdfium2.PdfDocument.new() as mixed,
    ):
        mixed.import_pages(digital, pages=[0, 1, 2])
        mixed.import_pages(scan, pages=[2])
        buffer = io.BytesIO()
        mixed.save(buffer)
    report = read_report(buffer.getvalue())
    assert report.format == "pdf"
    assert any("1 trong 4 trang là bản quét" in warning for warning in report.warnings)
    assert [row.code for row in report.rows[:5]] == ["1", "1.1", "1.1.1", "1.1.2", "1.1.3"]
    assert report.rows[2].confidence is not None and report.rows[2].page == 4
    assert report.text[: report.pages[1].start] == sample("203-digital.pdf").text[: report.pages[1].start]


def transparent(page: np.ndarray) -> Image.Image:
    """As a screenshot or an export has it: ink alone, the paper isn't there."""
    picture = Image.new("RGBA", page.shape[::-1], (0, 0, 0, 0))
    picture.putalpha(Image.fromarray(255 - page))
    return picture


@needs_ocr
@pytest.mark.parametrize(
    "drawn_as",
    [transparent, lambda page: Image.fromarray(page.astype(np.uint16) * 257)],
    ids=["transparent", "16 bits"],
)
def test_pictures_without_paper_or_of_many_greys(drawn_as: Callable[[np.ndarray], Image.Image], tmp_path: Path) -> None:
    path = tmp_path / "page"
    drawn_as(drawn(2)).save(path, "PNG")
    assert "Chuyển đổi số tỉnh Sơn La" in read_report(path.read_bytes()).text
    with Image.open(io.BytesIO(page_in_child(path, 1))) as shown:
        assert np.median(np.asarray(shown.convert("L"))) > 200, "a person sees black on white, too"


@needs_ocr
def test_a_grainy_copy() -> None:
    """Grain on a photocopy passes neither for rulings nor for ink."""
    paper = drawn(16).astype(np.float32) * 0.8 + 20
    grainy = np.clip(paper + np.random.default_rng(1).normal(0, 22, paper.shape), 0, 255).astype(np.uint8)
    expected = [row for row in sample("203-digital.pdf").rows if row.page == 16]
    rows = read_report(as_png(grainy)).rows
    assert [row.code for row in rows] == [row.code for row in expected]
    wrong = [b for a, b in zip(expected, rows, strict=True) if a.value.text != b.value.text]
    assert len(wrong) <= 2 and all(row.is_unsure for row in wrong)


@needs_ocr
def test_a_tiff_of_two_pages() -> None:
    first, second = (Image.fromarray(drawn(page)) for page in (1, 2))
    buffer = io.BytesIO()
    first.save(buffer, "TIFF", save_all=True, append_images=[second], compression="tiff_deflate")
    report = read_report(buffer.getvalue())
    assert [page.number for page in report.pages] == [1, 2]
    assert report.metadata.number == "203/BC-UBND"


def test_without_vietnamese_data_a_scan_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TESSDATA_PREFIX", raising=False)
    monkeypatch.setattr(recognition, "_DATA_FOLDERS", ())
    with pytest.raises(UnreadableReport) as refusal:
        read_report(SCAN.read_bytes())
    assert refusal.value.code == "ocr_missing"
    assert "tesseract-ocr-vie" in refusal.value.message


def test_skew_is_undone() -> None:
    page = drawn(2)
    height, width = page.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 1.7, 1)
    turned = cv2.warpAffine(page, turn, (width, height), borderValue=(255,))
    assert abs(skew(turned) + 1.7) < 0.1
    x, y, _ = make_upright(turned).to_page @ [width / 2, height / 2, 1]
    assert abs(x - width / 2) < 1 and abs(y - height / 2) < 1


@pytest.mark.parametrize("page", [2, 16, 17, 20])
def test_sideways_pages_are_told(page: int) -> None:
    assert not is_sideways(drawn(page))
    assert is_sideways(np.ascontiguousarray(np.rot90(drawn(page))))


def test_ragged_columns_are_no_sideways_lines() -> None:
    """Words that begin one under the other make a sharper edge than the lines they stand in."""
    page = Image.new("L", (1700, 2200), 255)
    pen, font = ImageDraw.Draw(page), ImageFont.load_default(36)
    for row in range(16):
        for column in range(5):
            left, top = 200 + 260 * column, 200 + 110 * row
            pen.rectangle((left - 10, top - 10, left + 250, top + 100), outline=0, width=2)
            pen.text((left, top), "Number of" if column == 1 else str(row * column), font=font, fill=0)
            pen.text((left, top + 45), "papers" if column == 1 else "", font=font, fill=0)
    picture = np.asarray(page)
    assert not is_sideways(picture)
    assert is_sideways(np.ascontiguousarray(np.rot90(picture)))


@pytest.mark.parametrize(("page", "rows"), [(3, 20), (4, 31), (5, 29), (6, 25), (7, 16), (8, 14)])
def test_ruled_tables(page: int, rows: int) -> None:
    """The rim of the stamp on the last page is no line, low header rows keep their columns, merged cells are one."""
    tables = find_tables(make_upright(photographed(page)).image, 200)
    assert [(table.rows, table.columns) for table in tables] == [(rows, 5)]
    header = [cell for cell in tables[0].cells if cell.row < 2]
    assert [(cell.row, cell.column) for cell in header] == [(0, 0), (0, 1), (0, 2), (0, 4), (1, 2), (1, 3)]


def test_prose_has_no_tables() -> None:
    assert find_tables(make_upright(photographed(1)).image, 200) == []


def test_stamps() -> None:
    assert find_stamps(make_upright(photographed(1)).image, 200) == []
    upright = make_upright(photographed(2)).image
    (stamp,) = find_stamps(upright, 200)
    cleared = without_stamps(upright, [stamp])
    rim = (
        slice(int(stamp.y - 20), int(stamp.y + 20)),
        slice(int(stamp.x - stamp.radius), int(stamp.x - stamp.radius * 0.7)),
    )
    assert (upright[rim] < 150).mean() > 0.05
    assert (cleared[rim] < 150).mean() < 0.005


@pytest.mark.parametrize(
    ("readings", "codes"),
    [
        ([["1."], ["T1."], ["1.1.1."], ["1.1.2;"], ["2."]], ["1.", "1.1.", "1.1.1.", "1.1.2.", "2."]),
        (
            [["1.", "1."], ["1.1.", "1.1."], ["1.2."], ["1.1.1."], ["1.1.2."], ["1.3."]],
            ["1.", "1.1.", "1.2.", "1.1.1.", "1.1.2.", "1.3."],
        ),
        ([["3."], ["3.1."], ["31.1."], ["3.1.2."]], ["3.", "3.1.", "3.1.1.", "3.1.2."]),
        ([["4."], ["4.l."], ["4.2."], ["", "S.", "5."]], ["4.", "4.1.", "4.2.", "5."]),
    ],
)
def test_row_numbers_are_decoded_as_a_sequence(readings: list[list[str]], codes: list[str]) -> None:
    assert decode_codes(readings) == codes


@needs_ocr
def test_words_know_how_sure_they_are() -> None:
    with recognition.Recognizer.opened() as recognizer:
        words = recognizer.words(drawn(2)[:600], 200)
    assert len(words) > 40
    assert all(isinstance(word, Word) and 0 <= (word.confidence or 0) <= 1 for word in words)
