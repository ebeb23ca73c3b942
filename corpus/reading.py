"""Text for reading, and the way back to the verbatim text.

A scanned report breaks paragraphs over pages and carries Markdown marks. `Reading` is the text
without either; `span(a, b)` gives the verbatim range that a range of it came from.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass

from corpus.model import Span

_DROP = re.compile(r"</?[a-zA-Z][^<>\n]*>|\*+|(?m:^[ \t]*#+[ \t]*)|\]\([^)\s]*\)|\[(?=[^\]\[\n]*\]\()")
_NUMBERED = re.compile(r"(?:\d+(?:\.\d+)*\.|[IVX]+\.|[a-zđ]\))\s")
_END_OF_SENTENCE = re.compile(r"[.;:!?…”\"]\s*$")
_SENTENCE_BREAK = re.compile(r"(?<=[.!?…])\s+(?=[\"“(]?[A-ZĐÀ-ỸÂÊÔƠƯĂ\d])|\n+")
_ABBREVIATED = re.compile(r"(?:\b(?:TP|TX|TT|Tr|Ths|TS|GS|PGS|BS|KS|số|No|st|v\.v)|\b\d{1,2})\.$")


@dataclass(frozen=True, slots=True)
class Reading:
    """`text[i]` came from character `offsets[i]` of the verbatim text."""

    text: str
    offsets: array[int]

    def span(self, start: int, end: int) -> Span:
        """The verbatim range of the reading range [start, end)."""
        return Span(self.offsets[start], self.offsets[end - 1] + 1)

    def position(self, offset: int) -> int:
        """The first reading position at or after a verbatim offset."""
        low, high = 0, len(self.offsets)
        while low < high:
            middle = (low + high) // 2
            if self.offsets[middle] < offset:
                low = middle + 1
            else:
                high = middle
        return low


def _continues(before: str, after: str) -> bool:
    """Whether the paragraph `after` goes on with the sentence of `before` (a page break between)."""
    if not before or not after or after[0] in "-+•" or _NUMBERED.match(after):
        return False
    if after[0].islower():
        return True
    return not _END_OF_SENTENCE.search(before) and after[0].isdigit() and len(before) > 80


def read(text: str, span: Span) -> Reading:
    """Drop marks, join broken paragraphs; paragraphs end with one newline."""
    keep: list[tuple[str, int]] = []
    piece = text[span.start : span.end]
    dropped = bytearray(len(piece))
    for match in _DROP.finditer(piece):
        dropped[match.start() : match.end()] = b"\x01" * (match.end() - match.start())
    paragraphs = re.finditer(r"[^\n]+", piece)
    previous = ""
    for paragraph in paragraphs:
        chars: list[tuple[str, int]] = []
        for i in range(paragraph.start(), paragraph.end()):
            char = piece[i]
            if dropped[i]:
                continue
            if char.isspace():
                if chars and chars[-1][0] != " ":
                    chars.append((" ", span.start + i))
            else:
                chars.append((char, span.start + i))
        while chars and chars[-1][0] == " ":
            chars.pop()
        if not chars:
            continue
        line = "".join(c for c, _ in chars)
        if keep:
            keep.append((" " if _continues(previous, line) else "\n", chars[0][1] - 1))
        keep.extend(chars)
        previous = line
    return Reading("".join(c for c, _ in keep), array("l", (o for _, o in keep)))


def sentences(reading: Reading, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Ranges of the sentences in reading text; a line is never joined with the next."""
    stop = len(reading.text) if end is None else end
    ranges: list[tuple[int, int]] = []
    begin = start
    for match in _SENTENCE_BREAK.finditer(reading.text, start, stop):
        if "\n" not in match.group(0) and _ABBREVIATED.search(
            reading.text[max(begin, match.start() - 6) : match.start()]
        ):
            continue
        if match.start() > begin:
            ranges.append((begin, match.start()))
        begin = match.end()
    if begin < stop:
        ranges.append((begin, stop))
    return ranges
