"""Answers don't get worse: every gold set against the frozen figures of baseline.json.

`python -m tests.eval.freeze` writes the file anew; a change to answering lands with its before and after.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from index.encoder import Encoder
from service.commands.evaluate import asker, evaluation_engine
from service.engine import Engine
from service.evaluation import Evaluation, read_golds
from tests.eval.measure import BASELINE, MEASURED, MEASURED_SLOWLY, measure
from tests.running import new_data

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def engines(
    tmp_path_factory: pytest.TempPathFactory, encoder: Encoder, installed_data: Path
) -> Callable[[str], Engine]:
    data = tmp_path_factory.mktemp("evaluation")
    made: dict[str, Engine] = {}

    def engine(name: str) -> Engine:
        if name not in made:
            new_data(data / "eval" / name, installed_data)
            made[name] = evaluation_engine(data, name, encoder)
        return made[name]

    return engine


@pytest.mark.parametrize(
    ("questions", "index", "phrasing"),
    [pytest.param(*measured, marks=[pytest.mark.slow] if measured in MEASURED_SLOWLY else []) for measured in MEASURED],
)
def test_no_figure_gets_worse(engines: Callable[[str], Engine], questions: str, index: str, phrasing: str) -> None:
    before = json.loads(BASELINE.read_text("utf-8"))[f"{questions} {phrasing}"]
    now: dict[str, Any] = measure(engines(index), questions, phrasing)
    assert now["loose_numbers"] == 0
    assert now["wrong_figures"] <= before["wrong_figures"], now["misses"]
    for kind, right in before["right"].items():
        assert now["right"][kind] >= right, [m for m in now["misses"] if m[0] == kind]


def test_every_answer_of_the_dialogues_is_grounded(engines: Callable[[str], Engine]) -> None:
    engine = engines("seed")
    golds = [g for g in read_golds(HERE / "seed.jsonl") if g["kind"] == "dialog"]
    scores = Evaluation(asker(engine), engine.generation.text).run(golds)
    assert scores.loose == 0
