from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.chunks import passage_range
from index.vectors import Vector, VectorIndex, VectorWriter

DIMENSION = 24
REPORTS = [f"{n:016x}" for n in (3 << 60, 1 << 40, 0xFFFFFFFFFFFFFFFF, 77 << 30)]


def unit(rng: np.random.Generator, n: int) -> Vector:
    vectors = rng.standard_normal((n, DIMENSION)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.fixture
def stored() -> dict[str, tuple[list[int], Vector]]:
    rng = np.random.default_rng(1)
    sizes = (40, 7, 90, 1)
    return {r: ([passage_range(r)[0] + i for i in range(n)], unit(rng, n)) for r, n in zip(REPORTS, sizes, strict=True)}


@pytest.fixture
def path(tmp_path: Path, stored: dict[str, tuple[list[int], Vector]]) -> Path:
    writer = VectorWriter(tmp_path / "v.faiss", DIMENSION)
    for ids, vectors in stored.values():
        writer.add(ids, vectors)
    writer.close()
    return tmp_path / "v.faiss"


def brute_force(stored: dict[str, tuple[list[int], Vector]], reports: list[str], query: Vector, k: int) -> list[int]:
    ids = [i for r in reports for i in stored[r][0]]
    vectors = np.concatenate([stored[r][1] for r in reports])
    return [ids[i] for i in np.argsort(-(vectors @ query), kind="stable")[:k]]


@pytest.mark.parametrize("reports", [None, REPORTS[:1], REPORTS[1:2], REPORTS[3:], REPORTS[::2], [*REPORTS, "0" * 16]])
def test_search_is_exact_in_any_filter(
    path: Path, stored: dict[str, tuple[list[int], Vector]], reports: list[str] | None
) -> None:
    index = VectorIndex(path)
    within = [r for r in reports if r in stored] if reports is not None else REPORTS
    for query in unit(np.random.default_rng(2), 25):
        found = index.search(query, 6, reports)
        assert [i for i, _ in found] == brute_force(stored, within, query, 6)
        assert [s for _, s in found] == sorted((s for _, s in found), reverse=True)


def test_scores_are_cosines(path: Path, stored: dict[str, tuple[list[int], Vector]]) -> None:
    ids, vectors = stored[REPORTS[2]]
    (best, score), *_ = VectorIndex(path).search(vectors[17], 3)
    assert best == ids[17]
    assert score == pytest.approx(1.0, abs=1e-3)


def test_an_empty_or_unknown_filter_finds_nothing(path: Path) -> None:
    query = unit(np.random.default_rng(3), 1)[0]
    assert VectorIndex(path).search(query, 5, []) == []
    assert VectorIndex(path).search(query, 5, ["0" * 16]) == []


def test_asking_for_more_than_there_is_gives_all(path: Path) -> None:
    query = unit(np.random.default_rng(4), 1)[0]
    assert len(VectorIndex(path).search(query, 1000)) == 138
    assert len(VectorIndex(path).search(query, 1000, REPORTS[1:2])) == 7


def test_reports_are_removed_and_added(path: Path, tmp_path: Path, stored: dict[str, tuple[list[int], Vector]]) -> None:
    writer = VectorWriter(tmp_path / "next.faiss", DIMENSION, base=path)
    writer.remove(REPORTS[2])
    writer.remove(REPORTS[1])
    ids, vectors = stored[REPORTS[1]]
    writer.add(ids[:3], vectors[:3])
    writer.close()
    index = VectorIndex(tmp_path / "next.faiss")
    assert len(index) == 40 + 3 + 1
    assert len(VectorIndex(path)) == 138
    left = {**stored, REPORTS[1]: (ids[:3], vectors[:3])}
    for query in unit(np.random.default_rng(5), 10):
        for reports in ([REPORTS[0]], [REPORTS[1]], [REPORTS[0], REPORTS[1], REPORTS[3]]):
            assert [i for i, _ in index.search(query, 5, reports)] == brute_force(left, reports, query, 5)
        assert index.search(query, 5, [REPORTS[2]]) == []


def test_stored_vectors_come_back_in_the_order_asked(path: Path, stored: dict[str, tuple[list[int], Vector]]) -> None:
    ids, vectors = stored[REPORTS[0]]
    found = VectorIndex(path).vectors([ids[5], ids[2]])
    assert np.allclose(found, vectors[[5, 2]], atol=1e-3)
    assert VectorIndex(path).vectors([]).shape == (0, DIMENSION)


def test_an_empty_index_is_searched(tmp_path: Path) -> None:
    VectorWriter(tmp_path / "empty.faiss", DIMENSION).close()
    index = VectorIndex(tmp_path / "empty.faiss")
    assert len(index) == 0
    assert index.search(unit(np.random.default_rng(6), 1)[0], 5) == []
