"""Calculations on what a conversation has said, and a report of a number held against another of its issuer."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.builder import Builder
from index.encoder import Encoder
from index.generation import open_current
from service.context import Context
from service.engine import Engine
from service.schemas import Answer
from tests.running import SEED, SYNTHETIC, new_data, report_id


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory, installed_data: Path, encoder: Encoder) -> Engine:
    """Over the sample report and the same province's others."""
    data = new_data(tmp_path_factory.mktemp("said") / "data", installed_data)
    Builder(data, encoder).add([SEED, *(p for p in SYNTHETIC if "son-la" in p.name)])
    return Engine(open_current(data, encoder), encoder)


def last(engine: Engine, *turns: str) -> tuple[Answer, Context]:
    context: Context | None = None
    for turn in turns:
        answer, context = engine.ask(turn, context=context)
    assert context is not None
    return answer, context


LEVELS = ("Báo cáo 203: TTHC cấp tỉnh có bao nhiêu?", "còn cấp huyện?", "cấp xã thì sao?")


@pytest.mark.parametrize(
    ("turns", "kind", "result"),
    [
        ((*LEVELS, "cộng hai số đó"), "sum", "353"),
        ((*LEVELS, "tất cả là bao nhiêu"), "sum", "1.695"),
        ((*LEVELS[:2], "hai cấp chênh nhau mấy thủ tục?"), "difference", "1.107"),
        ((*LEVELS[:2], "gấp mấy lần?"), "ratio", "5,71 lần"),
        ((*LEVELS[:2], "lệch nhau mấy thủ tục"), "difference", "1.107"),
        ((*LEVELS[:2], "cong hai so do"), "sum", "1.577"),
        (
            (
                "Báo cáo 203: công chức có mặt bao nhiêu người?",
                "biên chế được giao?",
                "tính giúp phần trăm có mặt so với được giao",
            ),
            "share",
            "95,91%",
        ),
        ((*LEVELS[:2], "cộng lại", "gấp mấy lần?"), "ratio", "5,71 lần"),
        ((*LEVELS[:2], "chiếm bao nhiêu phần trăm tổng số đang có hiệu lực?"), "share", "13,86%"),
        ((LEVELS[0], "quý I thì sao?", "hơn kém nhau bao nhiêu?"), "difference", "tăng 8"),
        (
            (
                "Báo cáo 203: số lãnh đạo cấp sở, ngành được bổ nhiệm mới?",
                "lãnh đạo phòng thuộc sở thì sao?",
                "lãnh đạo phòng của huyện?",
                "cấp phòng ở cả sở và huyện gộp lại bao nhiêu người?",
            ),
            "sum",
            "46",
        ),
        (
            (
                "Báo cáo 215: số vấn đề phát hiện qua kiểm tra CCHC?",
                "đã xử lý xong mấy vấn đề?",
                "tỷ lệ xử lý xong là bao nhiêu phần trăm?",
            ),
            "share",
            "68,75%",
        ),
    ],
)
def test_the_rows_just_said_are_reckoned_with(engine: Engine, turns: tuple[str, ...], kind: str, result: str) -> None:
    answer, _ = last(engine, *turns)
    assert answer.calculation is not None, answer.answer
    assert (answer.calculation.kind, result in answer.calculation.result_text) == (kind, True), answer.calculation
    assert all(f.citation for f in answer.figures)


@pytest.mark.parametrize(
    ("turn", "values"),
    [
        ("Tất cả bao nhiêu thủ tục?", ["1.695"]),
        ("cấp xã chiếm bao nhiêu phần trăm?", ["118", "1.695"]),
        ("huyện và xã cộng lại?", ["235", "118"]),
    ],
)
def test_what_a_turn_names_goes_before_what_was_said(engine: Engine, turn: str, values: list[str]) -> None:
    answer, _ = last(engine, *LEVELS[:2], turn)
    assert [f.value_text for f in answer.figures] == values, answer.answer


def test_a_calculation_is_asked_of_another_report(engine: Engine) -> None:
    answer, _ = last(engine, *LEVELS[:2], "cộng lại", "quý I thì sao?")
    assert answer.calculation is not None and answer.calculation.kind == "sum"
    assert {f.report_number for f in answer.figures} == {"98/BC-UBND"} and len(answer.figures) == 2


