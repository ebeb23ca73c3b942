"""PDF: pages with a text layer are read from it, pages that are pictures go to the scan reader."""

from __future__ import annotations

import io
import re
from typing import Any

import pdfplumber
import pypdfium2

from corpus.errors import UnreadableReport
from corpus.model import Document
from corpus.readers import Progress
from corpus.readers.layout import Grid, PageContent, Word, lines_of
from corpus.readers.pages import compose
from corpus.readers.pdf_checks import MAX_LETTERS, MAX_OBJECTS, check_pdf
from corpus.readers.writer import DocumentWriter, Piece

_TABLE = {"vertical_strategy": "lines", "horizontal_strategy": "lines", "snap_tolerance": 3, "join_tolerance": 3}
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
    for row in table.rows:
        cells: list[Piece] = []
        for box in row.cells:
            if box is None:
                cells.append(Piece(""))
                continue
            lines = lines_of(word for word in words if _inside(word, box))
            bold = bool(lines) and all(word.bold for line in lines for word in line.words)
            cells.append(Piece("\n".join(line.text for line in lines), page.box(*box), bold))
        rows.append(tuple(cells))
    if len(rows) < 2 or len(rows[0]) < 2:
        return None
    return Grid(tuple(rows), table.bbox[1])


def _digital(page: Any, number: int) -> PageContent:
    content = PageContent(number, float(page.width), float(page.height), [])
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


def _turned(chars: list[dict[str, Any]]) -> int:
    """By how many degrees a page must be turned for its text to stand upright."""
    sideways = [char for char in chars if not char["upright"]]
    if len(sideways) <= len(chars) / 2:
        return 0
    upward = sum(char["matrix"][1] > 0 for char in sideways)
    return 90 if upward > len(sideways) / 2 else 270


def _is_picture(page: Any) -> bool:
    """Whether a page's text has to be recognised: it is a picture, with a hidden text layer or none, or its text is noise."""
    area = float(page.width) * float(page.height)
    covered = max((abs(i["x1"] - i["x0"]) * abs(i["bottom"] - i["top"]) for i in page.images), default=0.0) / area
    text = "".join(char["text"] for char in page.chars)
    if len(text.strip()) < 20:
        return covered > 0.2
    return covered > 0.7 or len(_BROKEN.findall(text)) > len(text) * 0.1


def _upright(data: bytes, index: int, degrees: int) -> bytes:
    """One page of a PDF as a PDF of its own, turned."""
    with pypdfium2.PdfDocument(data) as source, pypdfium2.PdfDocument.new() as target:
        target.import_pages(source, pages=[index])
        page = target[0]
        page.set_rotation((page.get_rotation() + degrees) % 360)
        buffer = io.BytesIO()
        target.save(buffer)
    return buffer.getvalue()


def _read_digital(data: bytes, page: Any) -> PageContent:
    degrees = _turned(page.chars)
    if not degrees:
        return _digital(page, page.page_number)
    with pdfplumber.open(io.BytesIO(_upright(data, page.page_number - 1, degrees))) as turned:
        return _digital(turned.pages[0], page.page_number)


def read_pdf(data: bytes, progress: Progress) -> Document:
    """Read a PDF page by page.

    Raises:
        UnreadableReport: it is damaged, encrypted, too large, or scanned where no OCR is installed.
    """
    check_pdf(data)
    writer = DocumentWriter()
    pages: list[PageContent] = []
    try:
        with pdfplumber.open(io.BytesIO(data)) as pdf, pypdfium2.PdfDocument(data) as quick:
            for page in pdf.pages:
                if quick[page.page_number - 1].get_textpage().count_chars() > MAX_LETTERS:
                    raise UnreadableReport("too_large")
                pages.append(_read_digital(data, page))
                page.close()
                progress(page.page_number, len(pdf.pages))
    except UnreadableReport:
        raise
    except (MemoryError, RecursionError):
        raise
    except Exception as error:  # pdfminer raises whatever a damaged file makes its parser trip over
        raise UnreadableReport("report_unreadable") from error
    if not any(page.lines or page.grids for page in pages):
        raise UnreadableReport("report_empty")
    scanned = sum(page.scanned for page in pages)
    return compose(pages, "scan" if scanned * 2 > len(pages) else "pdf", writer)
