"""The passage retriever: passages near a question by meaning and by words, fused into one ranking.

The legs' scores are brought to 0…1 each and averaged, which keeps what ranks lose: by how much the first is ahead
(Bruch et al., 2023, "An Analysis of Fusion Functions for Hybrid Retrieval", https://arxiv.org/abs/2210.11934).
`cchc bench-retrieval` measures it on any corpus beside its legs and reciprocal rank fusion.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol

from index.words import tokenize
from service.match_model import Vector

_DEPTH = 100
"""How many passages each leg hands over."""
_DENSE = 0.5
"""The dense leg's share of the score."""

Leg = Sequence[tuple[int, float]]
"""Passage ids and scores, best first."""


class Searchable(Protocol):
    """What holds passages: a generation of the index, or a corpus that is measured."""

    def search_vectors(self, vector: Vector, k: int, report_ids: Collection[str] | None = None) -> Leg: ...

    def search_words(
        self, tokens: Sequence[str], k: int, report_ids: Collection[str] | None = None, folded: bool = False
    ) -> Leg: ...


@dataclass(frozen=True, slots=True)
class Found:
    """A passage, its fused score (0…1) and its cosine (0 when only words found it)."""

    id: int
    score: float
    cosine: float


def retrieve(
    passages: Searchable,
    question: str,
    vector: Vector | None,
    report_ids: Collection[str] | None = None,
    folded: bool = False,
) -> list[Found]:
    """Passages for a question, best first. `folded` is for one typed without diacritics; `vector` may be left out."""
    dense = passages.search_vectors(vector, _DEPTH, report_ids) if vector is not None else []
    words = passages.search_words(tokenize(question), _DEPTH, report_ids, folded)
    by_meaning, by_words, cosines = _scaled(dense), _scaled(words), dict(dense)
    found = [
        Found(i, _DENSE * by_meaning.get(i, 0.0) + (1 - _DENSE) * by_words.get(i, 0.0), cosines.get(i, 0.0))
        for i in by_meaning | by_words
    ]
    return sorted(found, key=lambda f: (-f.score, f.id))


def _scaled(leg: Leg) -> dict[int, float]:
    """The leg's scores from 0 (its last) to 1 (its first)."""
    if not leg:
        return {}
    highest, lowest = leg[0][1], leg[-1][1]
    span = highest - lowest
    return {i: (score - lowest) / span if span else 1.0 for i, score in leg}
