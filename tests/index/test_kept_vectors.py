"""A text is embedded once, and a damaged cache costs time only."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest

from index.encoder import Encoder
from index.kept_vectors import KeptVectors
from tests.index.conftest import CountingEncoder

TEXTS = ["Cải cách thủ tục hành chính", "Cải cách thể chế", "Cải cách thủ tục hành chính"]


@pytest.fixture
def counting(encoder: Encoder) -> CountingEncoder:
    return CountingEncoder(encoder)


def test_a_text_is_embedded_once(tmp_path: Path, counting: CountingEncoder) -> None:
    first = KeptVectors(tmp_path).encode(counting, TEXTS)
    assert counting.encoded == 2
    again = KeptVectors(tmp_path).encode(counting, TEXTS[::-1])
    assert counting.encoded == 2
    assert np.array_equal(again, first[::-1])
    assert np.array_equal(first[0], first[2])
    assert np.allclose(first, counting._encoder.encode_passages(TEXTS), atol=1e-3)


def test_a_vector_that_is_not_what_was_written_is_made_again(tmp_path: Path, counting: CountingEncoder) -> None:
    whole = KeptVectors(tmp_path).encode(counting, TEXTS)
    (path,) = (tmp_path / "vectors").glob("*.sqlite")
    with sqlite3.connect(path) as db:
        db.execute("UPDATE texts SET made = zeroblob(length(made))")
    assert np.array_equal(KeptVectors(tmp_path).encode(counting, TEXTS), whole)
    assert counting.encoded == 4


def test_a_torn_file_is_begun_anew(tmp_path: Path, counting: CountingEncoder) -> None:
    whole = KeptVectors(tmp_path).encode(counting, TEXTS)
    (path,) = (tmp_path / "vectors").glob("*.sqlite")
    path.write_bytes(b"torn" * 4096)
    assert np.array_equal(KeptVectors(tmp_path).encode(counting, TEXTS), whole)
    assert KeptVectors(tmp_path).encode(counting, []).shape == (0, counting.dimension)
