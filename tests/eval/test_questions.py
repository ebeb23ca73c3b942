"""Every gold answer is what its report prints: values, verbatim fragments and results of calculations."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any

import pytest

from tests.eval.appendix import Row, plain, read_rows, read_text
from tests.eval.questions import FILES, REPORTS, SEED, Question, read_questions

QUESTIONS = [question for name in FILES for question in read_questions(name)]
DOCUMENT_NUMBER = re.compile(r"\d+(?:/\d{4})?/[A-ZĐ][A-ZĐa-z]*(?:-[A-ZĐ]+)+")


def of_kind(*kinds: str) -> pytest.MarkDecorator:
    chosen = [question for question in QUESTIONS if question["kind"] in kinds]
    return pytest.mark.parametrize("question", chosen, ids=[question["id"] for question in chosen])


@cache
def rows(number: str) -> tuple[Row, ...]:
    return tuple(read_rows(REPORTS[number]))


@cache
def text(number: str) -> str:
    return read_text(REPORTS[number])


def find(number: str, wanted: dict[str, Any]) -> Row:
    """The one row a gold answer names, told apart as the contract check does it."""
    code, name = wanted["code"], plain(wanted["name_has"])
    found = [
        row
        for row in rows(number)
        if row.value_text == wanted["value_text"] and code in (None, row.code) and name in plain(row.name)
    ]
    assert len(found) == 1, (wanted, found)
    assert code is not None or found[0].code is None, "a numbered row is asked for with its code"
    return found[0]


def number_of(value_text: str) -> Decimal:
    printed = re.search(r"\d[\d.]*(?:,\d+)?", value_text)
    assert printed, value_text
    return Decimal(printed[0].replace(".", "").replace(",", "."))


def vietnamese(value: Decimal) -> str:
    """Half-up to two decimals where there are any, '.' between thousands and ',' before decimals."""
    rounded = value.quantize(Decimal("0.01"), ROUND_HALF_UP)
    if rounded == rounded.to_integral():
        rounded = rounded.to_integral()
    return f"{rounded:,}".translate(str.maketrans(",.", ".,"))


def calculate(operation: str, operands: list[Decimal]) -> str:
    """The result without its sign: "giảm 2,19%" and "-2,19%" both hold it."""
    first, second = operands[:2]
    match operation:
        case "sum":
            return vietnamese(sum(operands, Decimal(0)))
        case "average":
            return vietnamese(sum(operands, Decimal(0)) / len(operands))
        case "difference":
            return vietnamese(abs(first - second))
        case "ratio":
            return vietnamese(first / second)
        case "share":
            return vietnamese(first / second * 100) + "%"
        case "change":
            return vietnamese(abs(first - second) / second * 100) + "%"
    raise AssertionError(operation)


def folded(question: str) -> str:
    decomposed = unicodedata.normalize("NFD", question.lower().replace("đ", "d"))
    return " ".join("".join(c for c in decomposed if not unicodedata.combining(c)).split())


@of_kind("figure")
def test_figure_names_exactly_one_row(question: Question) -> None:
    find(question["report"], question)


@of_kind("clarify")
def test_clarify_names_rows_that_differ(question: Question) -> None:
    candidates = [find(question["report"], candidate) for candidate in question["candidates"]]
    assert len(set(candidates)) == len(candidates) >= 2


@of_kind("passage")
def test_fragments_stand_in_the_report(question: Question) -> None:
    missing = [quote for quote in question["quotes_have"] if plain(quote) not in text(question["report"])]
    assert not missing


@of_kind("dialog")
def test_turns_name_exactly_one_row_each(question: Question) -> None:
    assert len(question["turns"]) >= 2
    for turn in question["turns"]:
        if "operands" in turn:
            test_result_follows_from_the_operands(turn)
        else:
            find(turn.get("report", question.get("report")), turn)


@of_kind("derived")
def test_result_follows_from_the_operands(question: Question) -> None:
    operands = [find(o.get("report", question.get("report")), o) for o in question["operands"]]
    result = calculate(question["operation"], [number_of(row.value_text) for row in operands])
    assert result == question["result_text"]


@of_kind("compare")
def test_cells_are_the_reports_rows(question: Question) -> None:
    printed = []
    for cell in question["cells"]:
        if cell["value_text"] is None:
            assert plain(cell["name_has"]) not in text(cell["report"])
        else:
            printed.append((cell["report"], find(cell["report"], cell).value_text))
    assert len({cell["report"] for cell in question["cells"]}) == len(question["cells"]) >= 2
    if question["difference"] is not None:
        operands = [number_of(value) for _, value in printed]
        assert len(operands) == 2
        assert calculate("difference", operands) == question["difference"]
    if question["first"] is not None:
        values = {report: number_of(value) for report, value in printed}
        others = [value for report, value in values.items() if report != question["first"]]
        assert values[question["first"]] > max(others) or values[question["first"]] < min(others)


@of_kind("no_evidence")
def test_what_is_refused_is_not_in_the_report(question: Question) -> None:
    if "absent" in question:
        assert plain(question["absent"]) not in text(question["scope"])
        return
    alone = REPORTS.get(question.get("report") or "", SEED).suffix == ".docx"
    asked = [question["report"]] if alone else [number for number, path in REPORTS.items() if path.suffix != ".docx"]
    for number in set(DOCUMENT_NUMBER.findall(question["question"])) - set(REPORTS):
        whole = re.compile(rf"(?<!\d){re.escape(plain(number))}")
        assert not [report for report in asked if whole.search(text(report))]


@pytest.mark.parametrize("name", FILES)
def test_split_is_even_and_nothing_is_asked_twice(name: str) -> None:
    questions = read_questions(name)
    assert len({q["id"] for q in questions}) == len(questions)
    asked = Counter(folded(q["question"]) for q in questions if "question" in q)
    assert not [question for question, times in asked.items() if times > 1]
    assert {q["style"] for q in questions} <= {"plain", "hurried"}
    for kind in {q["kind"] for q in questions}:
        split = Counter(q["split"] for q in questions if q["kind"] == kind)
        assert set(split) == {"tune", "test"}
        assert abs(split["tune"] - split["test"]) <= 2, (kind, split)


def test_every_valued_row_of_the_seed_is_asked_for_in_both_halves() -> None:
    number = "203/BC-UBND"
    asked = Counter((find(number, q), q["split"]) for q in read_questions("seed") if q["kind"] == "figure")
    assert not [(row, half) for row in rows(number) for half in ("tune", "test") if not asked[row, half]]
