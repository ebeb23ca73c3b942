"""Reports of other offices, whole: their appendices are worded, numbered and ruled unlike the seed's."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from corpus.model import IndicatorRow
from corpus.report import read_report

FORMS = Path(__file__).parents[1] / "eval" / "forms"


def _plain(name: str) -> str:
    return name.lstrip("-+ ")


def _facts(row: IndicatorRow) -> tuple[str | None, str, str, str]:
    return row.code, _plain(row.name), (row.unit or "").replace(";", ""), row.value.text


def _printed(line: dict[str, Any]) -> tuple[str | None, str, str, str]:
    return line["code"], _plain(line["name"]), (line["unit"] or "").replace(";", ""), line["value_text"]


@pytest.mark.parametrize("path", sorted([*FORMS.glob("*.docx"), *FORMS.glob("*.pdf")]), ids=lambda path: path.name)
def test_every_row_of_another_office_is_read(path: Path) -> None:
    report = read_report(path.read_bytes(), path.name)
    lines = [json.loads(line) for line in path.with_suffix(".rows.jsonl").read_text("utf-8").splitlines()]
    valued = [row for row in report.rows if row.value.text]
    assert [_facts(row) for row in valued] == [_printed(line) for line in lines]
    for row, line in zip(valued, lines, strict=True):
        above = re.sub(r"^(?:[A-ZĐ]|\d)\. ", "", line["parent"] or "")
        assert not above or _plain(above) in [_plain(name) for name in row.path[:-1]]


def test_a_report_in_parts_has_them_in_its_outline() -> None:
    report = read_report(next(FORMS.glob("*quang-binh*.docx")).read_bytes())
    titles = {section.id: section.title for section in report.sections}
    assert titles["Phần 2"] == "Phần thứ hai. ĐÁNH GIÁ CHUNG"
    assert titles["Phần 2.2"] == "2. Tồn tại, hạn chế"
    assert titles["Phần 3.2"] == "2. Nhiệm vụ trọng tâm"


@pytest.mark.parametrize("file", ["*quang-binh*.docx", "*quang-binh*.pdf", "*lao-cai*.docx"])
def test_who_signs_for_the_chairman_is_his_deputy(file: str) -> None:
    path = next(FORMS.glob(file))
    assert read_report(path.read_bytes(), path.name).metadata.signer_role == "PHÓ CHỦ TỊCH"