def test_a_mean_is_not_done_again_as_a_ratio(engine: Engine) -> None:
    answer, context = last(engine, *LEVELS[:2], "trung bình hai cấp?")
    assert answer.calculation is not None and answer.calculation.result_text == "788,50", answer.calculation
    answer, _ = engine.ask("quý I thì sao?", context=context)
    assert answer.calculation is None


def test_a_count_asked_for_after_a_share_is_a_count(engine: Engine) -> None:
    answer, _ = last(
        engine, "Báo cáo 203: kế hoạch CCHC có bao nhiêu nhiệm vụ?", "đạt mấy phần trăm?", "hoàn thành bao nhiêu?"
    )
    assert answer.calculation is None and [f.value_text for f in answer.figures] == ["42"], answer.answer


@pytest.mark.parametrize(
    ("lead", "value"),
    [
        ("Thôi sang chuyện khác: tỉnh có", "07"),
        ("Chuyển qua bộ máy nhé: có", "07"),
        ("thoi sang chuyen khac: tinh co", "07"),
    ],
)
def test_what_leads_over_to_another_topic_names_nothing(engine: Engine, lead: str, value: str) -> None:
    answer, _ = last(engine, *LEVELS[:2], f"{lead} mấy ban quản lý thuộc UBND tỉnh theo báo cáo 203?")
    assert [f.value_text for f in answer.figures] == [value], answer.answer


def test_what_is_unlike_is_not_reckoned_with(engine: Engine) -> None:
    for turn in ("cộng hai số đó", "chênh nhau bao nhiêu?"):
        answer, _ = last(engine, LEVELS[0], "Tỷ lệ hồ sơ cấp xã đúng hạn?", turn)
        assert answer.calculation is None and answer.status == "no_evidence"


def test_another_thing_that_is_named_is_not_taken_for_what_was_said(engine: Engine) -> None:
    answer, _ = last(engine, *LEVELS[:2], "Tất cả bao nhiêu công chức bị kỷ luật?")
    assert not {"235", "1.342"} & {f.value_text for f in answer.figures}


def test_what_was_said_of_a_deleted_report_is_forgotten(engine: Engine) -> None:
    _, context = last(engine, LEVELS[0], "quý I thì sao?")
    kept = context.without({report_id(SEED)})
    assert [place.report_id for place in context.said] != [place.report_id for place in kept.said]
    answer, _ = engine.ask("hơn kém nhau bao nhiêu?", context=kept)
    assert report_id(SEED) not in {f.report_id for f in answer.figures}


@pytest.mark.parametrize(
    ("question", "others"),
    [
        ("Báo cáo 203: số TTHC đang có hiệu lực tăng hay giảm so với cùng kỳ 2020?", "215/BC-UBND"),
        ("Báo cáo 203: số TTHC đang có hiệu lực tăng hay giảm so với quý I?", "98/BC-UBND"),
        ("bc 203 so tthc dang co hieu luc chenh bao nhieu so voi cung ky nam truoc", "215/BC-UBND"),
        ("Số TTHC đang có hiệu lực tăng hay giảm so với 6 tháng đầu năm 2020?", "215/BC-UBND"),
        ("Báo cáo 215: số TTHC đang có hiệu lực tăng hay giảm so với 6 tháng đầu năm 2021?", "215/BC-UBND"),
    ],
)
def test_a_report_is_held_against_the_one_that_is_named(engine: Engine, question: str, others: str) -> None:
    answer, _ = engine.ask(question)
    assert {f.report_number for f in answer.figures} == {"203/BC-UBND", others}, answer.answer
    assert answer.calculation is not None


def test_a_report_that_is_not_there_is_held_against_nothing(engine: Engine) -> None:
    answer, _ = engine.ask("Báo cáo 203: số TTHC đang có hiệu lực tăng hay giảm so với quý III/2019?")
    assert answer.status == "no_evidence" and not answer.figures
    assert "quý III năm 2019" in answer.answer


