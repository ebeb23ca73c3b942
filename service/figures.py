"""The figure leg: which appendix row of a report answers a question, or which few it could be."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from corpus.text import fold
from index.generation import Generation
from index.records import Figure, Indicator, Review
from service.confidence import Confidence
from service.form_terms import Entry
from service.gate import FigureGate
from service.indicators import IndicatorMatcher, Match
from service.lexicon import LEVELS, Term
from service.match_model import Vector
from service.reader import Reader, row_passage
from service.stages import stage
from service.understand import Question

_NEAR = 0.7
_CLOSE = 0.1
_LESS_COVERED = 0.06
_ALL_SAID = 0.15
_CLEARLY_MORE_SAID = 0.14
_MUCH_MORE_SAID = 0.35
_MAX_CHOICES = 4
_READ = 8
"""How many indicators are read closely."""
_CLEAR = 1.6
_READ_APART = 1.5
"""A row read so much better than another, in log-odds, needs no word that tells them apart."""
_SURE = 0.6
_ALL_NAMED_SURE = 0.2
"""A row that accounts for all that is named needs less, and hardly anything when it is named in full itself."""
_SAME_NAME_SURE = 0.05
_ALL_NAMED = 0.9
_SAME_NAME = 0.35
_PRESENT = 0.5
_DONE = frozenset({"@hoan_thanh", "@xu_ly_xong"})
_DONE_SAID = re.compile(r"\b(?:xong|roi|dut diem|hoan (?:thanh|tat)|ket thuc|da (?:duoc )?(?:xu ly|giai quyet))\b")
_A_LEVEL = re.compile(r"\b(?:tinh|huyen|xa|phong|nganh)\b")
"""Words of a level, whatever they belong to: "lãnh đạo tỉnh"."""


@dataclass(frozen=True, slots=True)
class Candidate:
    figure: Figure
    match: Match


@dataclass(frozen=True, slots=True)
class Choice:
    """`best` when one row answers; several `rivals` (best first) when the question doesn't tell them apart."""

    best: Candidate | None
    rivals: tuple[Candidate, ...] = ()
    nearest: tuple[Candidate, ...] = ()
    confidence: float = 0.0
    """The probability that the best row is what was asked."""


@dataclass(frozen=True, slots=True)
class RowView:
    """The rows of one report that can answer: those with a value or a unit, by indicator."""

    rows: tuple[Figure, ...]
    by_indicator: Mapping[int, tuple[Figure, ...]]
    hints: Mapping[int, str]


