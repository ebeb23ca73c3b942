"""Many questions at once in one process: what threads share is never half changed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from index.builder import Builder
from index.encoder import Encoder
from index.generation import open_current
from service import reader
from service.engine import Engine
from service.evaluation import read_golds
from tests.running import ROOT, SEED, new_data


def test_eight_threads_answer_as_one(
    tmp_path: Path, installed_data: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "_CACHED_TOKENS", 300)  # what was read is given up after every question or two
    data = new_data(tmp_path / "data", installed_data)
    Builder(data, encoder).add([SEED])
    asked = [g["question"] for g in read_golds(ROOT / "tests/eval/seed.jsonl", "tune") if g["kind"] == "figure"][:30]
    one, eight = (Engine(open_current(data, encoder), encoder) for _ in range(2))
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda question: eight.ask(question)[0].answer, asked))
    assert together == [one.ask(question)[0].answer for question in asked]
