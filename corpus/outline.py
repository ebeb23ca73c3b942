"""The outline of a report, read from its numbering.

Heading levels of OCR tools and Word styles are noise; the numbers are what the writer meant. A line
opens a section when its number continues the numbering so far: the first child, or the next sibling
of an open section. Anything else that starts with a number is prose.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from corpus.codes import roman_number
from corpus.model import Section, SectionKind, Span
from corpus.text import collapse, fold, plain

_HEADING = re.compile(r"(?P<number>[IVXL]+|\d{1,2}(?:\.\d{1,2}){0,6})(?P<dot>\.|\)|/)?\s+(?P<title>\S.*)")
_PART = re.compile(
    r"phan\s+(?:thu\s+)?(?P<number>nhat|mot|hai|ba|tu|bon|nam|sau|[ivx]+|\d|[a-h])\b\s*[.:/-]?\s*(?P<title>.*)"
)
_LETTER = re.compile(r"(?P<number>[A-H])\s*[.)/]\s+(?P<title>\S.*)")
_ORDINALS = {"nhat": 1, "mot": 1, "hai": 2, "ba": 3, "tu": 4, "bon": 4, "nam": 5, "sau": 6}
_PARTS, _ROMANS, _NUMBERS = 0, 1, 2
"""What a report is numbered with, the widest first: "Phần thứ hai" or "B.", then "II", then "2" and "2.1"."""
_PHRASE = re.compile(r"^.{20,120}?(?=[,.;:(])|^.{1,120}(?=\s|$)")
_RECIPIENTS = re.compile(r"noi nhan\s*:?")
_SIGNATURE = re.compile(r"(tm\.|kt\.|tl\.|tuq\.|q\.)\s*\w+|(pho )?(chu tich|giam doc|bo truong|thu truong)$")
_APPENDIX = re.compile(r"(phu luc|bieu so|bieu mau)\b")
_APPENDIX_NUMBER = re.compile(r"(?:phu luc|bieu so|bieu mau)\s*(?:so)?\s*:?\s*([ivx]+|\d+[a-z]?)\b")
_TITLE_LIMIT = 160


@dataclass(slots=True)
class _Open:
    number: str
    order: tuple[int, ...]
    rank: int
    start: int
    heading: Span
    title: str
    kind: SectionKind
    id: str
    parent: str | None
    level: int


def _numbered(line: str, alone: bool) -> tuple[str, tuple[int, ...], int] | None:
    """The number that a line begins with, what it means, and its rank; None where the line is no heading.

    `alone` says whether the line is short enough for a part's.
    """
    part = _PART.fullmatch(fold(line).lower()) if alone else None
    if part is not None:
        number = part.group("number")
        if number.isdigit():
            order = int(number)
        else:
            order = _ORDINALS.get(number) or (
                roman_number(number.upper()) if set(number) <= set("ivx") else ord(number) - 96
            )
        return f"Phần {order}", (order,), _PARTS
    letter = _LETTER.fullmatch(line) if alone and line.isupper() else None
    if letter is not None:
        return letter.group("number"), (ord(letter.group("number")) - 64,), _PARTS
    match = _HEADING.fullmatch(line)
    if match is None:
        return None
    number = match.group("number")
    roman = number[0] in "IVXL"
    if not match.group("dot") and (roman or "." not in number):
        return None
    if roman:
        return number, (roman_number(number),), _ROMANS
    return number, tuple(int(part) for part in number.split(".")), _NUMBERS


def _short_title(title: str) -> str:
    if len(title) <= _TITLE_LIMIT:
        return title
    match = _PHRASE.match(title)
    return (match.group(0) if match else title[:_TITLE_LIMIT]).strip() + "…"


def _fits(order: tuple[int, ...], rank: int, stack: list[_Open]) -> int | None:
    """How many of the open sections stay open when this number comes, or None when it doesn't fit."""
    if rank != _NUMBERS:
        depth = next((at for at, s in enumerate(stack) if s.rank >= rank), len(stack))
        same = stack[depth] if depth < len(stack) and stack[depth].rank == rank else None
        return depth if order[0] == (same.order[0] + 1 if same else 1) else None
    for depth in range(len(stack), 0, -1):
        last = stack[depth - 1]
        if last.rank == _NUMBERS and order == (*last.order[:-1], last.order[-1] + 1):
            return depth - 1
    if not stack:
        return 0 if order == (1,) else None
    top = stack[-1]
    if top.rank != _NUMBERS:
        return len(stack) if order == (1,) else None
    return len(stack) if order == (*top.order, 1) else None


