"""A server and a small corpus for the tests of the store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from index.builder import Builder
from index.encoder import Encoder
from index.generation import Generation, open_current
from index.postgres.store import PostgresStore
from tests.postgres.server import Postgres
from tests.running import SEED, SYNTHETIC, new_data

FILES = [SEED, *(p for p in SYNTHETIC if "dien-bien-2021-H1" in p.name or "son-la-2021-Q1" in p.name)]


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory, installed_data: Path, encoder: Encoder) -> Path:
    """Three reports in files, published one after the other."""
    path = new_data(tmp_path_factory.mktemp("files"), installed_data)
    for file in FILES:
        Builder(path, encoder).add([file])
    return path


@pytest.fixture(scope="session")
def files(data: Path, encoder: Encoder) -> Iterator[Generation]:
    generation = open_current(data, encoder)
    yield generation
    generation.close()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    server = Postgres.new()
    yield server
    server.stop()


@pytest.fixture
def store(postgres: Postgres, tmp_path: Path) -> Iterator[PostgresStore]:
    """An empty database."""
    with psycopg.connect(postgres.url) as db:
        db.execute("DROP SCHEMA IF EXISTS cchc CASCADE")
    store = PostgresStore(postgres.url, tmp_path / "fetched")
    yield store
    store.close()
