"""What a generation is read from, whichever store keeps it: the catalogue, the two searches, the files as handed in."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from index.catalogue import Catalogue
from index.kept import source_path
from index.layout import CATALOGUE, INDICATOR_VECTORS, VECTORS, WORDS
from index.manifest import Manifest
from index.readings import KeptReadings
from index.vectors import Vector, VectorIndex
from index.words import WordIndex


class DenseSearch(Protocol):
    """Passages by meaning. `report_ids` of None are all reports."""

    def __len__(self) -> int: ...

    def search(self, vector: Vector, k: int, report_ids: Collection[str] | None = None) -> list[tuple[int, float]]: ...

    def vectors(self, chunk_ids: Sequence[int]) -> Vector: ...


class WordSearch(Protocol):
    """Passages by words. `report_ids` of None are all reports."""

    def __len__(self) -> int: ...

    def search(
        self, tokens: Sequence[str], k: int, report_ids: Collection[str] | None = None, folded: bool = False
    ) -> list[tuple[int, float]]: ...

    def document_frequency(self, token: str, folded: bool = False) -> int: ...


@dataclass(frozen=True, slots=True)
class Parts:
    """`indicator_vectors` reads the vectors of all indicators, `source` finds a report's own file by its sha256.

    `readings` are this machine's, whatever store the rest comes from.
    """

    catalogue: Catalogue
    vectors: DenseSearch
    words: WordSearch
    indicator_vectors: Callable[[], Vector]
    source: Callable[[str], Path | None]
    readings: KeptReadings


def file_parts(directory: Path, manifest: Manifest) -> Parts:
    """The parts of a generation in the directory `generations/00042` of a data directory."""

    data_dir = directory.parent.parent

    def indicator_vectors() -> Vector:
        vectors: Vector = np.load(directory / INDICATOR_VECTORS, allow_pickle=False)
        return vectors

    return Parts(
        catalogue=Catalogue(directory / CATALOGUE),
        vectors=VectorIndex(directory / VECTORS),
        words=WordIndex(directory / WORDS),
        indicator_vectors=indicator_vectors,
        source=lambda sha256: source_path(data_dir, sha256),
        readings=KeptReadings(data_dir, manifest.encoder_fingerprint, manifest.dimension),
    )
