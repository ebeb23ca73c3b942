"""Calculations on what a conversation has said: "cộng hai số đó", "chênh nhau bao nhiêu", "chiếm mấy phần trăm tổng số".

The rows that the last answers named are the operands, the last one first. A question that names anything else isn't
about them.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from index.generation import Generation
from index.records import Figure
from service.calculate import Calculator, Computed, addable, average, compute, number
from service.compare import align
from service.context import Context
from service.figures import FigureFinder
from service.form_terms import Entry
from service.lexicon import LEVELS, Term
from service.scope import matches
from service.understand import Operation, Question

_MANY = {"hai": 2, "ba": 3, "bon": 4, "2": 2, "3": 3, "4": 4}
_SAID = r"(?:tinh|dia phuong|noi|linh vuc|don vi|doi tuong|hinh thuc|kenh|nguon|nam|loai|nhom|khoan|muc|muc do|cap|ky|quy|bao cao|con so|so lieu|so|chi tieu|cai|dong)"
_HOW_MANY = re.compile(
    rf"\b(?:ca )?(?P<a>hai|ba|bon|[2-4]) {_SAID}\b(?: (?:do|nay|tren|ay|kia|vua roi))?|\bca (?P<b>hai|ba|bon|[2-4])\b"
)
_POINTING = re.compile(
    r"\b(?:so|con so|loai|ky|luc|khi) (?:do|nay|kia|ay|tren|truoc|sau|vua roi)\b|\btuc la\b|\bhoi them\b"
)
_ALTOGETHER = re.compile(
    r"\bcong (?:lai|vao|gop|hai|ca)\b|^cong\b(?! chuc)|\bgop\b|\btat ca\b|\bca (?:hai|ba|bon|[2-4])\b|\btong(?: cong)?\b(?! so)"
)
_SHARE = re.compile(
    r"\b(?:tinh|quy|doi|la|chiem|bang|dat) (?:\w+ ){0,3}(?:phan tram|%|ty le)\b|\b(?:bao nhieu|may) (?:phan tram|%)(?! diem)"
)
_CHANGED = re.compile(r"\b(?:tang|giam|them|bot)\b")
_LESS = re.compile(r"\b(?:it|thap|nho|kem|giam|bot)\b")
_MOST_NAMED = 6
_LATER_FIRST = re.compile(r"\bsau\b.*\btruoc\b")


@dataclass(frozen=True, slots=True)
class Reckoned:
    """What a question wants of the rows said: computed, or `row` held against the same row of the report `since`."""

    computed: Computed | None = None
    row: Figure | None = None
    since: str | None = None


class Reckoner:
    """Reads a question as a calculation on the rows said before."""

    def __init__(self, generation: Generation, finder: FigureFinder, calculator: Calculator) -> None:
        self._generation = generation
        self._finder = finder
        self._calculator = calculator

    def __call__(self, question: Question, naming: Sequence[Term], context: Context) -> Reckoned | None:
        """The calculation, or None when the question isn't one on what was said."""
        operation = _operation(question)
        rows = self._said(context)
        if operation is None or not rows or question.slots.codes or question.slots.documents:
            return None
        counted = _HOW_MANY.search(question.folded)
        pointing = [m.span() for p in (_HOW_MANY, _POINTING) for m in p.finditer(question.folded)]
        others = [
            term
            for term in naming
            if not any(start <= term.start < end for start, end in pointing)
            and not any(self._finder.matcher.covers(self._finder.matcher.entry(r.indicator_id), term) for r in rows[:2])
        ]
        if operation == "share":
            last = self._finder.matcher.entry(rows[0].indicator_id)
            before = [term for term in naming if term.start < _share_at(question)]
            part_named = any(not self._finder.matcher.covers(last, term) for term in before)
            computed = None if question.slots.names_report or part_named else self._share(rows, naming, others)
            return Reckoned(computed) if computed is not None else None
        if others or (question.slots.names_report and not self._speaks_of(question, rows)):
            return None
        naming = [t for t in naming if not any(start <= t.start < end for start, end in pointing)]
        if operation == "sum" and any(term.key in LEVELS for term in naming):
            named = self._named_of(naming, rows)
            return Reckoned(compute("sum", named)) if named else None
        if operation == "sum" or operation == "average":
            many = _MANY[counted["a"] or counted["b"]] if counted is not None else None
            if many is None and naming and self._total_asked(naming, rows[0]):
                return None
            computed = self._together(operation, rows, many)
            return Reckoned(computed) if computed is not None else None
        return self._between(question, operation, rows)

    def _entry(self, figure: Figure) -> Entry:
        return self._finder.matcher.entry(figure.indicator_id)

    def _said(self, context: Context) -> list[Figure]:
        found = (self._generation.row(place.report_id, place.row) for place in context.said)
        return [figure for figure in found if figure is not None]

    def _speaks_of(self, question: Question, rows: Sequence[Figure]) -> bool:
        """Whether the report that a question names is one of the two just spoken of."""
        reports = [r for row in rows[:2] if (r := self._generation.report(row.report_id)) is not None]
        if len(question.slots.issuers) > 1 and len({r.metadata.issuer for r in reports}) < 2:
            return False
        if question.slots.relative is not None:
            return len({r.id for r in reports}) > 1 and len({r.metadata.issuer for r in reports}) == 1
        return any(matches(report, question.slots) for report in reports)

    def _total_asked(self, naming: Sequence[Term], last: Figure) -> bool:
        """ "Tất cả bao nhiêu thủ tục?" asks for the total that the form prints, whatever parts were said."""
        whole = self._calculator.whole_of(last)
        if whole is None:
            return False
        entry = self._finder.matcher.entry(whole.indicator_id)
        return all(self._finder.matcher.covers(entry, term) for term in naming)

    def _together(
        self, operation: Literal["sum", "average"], rows: Sequence[Figure], many: int | None
    ) -> Computed | None:
        """The last `many` rows, or as many as stand in one place of the form, or are one row in several reports."""
        chosen = list(rows[:many]) if many is not None else self._run(rows)
        if len(chosen) < (many or 2) or not all(self._finder.same_unit(chosen[0], row) for row in chosen):
            return None
        chosen.reverse()
        if operation == "average":
            return average(chosen)
        parts = addable(chosen)
        return compute("sum", parts) if parts else None

    def _named_of(self, naming: Sequence[Term], rows: Sequence[Figure]) -> tuple[Figure, ...]:
        """ "Huyện và xã cộng lại": of the rows said in one place, the two or more that fit these words best; none where
        some word is of no row, or several choices fit alike."""
        run = [row for row in self._run(rows)[:_MOST_NAMED] if self._finder.same_unit(rows[0], row)]
        said = [
            {t.key for t in naming if self._finder.matcher.covers(self._finder.matcher.entry(row.indicator_id), t)}
            for row in run
        ]
        keys = {t.key for t in naming}
        choices = [
            (min(len(said[at]) for at in some), some)
            for many in range(2, len(run) + 1)
            for some in itertools.combinations(range(len(run)), many)
            if set().union(*(said[at] for at in some)) == keys
        ]
        best = max((least for least, _ in choices), default=0)
        fitting = [some for least, some in choices if least == best]
        widest = [some for some in fitting if all(set(other) <= set(some) for other in fitting)]
        return addable([run[at] for at in reversed(widest[0])]) if best and widest else ()

    def _run(self, rows: Sequence[Figure]) -> list[Figure]:
        chosen = [rows[0]]
        for row in rows[1:]:
            beside = row.report_id == rows[0].report_id and row.row.path[:-1] == rows[0].row.path[:-1]
            if (beside and self._calculator.whole_of(rows[0]) != row) or self._same_row(rows[0], row):
                chosen.append(row)
            else:
                break
        return chosen

    def _between(
        self, question: Question, operation: Literal["difference", "ratio", "change"], rows: Sequence[Figure]
    ) -> Reckoned | None:
        if len(rows) < 2:
            return None
        last, before = rows[:2]
        if last.report_id != before.report_id:
            if not self._same_row(last, before):
                return None
            if operation in ("difference", "change"):
                return Reckoned(row=last, since=before.report_id)
        elif operation == "change" and not question.wants_percent:
            return None
        if not self._finder.same_unit(last, before):
            return None
        a, b = number(last) or 0, number(before) or 0
        smaller_first = operation == "change" and _LESS.search(question.folded) is not None
        turned = (a < b) != smaller_first and not _LATER_FIRST.search(question.folded)
        return Reckoned(compute(operation, (before, last) if turned else (last, before)))

    def _share(self, rows: Sequence[Figure], naming: Sequence[Term], others: Sequence[Term]) -> Computed | None:
        """The last row's share of the whole that is named, of its own whole, or of the row said before it."""
        if (both := self._both_named(rows, naming)) is not None:
            return compute("share", both)
        part = rows[0]
        if naming and (others or self._names_a_whole(naming, part)):
            whole = self._named_whole(part, naming)
        else:
            whole = self._calculator.whole_of(part)
            if whole is None and len(rows) > 1 and self._may_hold(rows[1], part):
                whole = rows[1]
        return compute("share", (part, whole)) if whole is not None else None

    def _both_named(self, rows: Sequence[Figure], naming: Sequence[Term]) -> tuple[Figure, Figure] | None:
        """ "Có mặt so với được giao?": two of the rows said, each by a word of its own, in the order in which they are."""
        named: list[Figure] = []
        for term in naming:
            fitting = [r for r in rows[:_MOST_NAMED] if self._finder.matcher.covers(self._entry(r), term)]
            if len(fitting) != 1:
                return None
            named += fitting if fitting[0] not in named else []
        return (named[0], named[1]) if len(named) == 2 and self._may_hold(named[1], named[0]) else None

    def _names_a_whole(self, naming: Sequence[Term], part: Figure) -> bool:
        entry = self._finder.matcher.entry(part.indicator_id)
        return any(not self._finder.matcher.covers(entry, term) for term in naming)

    def _named_whole(self, part: Figure, naming: Sequence[Term]) -> Figure | None:
        found = [
            c
            for c in self._finder.candidates(naming, None, part.report_id, None)
            if not c.match.uncovered and self._may_hold(c.figure, part)
        ]
        total = [c for c in found if self._finder.matcher.entry(c.figure.indicator_id).total]
        return (total or found)[0].figure if found else None

    def _may_hold(self, whole: Figure, part: Figure) -> bool:
        a, b = number(whole), number(part)
        return (
            a is not None
            and b is not None
            and a >= b
            and whole.report_id == part.report_id
            and whole.row.row != part.row.row
            and self._finder.same_unit(whole, part)
        )

    def _same_row(self, a: Figure, b: Figure) -> bool:
        if a.report_id == b.report_id:
            return False
        return a.indicator_id == b.indicator_id or align(self._finder, a, b.report_id) == b


def _operation(question: Question) -> Operation | None:
    if question.operation in ("difference", "ratio", "average", "sum"):
        return question.operation
    if question.operation == "change" or _CHANGED.search(question.folded):
        return "change"
    if question.operation == "share" or _SHARE.search(question.folded):
        return "share"
    return "sum" if _ALTOGETHER.search(question.folded) else None


def _share_at(question: Question) -> int:
    """Where a question begins to ask for a share; what it names before that is the part."""
    said = _SHARE.search(question.folded)
    return said.start() if said is not None else 0
