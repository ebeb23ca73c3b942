"""Markdown and plain text, as OCR tools hand reports over: tab-separated or pipe tables between paragraphs."""

from __future__ import annotations

import re

from corpus.encodings import decode_bytes, decoder_for
from corpus.errors import UnreadableReport
from corpus.model import Cell, Document, Page, Span, Table, TableRow
from corpus.readers.writer import MAX_CELLS, MAX_CHARACTERS
from corpus.text import nfc, plain

_LINE = re.compile(r"[^\n]*")
_RULE = re.compile(r"\s*\|?(?:\s*:?-{2,}:?\s*\|)+\s*:?-*:?\s*\|?\s*")
_PAGE = re.compile(r"\s*<!--\s*(?:page|trang)\s*:?\s*(\d+)\s*-->\s*", re.I)


def _cells(text: str, start: int, end: int) -> tuple[Cell, ...] | None:
    line = text[start:end]
    if line.count("\t") >= 2:
        separator = "\t"
    elif line.lstrip().startswith("|") and line.count("|") >= 3:
        separator = "|"
    else:
        return None
    pieces: list[Cell] = []
    at = start
    for piece in line.split(separator):
        pieces.append(Cell(plain(piece), Span(at, at + len(piece)), "<b>" in piece or "**" in piece))
        at += len(piece) + 1
    if separator == "|":
        pieces = pieces[1:-1] if line.rstrip().endswith("|") else pieces[1:]
    return tuple(pieces)


def _in_unicode(text: str) -> tuple[str, tuple[str, ...]]:
    """Text out of an old font encoding, decoded cell by cell, and the warning that says so."""
    pieces = re.split(r"([\n\t|])", text)
    decode, encoding = decoder_for(pieces)
    if encoding is None:
        return text, ()
    return "".join(map(decode, pieces)), (f"Văn bản gõ bằng bảng mã {encoding}, đã chuyển sang Unicode.",)


def read_text(text: str) -> Document:
    """Read report text whose bytes are already decoded."""
    text, warnings = _in_unicode(text.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff"))
    text = nfc(text)
    tables: list[Table] = []
    pages: list[Page] = []
    rows: list[TableRow] = []
    for match in _LINE.finditer(text):
        start, end = match.span()
        if start == end:
            continue
        marker = _PAGE.fullmatch(text, start, end)
        if marker:
            pages.append(Page(int(marker.group(1)), start))
            continue
        cells = _cells(text, start, end)
        if cells is not None:
            if not _RULE.fullmatch(text, start, end):
                rows.append(TableRow(cells, Span(start, end), pages[-1].number if pages else None))
        elif rows and text[start:end].strip():
            tables.append(Table(tuple(rows)))
            rows = []
    if rows:
        tables.append(Table(tuple(rows)))
    return Document(text=text, tables=tuple(tables), format="markdown", pages=tuple(pages), warnings=warnings)


def read_markdown(data: bytes) -> Document:
    """Read a text file.

    Raises:
        UnreadableReport: its bytes are no text in a known encoding, or far too many.
    """
    text = decode_bytes(data)
    if len(text) > MAX_CHARACTERS or max(text.count("\t"), text.count("|")) > MAX_CELLS:
        raise UnreadableReport("too_large")
    return read_text(text)
