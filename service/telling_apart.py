"""What tells two rows apart: the words that a question says of one and not of the other, and what it leaves unsaid."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from corpus.text import fold
from index.records import Figure
from service.form_terms import Entry
from service.indicators import IndicatorMatcher, Match
from service.lexicon import DONE, LEVELS
from service.understand import Question

LESS_COVERED = 0.06
"""The difference in coverage up to which two rows account for as much of a question."""
ALL_SAID = 0.15
"""The share of its name that a question may leave unsaid of a row that it names in full."""
ALL_NAMED = 0.9
"""The coverage from which a row accounts for all that is named."""
_CLOSE = 0.1
"""How much better a row's score must be where the question has words for both."""
_CLEARLY_MORE_SAID, _MUCH_MORE_SAID = 0.14, 0.35
"""How much more of another row a question leaves unsaid, to tell it from the better one: beside it, and elsewhere."""
_SAYS_MORE = 0.15
"""How much more of a question another row must account for to be meant in the place of the one that reads best."""
_PRESENT = 0.5
_DONE_SAID = re.compile(r"\b(?:xong|roi|dut diem|hoan (?:thanh|tat)|ket thuc|da (?:duoc )?(?:xu ly|giai quyet))\b")
_IN_TIME = frozenset({"@dung_han", "@truoc_han", "@qua_han"})
"""What was done in time, or late, goes without being said to be done."""
_A_LEVEL = re.compile(r"\b(?:tinh|huyen|xa|phong|nganh)\b")
"""Words of a level, whatever they belong to: "lãnh đạo tỉnh"."""


@dataclass(frozen=True, slots=True)
class Candidate:
    figure: Figure
    match: Match


class Distinguisher:
    """Tells candidates of one question apart."""

    def __init__(self, matcher: IndicatorMatcher) -> None:
        self._matcher = matcher

    def without_the_done(self, question: Question, ranked: list[Candidate]) -> list[Candidate]:
        """ "Số VBQPPL có kiến nghị xử lý?" says nothing of being done: the row of those that are isn't meant, where one
        beside it accounts for as much."""
        if _DONE_SAID.search(question.folded):
            return ranked
        done = {c.figure.row.row for c in ranked if {t.key for t in self._entry(c).own} & DONE}
        open_ = [c for c in ranked if c.figure.row.row not in done]
        best = ranked[0]
        if best.figure.row.row not in done or best.match.uncovered:
            return ranked
        own = {t.key for t in self._entry(best).own if t.weight == 1.0}
        if len(own - DONE) > 1 and own - DONE <= self._said(question) and not own & _IN_TIME:
            return open_  # all its name but that it is done: the row of all, which this report may not print, was meant
        beside = [c for c in open_ if c.figure.row.path[:-1] == best.figure.row.path[:-1]]
        as_much = any(c.match.coverage >= best.match.coverage - LESS_COVERED for c in beside)
        return open_ if as_much else ranked

    def _said(self, question: Question) -> frozenset[str]:
        return frozenset(key for t in question.terms for key in (t.key, *self._matcher.implied(t.key)))

    def _entry(self, candidate: Candidate) -> Entry:
        return self._matcher.entry(candidate.figure.indicator_id)

    def level_left_open(self, question: Question, best: Candidate, other: Candidate) -> bool:
        """Whether two rows beside each other count the same of two levels, and the question names neither."""
        if best.figure.row.path[:-1] != other.figure.row.path[:-1]:
            return False
        if any(t.key in LEVELS for t in question.terms) or _A_LEVEL.search(question.folded):
            return False
        only_best, only_other = self._matcher.differing(best.match.indicator, other.match.indicator)
        return bool(only_best and only_other) and (only_best | only_other) <= LEVELS | {"@ubnd"}

    def told_apart(self, question: Question, best: Candidate, other: Candidate) -> bool:
        """Whether the question says a word that the better row has and the other lacks, or leaves less of it unsaid."""
        if best.figure.indicator_id == other.figure.indicator_id:
            return False
        only_best, only_other = self._matcher.differing(best.match.indicator, other.match.indicator)
        said = {key for term in question.terms for key in (term.key, f"~{fold(term.key)}")}
        for key in list(said):
            said.update(self._matcher.implied(key))
        for_best, for_other = set(said & only_best), set(said & only_other)
        for_best |= self._matcher.said_exactly(question.terms, best.match.indicator, other.match.indicator)
        for_other |= self._matcher.said_exactly(question.terms, other.match.indicator, best.match.indicator)
        if for_best and not for_other:
            return True
        first, second = self._matcher.entry(best.figure.indicator_id), self._matcher.entry(other.figure.indicator_id)
        if for_best and for_other:
            if _says_all(first, for_other) and not _says_all(second, for_best):
                return True
            return best.match.score - other.match.score > _CLOSE
        if self._matcher.speaks_of_level(question.terms, first) and self._matcher.speaks_of_other_level(
            question.terms, second
        ):
            return True
        if first.total and not second.total and "tong" in question.folded.split():
            return True
        if best.match.excess > ALL_SAID:
            return False
        if (
            len(best.figure.row.path) > 2
            and best.figure.row.path[:-1] != other.figure.row.path[:-1]
            and not self._parent_said(question, best)
        ):
            # A name that leans on its parent: what only repeats a parent tells two such rows apart for nobody.
            beyond = self._matcher.unsaid(question.terms, other.match.indicator, beyond_parents=True)
            return beyond - best.match.excess > _MUCH_MORE_SAID
        return other.match.excess - best.match.excess > _CLEARLY_MORE_SAID

    def _parent_said(self, question: Question, candidate: Candidate) -> bool:
        parents = self._matcher.parent_keys(candidate.match.indicator)
        return any(t.key in parents for t in question.naming)


def _says_all(entry: Entry, keys: Collection[str]) -> bool:
    """Whether a row has all of these somewhere, if only in what it stands under."""
    return all(entry.present.get(key, 0.0) >= _PRESENT for key in keys)


def one_that_says_more(ranked: list[Candidate]) -> list[Candidate]:
    """The best row leaves something named open, and one beside or below it accounts for that as well: "làm xong mấy nhiệm
    vụ" is the row of those done, however well the row of all reads."""
    best = ranked[0]
    open_ = {t.key for t in best.match.uncovered}
    if not any(t.is_concept and t.weight == 1.0 for t in best.match.uncovered):
        return ranked
    place = best.figure.row.path[:-1]
    more = [
        c
        for c in ranked[1:]
        if {t.key for t in c.match.uncovered} < open_
        and c.match.coverage >= best.match.coverage + _SAYS_MORE
        and c.figure.row.path[: len(place)] == place
    ]
    return [more[0], *(c for c in ranked if c is not more[0])] if len(more) == 1 else ranked


def without_parts(rivals: list[Candidate]) -> list[Candidate]:
    """Rows whose own total is a candidate too are parts nobody named: the total stands for them."""
    totals = [c for c in rivals if any(_is_part(other, c) for other in rivals)]
    if not totals:
        return rivals
    return [c for c in rivals if not any(_is_part(c, total) for total in totals)]


def _is_part(candidate: Candidate, of: Candidate) -> bool:
    path, whole = candidate.figure.row.path, of.figure.row.path
    return len(path) > len(whole) and path[: len(whole)] == whole
