"""Reports of other offices, whole: their appendices are worded, numbered and ruled unlike the seed's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from corpus.model import IndicatorRow
from corpus.report import read_report

FORMS = Path(__file__).parents[1] / "eval" / "forms"


def _facts(row: IndicatorRow) -> tuple[str | None, str, str | None, str]:
    return row.code, row.name.lstrip("-+ "), row.unit, row.value.text


def _printed(line: dict[str, Any]) -> tuple[str | None, str, str | None, str]:
    return line["code"], line["name"].lstrip("-+ "), line["unit"] or None, line["value_text"]


@pytest.mark.parametrize(("truth", "file"), [("lao_cai", "*lao-cai*.docx"), ("quang_binh", "*quang-binh*.docx"), ("quang_binh", "*quang-binh*.pdf")])  # fmt: skip
def test_every_row_of_another_office_is_read(truth: str, file: str) -> None:
    path = next(FORMS.glob(file))
    report = read_report(path.read_bytes(), path.name)
    lines = [json.loads(line) for line in (FORMS / f"{truth}.truth.jsonl").read_text("utf-8").splitlines()]
    valued = [row for row in report.rows if row.value.text]
    assert [_facts(row) for row in valued] == [_printed(line) for line in lines]
    for row, line in zip(valued, lines, strict=True):
        assert not line["parent"] or line["parent"].lstrip("-+ ") in [name.lstrip("-+ ") for name in row.path[:-1]]
