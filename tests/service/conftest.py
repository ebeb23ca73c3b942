"""A running service with the seed report and two synthetic ones, shared by the tests that change nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from index.builder import Builder
from index.encoder import load_encoder
from tests.running import SEED, SYNTHETIC, Service, new_data

PORTAL = "https://cong.example.vn"
"""The site that may show the widget."""


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory, installed_data: Path) -> Iterator[Service]:
    data = new_data(tmp_path_factory.mktemp("service"), installed_data)
    named = [p for p in SYNTHETIC if "dien-bien-2021-H1" in p.name or "son-la-2021-Q1" in p.name]
    Builder(data, load_encoder(data, None)).add([SEED, *named])
    with Service(data, widget_origins=PORTAL) as running:
        yield running


@pytest.fixture
def client(service: Service) -> Iterator[httpx.Client]:
    with service.client() as client:
        yield client


@pytest.fixture
def operator(service: Service) -> Iterator[httpx.Client]:
    with service.operator() as client:
        yield client
