"""Pieces of pages as pictures, for a person to compare with what was recognised."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pypdfium2
from PIL import Image as Pictures
from PIL import UnidentifiedImageError

from corpus.errors import UnreadableReport
from corpus.model import Box
from corpus.readers import sniff
from corpus.readers.image import MAX_PIXELS, on_paper
from corpus.readers.pdf_checks import check_pdf

_DPI = 200
_MARGIN = 0.004
_LONG_SIDE = 1500
_COLOURS = 16


def page_png(data: bytes, number: int) -> bytes:
    """A page of a PDF or picture as a viewer shows it, large enough to read.

    Raises:
        UnreadableReport: the file is another or damaged, or lacks the page.
    """
    try:
        page = _pages(data, {number})[number]
    except (KeyError, EOFError, OSError, UnidentifiedImageError, pypdfium2.PdfiumError) as error:
        raise UnreadableReport("report_unreadable") from error
    page.thumbnail((_LONG_SIDE, _LONG_SIDE))
    buffer = io.BytesIO()
    page.convert("RGB").quantize(_COLOURS).save(buffer, "PNG")
    return buffer.getvalue()


def _png(page: Pictures.Image, box: Box) -> bytes:
    width, height = page.size
    left, top = max(0.0, box.left - _MARGIN) * width, max(0.0, box.top - _MARGIN) * height
    right, bottom = min(1.0, box.right + _MARGIN) * width, min(1.0, box.bottom + _MARGIN) * height
    buffer = io.BytesIO()
    page.crop((int(left), int(top), max(int(left) + 1, round(right)), max(int(top) + 1, round(bottom)))).save(
        buffer, "PNG"
    )
    return buffer.getvalue()


def _pages(data: bytes, numbers: set[int]) -> dict[int, Pictures.Image]:
    match sniff(data):
        case "pdf":
            check_pdf(data)
            with pypdfium2.PdfDocument(data) as pdf:
                return {n: pdf[n - 1].render(scale=_DPI / 72).to_pil() for n in numbers if 0 < n <= len(pdf)}
        case "image":
            with Pictures.open(io.BytesIO(data), formats=("PNG", "JPEG", "TIFF")) as file:
                if file.width * file.height > MAX_PIXELS:
                    raise UnreadableReport("too_large")
                pages = {}
                for number in numbers:
                    file.seek(number - 1)
                    pages[number] = on_paper(file).convert("RGB")
                return pages
        case _:
            raise UnreadableReport("unsupported_format")


def crops(data: bytes, boxes: Sequence[Box]) -> list[bytes]:
    """A PNG of each box of a PDF or picture, in the order asked for.

    Raises:
        UnreadableReport: the file is another or damaged, or lacks one of the pages.
    """
    try:
        pages = _pages(data, {box.page for box in boxes})
        return [_png(pages[box.page], box) for box in boxes]
    except (KeyError, EOFError, OSError, UnidentifiedImageError, pypdfium2.PdfiumError) as error:
        raise UnreadableReport("report_unreadable") from error
