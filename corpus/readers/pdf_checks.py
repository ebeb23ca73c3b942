"""PDFs from strangers: pages, page sizes and packed streams are measured before a parser sees them."""

from __future__ import annotations

import re
import zlib

import pypdfium2

from corpus.errors import UnreadableReport

MAX_PAGES = 400
MAX_POINTS = 5_000
MAX_LETTERS = 80_000
MAX_OBJECTS = 20_000
MAX_STREAM = 192 * 2**20
MAX_STREAMS = 2 * 2**30
_CHUNK = 2**20
# Deflate packs at most 1,032 to 1: a shorter stream can't unpack to more than the limit.
_SUSPICIOUS = MAX_STREAM // 1032
_STREAM = re.compile(rb"stream\r?\n")
_TWICE = re.compile(rb"/Filter\s*\[[^\]]*/Fl(?:ateDecode)?\b[^\]]*/Fl(?:ateDecode)?\b")


def _unpacked_size(data: memoryview, limit: int) -> int:
    """How many bytes a deflated stream unpacks to, counted up to a limit; 0 when it is none."""
    inflater = zlib.decompressobj()
    size = 0
    pending = bytes(data[:_CHUNK])
    at = len(pending)
    try:
        while pending and size <= limit:
            size += len(inflater.decompress(pending, _CHUNK))
            pending = inflater.unconsumed_tail
            if not pending and not inflater.eof:
                pending = bytes(data[at : at + _CHUNK])
                at += len(pending)
    except zlib.error:
        return size
    return size


def _check_streams(data: bytes) -> None:
    if _TWICE.search(data):
        raise UnreadableReport("too_large")
    view = memoryview(data)
    total = 0
    for match in _STREAM.finditer(data):
        if data[match.start() - 3 : match.start()] == b"end":
            continue
        end = data.find(b"endstream", match.end())
        end = len(data) if end < 0 else end
        if end - match.end() < _SUSPICIOUS:
            continue
        size = _unpacked_size(view[match.end() : end], MAX_STREAM)
        total += size
        if size > MAX_STREAM or total > MAX_STREAMS:
            raise UnreadableReport("too_large")


def check_pdf(data: bytes) -> None:
    """Refuse a PDF that would take more than any report does.

    Raises:
        UnreadableReport: encrypted, damaged, too many or too large pages, or a stream that unpacks without end.
    """
    _check_streams(data)
    try:
        with pypdfium2.PdfDocument(data) as pdf:
            if len(pdf) > MAX_PAGES:
                raise UnreadableReport(
                    "too_large",
                    f"Tệp PDF có {len(pdf)} trang, nhiều hơn mức {MAX_PAGES} trang đọc được. Hãy tách thành tệp nhỏ hơn rồi tải lên.",
                )
            for index in range(len(pdf)):
                width, height = pdf.get_page_size(index)
                if not (0 < width <= MAX_POINTS and 0 < height <= MAX_POINTS):
                    raise UnreadableReport(
                        "too_large",
                        f"Trang {index + 1} của tệp PDF có khổ giấy bất thường. Hãy in lại ra khổ A4 hoặc A3 rồi tải lên.",
                    )
            if not len(pdf):
                raise UnreadableReport("report_empty")
    except pypdfium2.PdfiumError as error:
        raise UnreadableReport("encrypted" if "password" in str(error).lower() else "report_unreadable") from error