class FigureFinder:
    """Matches questions against the rows of one report."""

    def __init__(
        self,
        generation: Generation,
        matcher: IndicatorMatcher,
        gate: FigureGate | None = None,
        reader: Reader | None = None,
        confidence: Confidence | None = None,
    ) -> None:
        self._generation = generation
        self.matcher = matcher
        self._gate = gate or FigureGate()
        self._reader = reader
        self.confidence = confidence
        self._views = lru_cache(maxsize=256)(self._view)

    def view(self, report_id: str) -> RowView:
        return self._views(report_id, self._generation.reviews(report_id))

    def _view(self, report_id: str, reviews: tuple[Review, ...]) -> RowView:
        rows = tuple(f for f in self._generation.rows(report_id) if f.row.value.text or f.row.unit)
        by_indicator: dict[int, tuple[Figure, ...]] = {}
        hints: dict[int, str] = {}
        for figure in rows:
            by_indicator[figure.indicator_id] = (*by_indicator.get(figure.indicator_id, ()), figure)
            words = re.sub(r"[\d.,%=-]+", " ", figure.row.value.text).strip()
            if words and figure.row.unit is None:
                hints[figure.indicator_id] = words
        return RowView(rows, by_indicator, hints)

    def terms(self, report_id: str) -> Iterator[Term]:
        """The terms of a report's rows, as they are printed."""
        for indicator_id in self.view(report_id).by_indicator:
            yield from self.matcher.entry(indicator_id).own

    def rows_by_code(self, report_id: str, code: str) -> list[Figure]:
        """Rows printed with a code; where none is, rows whose numbering means it. Repeated codes give several."""
        rows = self._generation.rows(report_id)
        printed = [f for f in rows if f.row.code == code]
        meant = [f for f in rows if f.row.inferred_code == code and f not in printed]
        return printed or meant

    def same_unit(self, a: Figure, b: Figure) -> bool:
        """Whether two rows count the same kind of thing; a unit that isn't printed fits any, but never a rate a count."""
        if (a.row.value.kind == "percent") != (b.row.value.kind == "percent"):
            return False
        return not a.row.unit or not b.row.unit or self.matcher.same_words(a.row.unit, b.row.unit)

    def exact(self, figure: Figure) -> Match:
        """The match of a row that was picked by its code: nothing left open."""
        return Match(self.matcher.entry(figure.indicator_id).indicator, 1.0, 1.0, 0.0, 1.0, ())

    @stage("figures")
    def candidates(
        self,
        terms: Sequence[Term],
        vector: Vector | None,
        report_id: str,
        wants_percent: bool | None,
        most: int | None = None,
    ) -> list[Candidate]:
        """Rows that account for some of the terms, best first: of all indicators, or of the `most` best."""
        view = self.view(report_id)
        matches = self.matcher.rank(
            terms, vector, wants_percent=wants_percent, among=view.by_indicator.keys(), hints=view.hints, most=most
        )
        return [Candidate(figure, match) for match in matches for figure in view.by_indicator[match.indicator.id]]

    def choose(self, question: Question, vector: Vector | None, report_id: str) -> Choice:
        """The row that a question asks for, gated: `best` is None unless the question is accounted for."""
        if not question.naming:
            return Choice(None)
        percent = question.wants_percent if (question.wants_percent or question.wants_count) else None
        all_needed = question.slots.codes or question.excluded or self._reader is None
        ranked = self.candidates(question.terms, vector, report_id, percent, most=None if all_needed else _READ)
        if question.slots.codes:
            below = tuple(f"{code}." for code in question.slots.codes)
            ranked = [c for c in ranked if (c.figure.row.inferred_code or "").startswith(below)] or ranked
        return self.decide(question, ranked)

    def read(self, question: Question, ranked: Sequence[Candidate]) -> list[Candidate]:
        """The best candidates read closely and put in order anew; the others are left out."""
        if self._reader is None or self.confidence is None:
            return list(ranked)
        near: dict[int, Indicator] = {}
        for candidate in ranked:
            if len(near) < _READ:
                near.setdefault(candidate.figure.indicator_id, candidate.match.indicator)
        scores = self._reader.scores(question.asked, [row_passage(indicator) for indicator in near.values()])
        said = dict(zip(near, scores, strict=True))
        weight = self.confidence.read_weight
        read: list[Candidate] = []
        for candidate in ranked:
            score = said.get(candidate.figure.indicator_id)
            if score is not None:
                match = replace(candidate.match, read=score, score=candidate.match.score + weight * score)
                read.append(Candidate(candidate.figure, match))
        return sorted(read, key=lambda c: -c.match.score)

    def parts(self, question: Question, ranked: Sequence[Candidate]) -> dict[str, float]:
        """What tells whether the best candidate, once read, is what was asked: `confidence.FIGURE_PARTS`."""
        best = ranked[0].match
        other = next((c.match for c in ranked[1:] if c.match.indicator.id != best.indicator.id), None)
        return {
            "read": best.read or 0.0,
            "coverage": best.coverage,
            "left_over": self.matcher.left_over(question.terms, best),
            "words_left_over": float(min(3, sum(t.is_concept or " " in t.key for t in best.uncovered))),
            "decisive": float(min(3, sum(self.matcher.decisive(question.terms, t) for t in best.uncovered))),
            "closeness": best.dense,
            "excess": best.excess,
            "margin": min(2.0, best.score - other.score) if other is not None else 2.0,
            "named": float(min(6, len(question.naming))),
        }

    def sureness(self, question: Question, ranked: Sequence[Candidate]) -> float:
        """The probability that the best candidate is what was asked; for one that wasn't read 1 or 0."""
        best = ranked[0].match
        if best.read is not None and self.confidence is not None:
            return self.confidence.of_figure(self.parts(question, ranked))
        return float(self._gate.accepts(best))

    @stage("figures")
    def decide(self, question: Question, ranked: Sequence[Candidate]) -> Choice:
        """What a question asks for among candidates, best first; they are read closely here."""
        ranked = self.read(question, [c for c in ranked if not self._left_out(question, c.figure)])
        nearest = tuple(ranked[:3])
        ranked = [c for c in ranked if self._may_be_meant(question, c.match.indicator)]
        right_kind = [c for c in ranked if not self._wrong_kind(question, c)]
        if right_kind and right_kind[0].match.coverage >= ranked[0].match.coverage - _LESS_COVERED:
            ranked = right_kind
        elif ranked and question.counts_things and self._rate_for_count(question, ranked[0]):
            return Choice(None, nearest=nearest)
        if not ranked:
            return Choice(None, nearest=nearest)
        if all(term.key in LEVELS for term in question.naming) and ranked[0].match.excess > _ALL_SAID:
            return Choice(None, nearest=nearest)  # "số xã?" asks for communes, not for what communes have
        ranked = self._without_the_done(question, _child_that_says_more(ranked))
        total = self._total_named(question, ranked)
        if total is not None:
            return Choice(total, nearest=nearest, confidence=max(_SURE, self.sureness(question, [total])))
        sure = self.sureness(question, ranked)
        if sure < _needed(ranked[0].match):
            return Choice(None, nearest=nearest, confidence=sure)
        best = ranked[0]
        rivals = [best]
        far = _NEAR if best.match.read is None else _CLEAR
        for other in ranked[1:]:
            if len(rivals) >= _MAX_CHOICES or best.match.score - other.match.score > far:
                break
            level_left_open = self._level_left_open(question, best, other)
            if self._wrong_kind(question, other) or (_read_apart(best.match, other.match) and not level_left_open):
                continue
            if other.match.coverage < best.match.coverage - _LESS_COVERED or len(other.match.uncovered) > len(
                best.match.uncovered
            ):
                continue
            if level_left_open or not self._told_apart(question, best, other):
                rivals.append(other)
        rivals = _without_parts(rivals)
        if len(rivals) == 1:
            return Choice(rivals[0], nearest=nearest, confidence=sure)
        clear = [r for r in rivals if all(other is r or self._told_apart(question, r, other) for other in rivals)]
        if len(clear) == 1:
            return Choice(clear[0], nearest=nearest, confidence=sure)
        return Choice(None, tuple(rivals), nearest, sure)

    def _may_be_meant(self, question: Question, indicator: Indicator) -> bool:
        terms = question.terms
        return not (self.matcher.holds_more(terms, indicator) or self.matcher.contradicts(terms, indicator))

    def _without_the_done(self, question: Question, ranked: list[Candidate]) -> list[Candidate]:
        """ "Số VBQPPL có kiến nghị xử lý?" says nothing of being done: the row of those that are isn't meant, where one
        beside it accounts for as much."""
        if _DONE_SAID.search(question.folded):
            return ranked
        done = {c.figure.row.row for c in ranked if {t.key for t in self._entry(c).own} & _DONE}
        open_ = [c for c in ranked if c.figure.row.row not in done]
        best = ranked[0]
        if best.figure.row.row not in done or best.match.uncovered:
            return ranked
        beside = [c for c in open_ if c.figure.row.path[:-1] == best.figure.row.path[:-1]]
        as_much = any(c.match.coverage >= best.match.coverage - _LESS_COVERED for c in beside)
        return open_ if as_much else ranked

    def _entry(self, candidate: Candidate) -> Entry:
        return self.matcher.entry(candidate.figure.indicator_id)

    def _left_out(self, question: Question, figure: Figure) -> bool:
        if not question.excluded:
            return False
        own = {t.key for t in self.matcher.entry(figure.indicator_id).own}
        return any(t.key in own for t in question.excluded)

    def counted_apart(self, question: Question, figure: Figure) -> list[Figure]:
        """The rows beside a row, or below it, of what a question wants left out of it."""
        place = figure.row.path[:-1]
        beside = (f for f in self.view(figure.report_id).rows if f.row.path[: len(place)] == place)
        return [f for f in beside if f.row.unit == figure.row.unit and self._left_out(question, f)]

    def _total_named(self, question: Question, ranked: Sequence[Candidate]) -> Candidate | None:
        """ "Số ĐVSNCL?" is the total of them: the one row that accounts for all of it, or whose whole name it is."""
        if not question.wants_count:
            return None
        all_said = [c for c in ranked if not c.match.uncovered and c.match.coverage >= 1.0]
        whole = all_said if len(all_said) == 1 else [c for c in all_said if c.match.excess <= _ALL_SAID]
        same = [c for c in whole if self.matcher.entry(c.figure.indicator_id).total]
        return same[0] if len(same) == 1 else None

    def _rate_for_count(self, question: Question, candidate: Candidate) -> bool:
        return not question.wants_percent and self.matcher.entry(candidate.figure.indicator_id).percent

    def _wrong_kind(self, question: Question, candidate: Candidate) -> bool:
        """A rate where a count is asked for or the other way round, a coded choice for either."""
        if not (question.wants_percent or question.wants_count):
            return False
        kind = candidate.figure.row.value.kind
        return self.matcher.entry(candidate.figure.indicator_id).percent != question.wants_percent or kind == "choice"

    def _level_left_open(self, question: Question, best: Candidate, other: Candidate) -> bool:
        """Whether two rows beside each other count the same of two levels, and the question names neither."""
        if best.figure.row.path[:-1] != other.figure.row.path[:-1]:
            return False
        if any(t.key in LEVELS for t in question.terms) or _A_LEVEL.search(question.folded):
            return False
        only_best, only_other = self.matcher.differing(best.match.indicator, other.match.indicator)
        return bool(only_best and only_other) and (only_best | only_other) <= LEVELS | {"@ubnd"}

    def _told_apart(self, question: Question, best: Candidate, other: Candidate) -> bool:
        """Whether the question says a word that the better row has and the other lacks, or leaves less of it unsaid."""
        if best.figure.indicator_id == other.figure.indicator_id:
            return False
        only_best, only_other = self.matcher.differing(best.match.indicator, other.match.indicator)
        said = {key for term in question.terms for key in (term.key, f"~{fold(term.key)}")}
        for key in list(said):
            said.update(self.matcher.implied(key))
        for_best, for_other = set(said & only_best), set(said & only_other)
        for_best |= self.matcher.said_exactly(question.terms, best.match.indicator, other.match.indicator)
        for_other |= self.matcher.said_exactly(question.terms, other.match.indicator, best.match.indicator)
        if for_best and not for_other:
            return True
        first, second = self.matcher.entry(best.figure.indicator_id), self.matcher.entry(other.figure.indicator_id)
        if for_best and for_other:
            if _says_all(first, for_other) and not _says_all(second, for_best):
                return True
            return best.match.score - other.match.score > _CLOSE
        if self.matcher.speaks_of_level(question.terms, first) and self.matcher.speaks_of_other_level(
            question.terms, second
        ):
            return True
        if first.total and not second.total and "tong" in question.folded.split():
            return True
        if best.match.excess > _ALL_SAID:
            return False
        if (
            len(best.figure.row.path) > 2
            and best.figure.row.path[:-1] != other.figure.row.path[:-1]
            and not self._parent_said(question, best)
        ):
            # A name that leans on its parent: what only repeats a parent tells two such rows apart for nobody.
            beyond = self.matcher.unsaid(question.terms, other.match.indicator, beyond_parents=True)
            return beyond - best.match.excess > _MUCH_MORE_SAID
        return other.match.excess - best.match.excess > _CLEARLY_MORE_SAID

    def _parent_said(self, question: Question, candidate: Candidate) -> bool:
        parents = self.matcher.parent_keys(candidate.match.indicator)
        return any(t.key in parents for t in question.naming)


