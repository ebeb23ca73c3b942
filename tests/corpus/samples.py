"""The seed report in its forms, and how near another reading of it comes."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from corpus.model import IndicatorRow, Report, Span
from corpus.reading import read
from corpus.report import read_report
from corpus.text import collapse

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data"
SEED = ROOT / "corpus" / "reports" / "203-BC-UBND-son-la-2021-H1.md"


@cache
def seed() -> Report:
    return read_report(SEED.read_bytes(), SEED.name)


@cache
def sample(name: str) -> Report:
    return read_report((DATA / name).read_bytes(), name)


def row_facts(row: IndicatorRow) -> tuple[str | None, ...]:
    """What a row prints: code, name, unit, value, note; spaces inside brackets are the typist's."""
    texts = (row.code, row.name, row.unit, row.value.text, row.note)
    return tuple(None if text is None else re.sub(r"\(\s+", "(", re.sub(r"\s+\)", ")", text)) for text in texts)


def prose(report: Report) -> str:
    """From the title to the appendix caption, without marks, on one line."""
    begin = report.text.index("Kết quả lãnh đạo, chỉ đạo")
    end = [match.start() for match in re.finditer(r"(?m)^\W*Phụ lục I\b", report.text)][-1]
    return collapse(read(report.text, Span(begin, end)).text)


def character_errors(report: Report) -> float:
    """Character error rate of the prose against the seed's."""
    return Levenshtein.distance(prose(seed()), prose(report)) / len(prose(seed()))
