"""What every room's tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from index.encoder import Encoder, load_encoder

ROOT = Path(__file__).parents[1]
SEED = ROOT / "corpus/reports/203-BC-UBND-son-la-2021-H1.md"


@pytest.fixture(scope="session")
def installed_data() -> Path:
    """The data directory in which `make install` built the encoder."""
    return Path(os.environ.get("CCHC_DATA", ROOT / "var")).resolve()


@pytest.fixture(scope="session")
def encoder(installed_data: Path) -> Encoder:
    return load_encoder(installed_data, None)
