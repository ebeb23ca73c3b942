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
_PARAGRAPH = re.compile(r"[^\n]+")
_RUN = re.compile(r"\S+(?: \S+)*|\s+")
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
    piece = text[span.start : span.end]
    dropped = [match.span() for match in _DROP.finditer(piece)]
    all_places = array("l", range(span.start, span.end))
    read: list[str] = []
    offsets = array("l")
    previous = ""
    at = 0
    for paragraph in _PARAGRAPH.finditer(piece):
        line, places = "", array("l")
        start = paragraph.start()
        while start < paragraph.end():
            while at < len(dropped) and dropped[at][1] <= start:
                at += 1
            end = min(paragraph.end(), dropped[at][0]) if at < len(dropped) else paragraph.end()
            for run in _RUN.finditer(piece, start, max(start, end)):
                if not run.group(0).isspace():
                    line += run.group(0)
                    places += all_places[run.start() : run.end()]
                elif line and line[-1] != " ":
                    line += " "
                    places.append(span.start + run.start())
            start = max(end, dropped[at][1]) if at < len(dropped) else paragraph.end()
        if line.endswith(" "):
            line = line[:-1]
            places.pop()
        if not line:
            continue
        if read:
            read.append(" " if _continues(previous, line) else "\n")
            offsets.append(places[0] - 1)
        read.append(line)
        offsets += places
        previous = line
    return Reading("".join(read), offsets)


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
