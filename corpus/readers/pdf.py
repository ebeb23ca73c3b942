"""PDF: pages with a text layer are read from it, pages that are pictures go to the scan reader."""

from __future__ import annotations

import io
import re
from contextlib import ExitStack
from typing import Any

import numpy as np
import numpy.typing as npt
import pdfplumber
import pypdfium2
import pypdfium2.raw

from corpus.errors import UnreadableReport
from corpus.model import Document
from corpus.readers import Progress
from corpus.readers.layout import Frame, Grid, PageContent, Word, lines_of
from corpus.readers.pages import compose
from corpus.readers.pdf_checks import MAX_LETTERS, MAX_OBJECTS, check_pdf
from corpus.readers.recognition import Recognizer
from corpus.readers.scan import decode_code_columns, read_scan
from corpus.readers.writer import DocumentWriter, Piece

_TABLE = {"vertical_strategy": "lines", "horizontal_strategy": "lines", "snap_tolerance": 3, "join_tolerance": 3}
_LEAST_DPI, _USUAL_DPI, _MOST_DPI = 150.0, 200.0, 300.0
_BROKEN = re.compile(r"\(cid:\d+\)|[\ue000-\uf8ff\ufffd]")


def _word(raw: dict[str, Any]) -> Word:
    bold = all(re.search(r"bold|black|-bd", char["fontname"], re.I) for char in raw["chars"])
    return Word(raw["text"], raw["x0"], raw["top"], raw["x1"], raw["bottom"], bold)


def _inside(word: Word, box: tuple[float, float, float, float]) -> bool:
    x, y = (word.left + word.right) / 2, (word.top + word.bottom) / 2
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _grid(table: Any, words: list[Word], page: PageContent) -> Grid | None:
    """A found table's cells with their words, or None for a frame that is no table."""
    rows: list[tuple[Piece, ...]] = []
    merged: dict[int, tuple[float, str]] = {}  # where the last cell of a column ends, and what it says
    for row in table.rows:
        cells: list[Piece] = []
        for column, box in enumerate(row.cells):
            if box is None:
                bottom, text = merged.get(column, (0.0, ""))
                cells.append(Piece("", above=text if bottom > (row.bbox[1] + row.bbox[3]) / 2 else ""))
                continue
            lines = lines_of(word for word in words if _inside(word, box))
            bold = bool(lines) and all(word.bold for line in lines for word in line.words)
            text = "\n".join(line.text for line in lines)
            merged[column] = (box[3], text)
            cells.append(Piece(text, page.box(*box), bold))
        rows.append(tuple(cells))
    if len(rows) < 2 or len(rows[0]) < 2:
        return None
    return Grid(tuple(rows), table.bbox[1])


def _digital(page: Any, number: int, quarters: int = 0) -> PageContent:
    """A page of text; `quarters` is how often it was turned clockwise to be upright."""
    width, height = float(page.width), float(page.height)
    frame = {
        0: Frame(width, height),
        1: Frame(height, width, (0, 1, 0, -1, 0, width)),
        3: Frame(height, width, (0, -1, height, 1, 0, 0)),
    }[quarters]
    content = PageContent(number, width, height, frame)
    raw = page.extract_words(x_tolerance_ratio=0.25, return_chars=True)
    words = [_word(w) for w in raw if w["chars"][0]["upright"] or not w["text"].isdigit()]
    if len(page.edges) <= MAX_OBJECTS:
        for table in page.find_tables(_TABLE):
            inside = [word for word in words if _inside(word, table.bbox)]
            grid = _grid(table, inside, content)
            if grid is not None:
                content.grids.append(grid)
                taken = set(map(id, inside))
                words = [word for word in words if id(word) not in taken]
    content.grids.sort(key=lambda grid: grid.top)
    content.lines = lines_of(words)
    return content


def _quarters(chars: list[dict[str, Any]]) -> int:
    """By how many quarters clockwise a page must be turned for its text to stand upright."""
    sideways = [char for char in chars if not char["upright"]]
    if len(sideways) <= len(chars) / 2:
        return 0
    upward = sum(char["matrix"][1] > 0 for char in sideways)
    return 1 if upward > len(sideways) / 2 else 3


def _is_picture(page: Any) -> bool:
    """Whether a page's text has to be recognised: it is a picture, with a hidden text layer or none, or its text is noise."""
    area = float(page.width) * float(page.height)
    covered: float = sum(abs(i["x1"] - i["x0"]) * abs(i["bottom"] - i["top"]) for i in page.images) / area
    text = "".join(char["text"] for char in page.chars)
    if len(text.strip()) < 20:
        return covered > 0.2
    return covered > 0.7 or len(_BROKEN.findall(text)) > len(text) * 0.1


