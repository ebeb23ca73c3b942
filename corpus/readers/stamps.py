"""Round stamps printed over text: found by their rim, and taken off where their ink is lighter than the text's.

Red stamps are gone before, because coloured pages are read in red light; this is for grey scans.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]

_SMALLEST_INCHES, _LARGEST_INCHES = 0.45, 0.95
_RIM = 0.9
_CANDIDATES = 4
_DARKER_BY = 12


@dataclass(frozen=True, slots=True)
class Disc:
    """Where a stamp is, in pixels."""

    x: float
    y: float
    radius: float
    ink: float
    """The grey level of the rim; what is darker is no stamp."""

    def share(self, left: float, top: float, right: float, bottom: float) -> float:
        """Which part of a rectangle lies in the square around the disc."""
        width = min(right, self.x + self.radius) - max(left, self.x - self.radius)
        height = min(bottom, self.y + self.radius) - max(top, self.y - self.radius)
        return max(0.0, width) * max(0.0, height) / max(1.0, (right - left) * (bottom - top))


def find_stamps(image: Image, dpi: float) -> list[Disc]:
    """The discs whose rim is inked nearly all the way round."""
    scale = 75 / dpi
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    found = cv2.HoughCircles(
        cv2.GaussianBlur(small, (3, 3), 0),
        cv2.HOUGH_GRADIENT,
        dp=1,
        minDist=40,
        param1=120,
        param2=40,
        minRadius=round(_SMALLEST_INCHES * 75),
        maxRadius=round(_LARGEST_INCHES * 75),
    )
    if found is None:
        return []
    inked = (small < np.median(small) * 0.85).astype(np.uint8)
    dark = np.asarray(cv2.dilate(inked, np.ones((3, 3), np.uint8)), dtype=np.uint8)
    discs: list[Disc] = []
    for candidate in found.reshape(-1, 3).tolist()[:_CANDIDATES]:
        x, y, radius, rim = _refine(dark, *candidate)
        if rim < _RIM or any(disc.share(x / scale - 1, y / scale - 1, x / scale + 1, y / scale + 1) for disc in discs):
            continue
        near = [image[_circle(x / scale, y / scale, radius / scale + at, image.shape)] for at in range(-8, 5)]
        discs.append(Disc(x / scale, y / scale, radius / scale * 1.08, float(np.median(np.minimum.reduce(near)))))
    return discs


def _refine(dark: Image, x: float, y: float, radius: float) -> tuple[float, float, float, float]:
    """The circle near another that has most ink on it, the outermost of equals, and which part of it is inked.

    A stamp has an inner rim as well, and letters between the two, which draw the first guess off the centre.
    """
    reach = np.arange(-9.0, 10.0)
    offsets_x, offsets_y = (grid.reshape(-1, 1) for grid in np.meshgrid(reach, reach))
    best = (0.0, radius, x, y)
    for wider in np.arange(radius * 0.9, radius * 1.6):
        inked = dark[_circle(x + offsets_x, y + offsets_y, float(wider), dark.shape)].mean(axis=1)
        at = int(inked.argmax())
        best = max(
            best, (round(float(inked[at]), 2), float(wider), x + int(offsets_x[at, 0]), y + int(offsets_y[at, 0]))
        )
    rim, radius, x, y = best
    return x, y, radius, rim


def _circle(
    x: float | npt.NDArray[Any], y: float | npt.NDArray[Any], radius: float, shape: tuple[int, ...]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Rows and columns of the pixels on a circle, or on one around each of several centres."""
    angles = np.linspace(0, 2 * np.pi, 120, endpoint=False)
    columns = np.clip(np.rint(x + radius * np.cos(angles)).astype(np.intp), 0, shape[1] - 1)
    rows = np.clip(np.rint(y + radius * np.sin(angles)).astype(np.intp), 0, shape[0] - 1)
    return rows, columns


def without_stamps(image: Image, discs: list[Disc]) -> Image:
    """The picture with the stamps' ink made paper, but not what is clearly darker: the text they cover."""
    if not discs:
        return image
    cleared = image.copy()
    paper = int(np.median(image))
    for disc in discs:
        top, bottom = max(0, int(disc.y - disc.radius)), int(disc.y + disc.radius) + 1
        left, right = max(0, int(disc.x - disc.radius)), int(disc.x + disc.radius) + 1
        part = cleared[top:bottom, left:right]
        text = (part < disc.ink - _DARKER_BY).astype(np.uint8)
        # A dark stroke has a grey edge, which is kept: it is no wider than a pixel or two.
        part[cv2.dilate(text, np.ones((3, 3), np.uint8)) == 0] = paper
    return cleared
