"""The dense index: FAISS over all passages of a generation, searched exactly.

Vectors are kept in half precision (`IndexScalarQuantizer` fp16): half the disk and memory of float32, and
scores that differ in the fifth digit. Each report's vectors lie side by side, so a filter by report is a few
ranges of positions.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from index.chunks import PASSAGES_PER_REPORT, passage_range

Vector = npt.NDArray[np.float32]

_FEW = 2000
"""Up to this many vectors that a filter leaves are compared one by one; beyond, all are, and the others left out."""

# faiss's own annotations leave out the Python conveniences that it adds to its classes.
_faiss: Any = faiss

# One query over one flat index: two threads cost more than they save, and requests run beside each other.
faiss.omp_set_num_threads(1)


class VectorIndex:
    """A read-only, memory-mapped index. Thread-safe."""

    def __init__(self, path: Path) -> None:
        self._index: Any = _faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        self._flat: Any = _faiss.downcast_index(self._index.index)
        self._ids: npt.NDArray[np.int64] = faiss.vector_to_array(self._index.id_map)
        keys = self._ids // PASSAGES_PER_REPORT
        starts = np.flatnonzero(np.diff(keys, prepend=-1))
        ends = [*starts[1:], len(keys)] if len(keys) else []
        self._ranges = {int(keys[a]): (int(a), int(b)) for a, b in zip(starts, ends, strict=True)}

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        return int(self._index.d)

    def search(self, vector: Vector, k: int, report_ids: Collection[str] | None = None) -> list[tuple[int, float]]:
        """The `k` nearest passages and their cosines, best first; all of them inside `report_ids`."""
        if not len(self):
            return []
        query = np.ascontiguousarray(vector.reshape(1, -1), dtype=np.float32)
        if report_ids is None:
            scores, positions = self._flat.search(query, min(k, len(self)))
        else:
            ranges = self._ranges_of(report_ids)
            if not ranges:
                return []
            if sum(end - start for start, end in ranges) <= _FEW:
                return self._nearest_of_few(query, k, ranges)
            selector = _faiss.IDSelectorBitmap(self._bitmap(ranges))
            scores, positions = self._flat.search(query, k, params=_faiss.SearchParameters(sel=selector))
        found = [(int(self._ids[p]), float(s)) for p, s in zip(positions[0], scores[0], strict=True) if p >= 0]
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))

    def _nearest_of_few(self, query: Vector, k: int, ranges: Sequence[tuple[int, int]]) -> list[tuple[int, float]]:
        """All vectors of these ranges looked at, and no other: a report is 60 passages of 150,000."""
        vectors = np.concatenate([self._flat.reconstruct_n(start, end - start) for start, end in ranges])
        ids = np.concatenate([self._ids[start:end] for start, end in ranges])
        scores = vectors @ query[0]
        found = sorted(zip(ids.tolist(), scores.tolist(), strict=True), key=lambda hit: (-hit[1], hit[0]))
        return found[:k]

    def vectors(self, chunk_ids: Sequence[int]) -> Vector:
        """The stored vectors of these passages, in the order asked."""
        if not chunk_ids:
            return np.zeros((0, self.dimension), dtype=np.float32)
        found: Vector = self._index.reconstruct_batch(np.asarray(chunk_ids, dtype=np.int64))
        return found

    def _ranges_of(self, report_ids: Collection[str]) -> list[tuple[int, int]]:
        """Where the vectors of these reports stand."""
        found = (self._ranges.get(passage_range(i)[0] // PASSAGES_PER_REPORT) for i in report_ids)
        return sorted(of_report for of_report in found if of_report is not None)

    def _bitmap(self, ranges: Sequence[tuple[int, int]]) -> npt.NDArray[np.uint8]:
        allowed = np.zeros(len(self), dtype=bool)
        for start, end in ranges:
            allowed[start:end] = True
        return np.packbits(allowed, bitorder="little")


class VectorWriter:
    """Writes a base's vectors, without those of the removed reports and with the added ones, to a new file."""

    def __init__(self, path: Path, dimension: int, base: Path | None = None) -> None:
        self._path = path
        self._index: Any
        if base is None:
            half = faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
            half.train(np.zeros((1, dimension), dtype=np.float32))
            self._index = faiss.IndexIDMap2(half)
        else:
            self._index = faiss.read_index(str(base))

    def add(self, ids: Sequence[int], vectors: Vector) -> None:
        if len(ids):
            self._index.add_with_ids(np.ascontiguousarray(vectors, np.float32), np.asarray(ids, dtype=np.int64))

    def remove(self, report_id: str) -> None:
        self._index.remove_ids(faiss.IDSelectorRange(*passage_range(report_id)))

    def close(self) -> None:
        faiss.write_index(self._index, str(self._path))
