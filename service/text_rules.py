"""The prose against the appendix: a count in the text that is an indicator by its words, and the indicator's own figure.

A clause may count an indicator when its words account for the indicator's whole name and none is left over that tells
it counts something else: another level, one office, one day's event, another time. Where such a number agrees, that is
reported. Where it differs, the clause must also be firm: see `_is_firm`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from corpus.model import Report
from corpus.text import collapse
from service.check_rules import Check, Line, naming
from service.lexicon import Lexicon
from service.prose_clauses import Clause, ClauseReader
from service.prose_figures import Count, Prose

_SETTING = frozenset({"@de_ra", "@co_mat", "@dang_co"})
"""Words that only introduce a number: "đề ra 94 nhiệm vụ", "hiện có 235 TTHC"."""
_HARMLESS = frozenset(
    {"người", "trường hợp", "thực hiện", "triển khai", "tiến hành", "tổ chức", "năm", "theo quy định", "lượt", "cuộc"}
)
"""Light words that leave open what is counted; others ("mới", "thành lập", "chuyển đổi") may say that it is a part."""
_SOME = re.compile(r"\b(?:còn|riêng|thêm|mỗi|từng|một số|bình quân|trung bình|như)\b", re.IGNORECASE)
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
        self._prose = prose
        self._lexicon = lexicon
        self._clauses = ClauseReader(report, prose, lexicon)
        self._targets = [target for line in lines if (target := self._target(line))]

    def checks(self) -> Iterator[Check]:
        present = frozenset(key for target in self._targets for key in target.present)
        known = present | _SETTING | {key for key, parts in self._lexicon.implies.items() if present.issuperset(parts)}
        found: dict[int, list[_Match]] = {}
        for sentence in self._prose.sentences:
            for count in () if sentence.future else sentence.counts:
                clause = self._clauses.read(sentence, count, known)
                for match in self._matches(clause) if clause else ():
                    found.setdefault(match.target.line.row.row, []).append(match)
        for row in sorted(found):
            yield from self._compare(found[row])

    def _target(self, line: Line) -> _Target | None:
        row, clauses = line.row, self._clauses
        if row.value.kind not in ("number", "percent") or row.value.number is None or "=" in (row.unit or ""):
            return None
        counted = clauses.naming(row.value.text)
        own = line.keys | counted
        if not own or (row.unit is None and not counted):
            return None
        around = [term for text in (*row.path, row.unit or "") for term in clauses.terms(text)]
        return _Target(
            line=line,
            own=own,
            head=next(iter(naming(line.own)), ""),
            ancestors=tuple(clauses.naming(name) for name in row.path[:-1]),
            present=clauses.with_implied((*naming(around), *counted)),
            light=frozenset(t.key for t in around if t.weight < 1.0 and not t.is_concept),
            value=Decimal(str(row.value.number)),
            percent=row.value.kind == "percent",
        )

    def _matches(self, clause: Clause) -> list[_Match]:
        """The rows that a clause can count by its words: those of the longest name."""
        found = [
            target
            for target in self._targets
            if target.percent == clause.count.percent
            and self._all_told(clause.local, target)
            and clause.levels <= target.present
            and self._whole_name_said(target, clause)
        ]
        longest = max((len(t.own) for t in found), default=0)
        return [_Match(t, clause.count, self._is_firm(t, clause)) for t in found if len(t.own) == longest]

    def _all_told(self, keys: frozenset[str], target: _Target) -> bool:
        """Whether a row's name, place, unit or value account for each of some words."""
        for key in keys - target.present - _SETTING:
            implied = self._lexicon.implies.get(key, ())
            if not implied or not target.present.issuperset(implied):
                return False
        return True

    def _whole_name_said(self, target: _Target, clause: Clause) -> bool:
        """The clause says the name, or most of it; then the words before say the rest, and the row's place in the form."""
        implied = self._clauses.with_implied
        missing = target.own - implied(clause.local)
        if missing:
            elsewhere = implied(clause.beside) | ({target.head} & clause.before)
            return 2 * len(missing) <= len(target.own) and missing <= elsewhere and target.parent <= clause.context
        return len(target.own) > 2 or not target.parent or bool(implied(target.parent) & implied(clause.context))

    def _is_firm(self, target: _Target, clause: Clause) -> bool:
        """Whether a different number in this clause is a contradiction.

        It names no doer who may be one of several. Three things agree: the name's terms, or two of them and the
        place in the form. No other row fits, and no clause around it brings in another matter.
        """
        if clause.doer or _SOME.search(clause.count.lead) or not clause.light <= _HARMLESS | target.light:
            return False
        said = self._clauses.with_implied(clause.local)
        for other in self._targets:
            if (
                other.percent == target.percent
                and other.own < said
                and other.own != target.own
                and not other.line.is_total
            ):
                return False
        place = any(above - target.own and above <= clause.context for above in target.ancestors)
        part_of_place = (
            (self._clauses.with_implied(target.parent) & clause.local) - target.own - clause.beside - clause.before
        )
        if len(target.own) < 3 and not place and not part_of_place:
            return False
        parent_beside = target.parent - target.own and target.parent <= clause.beside
        around = clause.topic | clause.after | (frozenset() if parent_beside else clause.beside)
        return self._all_told(around, target)

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
                same_matter = self._clauses.naming(other.lead) & target.own - {target.head}
                if makes_up and same_matter and other.noun[:2] == count.noun[:2]:
                    return other
        return None
