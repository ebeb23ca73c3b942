"""Where the gold questions and the reports they are asked of lie, and how they are read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.eval.synthetic import FIXED, file_name

HERE = Path(__file__).parent
SEED = HERE.parents[1] / "corpus" / "reports" / "203-BC-UBND-son-la-2021-H1.md"
REPORTS: dict[str, Path] = {
    "203/BC-UBND": SEED,
    **{spec.number: HERE / "reports" / file_name(spec) for spec in FIXED},
}
"""Report number -> file; `multi`, `several`, `prose`, `counts` and `sums_several` are asked with all of them loaded, the others with the first alone."""

FILES = ("seed", "hurried", "official", "personas", "multi", "several", "prose", "counts", "sums", "sums_several")

Question = dict[str, Any]


def read_questions(name: str) -> list[Question]:
    """The questions of one of `FILES`; README.md has the fields of each kind."""
    text = (HERE / f"{name}.jsonl").read_text(encoding="utf8")
    return [json.loads(line) for line in text.splitlines()]
