"""Writes baseline.json from the code as it stands: `python -m tests.eval.freeze [DATA_DIR]`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from index.encoder import load_encoder
from service.commands.evaluate import evaluation_engine
from tests.eval.measure import BASELINE, MEASURED, measure


def main() -> None:
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else Path("var")
    encoder = load_encoder(data, None)
    engines = {index: evaluation_engine(data, index, encoder) for _, index, _ in MEASURED}
    frozen = {}
    for questions, index, phrasing in MEASURED:
        found = measure(engines[index], questions, phrasing)
        frozen[f"{questions} {phrasing}"] = {key: found[key] for key in ("right", "of", "wrong_figures")}
    BASELINE.write_text(json.dumps(frozen, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
