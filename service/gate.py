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
    confidence: float = 0.7
    """What the learned gate must say when something named is left over."""
    leftovers: int = 2
    """The most terms that may be left over then, none of them decisive."""
    doubt: float = 0.25
    """Below this the learned gate refuses even what accounts for everything named."""

    def accepts(self, match: Match, confidence: float, decisive: bool) -> bool:
        """Whether a match answers; `confidence` is the learned gate's probability, `decisive` whether a leftover is."""
        if not match.uncovered:
            return match.coverage >= self.coverage and confidence >= self.doubt
        return not decisive and len(match.uncovered) <= self.leftovers and confidence >= self.confidence


@dataclass(frozen=True, slots=True)
class PassageGate:
    """When a sentence answers a question."""

    own: float = 0.3
    """The share of the question that the sentence itself must hold, its surroundings left out."""
    confidence: float = 0.45
    """What the learned gate must say."""
    coverage: float = 0.66
    """The share that must be there when nothing was learned for this encoder."""
    all_said: float = 0.9
    all_said_dense: float = 0.83
    """A sentence that itself says nearly everything, of at least two things named, needs no more than this cosine."""

    def accepts(self, evidence: Evidence, confidence: float | None, naming: int) -> bool:
        if evidence.own < self.own:
            return False
        if (
            not evidence.missing
            and naming > 1
            and evidence.own >= self.all_said
            and evidence.hit.dense >= self.all_said_dense
        ):
            return True
        if confidence is None:
            return not evidence.missing and evidence.coverage >= self.coverage
        return confidence >= self.confidence


def passage_features(evidence: Evidence, naming: int) -> tuple[float, ...]:
    """The parts of a sentence's evidence that tell whether it answers, as `match_model.PASSAGE_FEATURES`."""
    words = sum(term.is_concept or " " in term.key for term in evidence.missing)
    return (
        evidence.coverage,
        evidence.own,
        float(min(words, 3)),
        float(min(len(evidence.missing) - words, 3)),
        (evidence.hit.dense - 0.86) * 20,
        float(min(naming, 6)),
    )
