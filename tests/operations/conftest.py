"""Data directories that tests may ruin."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from index.builder import Builder
from index.encoder import load_encoder
from tests.running import SEED, SYNTHETIC, new_data


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory, installed_data: Path) -> Path:
    """The seed report indexed, and every synthetic report read and embedded once, so that adding one takes no time."""
    data = new_data(tmp_path_factory.mktemp("kept"), installed_data)
    builder = Builder(data, load_encoder(data, None))
    builder.add(SYNTHETIC)
    shutil.rmtree(data / "generations")
    builder.add([SEED])
    return data


@pytest.fixture
def data(kept: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    copy = tmp_path / "data"
    shutil.copytree(kept, copy, symlinks=True)
    return copy
