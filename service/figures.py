"""The figure leg: which appendix row of a report answers a question, or which few it could be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from corpus.text import fold
from index.generation import Generation
from index.records import Figure, Indicator, Review
from service.confidence import Confidence
from service.gate import FigureGate
from service.indicators import IndicatorMatcher, Match
from service.lexicon import LEVELS, Term
from service.match_model import Vector
from service.reader import Reader, row_passage
from service.stages import stage
from service.telling_apart import (
    ALL_NAMED,
    ALL_SAID,
    LESS_COVERED,
    Candidate,
    Distinguisher,
    one_that_says_more,
    without_parts,
)
from service.understand import Question

_NEAR = 0.7
_MAX_CHOICES = 4
_READ = 8
"""How many indicators are read closely."""
_CLEAR = 1.6
_READ_APART = 1.5
"""A row read so much better than another, in log-odds, needs no word that tells them apart."""
_READ_BETTER = 0.6
"""A row that reads so much better isn't passed over for one that a single word tells apart: both are offered."""
_SURE = 0.6
_ALL_NAMED_SURE = 0.2
"""A row that accounts for all that is named needs less, and hardly anything when it is named in full itself."""
_SAME_NAME_SURE = 0.05
_SAME_NAME = 0.35
_COUNTED = re.compile(r"\b(?:bao nhieu|may)\s+(?=([a-z]+(?: [a-z]+)?))")
_UNIT_LENGTH = 20
_ANY_UNIT = ("nguoi", "don vi", "co quan")
"""What may be said of most things that are counted."""


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
    units: frozenset[str]
    """As printed, without lists of choices."""


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
        self._apart = Distinguisher(matcher)
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
        units = frozenset(f.row.unit for f in rows if f.row.unit and len(f.row.unit) <= _UNIT_LENGTH)
        return RowView(rows, by_indicator, hints, units)

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
        if right_kind and right_kind[0].match.coverage >= ranked[0].match.coverage - LESS_COVERED:
            ranked = right_kind
        elif ranked and question.counts_things and self._rate_for_count(question, ranked[0]):
            return Choice(None, nearest=nearest)
        of_unit = [c for c in ranked if not self._counts_other(question, c.figure)]
        if of_unit and of_unit[0].match.coverage >= ranked[0].match.coverage - LESS_COVERED:
            ranked = of_unit
        if not ranked:
            return Choice(None, nearest=nearest)
        if all(term.key in LEVELS for term in question.naming) and ranked[0].match.excess > ALL_SAID:
            return Choice(None, nearest=nearest)  # "số xã?" asks for communes, not for what communes have
        ranked = self._apart.without_the_done(question, one_that_says_more(ranked))
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
            level_left_open = self._apart.level_left_open(question, best, other)
            if self._wrong_kind(question, other) or (_read_apart(best.match, other.match) and not level_left_open):
                continue
            if other.match.coverage < best.match.coverage - LESS_COVERED or len(other.match.uncovered) > len(
                best.match.uncovered
            ):
                continue
            if level_left_open or not self._apart.told_apart(question, best, other):
                rivals.append(other)
        rivals = without_parts(rivals)
        if len(rivals) == 1:
            return Choice(rivals[0], nearest=nearest, confidence=sure)
        clear = [r for r in rivals if all(other is r or self._apart.told_apart(question, r, other) for other in rivals)]
        if len(clear) == 1 and not _reads_better(best.match, clear[0].match):
            return Choice(clear[0], nearest=nearest, confidence=sure)
        return Choice(None, tuple(rivals), nearest, sure)

    def _counts_other(self, question: Question, figure: Figure) -> bool:
        """Whether a question counts what the form has as a unit, and a row counts in another: "bao nhiêu hồ sơ" is no
        number of procedures."""
        if not figure.row.unit or "%" in figure.row.unit:
            return False
        counted = [m.group(1) for m in _COUNTED.finditer(question.folded) if not m.group(1).startswith(_ANY_UNIT)]
        printed = {unit: fold(unit).lower() for unit in self.view(figure.report_id).units} if counted else {}
        said = [u for u, folded in printed.items() if any(f"{word} ".startswith(f"{folded} ") for word in counted)]
        own = f"{fold(figure.row.unit)} {fold(figure.row.name)}".lower()
        return bool(said) and not any(printed[u] in own or self.matcher.same_words(u, figure.row.unit) for u in said)

    def _may_be_meant(self, question: Question, indicator: Indicator) -> bool:
        terms = question.terms
        return not (self.matcher.holds_more(terms, indicator) or self.matcher.contradicts(terms, indicator))

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
        whole = all_said if len(all_said) == 1 else [c for c in all_said if c.match.excess <= ALL_SAID]
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


def _needed(match: Match) -> float:
    """How sure a row has to be."""
    if match.uncovered or match.coverage < ALL_NAMED:
        return _SURE
    return _SAME_NAME_SURE if match.excess <= _SAME_NAME else _ALL_NAMED_SURE


def _reads_better(best: Match, other: Match) -> bool:
    return best.read is not None and other.read is not None and best.read - other.read > _READ_BETTER


def _read_apart(best: Match, other: Match) -> bool:
    return best.read is not None and other.read is not None and best.read - other.read >= _READ_APART
