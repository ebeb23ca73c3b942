"""A picture of a page to lines and grids: made upright, its ruled tables read cell by cell, the rest as prose."""

from __future__ import annotations

from dataclasses import dataclass, replace
from statistics import fmean

import numpy as np
import numpy.typing as npt

from corpus.codes import parse_code
from corpus.columns import is_header
from corpus.readers.cells import CellReader
from corpus.readers.cleaning import PASSES, clean, without_grain
from corpus.readers.code_column import decode_codes
from corpus.readers.layout import Frame, Grid, PageContent, Word, lines_of
from corpus.readers.recognition import Recognizer
from corpus.readers.ruling import RuledTable, find_tables
from corpus.readers.stamps import Disc, find_stamps, without_stamps
from corpus.readers.upright import Upright, is_sideways, make_upright
from corpus.text import fold

Image = npt.NDArray[np.uint8]

_LEGIBLE = 0.65
_NOISE = 0.3
_SURE = 0.85


def _confidence(words: list[Word]) -> float:
    """How sure the longer words are; one-letter noise says little about a page."""
    known = [word.confidence for word in words if word.confidence is not None and len(word.text) > 2]
    return fmean(known) if known else 0.0


def _without(image: Image, tables: list[RuledTable], dpi: float) -> Image:
    """The page with its tables painted over."""
    rest = image.copy()
    paper, edge = int(np.median(image)), round(dpi * 0.03)
    for table in tables:
        rest[max(0, table.top - edge) : table.bottom + edge, max(0, table.left - edge) : table.right + edge] = paper
    return rest


@dataclass(frozen=True, slots=True)
class _Seen:
    """What one way of turning a page shows."""

    upright: Upright
    cleared: Image
    stamps: list[Disc]
    tables: list[RuledTable]
    words: list[Word]


def _look(image: Image, quarters: int, dpi: float, recognizer: Recognizer) -> _Seen:
    upright = make_upright(image, quarters)
    tables = find_tables(upright.image, dpi)
    stamps = find_stamps(upright.image, dpi)
    cleared = without_stamps(upright.image, stamps)
    return _Seen(upright, cleared, stamps, tables, recognizer.words(_without(cleared, tables, dpi), dpi))


def _best_turn(image: Image, dpi: float, recognizer: Recognizer) -> _Seen:
    """The page turned as its words are read best. The other ways are tried only when the likely one is not legible."""
    best: tuple[float, _Seen] | None = None
    for quarters in (1, 3, 0, 2) if is_sideways(image) else (0, 2, 1, 3):
        seen = _look(image, quarters, dpi, recognizer)
        sure = _confidence(seen.words if len(seen.words) > 5 else recognizer.words(seen.cleared, dpi))
        if best is None or sure > best[0]:
            best = (sure, seen)
        if sure >= _LEGIBLE or not (seen.words or seen.tables):
            break
    assert best is not None
    return best[1]


def _mended(seen: _Seen, dpi: float, recognizer: Recognizer) -> list[Word]:
    """The words, those of unsure lines read once more after cleaning; at each place the surer reading stays."""
    lines: dict[tuple[float, float], list[Word]] = {}
    for word in seen.words:
        lines.setdefault((word.top, word.bottom), []).append(word)
    words: list[Word] = []
    clear: Image | None = None
    for (top, bottom), line in lines.items():
        again: list[Word] = []
        if _least(line) < _SURE:
            clear = clean(seen.cleared, dpi, PASSES[0]) if clear is None else clear
            left, above = max(0, int(min(w.left for w in line)) - 8), max(0, int(top) - 5)
            part = clear[above : int(bottom) + 5, left : int(max(w.right for w in line)) + 8]
            again = [
                replace(w, left=w.left + left, right=w.right + left, top=top, bottom=bottom)
                for w in recognizer.words(part, dpi, one_line=True)
            ]
        for word in line:
            near = (bottom - top) / 2
            same = [w for w in again if abs(w.left - word.left) < near and abs(w.right - word.right) < near]
            words.append(max(word, *same, key=lambda w: w.confidence or 0.0) if same else word)
    return words


def _least(words: list[Word]) -> float:
    return min((word.confidence for word in words if word.confidence is not None), default=0.0)


def _is_noise(word: Word, stamps: list[Disc]) -> bool:
    """Specks that were read as signs, and a signature or a stamp's letters that were read as words."""
    sure = word.confidence or 0.0
    if any(stamp.share(word.left, word.top, word.right, word.bottom) > 0.3 for stamp in stamps):
        return sure < 0.7 or not any(char.isalnum() for char in word.text)
    return sure < _NOISE and not any(char.isalnum() for char in word.text)


def read_scan(image: Image, dpi: float, number: int, recognizer: Recognizer) -> PageContent:
    """Recognise one page, given as grey levels."""
    seen = _best_turn(without_grain(image, dpi), dpi, recognizer)
    height, width = seen.upright.image.shape
    a, b, c, d, e, f = map(float, seen.upright.to_page[:2].ravel())
    frame = Frame(float(image.shape[1]), float(image.shape[0]), (a, b, c, d, e, f))
    page = PageContent(number, float(width), float(height), frame, scanned=True)
    if seen.tables:
        cells = CellReader(recognizer, seen.cleared, dpi, seen.stamps)
        page.grids = [cells.grid(table, page) for table in seen.tables]
    page.lines = lines_of(word for word in _mended(seen, dpi, recognizer) if not _is_noise(word, seen.stamps))
    return page


def decode_code_columns(pages: list[PageContent]) -> None:
    """Settle the row numbers of all scanned grids together, since the numbering runs over page ends."""
    places: list[tuple[PageContent, int, int]] = []
    for page in pages:
        for at, grid in enumerate(page.grids):
            if page.scanned and grid.rows and (places or _is_numbered(grid)):
                places.extend((page, at, row) for row in range(len(grid.rows)) if _may_be_code(grid, row))
    if not places:
        return
    codes = decode_codes([page.grids[at].rows[row][0].readings for page, at, row in places])
    for (page, at, row), code in zip(places, codes, strict=True):
        rows = list(page.grids[at].rows)
        first = rows[row][0]
        certain = parse_code(first.text) == parse_code(code)
        confidence = first.confidence if certain else min(first.confidence or 0.0, 0.5)
        rows[row] = (replace(first, text=code, confidence=confidence), *rows[row][1:])
        page.grids[at] = Grid(tuple(rows), page.grids[at].top)


def _is_numbered(grid: Grid) -> bool:
    codes = sum(parse_code(row[0].text) is not None for row in grid.rows)
    return codes >= max(2, len(grid.rows) // 3)


def _may_be_code(grid: Grid, row: int) -> bool:
    """A first cell that is a row number or a misread one: short, and neither a heading nor "Trong đó"."""
    piece = grid.rows[row][0]
    folded = fold(piece.text).lower()
    if is_header(cell.text for cell in grid.rows[row]):
        return False
    if not piece.readings or len(piece.text) > 10 or folded.startswith(("stt", "tt", "so tt", "trong", "bao gom")):
        return False
    return any(char.isdigit() for reading in piece.readings for char in reading) or len(piece.text) <= 6
