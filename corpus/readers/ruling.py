"""Ruled tables on a picture of a page: lines found, cells between them, merged cells joined."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]

_MAX_LINES = 400


@dataclass(frozen=True, slots=True)
class RuledCell:
    """A cell by its place in the grid and its inside in pixels. A merged cell has the place of its first part."""

    row: int
    column: int
    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, slots=True)
class RuledTable:
    left: int
    top: int
    right: int
    bottom: int
    rows: int
    columns: int
    cells: tuple[RuledCell, ...]


def ink(image: Image) -> Image:
    """255 where there is ink, 0 where there is paper, whatever the lighting."""
    window = max(31, (image.shape[1] // 40) | 1)
    return np.asarray(
        cv2.adaptiveThreshold(image, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, window, 18), dtype=np.uint8
    )


def _lines(mask: Image, length: int, across: bool) -> Image:
    """What of the ink is straight for at least `length` pixels, gaps of a few pixels closed."""
    thick = cv2.dilate(mask, np.ones((3, 1) if across else (1, 3), np.uint8))
    closed = cv2.morphologyEx(thick, cv2.MORPH_CLOSE, np.ones((1, 5) if across else (5, 1), np.uint8))
    opened = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((1, length) if across else (length, 1), np.uint8))
    return np.asarray(opened, dtype=np.uint8)


def _positions(profile: npt.NDArray[np.float64], least: float, apart: int) -> list[int]:
    """Centres of the runs where a profile reaches `least`; runs closer than `apart` are one line."""
    at = np.flatnonzero(profile >= least)
    if not at.size:
        return []
    groups = np.split(at, np.flatnonzero(np.diff(at) > apart) + 1)
    return [round(float(group.mean())) for group in groups]


def find_tables(image: Image, dpi: float) -> list[RuledTable]:
    """The ruled tables of an upright page, from the top. A frame of fewer than four cells is none."""
    mask = ink(image)
    across = _lines(mask, int(dpi * 0.4), True)
    down = _lines(mask, int(dpi * 0.22), False)
    count, _, boxes, _ = cv2.connectedComponentsWithStats(cv2.dilate(across | down, np.ones((3, 3), np.uint8)))
    tables: list[RuledTable] = []
    for at in range(1, count):
        left, top, width, height = (int(v) for v in boxes[at][:4])
        if width < dpi or height < dpi * 0.3:
            continue
        table = _table(mask, across, down, (left, top, left + width, top + height), dpi)
        if table is not None and len(table.cells) >= 4 and table.columns > 1 and table.rows > 1:
            tables.append(table)
    tables.sort(key=lambda table: table.top)
    return [t for at, t in enumerate(tables) if not any(_within(t, o) for o in tables[:at] + tables[at + 1 :])]


def _within(inner: RuledTable, outer: RuledTable) -> bool:
    return (
        outer.left <= inner.left
        and outer.top <= inner.top
        and outer.right >= inner.right
        and outer.bottom >= inner.bottom
    )


def _table(mask: Image, across: Image, down: Image, box: tuple[int, int, int, int], dpi: float) -> RuledTable | None:
    left, top, right, bottom = box
    inked, h_mask, v_mask = (part[top:bottom, left:right] > 0 for part in (mask, across, down))
    apart = max(4, int(dpi * 0.03))
    # A stamp's rim and bold type are straight for a while too; a row or column is ruled over more than that.
    ys = _positions(h_mask.sum(axis=1).astype(np.float64), max(dpi * 0.4, (right - left) * 0.1), apart)
    xs = _positions(v_mask.sum(axis=0).astype(np.float64), max(dpi * 0.2, (bottom - top) * 0.1), apart)
    if len(xs) < 2 or len(ys) < 2 or len(xs) > _MAX_LINES or len(ys) > _MAX_LINES:
        return None
    borders = _Borders(inked, h_mask, v_mask, xs, ys, apart)
    cells = borders.cells()
    used_ys = sorted({y for row, _, end, _ in cells for y in (ys[row], ys[end])})
    used_xs = sorted({x for _, column, _, end in cells for x in (xs[column], xs[end])})
    placed = tuple(
        RuledCell(
            used_ys.index(ys[row]),
            used_xs.index(xs[column]),
            left + xs[column],
            top + ys[row],
            left + xs[end_column],
            top + ys[end_row],
        )
        for row, column, end_row, end_column in cells
    )
    return RuledTable(left, top, right, bottom, len(used_ys) - 1, len(used_xs) - 1, placed)


@dataclass(frozen=True, slots=True)
class _Borders:
    """The grid of a table's lines, and which borders between its places are drawn."""

    ink: Mask
    across: Mask
    down: Mask
    xs: list[int]
    ys: list[int]
    reach: int

    def cells(self) -> list[tuple[int, int, int, int]]:
        """Places joined where no border is drawn between them: (row, column, end row, end column) of each cell."""
        rows, columns = len(self.ys) - 1, len(self.xs) - 1
        home = {(r, c): (r, c) for r in range(rows) for c in range(columns)}

        def root(place: tuple[int, int]) -> tuple[int, int]:
            while home[place] != place:
                place = home[place]
            return place

        for r in range(rows):
            for c in range(columns):
                if c + 1 < columns and not self._down_drawn(self.xs[c + 1], self.ys[r], self.ys[r + 1]):
                    home[root((r, c + 1))] = root((r, c))
                if r + 1 < rows and not self._across_drawn(self.ys[r + 1], self.xs[c], self.xs[c + 1]):
                    home[root((r + 1, c))] = root((r, c))
        members: dict[tuple[int, int], list[tuple[int, int]]] = {}
        for place in home:
            members.setdefault(root(place), []).append(place)
        return sorted(
            (
                min(r for r, _ in places),
                min(c for _, c in places),
                max(r for r, _ in places) + 1,
                max(c for _, c in places) + 1,
            )
            for places in members.values()
        )

    def _across_drawn(self, y: int, start: int, end: int) -> bool:
        return _covered(self.across, y, start, end, self.reach) > 0.75

    def _down_drawn(self, x: int, start: int, end: int) -> bool:
        """A border beside a low row is too short to be told by its length: there it must be unbroken."""
        return _covered(self.down.T, x, start, end, self.reach) > 0.5 or _covered(self.ink.T, x, start, end, 1) > 0.95


def _covered(mask: Mask, line: int, start: int, end: int, reach: int) -> float:
    """Which part of a line from start to end has something of the mask within `reach` of it."""
    inset = min(4, (end - start) // 4)
    strip = mask[max(0, line - reach) : line + reach + 1, start + inset : end - inset]
    return float(strip.any(axis=0).mean()) if strip.size else 1.0