def _lines(text: str, start: int, end: int, tables: Sequence[Span]) -> Iterable[tuple[int, int, str]]:
    """The lines of prose: those of tables are rows, not headings."""
    starts = [table.start for table in tables]
    for match in re.compile(r"[^\n]+").finditer(text, start, end):
        at = bisect_right(starts, match.start()) - 1
        inside = at >= 0 and match.start() < tables[at].end
        if not inside and (line := plain(match.group(0))):
            yield match.start(), match.end(), line


def _further_appendices(text: str, first: Section, tables: Sequence[Span]) -> list[Section]:
    """The first appendix, and those whose captions stand between or behind its tables."""
    found = [first]
    known = _APPENDIX_NUMBER.match(fold(first.title).lower())
    number = known.group(1) if known else None
    for start, stop, line in _lines(text, first.heading.end, len(text), tables):
        caption = _APPENDIX_NUMBER.match(fold(line).lower()) if len(line) < 120 else None
        if caption is None or caption.group(1) == number:
            continue
        number = caption.group(1)
        last = found[-1]
        found[-1] = replace(last, span=Span(last.span.start, start))
        found.append(Section("phụ lục", line, "appendix", 0, Span(start, len(text)), Span(start, stop)))
    return found


def _told_apart(sections: Sequence[Section]) -> tuple[Section, ...]:
    """Appendices after the first are "phụ lục 2", "phụ lục 3": an id names one section."""
    seen = 0
    found: list[Section] = []
    for section in sections:
        if section.kind == "appendix":
            seen += 1
            section = replace(section, id=f"phụ lục {seen}") if seen > 1 else section
        found.append(section)
    return tuple(found)


def read_outline(text: str, tables_start: int | None = None, tables: Sequence[Span] = ()) -> tuple[Section, ...]:
    """The sections of a report in printed order: preamble, numbered sections, recipients, signature, appendices.

    `tables_start` is where the first appendix table begins, `tables` where all tables stand, in order.
    """
    end = len(text) if tables_start is None else tables_start
    stack: list[_Open] = []
    done: list[Section] = []

    def close(until: int, at: int) -> None:
        while len(stack) > until:
            top = stack.pop()
            done.append(Section(top.id, top.title, top.kind, top.level, Span(top.start, at), top.heading, top.parent))

    def open_section(number: str, order: tuple[int, ...], rank: int, span: Span, title: str, kind: SectionKind) -> None:
        parent = stack[-1].id if stack else None
        ident = f"{parent}.{number}" if parent else number
        stack.append(_Open(number, order, rank, span.start, span, title, kind, ident, parent, len(stack)))

    tail = untitled = False
    for start, stop, line in _lines(text, 0, end, tables):
        folded = fold(line).lower()
        if not done and not stack and start < end:
            open_section("mở đầu", (0,), _NUMBERS, Span(start, start), "Phần mở đầu", "preamble")
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
                _NUMBERS,
                Span(start, stop),
                line,
                kind,
            )
            tail = True
            continue
        if untitled and stack and line.isupper():  # "Phần thứ hai", and below it what that is
            stack[-1].title = f"{stack[-1].title}. {_short_title(collapse(line))}"
        untitled = False
        found = _numbered(line, len(line) < _TITLE_LIMIT) if not tail else None
        if found is None:
            continue
        number, order, rank = found
        preamble = stack[:1] and stack[0].kind == "preamble"
        depth = _fits(order, rank, [] if preamble else stack)
        if depth is None:
            continue
        close(depth, start)
        open_section(number, order, rank, Span(start, stop), _short_title(collapse(line)), "section")
        untitled = rank == _PARTS and len(line.split()) <= 3
    close(0, end)
    if tables_start is not None:
        appendix = next((s for s in reversed(done) if s.kind == "appendix"), None)
        if appendix is not None:
            done.remove(appendix)
            appendix = replace(appendix, span=Span(appendix.span.start, len(text)))
        else:
            appendix = Section("phụ lục", "Phụ lục", "appendix", 0, Span(end, len(text)), Span(end, end))
        done += _further_appendices(text, appendix, tables)
    return _told_apart(sorted(done, key=lambda s: (s.span.start, s.level)))
