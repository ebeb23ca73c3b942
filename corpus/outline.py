"""The outline of a report, read from its numbering.

Heading levels of OCR tools and Word styles are noise; the numbers are what the writer meant. A line
opens a section when its number continues the numbering so far: the first child, or the next sibling
of an open section. Anything else that starts with a number is prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from corpus.model import Section, SectionKind, Span
from corpus.text import collapse, fold, plain

_HEADING = re.compile(r"(?P<number>[IVXL]+|\d{1,2}(?:\.\d{1,2}){0,6})(?P<dot>\.|\)|/)?\s+(?P<title>\S.*)")
_PHRASE = re.compile(r"^.{20,120}?(?=[,.;:(])|^.{1,120}(?=\s|$)")
_RECIPIENTS = re.compile(r"noi nhan\s*:?")
_SIGNATURE = re.compile(r"(tm\.|kt\.|tl\.|tuq\.|q\.)\s*\w+|(pho )?(chu tich|giam doc|bo truong|thu truong)$")
_APPENDIX = re.compile(r"(phu luc|bieu so|bieu mau)\b")
_TITLE_LIMIT = 160


@dataclass(slots=True)
class _Open:
    number: str
    order: tuple[int, ...]
    roman: bool
    start: int
    heading: Span
    title: str
    kind: SectionKind
    id: str
    parent: str | None
    level: int


def _roman(text: str) -> int:
    digits = {"I": 1, "V": 5, "X": 10, "L": 50}
    total = 0
    for char, after in zip(text, f"{text[1:]} ", strict=False):
        value = digits[char]
        total += -value if digits.get(after, 0) > value else value
    return total


def _order(number: str) -> tuple[int, ...]:
    return (_roman(number),) if number[0] in "IVXL" else tuple(int(part) for part in number.split("."))


def _short_title(title: str) -> str:
    if len(title) <= _TITLE_LIMIT:
        return title
    match = _PHRASE.match(title)
    return (match.group(0) if match else title[:_TITLE_LIMIT]).strip() + "…"


def _fits(order: tuple[int, ...], roman: bool, stack: list[_Open]) -> int | None:
    """How many of the open sections stay open when this number comes, or None when it doesn't fit."""
    if roman:
        romans = [s for s in stack if s.roman]
        expected = romans[0].order[0] + 1 if romans else 1
        return 0 if order[0] == expected else None
    for depth in range(len(stack), 0, -1):
        last = stack[depth - 1]
        if not last.roman and order == (*last.order[:-1], last.order[-1] + 1):
            return depth - 1
    if not stack:
        return 0 if order == (1,) else None
    top = stack[-1]
    if top.roman:
        return len(stack) if order == (1,) else None
    return len(stack) if order == (*top.order, 1) else None


def _lines(text: str, end: int) -> Iterable[tuple[int, int, str]]:
    for match in re.finditer(r"[^\n]+", text[:end]):
        line = plain(match.group(0))
        if line:
            yield match.start(), match.end(), line


def read_outline(text: str, tables_start: int | None = None) -> tuple[Section, ...]:
    """The sections of a report in printed order: preamble, numbered sections, recipients, signature, appendix.

    `tables_start` is where the first appendix table begins; its lines are rows, not headings.
    """
    end = len(text) if tables_start is None else tables_start
    stack: list[_Open] = []
    done: list[Section] = []

    def close(until: int, at: int) -> None:
        while len(stack) > until:
            top = stack.pop()
            done.append(Section(top.id, top.title, top.kind, top.level, Span(top.start, at), top.heading, top.parent))

    def open_section(
        number: str, order: tuple[int, ...], roman: bool, span: Span, title: str, kind: SectionKind
    ) -> None:
        parent = stack[-1].id if stack else None
        ident = f"{parent}.{number}" if parent else number
        stack.append(_Open(number, order, roman, span.start, span, title, kind, ident, parent, len(stack)))

    tail = False
    for start, stop, line in _lines(text, end):
        folded = fold(line).lower()
        if not done and not stack and start < end:
            open_section("mở đầu", (0,), False, Span(start, start), "Phần mở đầu", "preamble")
        kind: SectionKind | None = None
        if _RECIPIENTS.match(folded):
            kind = "recipients"
        elif (
            _SIGNATURE.match(folded)
            and start > end // 2
            and len(line) < 80
            and (tail or "uy ban" in folded or "bo " in folded)
        ):
            kind = "signature"
        elif _APPENDIX.match(folded) and len(line) < 120 and start > end // 2:
            kind = "appendix"
        if kind is not None:
            if kind == "signature" and stack and stack[-1].kind == "signature":
                continue
            close(0, start)
            open_section(
                {"recipients": "nơi nhận", "signature": "ký", "appendix": "phụ lục"}[kind],
                (),
                False,
                Span(start, stop),
                line,
                kind,
            )
            tail = True
            continue
        match = _HEADING.fullmatch(line) if not tail else None
        if match is None:
            continue
        number = match.group("number")
        roman = number[0] in "IVXL"
        if not match.group("dot") and (roman or "." not in number):
            continue
        order = _order(number)
        preamble = stack[:1] and stack[0].kind == "preamble"
        depth = _fits(order, roman, [] if preamble else stack)
        if depth is None:
            continue
        close(depth, start)
        open_section(number, order, roman, Span(start, stop), _short_title(collapse(line)), "section")
    close(0, end)
    if tables_start is not None:
        appendix = next((s for s in reversed(done) if s.kind == "appendix"), None)
        if appendix is not None:
            done[done.index(appendix)] = Section(
                appendix.id, appendix.title, "appendix", 0, Span(appendix.span.start, len(text)), appendix.heading
            )
        else:
            done.append(Section("phụ lục", "Phụ lục", "appendix", 0, Span(end, len(text)), Span(end, end)))
    return tuple(sorted(done, key=lambda s: (s.span.start, s.level)))
