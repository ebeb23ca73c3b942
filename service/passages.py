"""The passage leg: which sentences of the prose answer a question.

Inside the best passages that the retriever finds, each sentence is held against the question's terms. A term counts in
full in the sentence itself, less in its surroundings.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache

from corpus.model import Span
from corpus.text import fold
from index.chunks import Chunk
from index.generation import Generation
from index.readings import sentences_of
from index.words import tokenize as word_tokens
from service.lexicon import Lexicon, Term
from service.match_model import Vector
from service.retrieval import retrieve
from service.understand import Question

_READ = 10
_AROUND = 0.7
_TITLE = 0.6
_SAMPLE = 160
_NEAR = 0.15
"""What the retriever's score adds to a sentence's."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of a passage: reading text, the verbatim span, and the terms it holds."""

    text: str
    span: Span
    present: frozenset[str]
    order: tuple[str, ...]
    """Its syllables in order, folded: for telling "y tế" from a "y" and a "tế" apart."""


@dataclass(frozen=True, slots=True)
class Passage:
    chunk: Chunk
    sentences: tuple[Sentence, ...]
    present: frozenset[str]
    title: frozenset[str]


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found, with its fused score and its cosine (0 when only words found it)."""

    passage: Passage
    fused: float
    dense: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence held against a question."""

    hit: Hit
    at: int
    coverage: float
    own: float
    """The share of the question that the sentence itself accounts for, its surroundings left out."""
    missing: tuple[Term, ...]
    read: float | None = None
    """What the reader says, in log-odds; None where it wasn't asked."""
    base: float | None = None
    """The score once it was read."""
    confidence: float = 0.0

    @property
    def sentence(self) -> Sentence:
        return self.hit.passage.sentences[self.at]

    @property
    def score(self) -> float:
        if self.base is not None:
            return self.base
        return self.coverage + 0.25 * self.own + _NEAR * self.hit.fused


class PassageFinder:
    """Finds and reads passages of one generation."""

    def __init__(self, generation: Generation, lexicon: Lexicon) -> None:
        self._generation = generation
        self._lexicon = lexicon
        self._read = lru_cache(maxsize=4096)(self._prepare)
        self._shares = self._sample()

    def _sample(self) -> dict[str, float]:
        """The share of passages that hold each term, from the newest reports."""
        counts: dict[str, int] = {}
        seen = 0
        for report in self._generation.reports():
            for chunk in self._generation.passages_of(report.id):
                seen += 1
                for key in {term.key for term in self._lexicon.terms(chunk.text)}:
                    counts[key] = counts.get(key, 0) + 1
            if seen >= _SAMPLE:
                break
        return {key: count / max(1, seen) for key, count in counts.items()}

    def _keys(self, text: str) -> frozenset[str]:
        terms = self._lexicon.terms(text)
        present = {key for key, weight in self._lexicon.closure(t.key for t in terms).items() if weight >= 0.7}
        present.update(f"~{fold(t.key)}" for t in terms if not t.is_concept)
        return frozenset(present)

    def _prepare(self, passage_id: int) -> Passage:
        chunk = self._generation.passages([passage_id])[0]
        return self.prepare(chunk)

    def prepare(self, chunk: Chunk) -> Passage:
        """Split a passage into sentences and find their terms."""
        found: list[Sentence] = []
        for text, span in sentences_of(self._generation.text(chunk.report_id), chunk):
            order = tuple(fold(token) for token in word_tokens(text))
            found.append(Sentence(text, span, self._keys(text), order))
        return Passage(
            chunk, tuple(found), frozenset().union(*(s.present for s in found)), self._keys(chunk.section_title or "")
        )

    def passage(self, passage_id: int) -> Passage:
        return self._read(passage_id)

    def weight(self, term: Term) -> float:
        """How much a term tells in prose: inverse document frequency, 0.1…1."""
        share = self._shares.get(term.key, 0.0)
        return max(0.1, min(1.0, 1.0 - 0.75 * math.sqrt(share))) * term.weight

    def search(
        self,
        question: str,
        vector: Vector | None,
        report_ids: Collection[str] | None,
        folded: bool = False,
    ) -> list[Hit]:
        """The best passages in scope."""
        found = retrieve(self._generation, question, vector, report_ids, folded)[:_READ]
        return [Hit(self.passage(f.id), f.score, f.cosine) for f in found]

    def covers(self, term: Term, present: Collection[str]) -> bool:
        if term.key in present:
            return True
        if term.wild and not term.is_concept and f"~{fold(term.key)}" in present:
            return True
        implied = self._lexicon.implies.get(term.key, ())
        return bool(implied) and all(key in present for key in implied)

    def weigh(self, question: Question, hit: Hit) -> list[Evidence]:
        """Each sentence of a passage against the question's terms."""
        terms = question.terms
        weights = [self.weight(term) for term in terms]
        whole = sum(weights) or 1.0
        pairs = _compounds(question)
        found: list[Evidence] = []
        passage = hit.passage
        for at, sentence in enumerate(passage.sentences):
            total = own = 0.0
            missing: list[Term] = []
            for index, (term, weight) in enumerate(zip(terms, weights, strict=True)):
                if self.covers(term, sentence.present):
                    part = 1.0 if _adjacent(pairs.get(index), sentence.order) else 0.3
                    own += weight * part
                elif self.covers(term, passage.present):
                    part = (
                        _AROUND if _adjacent(pairs.get(index), [t for s in passage.sentences for t in s.order]) else 0.2
                    )
                elif self.covers(term, passage.title):
                    part = _TITLE
                else:
                    part = 0.0
                total += weight * part
                if part < 0.5 and term.weight == 1.0:
                    missing.append(term)
            found.append(Evidence(hit, at, total / whole, own / whole, tuple(missing)))
        return found


def _compounds(question: Question) -> dict[int, tuple[str, str]]:
    """For each plain syllable, the neighbouring plain syllable it stands beside in the question: most words have two."""
    found: dict[int, tuple[str, str]] = {}
    terms = question.terms
    for index in range(len(terms) - 1):
        first, second = terms[index], terms[index + 1]
        if first.is_concept or second.is_concept or second.start - first.end > 1:
            continue
        if re.search(r"[\d ]", first.key + second.key):
            continue
        pair = (fold(first.key), fold(second.key))
        found.setdefault(index, pair)
        found.setdefault(index + 1, pair)
    return found


def _adjacent(pair: tuple[str, str] | None, order: Sequence[str]) -> bool:
    return pair is None or any(a == pair[0] and b == pair[1] for a, b in itertools.pairwise(order))


def says(folded: str, required: str) -> bool:
    """Whether a folded text holds a piece, or one of several between "|"."""
    return any(piece in folded for piece in required.split("|"))
