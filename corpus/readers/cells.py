"""The cells of a ruled table on a picture: read in three passes, whose agreement is the measure of confidence.

A pass is the same cell cleaned another way; where the passes differ, a person should look.
"""

from __future__ import annotations

import re
from collections import Counter

import cv2
import numpy as np
import numpy.typing as npt

from corpus.readers.cleaning import PASSES, clean
from corpus.readers.layout import Grid, PageContent
from corpus.readers.recognition import Reading, Recognizer
from corpus.readers.ruling import RuledCell, RuledTable
from corpus.readers.stamps import Disc
from corpus.readers.writer import Piece

Image = npt.NDArray[np.uint8]

_MARGIN = 10
_DISAGREEMENT = 0.6
_COVERED = 0.4
"""At most this sure of what stands under a stamp."""
_MISCOUNTED = 0.5
_DIGITS = re.compile(r"[\d.,]+")
_FIGURE = re.compile(r"[\d.,%\-–\s/]+")


class CellReader:
    """Reads the cells of one page."""

    def __init__(self, recognizer: Recognizer, image: Image, dpi: float, stamps: list[Disc]) -> None:
        self._recognizer = recognizer
        self._dpi = dpi
        self._stamps = stamps
        self._layers = [clean(image, dpi, how) for how in PASSES]

    def grid(self, table: RuledTable, page: PageContent) -> Grid:
        """All cells of a table as rows of pieces."""
        rows = [[Piece("") for _ in range(table.columns)] for _ in range(table.rows)]
        for cell in table.cells:
            rows[cell.row][cell.column] = self._cell(cell, page)
        return Grid(tuple(tuple(row) for row in rows), float(table.top))

    def _cell(self, cell: RuledCell, page: PageContent) -> Piece:
        inset = max(3, round(self._dpi * 0.02))
        left, top, right, bottom = cell.left + inset, cell.top + inset, cell.right - inset, cell.bottom - inset + 1
        box = page.box(cell.left, cell.top, cell.right, cell.bottom)
        inside = self._layers[-1][top:bottom, left:right]
        if inside.size == 0:
            return Piece("", box)
        ys, xs = np.nonzero(inside < 140)
        if ys.size < 6 * (self._dpi / 200) ** 2:
            return Piece("", box)
        area = (
            left + max(0, int(xs.min()) - 2),
            top + max(0, int(ys.min()) - 2),
            min(right, left + int(xs.max()) + 3),
            min(bottom, top + int(ys.max()) + 3),
        )
        readings = [self._recognizer.text(self._cut(layer, area), self._dpi) for layer in self._layers]
        best, confidence = settle(readings)
        if _DIGITS.fullmatch(best) and _tall_marks(self._cut(self._layers[-1], area)) != sum(map(str.isdigit, best)):
            confidence = min(confidence, _MISCOUNTED)
        if any(stamp.share(*area) > 0.05 for stamp in self._stamps):
            if not any(char.isalnum() for char in best):
                return Piece("", box)
            confidence = min(confidence, _COVERED)
        return Piece(best, box, confidence=confidence, readings=tuple(reading.text for reading in readings))

    @staticmethod
    def _cut(layer: Image, area: tuple[int, int, int, int]) -> Image:
        left, top, right, bottom = area
        part = layer[top:bottom, left:right]
        return np.asarray(
            cv2.copyMakeBorder(part, _MARGIN, _MARGIN, _MARGIN, _MARGIN, cv2.BORDER_CONSTANT, value=(255,)),
            dtype=np.uint8,
        )


def _tall_marks(picture: Image) -> int:
    """How many separate marks are as high as a digit: recognition may see two alike as one."""
    _, _, stats, _ = cv2.connectedComponentsWithStats((picture < 160).astype(np.uint8))
    heights = stats[1:, cv2.CC_STAT_HEIGHT]
    return int((heights > 0.6 * heights.max()).sum()) if heights.size else 0


def settle(readings: list[Reading]) -> tuple[str, float]:
    """One text of several passes, and how sure it is: less where they differ."""
    counts = Counter(reading.text for reading in readings)
    text, votes = counts.most_common(1)[0]
    if votes == 1:
        figures = [reading for reading in readings if _FIGURE.fullmatch(reading.text)]
        text = max(figures or readings, key=lambda reading: reading.confidence).text
    elif not _FIGURE.fullmatch(text) and readings[0].confidence >= max(r.confidence for r in readings) - 0.02:
        text = readings[0].text
    confidence = min(reading.confidence for reading in readings)
    return text, round(confidence * (1.0 if len(counts) == 1 else _DISAGREEMENT), 3)
