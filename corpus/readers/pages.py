"""Pages of lines and grids to one `Document`: furniture dropped, lines joined to paragraphs over line and page ends."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from corpus.model import Document, ReportFormat
from corpus.readers.layout import Line, PageContent, columns
from corpus.readers.writer import DocumentWriter, Piece
from corpus.text import fold

_NUMBERING = re.compile(r"[-–—\s]*(?:trang\s*)?\d{1,4}(?:\s*/\s*\d{1,4})?[-–—\s]*", re.I)
_ITEM = re.compile(r"[-+•–]\s")
_CAPTION = re.compile(r"PHỤ LỤC\b.{0,60}|(?:Phụ lục|BIỂU(?: SỐ)?|Biểu số|Mẫu số)\s*:?\s*(?:[IVX]+|\d+)\S{0,12}")
_EDGE = 0.1


@dataclass(frozen=True, slots=True)
class _Margins:
    left: float
    right: float
    pitch: float
    beside: bool = False


def _edge_lines(page: PageContent) -> list[Line]:
    top, bottom = page.height * _EDGE, page.height * (1 - _EDGE)
    return [line for line in page.lines if line.bottom < top or line.top > bottom]


def drop_furniture(pages: Sequence[PageContent]) -> None:
    """Take page numbers and running heads out of the lines."""
    repeated = Counter(_shape(line) for page in pages for line in {_shape(x): x for x in _edge_lines(page)}.values())
    for page in pages:
        edge = [
            line
            for line in _edge_lines(page)
            if _NUMBERING.fullmatch(line.text) or (len(pages) > 3 and repeated[_shape(line)] > len(pages) * 0.6)
        ]
        page.lines = [line for line in page.lines if line not in edge]


def _shape(line: Line) -> str:
    return re.sub(r"\d+", "#", fold(line.text).lower())


def _margins(lines: Sequence[Line], beside: bool = False) -> _Margins:
    """The text block of a page or column. The left margin is where most lines begin, not the indented ones."""
    steps = [b.bottom - a.bottom for a, b in itertools.pairwise(lines) if b.bottom > a.bottom]
    height = median(line.height for line in lines)
    starts = Counter(round(line.left / (height / 2)) for line in lines)
    common = [start for start, count in starts.items() if count >= max(2, len(lines) * 0.15)]
    left = min(common, default=min(starts)) * height / 2
    return _Margins(left, max(line.right for line in lines), median(steps) if steps else height * 1.3, beside)


def _parts(before: Line, after: Line, margins: _Margins, same_page: bool) -> bool:
    """Whether a new paragraph begins with the line `after`."""
    indent = 0.8 * after.height
    if _CAPTION.fullmatch(after.text):
        return True
    if same_page and after.bottom - before.bottom > 1.5 * margins.pitch:
        return True
    if _ITEM.match(after.text) and re.search(r"[.;:,]$", before.text):
        return True
    first = after.words[0]
    if before.right + (first.right - first.left) + 0.25 * after.height < margins.right - 0.3 * after.height:
        return True
    if margins.beside:
        return abs(after.left - before.left) > 0.3 * after.height
    centred = same_page and abs(before.left + before.right - after.left - after.right) < after.height
    return not centred and after.left > margins.left + indent and after.left > before.left - indent / 2


class _Paragraphs:
    """Collects lines until a paragraph ends; a full line at the foot of a page may go on overleaf."""

    def __init__(self, writer: DocumentWriter) -> None:
        self._writer = writer
        self._lines: list[tuple[PageContent, Line]] = []

    def add(self, page: PageContent, line: Line, margins: _Margins) -> None:
        if self._lines:
            last_page, last = self._lines[-1]
            if _parts(last, line, margins, last_page is page):
                self.end()
        self._lines.append((page, line))

    def end(self) -> None:
        self._writer.paragraph(
            Piece(line.text, page.box(line.left, line.top, line.right, line.bottom), confidence=line.confidence)
            for page, line in self._lines
        )
        self._lines = []


def compose(pages: Sequence[PageContent], source: ReportFormat, writer: DocumentWriter) -> Document:
    """One document of all pages in order."""
    drop_furniture(pages)
    paragraphs = _Paragraphs(writer)
    body = [_margins(page.lines) for page in pages if len(page.lines) > 8]
    usual_right = median(m.right for m in body) if body else 0.0
    for page in pages:
        if not page.lines or (page.grids and page.grids[0].top < page.lines[0].top):
            paragraphs.end()
        bounds = [grid.top for grid in page.grids]
        for at in range(len(bounds) + 1):
            above = bounds[at - 1] if at else float("-inf")
            below = bounds[at] if at < len(bounds) else float("inf")
            groups = columns([line for line in page.lines if above <= line.middle < below], page.width)
            for group in groups:
                margins = _margins(group.lines, group.beside)
                if len(groups) == 1 and len(group.lines) <= 8 and not page.grids:
                    margins = _Margins(margins.left, max(margins.right, usual_right), margins.pitch)
                if group is not groups[0] or at:
                    paragraphs.end()
                for line in group.lines:
                    paragraphs.add(page, line, margins)
            if at < len(bounds):
                paragraphs.end()
                _write_grid(page, at, writer)
    paragraphs.end()
    return writer.document(source)


def _write_grid(page: PageContent, at: int, writer: DocumentWriter) -> None:
    if at:
        writer.end_table()
    for row in page.grids[at].rows:
        writer.row(row)
