"""Pictures of pages made upright: turned by quarters, then by the few degrees that the scanner was off."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]
Matrix = npt.NDArray[np.float64]

_MOST_DEGREES = 5.0
_LETTER_GAP = 5
"""In pixels of a page 900 high: wider than between letters, narrower than between lines."""


@dataclass(frozen=True, slots=True)
class Upright:
    """A page picture as it is read, and the way back: `to_page` maps its pixels to those of the picture it came from."""

    image: Image
    to_page: Matrix


def _small_ink(image: Image) -> Image:
    scale = min(1.0, 900 / max(image.shape))
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    _, inked = cv2.threshold(small, 0, 255, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    return np.asarray(cv2.medianBlur(inked, 3), dtype=np.uint8)


def _sharpness(inked: Image, degrees: float) -> float:
    """How abruptly ink begins and ends along the lines of text: greatest where they are level."""
    height, width = inked.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    turned = cv2.warpAffine(inked, turn, (width, height), flags=cv2.INTER_NEAREST)
    profile = turned.sum(axis=1, dtype=np.float64)
    return float((np.diff(profile) ** 2).sum() / profile.size)


def skew(image: Image) -> float:
    """By how many degrees a page must be turned for its lines to be level."""
    inked = _small_ink(image)
    best = 0.0
    reach, step = _MOST_DEGREES, 0.5
    while step > 0.015:
        angles = np.arange(best - reach, best + reach + step / 2, step)
        best = float(max(angles, key=lambda angle: _sharpness(inked, float(angle))))
        reach, step = step, step / 5
    return best


def is_sideways(image: Image) -> bool:
    """Whether the lines of text run up or down the page: letters stand closer than lines. Rulings are left out."""
    inked = _small_ink(image)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(inked)
    too_long = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]) > max(inked.shape) / 15
    too_long[0] = False
    letters = np.where(too_long[labels], 0, inked).astype(np.uint8)
    along, across = (_pieces(letters, shape) for shape in ((1, _LETTER_GAP), (_LETTER_GAP, 1)))
    return across < along


def _pieces(inked: Image, shape: tuple[int, int]) -> int:
    """How many separate marks are left when gaps of a shape are closed."""
    closed = cv2.morphologyEx(inked, cv2.MORPH_CLOSE, np.ones(shape, np.uint8))
    return int(cv2.connectedComponents(closed)[0])


def make_upright(image: Image, quarters: int = 0) -> Upright:
    """Turn by quarters clockwise, then level the lines."""
    height, width = image.shape
    back = {
        0: np.eye(3),
        1: np.array([[0, 1, 0], [-1, 0, height], [0, 0, 1]]),
        2: np.array([[-1, 0, width], [0, -1, height], [0, 0, 1]]),
        3: np.array([[0, -1, width], [1, 0, 0], [0, 0, 1]]),
    }[quarters]
    turned = np.ascontiguousarray(np.rot90(image, -quarters))
    degrees = skew(turned)
    height, width = turned.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1)
    paper = int(np.median(turned))
    level = cv2.warpAffine(turned, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=(paper,))
    return Upright(np.asarray(level, dtype=np.uint8), back @ np.linalg.inv(np.vstack([turn, [0, 0, 1]])))
