"""What every room's tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def installed_data() -> Path:
    """The data directory in which `make install` built the encoder."""
    return Path(os.environ.get("CCHC_DATA", Path(__file__).parents[1] / "var"))
