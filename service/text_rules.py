"""The prose against the appendix: a count in the text that is an indicator by its words, and the indicator's own figure.

A clause may count an indicator when its words account for the indicator's whole name and none is left over that tells
it counts something else: another level, one office, one day's event, another time. Where such a number agrees, that is
reported. Where it differs, the clause must also be firm: see `_is_firm`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from corpus.model import Report
from corpus.text import collapse
from service.check_rules import LEVELS, Check, Line, naming
from service.lexicon import Lexicon
from service.prose_figures import EVENT, RATIO, Count, Prose, Sentence

_SETTING = frozenset({"@de_ra", "@co_mat"})
"""Words that only introduce a number: "đề ra 94 nhiệm vụ", "hiện có 235 TTHC"."""
_HARMLESS = frozenset({"người", "trường hợp", "thực hiện", "triển khai", "tiến hành", "tổ chức", "năm", "theo quy định", "lượt", "cuộc"})
"""Light words that leave open what is counted; others ("mới", "thành lập", "chuyển đổi") may say that it is a part."""
_SUBJECT = re.compile(
    r"^\s*(?:(?:Chủ tịch|Thường trực|Văn phòng)\s+)?(?:UBND|HĐND|Ủy ban nhân dân|Hội đồng nhân dân)\s+tỉnh\b", re.IGNORECASE
)
_ELSEWHERE = re.compile(r"sai phạm|khắc phục|kết luận|dự kiến|phấn đấu|mục tiêu|\blại\b|cùng kỳ|kỳ trước", re.IGNORECASE)
_NOT_THE_PERIOD = re.compile(r"(?:^|[,;:])\s*(?:trong |tính )?(?:giai đoạn|nhiệm kỳ|l[ũu]y kế|luỹ kế|từ)\b|\btháng \d", re.IGNORECASE)
_QUARTER = re.compile(r"\bquý\b", re.IGNORECASE)
_UNDONE = re.compile(r"\b(?:chưa|không)\b", re.IGNORECASE)
_SOME = re.compile(r"\b(?:còn|riêng|thêm|mỗi|từng|một số|bình quân|trung bình|như)\b", re.IGNORECASE)
_YEAR = re.compile(r"(?<!so với )\bnăm (\d{4})\b", re.IGNORECASE)
_ONE_BODY = re.compile(
    r"\b(?:Sở|Cục|Chi cục|Phòng|Trung tâm|Ban Quản lý|[Hh]uyện|[Tt]hành phố|[Tt]hị xã|[Tt]hị trấn|[Xx]ã|[Pp]hường)"
    r"\s+[A-ZĐÀ-Ỹ]"
)
_TELLING = 100
"""A name of one term agrees with too many counts; from here on, agreement is no chance."""


@dataclass(frozen=True, slots=True)
class _Target:
    """A row that prose may count. `own` is what its name says, `present` all that its place, unit and value add."""

    line: Line
    own: frozenset[str]
    head: str
    """The key of what is counted: a clause may leave it out where the one before said it."""
    ancestors: tuple[frozenset[str], ...]
    """What the headings above the row say, the nearest last."""
    present: frozenset[str]
    light: frozenset[str]
    value: Decimal
    percent: bool

    @property
    def parent(self) -> frozenset[str]:
        return self.ancestors[-1] if self.ancestors else frozenset()


@dataclass(frozen=True, slots=True)
class _Match:
    target: _Target
    count: Count
    firm: bool


class TextRules:
    """Holds one report's prose against its rows."""

    def __init__(self, report: Report, prose: Prose, lines: Sequence[Line], lexicon: Lexicon) -> None:
        self._report = report
        self._prose = prose
        self._lexicon = lexicon
        self._terms = cache(lexicon.terms)
        self._targets = [target for line in lines if (target := self._target(line))]
        self._place = (report.metadata.issuer or "").removeprefix("UBND ").removeprefix("tỉnh ")

    def checks(self) -> Iterator[Check]:
        found: dict[int, list[_Match]] = {}
        for sentence in self._prose.sentences:
            if not sentence.future:
                for count in sentence.counts:
                    for match in self._matches(sentence, count):
                        found.setdefault(match.target.line.row.row, []).append(match)
        for row in sorted(found):
            yield from self._compare(found[row])

    def _naming(self, text: str) -> frozenset[str]:
        return frozenset(naming(self._terms(text)))

    def _with_implied(self, keys: Iterable[str]) -> frozenset[str]:
        """The keys and what they are put together from or a kind of; not what is merely related."""
        found = set(keys)
        for key in tuple(found):
            found.update(self._lexicon.implies.get(key, ()), self._lexicon.broader.get(key, ()))
        return frozenset(found)

    def _target(self, line: Line) -> _Target | None:
        row = line.row
        if row.value.kind not in ("number", "percent") or row.value.number is None or "=" in (row.unit or ""):
            return None
        counted = self._naming(row.value.text)
        own = line.keys | counted
        if not own or (row.unit is None and not counted):
            return None
        around = [term for text in (*row.path, row.unit or "") for term in self._terms(text)]
        return _Target(
            line=line,
            own=own,
            head=next(iter(naming(line.own)), ""),
            ancestors=tuple(self._naming(name) for name in row.path[:-1]),
            present=self._with_implied((*naming(around), *counted)),
            light=frozenset(t.key for t in around if t.weight < 1.0),
            value=Decimal(str(row.value.number)),
            percent=row.value.kind == "percent",
        )

    def _matches(self, sentence: Sentence, count: Count) -> list[_Match]:
        """The rows that a count can be by its words: those of the longest name."""
        if count.group is not None or count.approximate or self._counts_elsewhere(count):
            return []
        lead = _SUBJECT.sub(" ", count.lead)
        text = f"{lead} ; {count.phrase}"
        terms = self._lexicon.terms(text.replace(self._place, " ") if self._place else text)
        local = frozenset(naming(terms))
        said = self._with_implied(local)
        likely = [t for t in self._targets if t.percent == count.percent and 2 * len(t.own & said) >= len(t.own)]
        likely = [t for t in likely if all(self._told(key, t) for key in local)]
        if not likely:
            return []
        words = self._prose.words
        nearby = self._naming(words[count.part[0] : count.piece[0]])
        counted = max((c.piece[1] for c in sentence.counts if c.part == count.part and c.piece < count.piece), default=count.part[0])
        levels = self._naming(words[counted : count.piece[0]]) & LEVELS - {"@ubnd_tinh"}
        before = self._naming(words[sentence.start : count.part[0]])
        title = self._naming(sentence.section.title) if sentence.section else frozenset()
        found = [
            target
            for target in likely
            if self._whole_name_said(target, said, nearby, before, title) and levels <= target.present
        ]
        longest = max((len(t.own) for t in found), default=0)
        light = frozenset(t.key for t in terms if t.weight < 1.0)
        named_doer = lead != count.lead
        return [
            _Match(t, count, not named_doer and light <= _HARMLESS | t.light and self._is_firm(t, sentence, count, local, nearby, before, title))
            for t in found
            if len(t.own) == longest
        ]  # fmt: skip

    def _told(self, key: str, target: _Target) -> bool:
        implied = self._lexicon.implies.get(key, ())
        return key in target.present or key in _SETTING or (bool(implied) and target.present.issuperset(implied))

    def _whole_name_said(
        self, target: _Target, said: frozenset[str], nearby: frozenset[str], before: frozenset[str], title: frozenset[str]
    ) -> bool:
        """The clause says the name itself, or the words before it do and the row's place in the form is named too."""
        missing = target.own - said
        context = said | nearby | before | title
        if missing:
            return target.parent <= context and not missing - self._with_implied(nearby) - ({target.head} & before)
        return len(target.own) > 2 or not target.parent or bool(self._with_implied(target.parent) & self._with_implied(context))

    def _is_firm(
        self, target: _Target, sentence: Sentence, count: Count,
        local: frozenset[str], nearby: frozenset[str], before: frozenset[str], title: frozenset[str],
    ) -> bool:  # fmt: skip
        """Whether a different number in this clause is a contradiction.

        Three things have to agree (the name's terms, or two and the place in the form), no other row may fit, and
        neither the sentence's topic, nor the clauses on both sides may bring in another matter.
        """
        if _SOME.search(count.lead):
            return False
        said = self._with_implied(local)
        if any(t.own < said and t.own != target.own and not t.line.is_total for t in self._targets if t.percent == count.percent):
            return False
        context = nearby | before | title | local
        place = any(above - target.own and above <= context for above in target.ancestors)
        component = (self._with_implied(target.parent) & local) - target.own - nearby - before
        if len(target.own) < 3 and not place and not component:
            return False
        text = self._prose.words
        topic = text[sentence.start : count.part[0]].rpartition(":")[0]
        sides = self._naming(topic) if target.parent - target.own and target.parent <= nearby else nearby | self._naming(topic)
        after = text[count.piece[1] : count.part[1]]
        if not any(c.start >= count.piece[1] for c in sentence.counts if c.part == count.part) and not RATIO.search(after):
            sides |= self._naming(after)
        return all(self._told(key, target) for key in sides)

    def _counts_elsewhere(self, count: Count) -> bool:
        """Whether the clause says that its number is of one event, one office, another time, or not of what was done."""
        words, masked = self._prose.words, self._prose.masked
        start, at = count.part[0], count.start
        lead = words[start:at]
        text = f"{lead} {count.phrase}"
        years = {int(year) for year in _YEAR.findall(text)} - {self._report.metadata.year}
        in_quarter = (self._report.metadata.period or "").startswith("Q")
        return bool(
            years
            or any(mask == EVENT and word != " " for mask, word in zip(masked[start:at], lead, strict=True))
            or _ELSEWHERE.search(text)
            or _NOT_THE_PERIOD.search(text)
            or _ONE_BODY.search(text)
            or _UNDONE.search(f"{count.lead} ; {count.phrase}")
            or (not in_quarter and _QUARTER.search(text))
        )

    def _quote(self, count: Count) -> str:
        return collapse(self._prose.reading.text[count.piece[0] : count.piece[1]]).rpartition(": ")[2].strip(" ,;:.")

    def _compare(self, matches: Sequence[_Match]) -> Iterator[Check]:
        """One row against the counts that can be it. Several that differ among themselves say nothing.

        Neither does a count of less than half that nothing makes up: the prose may speak of a part.
        """
        target, line = matches[0].target, matches[0].target.line
        rows, printed = (line.row.row,), line.printed
        agreeing = [m.count for m in matches if m.count.value == target.value]
        if agreeing:
            if len(target.own) > 1 or target.value >= _TELLING:
                spans = tuple(self._prose.span(*c.piece) for c in agreeing)
                statement = f"{line.label}: phụ lục và lời văn cùng ghi {printed}"
                yield Check("text_against_appendix", True, statement, f"{agreeing[0].text} = {printed}", rows, spans)
            return
        if len(target.own) < 2 or len({m.count.value for m in matches}) > 1 or not all(m.firm for m in matches):
            return
        count = matches[0].count
        statement = f"{line.label}: phụ lục ghi {printed}, lời văn ghi {count.text} (“{self._quote(count)}”)"
        expression = f"{printed} ≠ {count.text}"
        spans = (self._prose.span(*count.piece),)
        rest = self._rest(target, count)
        if rest is None and 2 * count.value < target.value:
            return
        if rest:
            statement += f"; cộng với {rest.text} ở “{self._quote(rest)}” thì bằng {printed}"
            expression += f"; {count.text} + {rest.text} = {printed}"
            spans = (*spans, self._prose.span(*rest.piece))
        yield Check("text_against_appendix", False, statement, expression, rows, spans, beside=rows)

    def _rest(self, target: _Target, count: Count) -> Count | None:
        """A count of the same section and matter that makes up the difference."""
        section = self._prose.sentences[count.sentence].section
        for sentence in self._prose.sentences:
            if sentence.section != section:
                continue
            for other in sentence.counts:
                makes_up = not other.group and not other.percent and other.value + count.value == target.value
                if makes_up and other.noun[:2] == count.noun[:2] and self._naming(other.lead) & target.own - {target.head}:
                    return other
        return None
