"""What the form calls differently since a decree, what only an earlier report says, what a follow-up puts in place."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.builder import Builder
from index.encoder import Encoder
from index.generation import open_current
from service.engine import Engine
from tests.running import SEED, SYNTHETIC, new_data


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory, installed_data: Path, encoder: Encoder) -> Engine:
    """Over the sample report, the same province's first quarter, and its year in the new words."""
    data = new_data(tmp_path_factory.mktemp("words") / "data", installed_data)
    Builder(data, encoder).add([SEED, *(p for p in SYNTHETIC if "-98-" in p.name or "-412-" in p.name)])
    return Engine(open_current(data, encoder), encoder)


@pytest.mark.parametrize(
    ("question", "value", "name"),
    [
        ("Số TTHC cung cấp trực tuyến mức độ 4 năm 2021?", "688", "Tổng số dịch vụ công trực tuyến toàn trình"),
        ("Năm 2021 có bao nhiêu thủ tục mức độ 3, 4 trên Cổng DVC?", "819", "Số TTHC cung cấp trực tuyến toàn trình và một phần trên Cổng DVC"),
        ("Bao nhiêu dịch vụ công toàn trình, 6 tháng đầu năm 2021?", "627", "mức độ 4"),
    ],
)  # fmt: skip
def test_either_decrees_words_find_the_row(engine: Engine, question: str, value: str, name: str) -> None:
    answer, _ = engine.ask(question)
    assert answer.status == "answered", answer.answer
    assert [f.value_text for f in answer.figures] == [value] and name in answer.figures[0].name


def test_what_the_newest_report_does_not_say_an_earlier_one_may(engine: Engine) -> None:
    answer, _ = engine.ask("Bộ tiêu chí chấm điểm CCHC cấp xã được ban hành tại văn bản nào?")
    assert answer.status == "answered" and "1475/QĐ-UBND" in answer.answer
    assert "98/BC-UBND" in answer.answer and "không nêu báo cáo" in answer.answer


@pytest.mark.parametrize("named", ["cả năm 2021", "theo báo cáo 412/BC-UBND", "theo báo cáo số 999/BC-UBND"])
def test_a_report_that_was_named_is_the_only_one_asked(engine: Engine, named: str) -> None:
    answer, _ = engine.ask(f"Bộ tiêu chí chấm điểm CCHC cấp xã được ban hành tại văn bản nào {named}?")
    assert "1475" not in answer.answer


def test_a_follow_up_puts_its_words_in_the_place_of_others(engine: Engine) -> None:
    """Not the row that says both: "kiến nghị xử lý sau kiểm tra, rà soát"."""
    _, context = engine.ask("Số VBQPPL đã rà soát, 6 tháng đầu năm 2021?")
    answer, _ = engine.ask("Còn đã kiểm tra thì sao?", context=context)
    assert [(f.code, f.value_text) for f in answer.figures] == [("2.2", "33")]