def _upright(pdf: pypdfium2.PdfDocument, index: int, quarters: int) -> io.BytesIO:
    """One page of a PDF as a PDF of its own, turned."""
    buffer = io.BytesIO()
    with pypdfium2.PdfDocument.new() as target:
        target.import_pages(pdf, pages=[index])
        page = target[0]
        page.set_rotation((page.get_rotation() + 90 * quarters) % 360)
        target.save(buffer)
    return buffer


def _scan_resolution(page: pypdfium2.PdfPage) -> float:
    """The dots per inch of the largest picture on a page, within what recognition does well with."""
    width = max(1.0, page.get_width())
    dots = [0.0]
    for found in page.get_objects(filter=(pypdfium2.raw.FPDF_PAGEOBJ_IMAGE,), max_depth=3):
        left, _, right, _ = found.get_bounds()
        if right - left > 0.3 * width:
            dots.append(found.get_px_size()[0] / (right - left) * 72)
    return min(max(max(dots), _LEAST_DPI), _MOST_DPI) if max(dots) else _USUAL_DPI


def page_picture(page: pypdfium2.PdfPage, dpi: float) -> npt.NDArray[np.uint8]:
    """A page drawn in red light, in which a red stamp is paper."""
    drawn = page.render(scale=dpi / 72, rev_byteorder=True).to_numpy()
    return np.ascontiguousarray(drawn[:, :, 0])


class _PdfReader:
    """Reads one file; the recogniser is loaded when the first picture comes."""

    def __init__(self, data: bytes, resources: ExitStack) -> None:
        self._resources = resources
        self._text = resources.enter_context(pdfplumber.open(io.BytesIO(data)))
        self._pages = resources.enter_context(pypdfium2.PdfDocument(data))
        self._recognizer: Recognizer | None = None
        self.writer = DocumentWriter()

    def pages(self, progress: Progress) -> list[PageContent]:
        contents: list[PageContent] = []
        for page in self._text.pages:
            if self._pages[page.page_number - 1].get_textpage().count_chars() > MAX_LETTERS:
                raise UnreadableReport("too_large")
            contents.append(self._picture(page) if _is_picture(page) else self._digital(page))
            page.close()
            progress(page.page_number, len(self._text.pages))
        return contents

    def _digital(self, page: Any) -> PageContent:
        quarters = _quarters(page.chars)
        if not quarters:
            return _digital(page, page.page_number)
        with pdfplumber.open(_upright(self._pages, page.page_number - 1, quarters)) as turned:
            return _digital(turned.pages[0], page.page_number, quarters)

    def _picture(self, page: Any) -> PageContent:
        try:
            if self._recognizer is None:
                self._recognizer = self._resources.enter_context(Recognizer.opened())
        except UnreadableReport:
            if len(page.chars) < 200:
                raise
            self.writer.warn(
                "Máy chủ chưa cài bộ nhận dạng chữ; bản quét được đọc từ lớp chữ có sẵn trong tệp, có thể sai."
            )
            return self._digital(page)
        drawn = self._pages[page.page_number - 1]
        dpi = _scan_resolution(drawn)
        return read_scan(page_picture(drawn, dpi), dpi, page.page_number, self._recognizer)


def read_pdf(data: bytes, progress: Progress) -> Document:
    """Read a PDF page by page.

    Raises:
        UnreadableReport: it is damaged, encrypted, too large, or scanned where no OCR is installed.
    """
    check_pdf(data)
    try:
        with ExitStack() as resources:
            reader = _PdfReader(data, resources)
            pages = reader.pages(progress)
    except (UnreadableReport, MemoryError, RecursionError):
        raise
    except Exception as error:  # pdfminer raises whatever a damaged file makes its parser trip over
        raise UnreadableReport("report_unreadable") from error
    if not any(page.lines or page.grids for page in pages):
        raise UnreadableReport("report_empty")
    decode_code_columns(pages)
    scanned = sum(page.scanned for page in pages)
    if 0 < scanned < len(pages):
        reader.writer.warn(f"{scanned} trong {len(pages)} trang là bản quét, đã được nhận dạng chữ.")
    return compose(pages, "scan" if scanned * 2 > len(pages) else "pdf", reader.writer)
