"""The prose against itself: lists against their totals, percentages against the counts they come from.

Precision goes before recall: an official who is shown a contradiction that is none stops believing the others. What
adds up is reported wherever it does; what does not, only where the sentence leaves no other reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from corpus.numbers import format_result
from service.check_rules import Check, Line, naming, sum_of
from service.lexicon import Lexicon
from service.prose_figures import RATIO, Count, Prose, Sentence, parentheses

_LISTED = re.compile(r"(?P<all>bao gồm|gồm)|trong đó|cụ thể", re.IGNORECASE)
_NOT_ALL = re.compile(
    r"ngoài ra|chưa kể|không bao gồm|trong đó|tăng|giảm|so với|cùng kỳ|năm trước|kỳ trước"
    r"|\bnữ\b|\bnam\b|dân tộc|đảng viên|\btuổi\b|trình độ",
    re.IGNORECASE,
)
"""What stands beside the total, or marks traits that one person may have several of."""
_CLASSES = re.compile(r"xuất sắc.*\btốt\b", re.IGNORECASE | re.DOTALL)
_RATE = re.compile(
    RATIO.pattern + r"(?P<counted>[^;.()\d%]{0,60}?)(?:\(\s*|\b(?:đạt|chiếm|bằng|tương đương|tỷ lệ|tỉ lệ)\s+)"
    r"(?:(?:đạt|tỷ lệ|tỉ lệ|chiếm)\s+)*(?P<rate>\d+(?:,\d+)?)\s?%",
    re.IGNORECASE,
)
_OTHER_MATTER = re.compile(r"trong đó|riêng|còn lại", re.IGNORECASE)
_TELLING = 100
"""A sum that comes out exactly above this is no coincidence, even where the words for the parts differ."""
_NEAR = Decimal("0.1")
"""Parts that miss their total by more than this were hardly meant to make it up."""


def arithmetic_checks(prose: Prose, lines: Sequence[Line], lexicon: Lexicon) -> Iterator[Check]:
    for at, sentence in enumerate(prose.sentences):
        yield from _parentheses(prose, sentence)
        yield from _lists(prose, sentence)
        yield from _series(prose, sentence)
        yield from _ratios(prose, sentence)
        for count in sentence.counts:
            if count.percent and not count.approximate and "," in count.text:
                yield from _share(prose, at, count, lines, lexicon)


def _plain(counts: Sequence[Count]) -> list[Count]:
    return [c for c in counts if not c.percent and not c.approximate]


def _named(count: Count) -> str:
    """The count with the words for what it counts, cut where they lead on to something else."""
    noun = re.split(r"\s{2,}|[,:;.]", count.phrase.strip())[0]
    return " ".join((count.text, *noun.split()[:5]))


def _parentheses(prose: Prose, sentence: Sentence) -> Iterator[Check]:
    """ "26 dự thảo văn bản (Sở Tư pháp 23 văn bản, cấp huyện 03 văn bản)"."""
    for group in parentheses(prose.masked, sentence.start, sentence.end):
        totals = [c for c in sentence.counts if c.group is None and c.part[0] <= c.end <= group[0] < c.part[1]]
        parts = [c for c in sentence.counts if c.group == group]
        exhaustive = not _NOT_ALL.search(prose.reading.text, *group)
        yield from _listed(prose, totals, parts, group[1], exhaustive=exhaustive)


def _lists(prose: Prose, sentence: Sentence) -> Iterator[Check]:
    """ "937 đơn vị, trong đó 11 thuộc UBND tỉnh, 347 thuộc sở, 579 thuộc huyện": to the semicolon, or to the full stop."""
    for mark in _LISTED.finditer(prose.words, sentence.start, sentence.end):
        around = [c for c in sentence.counts if c.group is None]
        totals = [c for c in around if c.end <= mark.start() < c.part[1]]
        parts = [c for c in around if c.start >= mark.end()]
        near = [c for c in parts if totals and c.part == totals[-1].part]
        for listed in (near, parts):
            exhaustive = bool(mark.group("all")) and len(near) == len(parts)
            found = list(_listed(prose, totals, listed, listed[-1].end if listed else 0, exhaustive=exhaustive))
            if found:
                yield from found
                break


def _listed(
    prose: Prose, totals: Sequence[Count], listed: Sequence[Count], end: int, *, exhaustive: bool
) -> Iterator[Check]:
    """The listed counts against the totals before them, the nearest first; what fails counts only if nothing holds."""
    failing: Check | None = None
    held = False
    listed = _plain(listed)
    for total in reversed(_plain(totals)[-3:]):
        parts = [c for c in listed if _same_kind(total, c)]
        same = len(parts) > 1
        if not same:
            parts = _alike(listed, total)
        whole = sum((c.value for c in parts), Decimal(0))
        if len(parts) < 2 or (whole != total.value and not same):
            continue
        texts = [c.text for c in parts]
        spans = (prose.span(total.piece[0], end),)
        if whole == total.value:
            held = True
            statement = f"{_named(total)} = {' + '.join(texts)}"
            yield Check("text_arithmetic", True, statement, f"{' + '.join(texts)} = {total.text}", spans=spans)
        elif exhaustive and _meant_as_all(total, parts, listed, whole):
            statement = f"Lời văn ghi {_named(total)}, các phần kê ra cộng lại là {sum_of(texts, whole)}"
            expression = f"{sum_of(texts, whole)} ≠ {total.text}"
            failing = Check("text_arithmetic", False, statement, expression, spans=spans)
    if failing and not held:
        yield failing


def _same_kind(total: Count, part: Count) -> bool:
    """Whether two counts count the same: one's noun heads the other's, or stands in it."""
    whole, piece = total.noun, part.noun
    if not whole or not piece:
        return False
    return whole[0] == piece[0] or _within(whole[:2], piece) or _within(piece[:2], whole)


def _within(words: Sequence[str], phrase: Sequence[str]) -> bool:
    return len(words) == 2 and (words[0], words[1]) in pairwise(phrase)


def _alike(listed: Sequence[Count], total: Count) -> list[Count]:
    """Parts that may make up a total under another name: all without a noun, or all of one noun and the total large."""
    if all(not c.noun for c in listed):
        return list(listed)
    if total.value < _TELLING:
        return []
    for noun in {c.noun[0] for c in listed if c.noun}:
        parts = [c for c in listed if c.noun and c.noun[0] == noun]
        if sum(c.value for c in parts) == total.value:
            return parts
    return []


def _meant_as_all(total: Count, parts: Sequence[Count], listed: Sequence[Count], whole: Decimal) -> bool:
    """Whether a list was meant to be complete: a part in each of its clauses, none above the total, the sum near it."""
    one_each = sorted({c.piece for c in listed}) == sorted(c.piece for c in parts)
    near = abs(whole - total.value) <= max(Decimal(1), total.value * _NEAR)
    return one_each and near and all(c.value <= total.value for c in parts)


def _series(prose: Prose, sentence: Sentence) -> Iterator[Check]:
    """Shares of one whole: "11/58 …; 43/58 …; 04/58 …". More than the whole is wrong where they are the grades of one rating."""
    series: dict[str, list[re.Match[str]]] = {}
    for match in RATIO.finditer(prose.masked, sentence.start, sentence.end):
        series.setdefault(match.group(2), []).append(match)
    for whole, matches in series.items():
        texts = [m.group(1) for m in matches]
        total, expected = sum(map(_exact, texts), Decimal(0)), _exact(whole)
        if len(matches) < 2:
            continue
        spans = (prose.span(matches[0].start(), matches[-1].end()),)
        if total == expected:
            statement = f"{whole} = {' + '.join(texts)} (các tỷ số trên {whole} trong câu)"
            yield Check("text_arithmetic", True, statement, f"{' + '.join(texts)} = {whole}", spans=spans)
        elif (
            total > expected and len(matches) > 2 and _CLASSES.search(prose.reading.text, sentence.start, sentence.end)
        ):
            expression = f"{sum_of(texts, total)} ≠ {whole}"
            statement = f"Các mức xếp loại trên {whole} cộng lại là {sum_of(texts, total)}"
            yield Check("text_arithmetic", False, statement, expression, spans=spans)


def _exact(printed: str) -> Decimal:
    """A whole number as it is printed: "1.250" is 1250."""
    return Decimal(printed.replace(".", ""))


def _rounds_to(part: Decimal, whole: Decimal, printed: str) -> bool:
    """Whether part/whole is the printed percentage, rounded or cut off at its decimals."""
    rate = Decimal(printed.rstrip("%").replace(",", "."))
    places = len(printed.rstrip("%").partition(",")[2])
    return abs(part * 100 / whole - rate) < Decimal(1).scaleb(-places)


def _ratios(prose: Prose, sentence: Sentence) -> Iterator[Check]:
    """A ratio with its percentage right behind it: "42/94 nhiệm vụ, đạt 44,68%"."""
    for match in _RATE.finditer(prose.masked, sentence.start, sentence.end):
        part, whole, rate = match.group(1), match.group(2), match.group("rate")
        if not 0 < _exact(part) <= _exact(whole) or _OTHER_MATTER.search(match.group("counted")):
            continue
        spans = (prose.span(*match.span()),)
        if _rounds_to(_exact(part), _exact(whole), rate):
            yield Check("share", True, f"{part}/{whole} = {rate}%", f"{part} / {whole} × 100 = {rate}%", spans=spans)
        else:
            computed = format_result(_exact(part) * 100 / _exact(whole))
            statement = f"Lời văn ghi {part}/{whole} là {rate}%, tính ra {computed}%"
            yield Check("share", False, statement, f"{part} / {whole} × 100 = {computed}% ≠ {rate}%", spans=spans)


def _share(prose: Prose, at: int, rate: Count, lines: Sequence[Line], lexicon: Lexicon) -> Iterator[Check]:
    """The two counts whose ratio a percentage with decimals is: both near it, or one near it and one in the appendix.

    Says only what it finds: a percentage that nothing explains may come from figures that are not printed.
    """
    here = _plain(prose.sentences[at].counts)
    around = [c for s in prose.sentences[max(0, at - 1) : at + 2] for c in _plain(s.counts)]
    pairs = [
        (part, whole)
        for part in around
        for whole in around
        if (part in here or whole in here)
        and part.noun
        and part.noun[:1] == whole.noun[:1]
        and part.value < whole.value
    ]
    pairs.sort(key=lambda p: abs(p[0].start - rate.start) + abs(p[1].start - rate.start))
    for part, whole in pairs:
        if _rounds_to(part.value, whole.value, rate.text):
            spans = tuple(prose.span(*c.piece) for c in sorted({whole, part, rate}, key=lambda c: c.start))
            statement = f"{rate.text} = {_named(part)} / {_named(whole)}"
            yield Check("share", True, statement, f"{part.text} / {whole.text} × 100 = {rate.text}", spans=spans)
            return
    sentence = prose.sentences[at]
    said = set(naming(lexicon.terms(prose.words[sentence.start : sentence.end])))
    for part in sorted(here, key=lambda c: abs(c.start - rate.start)):
        for line in lines:
            total = line.number
            if not total or part.value >= total or not _counts_alike(part, line) or len(line.keys & said) < 2:
                continue
            if _rounds_to(part.value, total, rate.text):
                spans = tuple(dict.fromkeys(prose.span(*c.piece) for c in sorted((part, rate), key=lambda c: c.start)))
                statement = f"{rate.text} = {_named(part)} / {line.printed} ({line.label})"
                expression = f"{part.text} / {line.printed} × 100 = {rate.text}"
                yield Check("share", True, statement, expression, (line.row.row,), spans)
                return


def _counts_alike(count: Count, line: Line) -> bool:
    unit = tuple((line.row.unit or "").lower().split())
    return bool(unit) and count.noun[: len(unit)] == unit