def _needed(match: Match) -> float:
    """How sure a row has to be."""
    if match.uncovered or match.coverage < _ALL_NAMED:
        return _SURE
    return _SAME_NAME_SURE if match.excess <= _SAME_NAME else _ALL_NAMED_SURE


def _read_apart(best: Match, other: Match) -> bool:
    return best.read is not None and other.read is not None and best.read - other.read >= _READ_APART


def _says_all(entry: Entry, keys: Collection[str]) -> bool:
    """Whether a row has all of these somewhere, if only in what it stands under."""
    return all(entry.present.get(key, 0.0) >= _PRESENT for key in keys)


def _child_that_says_more(ranked: list[Candidate]) -> list[Candidate]:
    """The best row leaves something named open, and one below it accounts for all: "thực có bao nhiêu người" is the row
    of those present, however well its heading reads."""
    best = ranked[0]
    if not any(t.is_concept and t.weight == 1.0 for t in best.match.uncovered):
        return ranked
    below = [c for c in ranked[1:] if not c.match.uncovered and c.match.coverage >= _ALL_NAMED and _is_part(c, best)]
    return [below[0], *(c for c in ranked if c is not below[0])] if len(below) == 1 else ranked


def _without_parts(rivals: list[Candidate]) -> list[Candidate]:
    """Rows whose own total is a candidate too are parts nobody named: the total stands for them."""
    totals = [c for c in rivals if any(_is_part(other, c) for other in rivals)]
    if not totals:
        return rivals
    return [c for c in rivals if not any(_is_part(c, total) for total in totals)]


def _is_part(candidate: Candidate, of: Candidate) -> bool:
    path, whole = candidate.figure.row.path, of.figure.row.path
    return len(path) > len(whole) and path[: len(whole)] == whole
