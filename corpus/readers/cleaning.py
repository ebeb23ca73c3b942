"""Scanned paper made white, ink kept, specks gone.

Sharp edges keep the hooks of letters, a little blur mends digits that noise has eaten at: neither way is
the best for everything, so what matters is read after several.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]


_GRAINY = 12.0
"""In grey levels, as the deviation of paper from even. Office scanners stay below 8, what they copy from may not."""


@dataclass(frozen=True, slots=True)
class Cleaning:
    """Grey levels as shares of the paper's: what is `dark` becomes black, what is `light` white."""

    dark: float
    light: float
    blur: float = 0.0


PASSES = (Cleaning(0.1, 0.85), Cleaning(0.1, 0.85, blur=0.6), Cleaning(0.25, 0.8))


def without_grain(image: Image, dpi: float) -> Image:
    """A page whose paper is so grainy that the grain would pass for rulings and ink, smoothed; any other as it is."""
    paper = cv2.GaussianBlur(image, (0, 0), 1.5)
    grain = 1.48 * float(np.median(cv2.absdiff(image, paper)))
    return np.asarray(cv2.GaussianBlur(image, (0, 0), dpi / 200), dtype=np.uint8) if grain > _GRAINY else image


def clean(image: Image, dpi: float, how: Cleaning) -> Image:
    """One way of cleaning a page."""
    small = cv2.resize(image, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    paper = cv2.resize(cv2.medianBlur(small, 21), image.shape[::-1], interpolation=cv2.INTER_LINEAR)
    source = cv2.GaussianBlur(image, (3, 3), how.blur) if how.blur else image
    share = source.astype(np.float32) / np.maximum(paper, 1)
    stretched = (np.clip((share - how.dark) / (how.light - how.dark), 0, 1) * 255).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats((stretched < 225).astype(np.uint8))
    specks = stats[:, cv2.CC_STAT_AREA] < 7 * (dpi / 200) ** 2
    specks[0] = False
    stretched[specks[labels]] = 255
    return stretched
