"""`python -m tests.eval.training DATA_DIR`: learns everything anew and writes it to service/data; the result is committed."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from index.encoder import OnnxEncoder, load_encoder
from service.commands.evaluate import evaluation_engine
from service.engine import Engine
from service.evaluation import read_golds
from tests.eval.training import question_pairs
from tests.eval.training.adapter import AdapterTrainer
from tests.eval.training.confidence import START, fit_confidence
from tests.eval.training.examples import Example, examples
from tests.eval.training.reader import train_reader
from tests.eval.training.written import written

_HERE = Path(__file__).parents[1]
_OUT = Path(__file__).parents[3] / "service" / "data"
_TRAINED = (*(f"train_{letter}" for letter in "abcdefghijklm"), "seed", "hurried")
_WHOLE = ("train_n", "train_o")
"""These have no tune half: they were asked unseen, once."""
_HELD = {
    "official": "seed", "personas": "seed", "several": "multi",
    "lao_cai": "lao-cai", "quang_binh": "quang-binh", "bac_giang": "bac-giang", "tra_vinh": "tra-vinh",
}  # fmt: skip
_SEED = "203/BC-UBND"


def main() -> None:
    question_pairs.write()  # before all else: it changes how questions are read
    data = Path(sys.argv[1] if len(sys.argv) > 1 else "var")
    encoder = load_encoder(data, None)
    assert isinstance(encoder, OnnxEncoder)
    golds = [g for name in _TRAINED for g in read_golds(_HERE / f"{name}.jsonl", "tune")]
    golds += [g for name in _WHOLE for g in read_golds(_HERE / f"{name}.jsonl", None)]
    ours = [g for g in golds if g.get("report", _SEED) == _SEED]
    model = AdapterTrainer(evaluation_engine(data, "seed", encoder), ours).train()
    assert model.up is not None and model.down is not None
    np.savez_compressed(_OUT / "match_model.npz", up=model.up.astype(np.float16), down=model.down.astype(np.float16))
    about = {"encoder": encoder.name, "weights": asdict(model.weights), "low": model.low, "high": model.high}
    _write("match_model.json", {**about, "questions": len(ours)})

    engines = {name: evaluation_engine(data, name, encoder) for name in ("seed", "multi")}
    others = [g for g in golds if g.get("report", _SEED) != _SEED]
    learned = examples(engines["seed"], ours) + examples(engines["multi"], others)
    others_written = written(engines["seed"])
    np.savez_compressed(_OUT / "reader.npz", **train_reader(encoder, learned, others_written, data / "training"))
    _write("reader.json", {"encoder": encoder.name, "questions": len(learned) + len(others_written), **asdict(START)})

    engines = {name: evaluation_engine(data, name, encoder) for name in set(_HELD.values())}
    held: list[tuple[Engine, Example]] = []
    for name, index in _HELD.items():
        tune = read_golds(_HERE / f"{name}.jsonl", "tune")
        if index == "multi":  # which report was meant is not what is fitted here
            tune = [g for g in tune if g["kind"] != "no_evidence"]
        held += [(engines[index], e) for e in examples(engines[index], tune)]
    _write(
        "reader.json",
        {"encoder": encoder.name, "questions": len(learned) + len(others_written), **asdict(fit_confidence(held))},
    )


def _write(name: str, content: dict[str, Any]) -> None:
    (_OUT / name).write_text(json.dumps(content, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
