"""Enough evidence, or none: the thresholds that decide between answering and refusing.

Deterministic, on two measured parts: how much of what the question names the evidence accounts for, and
whether anything named is left over. Calibrated on the tune split of tests/eval; `make eval` prints both
error rates.
"""

from __future__ import annotations

from dataclasses import dataclass

from service.indicators import Match
from service.passages import Evidence


@dataclass(frozen=True, slots=True)
class FigureGate:
    """When a row answers a question."""

    coverage: float = 0.5
    """At least this share of the question's weight must be accounted for, when nothing named is left over."""
    confidence: float = 0.72
    """What the learned gate must say when something named is left over."""
    words: int = 1
    """The most words and concepts that may be left over."""
    doubt: float = 0.25
    """Below this the learned gate refuses even what accounts for everything named."""

    def accepts(self, match: Match, confidence: float) -> bool:
        """Whether a match answers; `confidence` is the learned gate's probability."""
        if not match.uncovered:
            return match.coverage >= self.coverage and confidence >= self.doubt
        words = sum(term.is_concept or " " in term.key for term in match.uncovered)
        return words <= self.words and confidence >= self.confidence


@dataclass(frozen=True, slots=True)
class PassageGate:
    """When a sentence answers a question."""

    coverage: float = 0.55
    """With nothing named left over, at least this share of the question's weight must be there."""
    loose_coverage: float = 0.66
    loose_dense: float = 0.835
    """With something left over, both must be at least this high, and no whole word or concept may be left over
    unless it is one of many."""
    own: float = 0.3
    """The share that the sentence itself must hold, its surroundings left out."""

    def accepts(self, evidence: Evidence) -> bool:
        if evidence.own < self.own:
            return False
        if not evidence.missing:
            return evidence.coverage >= self.coverage
        words = [term for term in evidence.missing if term.is_concept or " " in term.key]
        return not words and evidence.coverage >= self.loose_coverage and evidence.hit.dense >= self.loose_dense
