"""The counts in a report's prose: numbers that count something, with the words around them.

Dates, document numbers, years, ordinals and levels ("mức độ 3, 4") are numbers too, but count nothing.
They are masked, one character for one, so that every offset stays an offset of the reading text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from corpus.model import Report, Section, Span
from corpus.reading import Reading, read, sentences
from corpus.text import fold

Range = tuple[int, int]

EVENT = "¤"
"""Masks a day or a document's number: what happened there happened once, it is no total of the period."""
_OTHER = "¬"

_EVENTS = re.compile(
    r"\d{1,2}\s?[/.]\s?\d{1,2}\s?[/.]\s?\d{4}|[Nn]gày\s+\d{1,2}(?:\s*(?:/|tháng)\s*\d{1,2})?(?:\s*(?:/|năm)\s*\d{4})?"
    r"|[Ss]ố:?\s+\d[\d.]*(?:\s*,\s*\d+)*\s?[/-]\s?[\w/-]+|\d+(?:/\d{4})?\s?[/-]\s?[A-ZĐ]{2}[\w/-]*"
)
_ORDINALS = re.compile(
    r"\w+(?:\.\w+)*\.(?:gov|vn|com)\S*|https?://\S+|[A-Za-zĐ]+-?\d[\w.]*"
    r"|(?m:^\s*\d{1,2}(?:\.\d{1,2})*\.?\s)"
    r"|\d{4}\s*[-–]\s*\d{4}|\d{1,2}[./](?:19|20)\d\d\b"
    r"|(?:[Tt]háng|[Qq]uý|[Nn]ăm|[Tt]hứ|[Kk]hóa|[Kk]hoá|[Gg]iai đoạn|[Đđ]iều|[Kk]hoản|[Cc]hương|[Mm]ục|[Pp]hụ lục|[Bb]iểu|[Mm]ẫu"
    r"|[Pp]hiên bản)\s+\d+(?:[.,-]\d+)*"
    r"|(?:[Ll]ần|[Đđ]ợt|[Hh]ạng|[Bb]ậc|[Nn]hóm|(?<!xếp )[Ll]oại|[Vv]ùng|[Cc]ấp|[Mm]ức)(?:\s+(?:thứ|độ))?"
    r"\s+\d(?:\s*(?:,|và|[-/])\s*\d(?![\d.,/]*\d))*(?![\d/])"
    r"|\d+\s+(?:tháng|năm|ngày|giờ)\b|(?<![\d.,])(?:19|20)\d\d(?![\d%]|[.,]\d)"
)
_COORDINATED = re.compile(
    r"(?:sở|bộ)(?:, ban)?, ngành|cơ quan, (?:đơn vị|tổ chức)|cán bộ, công chức(?:, viên chức)?|công chức, viên chức"
    r"|huyện(?:, thị xã)?, thành phố|xã, phường(?:, thị trấn)?|phường, thị trấn|người dân, (?:tổ chức|doanh nghiệp)"
    r"|bãi bỏ, thay thế|thi tuyển, xét tuyển|kết nối, liên thông|cập nhật, công khai|một cửa, một cửa",
    re.IGNORECASE,
)
"""Names with a comma inside; it does not end a clause."""
_NUMBER = re.compile(r"(?<![\w.,/])(\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?)(?![\w]|[.,/]\d)(\s?%)?")
RATIO = re.compile(r"(?<![\w.,/])(\d{1,3}(?:\.\d{3})+|\d+)/(\d{1,3}(?:\.\d{3})+|\d+)(?![\w/]|[.,]\d)")
_ABOUT = re.compile(
    r"(?:trên|hơn|gần|khoảng|dưới|tối thiểu|tối đa|ít nhất|ước|ước đạt|đến|từ|không quá|vượt)\s*$", re.IGNORECASE
)
_AT_LEAST = re.compile(r"\s*(?:trở lên|trở xuống)")
_BRACKET = re.compile(r"[()]")
_SEMICOLON = re.compile(r";")
_COMMA = re.compile(r",(?!\d)")
_JOINED = re.compile(r"\s(?:và|với|cùng)\s")
_FUTURE = re.compile(r"phuong huong|nhiem vu trong tam|nhiem vu.{0,30}(?:cuoi nam|thoi gian toi)")


@dataclass(frozen=True, slots=True)
class Count:
    """A number that counts something. `lead` is what its clause says before it, `phrase` what follows it.

    Offsets are the reading's. `piece` is the clause between commas, `part` the one between semicolons, and
    `group` the parenthesis around it. `approximate` is "trên 250", "khoảng 40%".
    """

    text: str
    value: Decimal
    percent: bool
    approximate: bool
    start: int
    end: int
    lead: str
    phrase: str
    piece: Range
    part: Range
    group: Range | None
    sentence: int

    @property
    def noun(self) -> tuple[str, ...]:
        """The words that say what is counted, as far as a few words go."""
        return tuple(re.findall(r"[^\W\d_]+", self.phrase.lower())[:6])


@dataclass(frozen=True, slots=True)
class Sentence:
    start: int
    end: int
    section: Section | None
    future: bool
    """Stands among the tasks of the next period, so what it counts is no result."""
    counts: tuple[Count, ...]


