"""Enough evidence, or none, where no reader was trained for the encoder: what the question names must all be there.

With the encoder that ships, `confidence.py` decides; these bounds are for another encoder (`CCHC_ENCODER`).
"""

from __future__ import annotations

from dataclasses import dataclass

from service.indicators import Match
from service.passages import Evidence


@dataclass(frozen=True, slots=True)
class FigureGate:
    """When a row answers a question."""

    coverage: float = 0.5
    """At least this share of the question's weight must be accounted for, and nothing named may be left over."""

    def accepts(self, match: Match) -> bool:
        return not match.uncovered and match.coverage >= self.coverage


@dataclass(frozen=True, slots=True)
class PassageGate:
    """When a sentence answers a question."""

    own: float = 0.3
    """The share of the question that the sentence itself must hold, its surroundings left out."""
    coverage: float = 0.66
    """The share that must be there in all."""

    def accepts(self, evidence: Evidence) -> bool:
        return not evidence.missing and evidence.own >= self.own and evidence.coverage >= self.coverage
