"""Where the gold questions and the reports they are asked of lie, and how they are read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.eval.synthetic import FIXED, file_name

HERE = Path(__file__).parent
SEED = HERE.parents[1] / "corpus" / "reports" / "203-BC-UBND-son-la-2021-H1.md"
_FORMS = HERE / "forms"
REPORTS: dict[str, Path] = {
    "203/BC-UBND": SEED,
    **{spec.number: HERE / "reports" / file_name(spec) for spec in FIXED},
    "187/BC-UBND": _FORMS / "synthetic-187-BC-UBND-lao-cai-2022-H1.docx",
    "95/BC-UBND": _FORMS / "synthetic-95-BC-UBND-quang-binh-2023-YEAR.docx",
    "142/BC-UBND": _FORMS / "synthetic-142-BC-UBND-bac-giang-2022-Q3.docx",
    "310/BC-UBND": _FORMS / "synthetic-310-BC-UBND-tra-vinh-2023-M9.docx",
}
"""Report number -> file; `multi`, `several`, `prose`, `counts` and `sums_several` are asked with the sample and `reports/` loaded, the four of other offices each with its own report alone, the others with the first alone."""

OTHER_OFFICES = ("lao_cai", "quang_binh", "bac_giang", "tra_vinh")
FILES = (
    "seed", "hurried", "official", "personas", "multi", "several", "prose", "counts", "sums", "sums_several",
    *OTHER_OFFICES,
)  # fmt: skip

Question = dict[str, Any]


def read_questions(name: str) -> list[Question]:
    """The questions of one of `FILES`; README.md has the fields of each kind."""
    text = (HERE / f"{name}.jsonl").read_text(encoding="utf8")
    return [json.loads(line) for line in text.splitlines()]