@dataclass(frozen=True, slots=True)
class Prose:
    """A report's prose as sentences with their counts.

    `masked` is the reading with all numbers but counts masked, `words` the reading with parentheses blanked.
    """

    reading: Reading
    masked: str
    words: str
    sentences: tuple[Sentence, ...]

    def span(self, start: int, end: int) -> Span:
        """The verbatim range of [start, end), whitespace at its ends left out."""
        text = self.reading.text
        while start < end - 1 and text[start] in " ,;:":
            start += 1
        while end > start + 1 and text[end - 1] in " ,;:":
            end -= 1
        return self.reading.span(start, end)


def _mask(text: str) -> str:
    text = _EVENTS.sub(lambda m: EVENT * len(m.group(0)), text)
    text = _ORDINALS.sub(lambda m: "".join(c if c == "\n" else _OTHER for c in m.group(0)), text)
    return _COORDINATED.sub(lambda m: m.group(0).replace(",", _OTHER), text)


def _blank(text: str, groups: Iterable[list[Range]]) -> str:
    parts: list[str] = []
    at = 0
    for start, end in (group for inside in groups for group in inside):
        parts += (text[at:start], " " * (end - start))
        at = end
    return "".join((*parts, text[at:]))


def parentheses(text: str, start: int, end: int) -> list[Range]:
    """The outermost parentheses in [start, end), each with its brackets."""
    found: list[Range] = []
    depth, opened = 0, start
    for bracket in _BRACKET.finditer(text, start, end):
        if bracket.group() == "(":
            depth += 1
            opened = bracket.start() if depth == 1 else opened
        elif depth:
            depth -= 1
            if not depth:
                found.append((opened, bracket.end()))
    return found


def _split(text: str, start: int, end: int, mark: re.Pattern[str]) -> Iterator[Range]:
    at = start
    for match in mark.finditer(text, start, end):
        yield at, match.start()
        at = match.end()
    yield at, end


def _counts(masked: str, words: str, piece: Range, part: Range, group: Range | None, sentence: int) -> Iterator[Count]:
    found = list(_NUMBER.finditer(masked, *piece))
    whole = [m for m in found if not m.group(2)]
    for match in found:
        peers = found if match.group(2) else whole
        at = peers.index(match)
        before = peers[at - 1] if at else None
        after = peers[at + 1] if at + 1 < len(peers) else None
        lead = words[piece[0] : peers[0].start()]
        if before is not None:
            joined = _JOINED.split(words[before.end() : match.start()])
            lead = joined[-1] if len(joined) > 1 and joined[-1].strip() else lead
        phrase = words[match.end() : after.start() if after else piece[1]]
        if after is not None:
            phrase = _JOINED.split(f"{phrase} ")[0]
        number = match.group(1)
        yield Count(
            text=match.group(0).replace(" ", ""),
            value=Decimal(number.replace(".", "").replace(",", ".")),
            percent=match.group(2) is not None,
            approximate=bool(_ABOUT.search(words[piece[0] : match.start()]) or _AT_LEAST.match(phrase)),
            start=match.start(),
            end=match.end(),
            lead=lead,
            phrase=phrase,
            piece=piece,
            part=part,
            group=group,
            sentence=sentence,
        )


def _ahead(report: Report, section: Section | None) -> bool:
    titles = {s.id: s for s in report.sections}
    while section is not None:
        if section.kind == "section" and _FUTURE.search(fold(section.title).lower()):
            return True
        section = titles.get(section.parent or "")
    return False


def _end_of_prose(report: Report) -> int:
    ends = [s.span.start for s in report.sections if s.kind in ("recipients", "signature", "appendix")]
    return min([*ends, *(row.span.start for row in report.rows[:1]), len(report.text)])


def read_prose(report: Report) -> Prose:
    """All sentences before the recipients and the appendix, with what they count."""
    reading = read(report.text, Span(0, _end_of_prose(report)))
    masked = _mask(reading.text)
    ranges = sentences(reading)
    groups = [parentheses(masked, start, end) for start, end in ranges]
    words = _blank(reading.text, groups)
    plain = RATIO.sub(lambda m: _OTHER * len(m.group(0)), masked)
    outside = _blank(plain, groups)
    found: list[Sentence] = []
    for index, (start, end) in enumerate(ranges):
        counts: list[Count] = []
        for part in _split(outside, start, end, _SEMICOLON):
            for piece in _split(outside, *part, _COMMA):
                counts.extend(_counts(outside, words, piece, part, None, index))
        for group in groups[index]:
            for part in _split(plain, group[0] + 1, group[1] - 1, _SEMICOLON):
                for piece in _split(plain, *part, _COMMA):
                    counts.extend(_counts(plain, reading.text, piece, part, group, index))
        section = None
        if counts:
            section = report.section_at(reading.offsets[start])
        counts.sort(key=lambda c: c.start)
        found.append(Sentence(start, end, section, _ahead(report, section), tuple(counts)))
    return Prose(reading, masked, words, tuple(found))
