"""The dense index in pgvector, searched exactly.

An approximate index (HNSW) loses what a filter leaves: of ten nearest passages of one province it found three. So the
passages in scope are picked first, as a materialised list, and each of them is measured.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np

from index.chunks import PASSAGES_PER_REPORT, report_key
from index.postgres.server import Server
from index.vectors import Vector

# Kept in half precision and measured in full, as FAISS does with the same vectors.
_NEAREST = """
WITH scope AS MATERIALIZED (
    SELECT v.passage, v.embedding FROM unnest(?::bigint[]) AS r(key)
    JOIN vectors v ON v.passage >= r.key * ?::bigint AND v.passage < (r.key + 1) * ?::bigint
)
SELECT passage, -(embedding::vector <#> ?::vector) AS cosine FROM scope ORDER BY cosine DESC, passage LIMIT ?
"""


class PostgresVectors:
    """The vectors of a fixed set of reports. Thread-safe."""

    def __init__(self, server: Server, dimension: int, report_ids: Sequence[str], passages: int) -> None:
        self._server = server
        self._all = list(report_ids)
        self._passages = passages
        self.dimension = dimension

    def __len__(self) -> int:
        return self._passages

    def search(self, vector: Vector, k: int, report_ids: Collection[str] | None = None) -> list[tuple[int, float]]:
        """The `k` nearest passages and their cosines, best first; all of them inside `report_ids`."""
        keys = [report_key(report_id) for report_id in (self._all if report_ids is None else report_ids)]
        if not keys:
            return []
        found = self._server.all(_NEAREST, keys, PASSAGES_PER_REPORT, PASSAGES_PER_REPORT, written(vector), k)
        return [(row["passage"], row["cosine"]) for row in found]

    def vectors(self, chunk_ids: Sequence[int]) -> Vector:
        """The stored vectors of these passages, in the order asked."""
        rows = self._server.all(
            "SELECT passage, embedding::vector::real[] AS embedding FROM vectors WHERE passage = ANY(?)",
            list(chunk_ids),
        )
        known = {row["passage"]: row["embedding"] for row in rows}
        return np.array([known[i] for i in chunk_ids], dtype=np.float32).reshape(len(chunk_ids), self.dimension)


def written(vector: Vector) -> str:
    """A vector as pgvector reads it."""
    return "[" + ",".join(map(repr, vector.ravel().tolist())) + "]"
