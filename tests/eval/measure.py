"""Counts right answers of a gold set, for the frozen baseline."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from service.commands.evaluate import asker
from service.engine import Engine
from service.evaluation import GOOD, Evaluation, read_golds

HERE = Path(__file__).parent
BASELINE = HERE / "baseline.json"
MEASURED = [
    (questions, index, phrasing)
    for questions, index in (("seed", "seed"), ("hurried", "seed"), ("multi", "multi"))
    for phrasing in ("as_typed", "no_diacritics")
] + [
    ("official", "seed", "as_typed"),
    ("personas", "seed", "as_typed"),
    ("several", "multi", "as_typed"),
    ("prose", "multi", "as_typed"),
    ("counts", "multi", "as_typed"),
    ("sums", "seed", "as_typed"),
    ("sums_several", "multi", "as_typed"),
    ("lao_cai", "lao-cai", "as_typed"),
    ("quang_binh", "quang-binh", "as_typed"),
    ("bac_giang", "bac-giang", "as_typed"),
    ("tra_vinh", "tra-vinh", "as_typed"),
]

MEASURED_SLOWLY = [
    ("seed", "seed", "no_diacritics"), ("multi", "multi", "no_diacritics"), ("personas", "seed", "as_typed"),
    ("several", "multi", "as_typed"), ("prose", "multi", "as_typed"),
    ("lao_cai", "lao-cai", "as_typed"), ("tra_vinh", "tra-vinh", "as_typed"),
]  # fmt: skip
"""Left to `make test-slow`."""


def measure(engine: Engine, questions: str, phrasing: str) -> dict[str, Any]:
    """Right answers by kind, wrong figures, loose numbers, and what was missed."""
    golds = read_golds(HERE / f"{questions}.jsonl")
    scores = Evaluation(asker(engine), engine.generation.text).run(golds, phrasing)
    right = {
        kind: sum(n for outcome, n in counts.items() if outcome in GOOD) for kind, counts in scores.outcomes.items()
    }
    return {
        "right": dict(sorted(right.items())),
        "of": {kind: sum(counts.values()) for kind, counts in sorted(scores.outcomes.items())},
        "wrong_figures": scores.outcomes["figure"]["wrong"] if "figure" in scores.outcomes else 0,
        "loose_numbers": scores.loose,
        "misses": scores.misses,
    }
