"""Which report each part of a question is about: several provinces and periods in one question or conversation."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.builder import Builder
from index.encoder import Encoder
from index.generation import open_current
from service.context import Context
from service.engine import Engine
from service.schemas import Answer, Filters
from tests.running import SEED, SYNTHETIC, new_data, report_id


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory, installed_data: Path, encoder: Encoder) -> Engine:
    """Over the sample report and all synthetic ones."""
    data = new_data(tmp_path_factory.mktemp("several") / "data", installed_data)
    Builder(data, encoder).add([SEED, *SYNTHETIC])
    return Engine(open_current(data, encoder), encoder)


def last(engine: Engine, *turns: str) -> Answer:
    context: Context | None = None
    for turn in turns:
        answer, context = engine.ask(turn, context=context)
    return answer


def stated(answer: Answer) -> list[tuple[str | None, str]]:
    return [(figure.report_number, figure.value_text) for figure in answer.figures]


@pytest.mark.parametrize(
    ("turns", "figures"),
    [
        # the period just spoken of, in another province
        (
            ("6 tháng đầu năm 2021 Lai Châu tuyển bao nhiêu viên chức?", "Điện Biên cùng kỳ?"),
            [("145/BC-UBND", "282")],
        ),
        # the year's report, where the province has none of the nine months
        (
            ("Hòa Bình 9 tháng năm 2021 có bao nhiêu dịch vụ công toàn trình?", "Sơn La năm 2021 thì mấy?"),
            [("412/BC-UBND", "688")],
        ),
        (
            (
                "Hòa Bình 9 tháng năm 2021 có bao nhiêu dịch vụ công toàn trình?",
                "Sơn La năm 2021 thì mấy?",
                "còn một phần?",
            ),
            [("412/BC-UBND", "131")],
        ),
        (
            ("Quý I/2021 Sơn La có mặt bao nhiêu biên chế công chức?", "Sang 6 tháng đầu năm 2021 thì sao?"),
            [("203/BC-UBND", "2.181")],
        ),
        (
            ("Sơn La 6 tháng đầu năm 2020 hoàn thành mấy nhiệm vụ kế hoạch?", "Năm 2021 cùng kỳ thì sao?"),
            [("203/BC-UBND", "42")],
        ),
        (("Sơn La 6T2021 có bao nhiêu TTHC cấp xã?",), [("203/BC-UBND", "118")]),
        (("Đến giữa năm 2021, Sơn La có bao nhiêu TTHC cấp xã?",), [("203/BC-UBND", "118")]),
        (("203: số TTHC cấp xã?",), [("203/BC-UBND", "118")]),
        (
            ("Dien Bien 6T2021: trong cac van ban QPPL co kien nghi xu ly thi xu ly xong duoc may van ban?",),
            [("145/BC-UBND", "5")],
        ),
    ],
)
def test_the_report_that_is_meant(engine: Engine, turns: tuple[str, ...], figures: list[tuple[str, str]]) -> None:
    assert stated(last(engine, *turns)) == figures


@pytest.mark.parametrize(
    ("turns", "reports", "difference"),
    [
        (
            (
                "6 tháng đầu năm 2021 Lai Châu tuyển bao nhiêu công chức?",
                "Thế viên chức?",
                "Điện Biên cùng kỳ?",
                "Điện Biên hơn Lai Châu bao nhiêu viên chức?",
            ),
            {"145/BC-UBND", "176/BC-UBND"},
            "152",
        ),
        # the last two rows are of one province, and the question is about two
        (
            (
                "6 tháng đầu năm 2021 Lai Châu tuyển bao nhiêu công chức?",
                "Thế viên chức?",
                "Điện Biên hơn Lai Châu bao nhiêu viên chức?",
            ),
            {"145/BC-UBND", "176/BC-UBND"},
            "152",
        ),
        (
            (
                "Lãnh đạo cấp phòng thuộc UBND huyện được bổ nhiệm mới: Hòa Bình 9 tháng 2021 hay Sơn La năm 2021 nhiều hơn?",
            ),
            {"301/BC-UBND", "412/BC-UBND"},
            "21",
        ),
        (
            ("Tỷ lệ hồ sơ lĩnh vực xây dựng đúng hạn: báo cáo 203 của Sơn La so với của Lai Châu, bên nào thấp hơn?",),
            {"203/BC-UBND", "176/BC-UBND"},
            "4,01",
        ),
        (
            (
                "Hòa Bình 9 tháng 2021 có bao nhiêu dịch vụ công trực tuyến toàn trình?",
                "Sơn La năm 2021 thì sao?",
                "Sơn La hơn Hòa Bình mấy dịch vụ?",
            ),
            {"301/BC-UBND", "412/BC-UBND"},
            "183",
        ),
        (
            ("So báo cáo quý I với báo cáo năm 2021 của Sơn La, biên chế công chức có mặt giảm bao nhiêu?",),
            {"98/BC-UBND", "412/BC-UBND"},
            "37",
        ),
    ],
)
def test_two_reports_are_held_against_each_other(
    engine: Engine, turns: tuple[str, ...], reports: set[str], difference: str
) -> None:
    answer = last(engine, *turns)
    assert {figure.report_number for figure in answer.figures} == reports
    assert answer.calculation is not None
    assert difference in answer.calculation.result_text.replace("(", " ").split()


def test_two_rows_of_the_one_report_that_is_named(engine: Engine) -> None:
    answer = last(engine, "Sơn La 6 tháng 2021: số người làm việc có mặt thấp hơn số được giao bao nhiêu?")
    assert answer.calculation is not None
    assert answer.calculation.result_text == "1.544"
    assert {figure.report_number for figure in answer.figures} == {"203/BC-UBND"}


@pytest.mark.parametrize(
    "question",
    [
        # the year's report lacks the row; that of its first half isn't the year
        "Trong năm 2021 Sơn La có mấy ban quản lý trực thuộc UBND tỉnh?",
        "So với Lào Cai thì Sơn La có nhiều TTHC hơn không?",
    ],
)
def test_another_report_never_stands_in(engine: Engine, question: str) -> None:
    answer = last(engine, question)
    assert (answer.status, answer.figures, answer.citations) == ("no_evidence", [], [])


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("Năm 2021 tỉnh được giao bao nhiêu biên chế công chức?", "203/BC-UBND"),
        ("6 tháng đầu năm có bao nhiêu TTHC cấp xã?", "203/BC-UBND"),
        ("Sơn La có bao nhiêu TTHC cấp xã?", "203/BC-UBND"),
        ("Lai Châu có bao nhiêu TTHC cấp xã?", "176/BC-UBND"),
        ("Quý I năm 2021 có bao nhiêu TTHC cấp xã?", "98/BC-UBND"),
    ],
)
def test_a_report_that_was_picked_is_left_for_another_that_is_named_alone(
    engine: Engine, question: str, number: str
) -> None:
    answer, _ = engine.ask(question, filters=Filters(report_ids=[report_id(SEED)]))
    assert {figure.report_number for figure in answer.figures} == {number}
