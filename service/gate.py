"""Enough evidence, or none: the thresholds that decide between answering and refusing.

Deterministic, on two measured parts: how much of what the question names the evidence accounts for, and
whether anything named is left over. Calibrated on the tune split of tests/eval; `make eval` prints both
error rates.
"""

from __future__ import annotations

from dataclasses import dataclass

from service.indicators import IndicatorMatcher, Match
from service.lexicon import Term
from service.understand import Question


@dataclass(frozen=True, slots=True)
class FigureGate:
    """When a row answers a question."""

    coverage: float = 0.5
    """At least this share of the question's weight must be accounted for."""
    loose_coverage: float = 0.62
    loose_dense: float = 0.62
    """With one thing left over that neither form nor glossary knows, both must be at least this high."""
    leftover: float = 0.34
    """The largest share of the question's weight that may be left over then."""

    def accepts(self, question: Question, match: Match, matcher: IndicatorMatcher) -> bool:
        if match.coverage < self.coverage:
            return False
        if not match.uncovered:
            return True
        if any(term.is_concept or matcher.knows(term) for term in match.uncovered):
            return False
        return (
            match.coverage >= self.loose_coverage
            and match.dense >= self.loose_dense
            and _share(match.uncovered, question, matcher) <= self.leftover
        )


def _share(part: tuple[Term, ...], question: Question, matcher: IndicatorMatcher) -> float:
    whole = sum(matcher.weight(term) for term in question.terms) or 1.0
    return sum(matcher.weight(term) for term in part) / whole


@dataclass(frozen=True, slots=True)
class PassageGate:
    """When a sentence answers a question."""

    coverage: float = 0.68
    loose_coverage: float = 0.55
    dense: float = 0.86

    def accepts(self, coverage: float, dense: float, hard_left: int) -> bool:
        """`coverage` of the best sentence with its surroundings, the passage's cosine, and naming terms it lacks."""
        if hard_left == 0:
            return coverage >= self.loose_coverage
        return coverage >= self.coverage and dense >= self.dense
