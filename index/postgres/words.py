"""The lexical index over PostgreSQL: the words of the passages in scope, weighed as tantivy weighs them.

How many passages hold a word, and how long passages are, is counted over the whole corpus when it is written. The few
passages in scope are read and scored here, so a search costs what its scope does. The arithmetic is BM25 as in
tantivy, its rounded lengths and 32-bit numbers included: the same corpus gives the same order from either store.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from corpus.text import fold
from index.catalogue import Catalogue
from index.chunks import Chunk
from index.postgres.server import Server
from index.words import FIELDS, WEIGHTS, field_of, fields_of, passage_tokens

_K1 = np.float32(1.2)
_B = np.float32(0.75)
_CACHED_REPORTS = 128


def _rounded_lengths() -> list[int]:
    """The lengths that one byte tells apart: each up to 24, then ever coarser."""
    found = list(range(24))
    for code in range(256 - 24):
        bits, shift = code & 7, (code >> 3) - 1
        found.append(24 + (bits if shift < 0 else (bits | 8) << shift))
    return found


_LENGTHS = _rounded_lengths()


@dataclass(frozen=True, slots=True)
class _Passage:
    id: int
    counts: dict[str, Counter[str]]
    lengths: dict[str, int]


class PostgresWords:
    """The words of a fixed set of reports. Thread-safe."""

    def __init__(self, server: Server, catalogue: Catalogue, report_ids: Sequence[str], passages: int) -> None:
        self._server = server
        self._catalogue = catalogue
        self._reports = list(report_ids)
        self._passages = passages
        totals = {row["field"]: row["tokens"] for row in server.all("SELECT field, tokens FROM lengths")}
        self._mean = {field: np.float32(totals.get(field, 0) / max(1, passages)) for field in FIELDS}
        self._read = lru_cache(maxsize=_CACHED_REPORTS)(self._read_report)
        self._frequency = lru_cache(maxsize=1 << 16)(self._read_frequency)

    def __len__(self) -> int:
        return self._passages

    def search(
        self, tokens: Sequence[str], k: int, report_ids: Collection[str] | None = None, folded: bool = False
    ) -> list[tuple[int, float]]:
        """The `k` best passages and their scores, best first, ties by passage id."""
        asked = fields_of(tokens)
        clauses = [
            (field, term, weight) for field, weight in WEIGHTS[folded].items() for term in dict.fromkeys(asked[field])
        ]
        weighed = [(field, term, self._weight(field, term) * np.float32(weight)) for field, term, weight in clauses]
        found: list[tuple[int, float]] = []
        for report_id in self._reports if report_ids is None else sorted(report_ids):
            for passage in self._read(report_id):
                score = self._score(passage, weighed)
                if score > 0:
                    found.append((passage.id, float(score)))
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))[:k]

    def document_frequency(self, token: str, folded: bool = False) -> int:
        """In how many passages a token stands; a pair of syllables is "thủ_tục"."""
        return self._frequency(field_of(token, folded), fold(token) if folded else token)

    def _score(self, passage: _Passage, clauses: Iterable[tuple[str, str, np.float32]]) -> np.float32:
        score = np.float32(0)
        for field, term, weight in clauses:
            count = passage.counts[field][term]
            if count:
                length = np.float32(passage.lengths[field])
                norm = _K1 * (np.float32(1) - _B + _B * length / self._mean[field])
                score += weight * (np.float32(count) / (np.float32(count) + norm))
        return score

    def _weight(self, field: str, term: str) -> np.float32:
        holding = self._frequency(field, term)
        rarity = np.float32(np.log(np.float32(1 + (self._passages - holding + 0.5) / (holding + 0.5))))
        return rarity * (np.float32(1) + _K1)

    def _read_report(self, report_id: str) -> tuple[_Passage, ...]:
        return tuple(_passage(chunk) for chunk in self._catalogue.passages_of(report_id))

    def _read_frequency(self, field: str, term: str) -> int:
        row = self._server.one("SELECT passages FROM terms WHERE field = ? AND term = ?", field, term)
        return int(row["passages"]) if row else 0


def _passage(chunk: Chunk) -> _Passage:
    fields = fields_of(passage_tokens(chunk))
    counts = {field: Counter(terms) for field, terms in fields.items()}
    lengths = {field: _LENGTHS[bisect_right(_LENGTHS, len(terms)) - 1] for field, terms in fields.items()}
    return _Passage(chunk.id, counts, lengths)
