"""Collects the paragraphs and table rows of a source into one `Document`.

Every format's text comes out alike: NFC, a paragraph a line with a blank line between, a table row as
one line of tab-separated cells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from corpus.encodings import Decoder, decoder_for
from corpus.errors import UnreadableReport
from corpus.model import Box, Cell, Document, Page, ReportFormat, Span, Table, TableRow, TextBox
from corpus.text import collapse, nfc

_UNPRINTED = re.compile("[\x00-\x08\x0e-\x1f\x7f\xad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufffe\uffff]")
# A line that ends in the middle of "2021-2025" or "203/BC-UBND" goes on without a space.
_RUNS_ON = re.compile(r"[^\s]-$|\w/$")
MAX_CHARACTERS = 5_000_000
MAX_CELLS = 200_000


def tidy(text: str) -> str:
    """NFC without characters that print nothing, whitespace collapsed."""
    return collapse(_UNPRINTED.sub("", nfc(text)))


@dataclass(frozen=True, slots=True)
class Piece:
    """A printed line or cell before it has its place in the text. Its box says on which page it stands;
    `readings` are what several passes of recognition made of it. What was recognised (it has a confidence) is
    Unicode whatever the rest of the file is typed in. `above` is what a cell merged down over this line says."""

    text: str
    box: Box | None = None
    bold: bool = False
    confidence: float | None = None
    readings: tuple[str, ...] = ()
    above: str = ""


@dataclass(frozen=True, slots=True)
class _Paragraph:
    lines: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class _Row:
    cells: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class _TableEnd:
    pass


class DocumentWriter:
    """Paragraphs and rows in, in reading order; `document` lays them out once all are there.

    Only then is it known whether the file's letters are Unicode: an old encoding is detected on the
    whole document, because one cell alone tells too little, and decoded piece by piece.
    """

    def __init__(self) -> None:
        self._events: list[_Paragraph | _Row | _TableEnd] = []
        self._warnings: list[str] = []
        self._cells = 0

    def warn(self, warning: str) -> None:
        if warning not in self._warnings:
            self._warnings.append(warning)

    def paragraph(self, pieces: str | Iterable[Piece]) -> None:
        """One paragraph; its printed lines are joined by a space. It ends a table."""
        self._events.append(_Paragraph((Piece(pieces),) if isinstance(pieces, str) else tuple(pieces)))

    def row(self, cells: Iterable[Piece]) -> None:
        """One line of a table."""
        row = _Row(tuple(cells))
        self._cells += len(row.cells)
        if self._cells > MAX_CELLS:
            raise UnreadableReport("too_large")
        self._events.append(row)

    def end_table(self) -> None:
        self._events.append(_TableEnd())

    def document(self, source: ReportFormat) -> Document:
        decode, encoding = decoder_for(piece.text for piece in self._pieces() if piece.confidence is None)
        if encoding:
            self.warn(f"Văn bản gõ bằng bảng mã {encoding}, đã chuyển sang Unicode.")
        layout = _Layout(decode)
        for event in self._events:
            match event:
                case _Paragraph(lines):
                    layout.paragraph(lines)
                case _Row(cells):
                    layout.row(cells)
                case _TableEnd():
                    layout.end_table()
        layout.end_table()
        return Document(
            text="".join(layout.parts),
            tables=tuple(layout.tables),
            format=source,
            pages=tuple(layout.pages),
            warnings=tuple(self._warnings),
            boxes=tuple(layout.boxes),
        )

    def _pieces(self) -> Iterator[Piece]:
        for event in self._events:
            match event:
                case _Paragraph(pieces) | _Row(pieces):
                    yield from pieces


class _Layout:
    """The text as it grows, and where everything came to stand in it."""

    def __init__(self, decode: Decoder) -> None:
        self.decode = decode
        self.parts: list[str] = []
        self.length = 0
        self.pages: list[Page] = []
        self.tables: list[Table] = []
        self.boxes: list[TextBox] = []
        self._rows: list[TableRow] = []

    def paragraph(self, lines: tuple[Piece, ...]) -> None:
        texts = [(piece, text) for piece in lines if (text := tidy(self._decoded(piece)))]
        if not texts:
            return
        self.end_table()
        for at, (piece, text) in enumerate(texts):
            self._write("" if at == 0 or _RUNS_ON.search(texts[at - 1][1]) else " ")
            self._place(self._write(text), piece.box)
        self._write("\n\n")

    def row(self, cells: tuple[Piece, ...]) -> None:
        start = self.length
        placed: list[Cell] = []
        for at, piece in enumerate(cells):
            self._write("\t" if at else "")
            text = tidy(self._decoded(piece))
            span = self._write(text)
            above = tidy(self.decode(piece.above))
            placed.append(Cell(text, span, piece.bold, piece.confidence, piece.box, piece.readings, above))
            self._place(span, piece.box)
        page = next((piece.box.page for piece in cells if piece.box), None)
        self._rows.append(TableRow(tuple(placed), Span(start, self.length), page))
        self._write("\n")

    def _decoded(self, piece: Piece) -> str:
        return self.decode(piece.text) if piece.confidence is None else piece.text

    def end_table(self) -> None:
        if self._rows:
            self.tables.append(Table(tuple(self._rows)))
            self._rows = []
            self._write("\n")

    def _write(self, text: str) -> Span:
        start = self.length
        self.parts.append(text)
        self.length += len(text)
        if self.length > MAX_CHARACTERS:
            raise UnreadableReport("too_large")
        return Span(start, self.length)

    def _place(self, span: Span, box: Box | None) -> None:
        if box is None or span.end == span.start:
            return
        self.boxes.append(TextBox(span, box))
        if not self.pages or self.pages[-1].number < box.page:
            self.pages.append(Page(box.page, span.start))
