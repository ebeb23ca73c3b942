"""Questions to reports of other offices, whose forms are worded and numbered unlike the sample's."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.builder import Builder
from index.encoder import Encoder
from index.generation import open_current
from service.engine import Engine
from tests.running import new_data

FORMS = Path(__file__).parents[1] / "eval" / "forms"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory, installed_data: Path, encoder: Encoder) -> Engine:
    data = new_data(tmp_path_factory.mktemp("forms") / "data", installed_data)
    Builder(data, encoder).add(sorted(FORMS.glob("*.docx")))
    return Engine(open_current(data, encoder), encoder)


@pytest.mark.parametrize(
    ("question", "value"),
    [
        ("Bắc Giang quý III/2022 có bao nhiêu hồ sơ TTHC tồn từ kỳ trước chuyển qua?", "14.567"),  # no earlier report
        ("Quảng Bình đến hết tháng 11/2023 có bao nhiêu biên chế công chức có mặt?", "1.861"),  # until when it counts
        ("Biên chế công chức Quảng Bình năm 2023 được giao bao nhiêu?", "1.978"),
    ],
)
def test_words_of_time_that_are_no_period(engine: Engine, question: str, value: str) -> None:
    answer, _ = engine.ask(question)
    assert [figure.value_text for figure in answer.figures] == [value]


def test_a_month_before_the_last_is_not_answered_from_the_whole_period(engine: Engine) -> None:
    answer, _ = engine.ask("Quảng Bình đến tháng 3/2023 có bao nhiêu biên chế công chức có mặt?")
    assert (answer.status, answer.figures) == ("no_evidence", [])


def test_an_answer_names_the_year_that_the_title_lacks(engine: Engine) -> None:
    answer, _ = engine.ask("Báo cáo quý III của Bắc Giang nêu những việc nào chưa đạt yêu cầu?")
    assert answer.status == "answered"
    assert answer.citations
    assert "2022" in (answer.citations[0].report_title or "")
