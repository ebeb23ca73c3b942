"""Round stamps printed over text: found by their rim, and taken off where their ink is lighter than the text's.

Red stamps are gone before, because coloured pages are read in red light; this is for grey scans.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]

_SMALLEST_INCHES, _LARGEST_INCHES = 0.45, 0.95
_RIM = 0.7
_LIGHTER_BY = 25


@dataclass(frozen=True, slots=True)
class Disc:
    """Where a stamp is, in pixels."""

    x: float
    y: float
    radius: float
    ink: float
    """The grey level of the rim."""

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
    dark = small < np.median(small) * 0.85
    discs = []
    for x, y, radius in found.reshape(-1, 3).tolist():
        if _rim(dark, x, y, radius) > _RIM:
            # Stamps have an inner rim as well, which may be the one that was found.
            outer = max(r for r in np.arange(radius, radius * 1.6) if r == radius or _rim(dark, x, y, r) > _RIM)
            rim = image[_circle(x / scale, y / scale, radius / scale, image.shape)]
            ink = float(np.median(rim[rim < np.median(image) * 0.8]))
            discs.append(Disc(x / scale, y / scale, float(outer) / scale * 1.08, ink))
    return discs


def _circle(
    x: float, y: float, radius: float, shape: tuple[int, ...]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Rows and columns of the pixels on a circle."""
    angles = np.linspace(0, 2 * np.pi, 360, endpoint=False)
    columns = np.clip(np.rint(x + radius * np.cos(angles)).astype(np.intp), 0, shape[1] - 1)
    rows = np.clip(np.rint(y + radius * np.sin(angles)).astype(np.intp), 0, shape[0] - 1)
    return rows, columns


def _rim(dark: npt.NDArray[np.bool_], x: float, y: float, radius: float) -> float:
    """Which part of a circle has ink within a pixel of it."""
    near = [dark[_circle(x, y, r, dark.shape)] for r in (radius - 1, radius, radius + 1)]
    return float(np.logical_or.reduce(near).mean())


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
        text = (part < disc.ink - _LIGHTER_BY).astype(np.uint8)
        # A dark stroke has a grey edge, which is kept: it is no wider than a pixel or two.
        part[cv2.dilate(text, np.ones((3, 3), np.uint8)) == 0] = paper
    return cleared
