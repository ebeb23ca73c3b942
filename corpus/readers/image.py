"""Pictures of pages: PNG, JPEG, and TIFF with a page a frame."""

from __future__ import annotations

import io

import numpy as np
import numpy.typing as npt
from PIL import Image as Pictures
from PIL import ImageSequence, UnidentifiedImageError

from corpus.errors import UnreadableReport
from corpus.model import Document
from corpus.readers import Progress
from corpus.readers.layout import PageContent
from corpus.readers.pages import compose
from corpus.readers.pdf_checks import MAX_PAGES
from corpus.readers.recognition import Recognizer
from corpus.readers.scan import decode_code_columns, read_scan
from corpus.readers.writer import DocumentWriter

MAX_PIXELS = 40_000_000
_BEST_DPI = 300
_SHORT_SIDE_INCHES = 8.27


def on_paper(picture: Pictures.Image) -> Pictures.Image:
    """A picture as it looks on white paper: what is transparent is white, and a pixel has eight bits."""
    if picture.mode[0] in "IF":
        levels = np.asarray(picture, dtype=np.float32)
        deepest = 255.0 if levels.max() <= 255 else 65535.0
        return Pictures.fromarray((np.clip(levels / deepest, 0, 1) * 255).astype(np.uint8))
    if picture.has_transparency_data:
        paper = Pictures.new("RGBA", picture.size, "white")
        paper.alpha_composite(picture.convert("RGBA"))
        return paper.convert("RGB")
    return picture


def grey_levels(picture: Pictures.Image) -> npt.NDArray[np.uint8]:
    """Grey levels of a page; of a coloured one the red light alone, in which a red stamp is paper."""
    if picture.mode in ("RGB", "P", "CMYK", "YCbCr"):
        return np.asarray(picture.convert("RGB"), dtype=np.uint8)[:, :, 0]
    return np.asarray(picture.convert("L"), dtype=np.uint8)


def _resolution(picture: Pictures.Image) -> float:
    """Dots per inch, from the picture's size: what cameras and scanners write into the file is often a default."""
    return min(picture.size) / _SHORT_SIDE_INCHES


def read_image(data: bytes, progress: Progress) -> Document:
    """Recognise a picture of one page, or a TIFF of several.

    Raises:
        UnreadableReport: damaged, too large, or no OCR is installed.
    """
    pages: list[PageContent] = []
    try:
        with (
            Pictures.open(io.BytesIO(data), formats=("PNG", "JPEG", "TIFF")) as file,
            Recognizer.opened() as recognizer,
        ):
            if file.width * file.height > MAX_PIXELS:
                raise UnreadableReport("too_large")
            frames = getattr(file, "n_frames", 1)
            if frames > MAX_PAGES:
                raise UnreadableReport("too_large")
            for number, frame in enumerate(ImageSequence.Iterator(file), 1):
                if frame.width * frame.height > MAX_PIXELS or number > MAX_PAGES:
                    raise UnreadableReport("too_large")
                dpi = _resolution(frame)
                if dpi > _BEST_DPI:
                    frame = frame.resize((round(frame.width * _BEST_DPI / dpi), round(frame.height * _BEST_DPI / dpi)))
                    dpi = _BEST_DPI
                pages.append(read_scan(grey_levels(on_paper(frame)), dpi, number, recognizer))
                progress(number, frames)
    except (
        UnidentifiedImageError,
        Pictures.DecompressionBombError,
        OSError,
        SyntaxError,
        ValueError,
        EOFError,
    ) as error:
        raise UnreadableReport("report_unreadable") from error
    decode_code_columns(pages)
    if not any(page.lines or page.grids for page in pages):
        raise UnreadableReport("report_empty")
    return compose(pages, "scan", DocumentWriter())
