"""A running service with the sample report, for the tests of what programs connect with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.builder import Builder
from index.encoder import load_encoder
from tests.running import SEED, Service, new_data


@pytest.fixture(scope="package")
def service(tmp_path_factory: pytest.TempPathFactory, installed_data: Path) -> Iterator[Service]:
    data = new_data(tmp_path_factory.mktemp("client"), installed_data)
    Builder(data, load_encoder(data, None)).add([SEED])
    with Service(data) as running:
        yield running