def test_rows_of_two_reports_each_say_whose_they_are(engine: Engine) -> None:
    answer, _ = last(engine, LEVELS[0], "quý I thì sao?", "gấp mấy lần?")
    assert answer.calculation is not None and answer.calculation.kind == "ratio"
    assert "quý I năm 2021: " in answer.answer and "6 tháng đầu năm 2021: " in answer.answer


@pytest.mark.parametrize(
    ("question", "result"),
    [
        ("Còn bao nhiêu biên chế công chức bỏ trống?", "93"),
        ("Bao nhiêu thủ tục trên Cổng DVC chưa tích hợp thanh toán trực tuyến?", "1.194"),
        ("Bao nhiêu % TTHC trên Cổng DVC đã tích hợp thanh toán trực tuyến?", "29,56%"),
        (
            "So với tổng TTHC đang có hiệu lực, số đã công khai trên Cổng DVC quốc gia chiếm bao nhiêu phần trăm?",
            "7,49%",
        ),
        ("Trong tổng số ĐVSNCL thì số đơn vị tự chủ 100% chi thường xuyên chiếm mấy phần trăm?", "2,35%"),
        ("Số đơn vị nhà nước đảm bảo 100% chi thường xuyên với số tự chủ một phần hơn kém nhau mấy đơn vị?", "407"),
        ("Khối sự nghiệp được giao và có mặt lệch nhau bao nhiêu người?", "1.544"),
        ("So với số biên chế được giao (mục 4.2.1), số có mặt còn thiếu bao nhiêu người?", "93"),
        ("Tiếp nhận công chức và viên chức được tuyển dụng hơn kém nhau mấy người?", "25"),
        ("Có tổng cộng bao nhiêu lãnh đạo bị kỷ luật, cộng cả cấp tỉnh, cấp sở - huyện và cấp phòng?", "4"),
        ("Số TTHC trực tuyến mức độ 4 gấp mấy lần mức độ 3?", "5,10 lần"),
    ],
)
def test_how_operands_are_named(engine: Engine, question: str, result: str) -> None:
    answer, _ = engine.ask(f"Báo cáo 203: {question}")
    assert answer.calculation is not None and result in answer.calculation.result_text, answer.answer


def test_asking_for_a_whole_section_is_a_topic_of_its_own(engine: Engine) -> None:
    alone, _ = last(engine, "Báo cáo 203: những hạn chế trong cải cách hành chính là gì?")
    after, _ = last(engine, "Báo cáo 203: ai ký báo cáo này?", "Những hạn chế trong cải cách hành chính là gì?")
    assert len(alone.citations) > 1
    assert [c.quote for c in after.citations] == [c.quote for c in alone.citations]


@pytest.mark.parametrize(
    ("question", "value"),
    [
        # "đang có" tells no row from another
        ("Toàn tỉnh đang có tổng cộng bao nhiêu đơn vị sự nghiệp công lập?", "937"),
        ("Số văn bản QPPL có kiến nghị xử lý?", "2.4"),
        ("Số văn bản QPPL có kiến nghị đã xử lý xong?", "2.5"),
        ("Thực có bao nhiêu người đang làm ở các đơn vị sự nghiệp hưởng lương ngân sách?", "26.231"),
        ("Tỉnh làm xong được mấy đầu việc trong kế hoạch CCHC rồi?", "42"),
        ("Đến giữa năm 2021 tỉnh làm xong mấy đầu việc trong kế hoạch CCHC?", "42"),
        ("Biên chế công chức tinh giản trong kỳ (mục 4.2) bao nhiêu?", "4.2.4"),
        ("Mục 4.2 là bao nhiêu?", "4.2"),
    ],
)
def test_one_word_tells_two_rows_apart(engine: Engine, question: str, value: str) -> None:
    """By value, or by code where both rows have the same value."""
    answer, _ = engine.ask(f"Báo cáo 203: {question}")
    assert value in {answer.figures[0].value_text, answer.figures[0].code}, answer.answer


def test_a_calculation_that_was_not_done_is_not_passed_over(engine: Engine) -> None:
    answer, _ = engine.ask("Báo cáo 203: số TTHC cấp huyện gấp mấy lần số tờ khai?")
    assert answer.calculation is None and answer.figures
    assert "chưa tính" in answer.answer
