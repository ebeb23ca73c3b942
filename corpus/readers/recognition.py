"""Tesseract, as the readers use it: words of a page with their places, text of one cell."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from corpus.errors import UnreadableReport
from corpus.readers.layout import Word
from corpus.text import collapse, nfc

Image = npt.NDArray[np.uint8]

# More threads make Tesseract slower on pages of this size, and one file is one process already.
os.environ.setdefault("OMP_THREAD_LIMIT", "1")

_LANGUAGE = "vie"
_DATA_FOLDERS = ("/usr/share/tesseract-ocr/*/tessdata", "/usr/share/tessdata", "/usr/local/share/tessdata")


def _data_folder() -> str | None:
    folders = [Path(os.environ["TESSDATA_PREFIX"])] if "TESSDATA_PREFIX" in os.environ else []
    folders += sorted((f for pattern in _DATA_FOLDERS for f in Path("/").glob(pattern.lstrip("/"))), reverse=True)
    return next((str(folder) for folder in folders if (folder / f"{_LANGUAGE}.traineddata").exists()), None)


def _tidy(text: str) -> str:
    """Vietnamese has one barred D; "=1" is printed with a space, which the narrow gap hides."""
    text = re.sub("[ĐÐ]+Ð|Ð+Đ|Ð", "Đ", nfc(text))
    if text.count("(") > text.count(")"):  # the curve of a letter, seen twice: "ĐVSNC(L"
        text = re.sub(r"(?<=[^\W\d_])\((?=[^\W\d_])", "", text)
    return collapse(re.sub(r"(?<=\w)\s*=\s*(?=\d)", " = ", text))


@dataclass(frozen=True, slots=True)
class Reading:
    """One pass over a cell. `confidence` is the least sure word's, 0 to 1."""

    text: str
    confidence: float


class Recognizer:
    """A loaded Tesseract; `opened` gives one."""

    def __init__(self, api: Any) -> None:
        self._api = api

    @classmethod
    @contextmanager
    def opened(cls) -> Iterator[Recognizer]:
        """Load the Vietnamese model.

        Raises:
            UnreadableReport: Tesseract or its Vietnamese data is not installed.
        """
        folder = _data_folder()
        if folder is None:
            raise UnreadableReport("ocr_missing")
        import tesserocr

        with tesserocr.PyTessBaseAPI(path=folder, lang=_LANGUAGE) as api:
            yield cls(api)

    def words(self, image: Image, dpi: float, one_line: bool = False) -> list[Word]:
        """The words of a page, or of one line of it, each as high as its line."""
        from tesserocr import PSM, RIL, iterate_level

        self._show(image, dpi, PSM.SINGLE_LINE if one_line else PSM.AUTO)
        self._api.Recognize()
        found = self._api.GetIterator()
        words: list[Word] = []
        for at in iterate_level(found, RIL.WORD) if found is not None else ():
            box, line = at.BoundingBox(RIL.WORD), at.BoundingBox(RIL.TEXTLINE)
            if at.Empty(RIL.WORD) or box is None or line is None:
                continue
            text, confidence = _tidy(at.GetUTF8Text(RIL.WORD)), at.Confidence(RIL.WORD) / 100
            if text:
                words.append(Word(text, box[0], line[1], box[2], line[3], confidence=confidence))
        return words

    def text(self, image: Image, dpi: float) -> Reading:
        """The text of one cell, which is a few lines at most."""
        from tesserocr import PSM

        self._show(image, dpi, PSM.SINGLE_LINE if image.shape[0] < dpi * 0.29 else PSM.SINGLE_BLOCK)
        text = _tidy(self._api.GetUTF8Text())
        sure = self._api.AllWordConfidences()
        return Reading(text, min(sure) / 100 if sure and text else 0.0)

    def _show(self, image: Image, dpi: float, mode: Any) -> None:
        height, width = image.shape
        self._api.SetPageSegMode(mode)
        self._api.SetImageBytes(np.ascontiguousarray(image).tobytes(), width, height, 1, width)
        self._api.SetSourceResolution(round(dpi))
