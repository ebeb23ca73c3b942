"""Where the gold questions and the reports they are asked of lie, and how they are read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
SEED = HERE.parents[1] / "corpus" / "reports" / "203-BC-UBND-son-la-2021-H1.md"
REPORTS: dict[str, Path] = {"203/BC-UBND": SEED}
"""Report number -> file, for every report that a question file may have loaded."""

FILES = ("seed", "hurried")

Question = dict[str, Any]


def read_questions(name: str) -> list[Question]:
    """The questions of `seed` or `hurried`; README.md has the fields of each kind."""
    text = (HERE / f"{name}.jsonl").read_text(encoding="utf8")
    return [json.loads(line) for line in text.splitlines()]
