"""What is asked while measuring: the gold questions with their report named, codes, and the form's indicators anywhere."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product
from pathlib import Path
from random import Random

from index.records import ReportRecord
from tests.bench.corpus import plan_number
from tests.eval.synthetic import FIXED, specs
from tests.eval.synthetic.figures import figures

ROOT = Path(__file__).parents[2]
_HERE = ", tỉnh Sơn La, 6 tháng đầu năm 2021"
_INDICATORS = {
    "procedures_total": "Tổng số TTHC đang có hiệu lực",
    "procedures_district": "Số TTHC cấp huyện đang có hiệu lực",
    "procedures_commune": "Số TTHC cấp xã đang có hiệu lực",
    "planned": "Số nhiệm vụ đề ra trong kế hoạch CCHC",
    "laws_issued": "Số VBQPPL được ban hành",
    "units_total": "Tổng số đơn vị sự nghiệp công lập",
    "online_4": "Số TTHC cung cấp trực tuyến mức độ 4",
    "problems": "Số vấn đề đặt ra sau kiểm tra",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, and what a right answer states: the printed value, and of which report."""

    question: str
    value_text: str
    number: str
    year: int


def gold() -> dict[str, list[str]]:
    """Questions about the sample report by kind, each different, each naming the report: the same at every size."""
    lines = (ROOT / "tests/eval/seed.jsonl").read_text("utf-8").splitlines()
    golds = [json.loads(line) for line in lines if line.strip()]
    asked = {kind: [here(g["question"]) for g in golds if g["kind"] == kind] for kind in _KINDS}
    return {kind: some[:_OF_A_KIND] for kind, some in asked.items()}


def by_code(codes: Sequence[str]) -> list[str]:
    return [f"Mục {code}{_HERE} là bao nhiêu?" for code in codes]


_OF_A_KIND = 60
_PHRASES = 2400
_KINDS = ("figure", "passage", "no_evidence")


def here(question: str) -> str:
    """A question with the sample report named."""
    return question.rstrip(" ?.") + _HERE + "?"


def gold_figures() -> list[tuple[str, str]]:
    """Questions about the sample report that don't name it, with the printed value."""
    lines = (ROOT / "tests/eval/seed.jsonl").read_text("utf-8").splitlines()
    golds = [json.loads(line) for line in lines if line.strip()]
    return [(g["question"], g["value_text"]) for g in golds if g["kind"] == "figure"]


def of_first_reports() -> list[Asked]:
    """The fixed set: eight indicators in each of nine reports that are there from ten reports on."""
    found: list[Asked] = []
    for spec in [*FIXED, *islice(specs(0), 2)]:
        printed = figures(spec)
        for key, words in _INDICATORS.items():
            if key not in spec.left_out and printed[key] not in ("", "-"):
                found.append(Asked(f"{words} của {spec.place} {spec.during}?", printed[key], spec.number, spec.year))
    return found


def plans() -> list[tuple[str, str]]:
    """A fact of the prose that only one report has, and its fragment."""
    return [(f"Kế hoạch cải cách hành chính của tỉnh được ban hành theo quyết định nào, {spec.place} {spec.during}?",
             plan_number(spec)) for spec in islice(specs(0), 2)]  # fmt: skip


def anywhere(reports: Sequence[ReportRecord], seed: int = 0) -> Iterator[str]:
    """Questions that no two are the same: an indicator in words, of a report drawn from those loaded."""
    pairs = list(product(_phrases(), range(len(reports))))
    Random(seed).shuffle(pairs)
    for words, at in pairs:
        about = reports[at].metadata
        yield f"{words} của {about.issuer} kỳ {about.period} năm {about.year}?".replace("kỳ YEAR ", "")


def _phrases() -> list[str]:
    """Enough that none comes again at one report, however fast the machine."""
    files = [ROOT / f"tests/eval/train_{writer}.jsonl" for writer in "abcd"]
    asked = [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines() if line.strip()]
    phrases = (a["question"].rstrip(" ?.") for a in asked if a.get("kind", "figure") == "figure")
    return list(dict.fromkeys(phrases))[:_PHRASES]
