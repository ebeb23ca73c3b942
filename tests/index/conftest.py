"""The real encoder, the seed report, and an index of it beside two synthetic ones."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from corpus.model import Report
from corpus.report import read_report
from index.builder import Builder
from index.encoder import Encoder, Progress, Vectors, load_encoder
from index.generation import Generation, open_current
from tests.running import new_data

ROOT = Path(__file__).parents[2]
SEED = ROOT / "corpus/reports/203-BC-UBND-son-la-2021-H1.md"
SYNTHETIC = ROOT / "tests/eval/reports"
DIEN_BIEN = SYNTHETIC / "synthetic-145-BC-UBND-dien-bien-2021-H1.md"
SON_LA_Q1 = SYNTHETIC / "synthetic-98-BC-UBND-son-la-2021-Q1.md"


def variant(number: str = "98/BC-UBND", year: int = 2021, extra: str = "") -> tuple[bytes, str]:
    """Son La's first quarter under another number, in another year, or with a sentence more."""
    text = SON_LA_Q1.read_text("utf-8").replace("98/BC-UBND", number)
    text = text.replace("ngày 16 tháng 3 năm 2021", f"ngày 16 tháng 3 năm {year}") + extra
    return text.encode(), f"{number.partition('/')[0]}.md"


class CountingEncoder:
    """The encoder, counting the passages it is given."""

    def __init__(self, encoder: Encoder, fingerprint: str | None = None) -> None:
        self._encoder = encoder
        self.name = encoder.name
        self.fingerprint = fingerprint or encoder.fingerprint
        self.dimension = encoder.dimension
        self.max_tokens = encoder.max_tokens
        self.count_tokens = encoder.count_tokens
        self.encode_query = encoder.encode_query
        self.encoded = 0

    def encode_passages(self, texts: Sequence[str], on_progress: Progress | None = None) -> Vectors:
        self.encoded += len(texts)
        return self._encoder.encode_passages(texts, on_progress)


@pytest.fixture(scope="session")
def encoder_dir() -> Path:
    """The data directory that holds the built encoder."""
    return Path(os.environ.get("CCHC_DATA", ROOT / "var"))


@pytest.fixture(scope="session")
def encoder(encoder_dir: Path) -> Encoder:
    return load_encoder(encoder_dir, None)


@pytest.fixture(scope="session")
def report() -> Report:
    return read_report(SEED.read_bytes(), SEED.name)


@pytest.fixture(scope="session")
def indexed(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder, encoder_dir: Path) -> Path:
    """A data directory with three reports, not to be changed."""
    data_dir = new_data(tmp_path_factory.mktemp("indexed"), encoder_dir)
    Builder(data_dir, encoder).add([SEED, DIEN_BIEN, SON_LA_Q1])
    return data_dir


@pytest.fixture(scope="session")
def generation(indexed: Path, encoder: Encoder) -> Generation:
    return open_current(indexed, encoder)
