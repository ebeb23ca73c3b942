"""What stands where on a page: words, the lines they make, columns side by side, ruled tables.

Digital and scanned pages both come down to this, in page units from the top left, the page upright.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from statistics import median

from corpus.model import Box
from corpus.readers.writer import Piece


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    left: float
    top: float
    right: float
    bottom: float
    bold: bool = False
    confidence: float | None = None


@dataclass(frozen=True)
class Line:
    """Words on one baseline, from left to right."""

    words: tuple[Word, ...]

    @cached_property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @cached_property
    def left(self) -> float:
        return self.words[0].left

    @cached_property
    def right(self) -> float:
        return max(word.right for word in self.words)

    @cached_property
    def top(self) -> float:
        return min(word.top for word in self.words)

    @cached_property
    def bottom(self) -> float:
        return max(word.bottom for word in self.words)

    @cached_property
    def height(self) -> float:
        return median(word.bottom - word.top for word in self.words)

    @cached_property
    def confidence(self) -> float | None:
        """How sure the least sure word is, None for a line that was text."""
        return min((word.confidence for word in self.words if word.confidence is not None), default=None)

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled table: rows of cells, a merged cell's text in its first place and the others empty."""

    rows: tuple[tuple[Piece, ...], ...]
    top: float


@dataclass(frozen=True, slots=True)
class Frame:
    """How positions on a page as it is read come from the page as a viewer shows it (perhaps sideways, or not level).

    `to_page` maps (x, y) as read to (x, y) as shown: x' = a x + b y + c, y' = d x + e y + f.
    """

    width: float
    height: float
    to_page: tuple[float, float, float, float, float, float] = (1, 0, 0, 0, 1, 0)

    def box(self, page: int, left: float, top: float, right: float, bottom: float) -> Box:
        """A rectangle as fractions of the page shown."""
        a, b, c, d, e, f = self.to_page
        corners = [(x, y) for x in (left, right) for y in (top, bottom)]
        xs = [min(max((a * x + b * y + c) / self.width, 0.0), 1.0) for x, y in corners]
        ys = [min(max((d * x + e * y + f) / self.height, 0.0), 1.0) for x, y in corners]
        return Box(page, round(min(xs), 4), round(min(ys), 4), round(max(xs), 4), round(max(ys), 4))


@dataclass(slots=True)
class PageContent:
    """One page read, in units of its own. `lines` leaves out what stands in `grids`."""

    number: int
    width: float
    height: float
    frame: Frame
    lines: list[Line] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)
    scanned: bool = False

    def box(self, left: float, top: float, right: float, bottom: float) -> Box:
        return self.frame.box(self.number, left, top, right, bottom)


def lines_of(words: Iterable[Word]) -> list[Line]:
    """Words to lines, from the top: a word belongs to a line that it overlaps by half of its height."""
    open_lines: list[tuple[float, float, list[Word]]] = []
    done: list[list[Word]] = []
    for word in sorted(words, key=lambda w: (w.top + w.bottom) / 2):
        kept: list[tuple[float, float, list[Word]]] = []
        home: tuple[float, float, list[Word]] | None = None
        for line in open_lines:
            top, bottom, members = line
            overlap = min(bottom, word.bottom) - max(top, word.top)
            if overlap >= 0.5 * min(bottom - top, word.bottom - word.top):
                home = line
            if bottom > word.top - 2 * (word.bottom - word.top):
                kept.append(line)
            else:
                done.append(members)
        open_lines = kept
        if home is None:
            open_lines.append((word.top, word.bottom, [word]))
        else:
            home[2].append(word)
    done.extend(members for _, _, members in open_lines)
    lines = [Line(tuple(sorted(members, key=lambda w: w.left))) for members in done]
    return sorted(lines, key=lambda line: (line.middle, line.left))


def _gutter(line: Line, width: float) -> tuple[float, float] | None:
    """Where a line parts the page in two: its widest gap near the middle, or all that is left of a line on the right."""
    best: tuple[float, float] | None = None
    for a, b in zip(line.words, line.words[1:], strict=False):
        middle = (a.right + b.left) / 2
        wide = b.left - a.right
        if (
            wide > 2.5 * line.height
            and 0.2 * width < middle < 0.8 * width
            and (best is None or wide > best[1] - best[0])
        ):
            best = (a.right, b.left)
    if best is None and line.left > 0.48 * width:
        return 0.1 * width, line.left
    return best


def _narrow(gutter: tuple[float, float], line: Line) -> tuple[float, float] | None:
    """What a line leaves of a gutter, or None when it crosses it."""
    left, right = gutter
    for word in line.words:
        if word.right < right and word.left < left + line.height:
            left = max(left, word.right)
        elif word.left >= left:
            right = min(right, word.left)
        else:
            return None
    return (left, right) if right - left > 1.2 * line.height else None


@dataclass(slots=True)
class Column:
    """Lines that read on from one another; `beside` is one of two columns side by side (letterhead, signature)."""

    lines: list[Line]
    beside: bool = False


def columns(lines: list[Line], width: float) -> list[Column]:
    """Lines in reading order: runs of full lines, and of blocks side by side the left one, then the right."""
    groups = [Column([])]
    at = 0
    while at < len(lines):
        gutter = _gutter(lines[at], width)
        block, split = _block(lines, at, gutter) if gutter else ([], 0.0)
        if not block:
            groups[-1].lines.append(lines[at])
            at += 1
            continue
        for keep_left in (True, False):
            side = [tuple(w for w in line.words if (w.left < split) == keep_left) for line in block]
            groups.append(Column([Line(words) for words in side if words], beside=True))
        groups.append(Column([]))
        at += len(block)
    return [group for group in groups if group.lines]


def _block(lines: list[Line], start: int, gutter: tuple[float, float]) -> tuple[list[Line], float]:
    """The lines from `start` that a gutter parts in two, and where; empty when there is nothing on one of the sides."""
    members: list[Line] = []
    last_right = two_sided = 0
    for line in lines[start:]:
        narrowed = _narrow(gutter, line)
        if narrowed is None or (members and line.top - members[-1].bottom > 6 * line.height):
            break
        gutter = narrowed
        members.append(line)
        split = (gutter[0] + gutter[1]) / 2
        if line.right > split:
            last_right = len(members)
            two_sided += line.left < split
    split = (gutter[0] + gutter[1]) / 2
    left = [line for line in members[:last_right] if line.left < split]
    if not left or (two_sided == 1 and last_right == 1 and gutter[1] - gutter[0] < 4 * left[0].height):
        return [], 0.0
    end = last_right
    pitch = median([b.bottom - a.bottom for a, b in itertools.pairwise(left)] or [1.5 * left[0].height])
    while end < len(members) and members[end].bottom - members[end - 1].bottom < 1.35 * pitch:
        if abs(members[end].left - left[-1].left) > left[-1].height:
            break
        end += 1
    return members[:end], split
