"""What the form calls differently since a decree, what only an earlier report says, what a follow-up puts in place of
what, what a question leaves out or denies, and what must not be answered with its like."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.builder import Builder
from index.encoder import Encoder
from index.generation import open_current
from service import facts
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


def test_a_document_is_found_in_whichever_report_names_it(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts, "_LOOKED_THROUGH", 0)  # as if it were one of many reports
    for typed in ("QĐ 1118", "1118/QĐ-UBND"):
        answer, _ = engine.ask(f"{typed} về việc gì?")
        assert answer.status == "answered" and "1118/QĐ-UBND" in answer.citations[0].quote
    assert engine.ask("QĐ 1119 về việc gì?")[0].status == "no_evidence"


@pytest.mark.parametrize("named", ["cả năm 2021", "theo báo cáo 412/BC-UBND", "theo báo cáo số 999/BC-UBND"])
def test_a_report_that_was_named_is_the_only_one_asked(engine: Engine, named: str) -> None:
    answer, _ = engine.ask(f"Bộ tiêu chí chấm điểm CCHC cấp xã được ban hành tại văn bản nào {named}?")
    assert "1475" not in answer.answer


def test_a_follow_up_puts_its_words_in_the_place_of_others(engine: Engine) -> None:
    """Not the row that says both: "kiến nghị xử lý sau kiểm tra, rà soát"."""
    _, context = engine.ask("Số VBQPPL đã rà soát, 6 tháng đầu năm 2021?")
    answer, _ = engine.ask("Còn đã kiểm tra thì sao?", context=context)
    assert [(f.code, f.value_text) for f in answer.figures] == [("2.2", "33")]


@pytest.mark.parametrize(
    ("typed", "restored", "code"),
    [
        ("dvsn chuyen cty co phan sl, 6 thang dau nam 2021", "công ty cổ phần số lượng", "6.5"),
        ("nv đề ra trong kế hoạch CCHC bn, 6 tháng đầu năm 2021", "nhiệm vụ đề ra trong kế hoạch CCHC bao nhiêu", "1.1.1"),
    ],
)  # fmt: skip
def test_shorthand_is_spelled_out_and_shown(engine: Engine, typed: str, restored: str, code: str) -> None:
    answer, _ = engine.ask(typed)
    assert restored in (answer.restored_question or "") and [f.code for f in answer.figures] == [code]


@pytest.mark.parametrize(
    "typed", ["Tiết kiệm được bao nhiêu tiền chi tiêu hằng ngày?", "Hứa trong bao lâu thì có giấy mang về?"]
)
def test_what_is_typed_with_its_marks_is_meant_as_it_is(engine: Engine, typed: str) -> None:
    """Not "chỉ tiêu", "báo", "mạng", however often reports print these."""
    assert engine.understand(typed).text == typed


@pytest.mark.parametrize("typed", ["Lai Châuu", "Lai hCâu", "lai chauu", "Lai Chu", "Điện Bin"])
def test_a_province_with_a_slip_is_still_that_province(engine: Engine, typed: str) -> None:
    answer, _ = engine.ask(f"{typed} có bao nhiêu biên chế được giao?")
    meant = "Điện Biên" if typed.startswith("Đ") else "Lai Châu"
    assert answer.status == "no_evidence" and f"Chưa có báo cáo của {meant}" in answer.answer


def test_a_district_that_reports_speak_of_is_no_slip_of_a_provinces_name(engine: Engine) -> None:
    assert "Vân Hồ" in engine.understand("Huyện Vân Hồ tái lập phòng nào?").text
    assert "Mộc Châu" in engine.understand("Mộc Châu có mô hình gì?").text


_HERE = ", 6 tháng đầu năm 2021"


@pytest.mark.parametrize(
    ("question", "expression", "result"),
    [
        ("Tổng số TTHC không tính cấp xã là bao nhiêu", "1.695 - 118", "1.577"),
        ("tong so tthc ko tinh cap xa, cap huyen", "1.695 - 235 - 118", "1.342"),
        ("Còn bao nhiêu đơn vị sự nghiệp công lập chưa được duyệt vị trí việc làm", "937 - 927", "10"),
    ],
)
def test_a_total_less_what_the_question_leaves_out(engine: Engine, question: str, expression: str, result: str) -> None:
    answer, _ = engine.ask(question + _HERE)
    assert answer.calculation is not None, answer.answer
    assert (answer.calculation.expression, answer.calculation.result_text) == (expression, result)


def test_a_row_that_the_form_counts_apart_is_left_out(engine: Engine) -> None:
    answer, _ = engine.ask(f"Bao nhiêu lãnh đạo sở, ngành, huyện bị kỷ luật, không tính cấp phòng{_HERE}?")
    assert [f.code for f in answer.figures] == ["5.4.2"]


@pytest.mark.parametrize(
    "question",
    [
        "Số TTHC ngoại trừ lĩnh vực đất đai",  # the total, but how many are of that nobody says
        "Số TTHC bãi bỏ, không tính thay thế",  # one row says both
        "05 đơn vị đã chuyển thành công ty cổ phần là những đơn vị nào",  # a count names nobody
        "Tỷ lệ hồ sơ được giải quyết trước hạn tại các sở, ngành",  # the row says in time
        "Số biên chế viên chức được giao",  # the row says civil servants
        "Quyết định tái lập phòng Dân tộc huyện Vân Hồ được ký ngày nào",  # the day beside it is a decree's
        "Hai văn bản QPPL có dấu hiệu trái pháp luật mang số hiệu gì",  # no number stands there
    ],
)
def test_nothing_stands_in_for_what_is_not_said(engine: Engine, question: str) -> None:
    answer, _ = engine.ask(f"{question}{_HERE}?")
    assert answer.status == "no_evidence", answer.answer


def test_which_level_is_asked_where_the_question_names_none(engine: Engine) -> None:
    answer, _ = engine.ask(f"Số lãnh đạo bị kỷ luật{_HERE}?")
    assert answer.status == "clarify" and {f.code for f in answer.figures} == {"5.4.1", "5.4.2", "5.4.3"}
    named, _ = engine.ask(f"Số lãnh đạo tỉnh bị kỷ luật{_HERE}?")
    assert [f.code for f in named.figures] == ["5.4.1"]


def test_up_or_down_is_between_the_two_reports_just_spoken_of(engine: Engine) -> None:
    """Not against the half year, which lies between."""
    context = None
    for turn in ("Biên chế có mặt, quý I năm 2021?", "Sang cả năm 2021?", "Vậy là tăng hay giảm, bao nhiêu người?"):
        answer, context = engine.ask(turn, context=context)
    assert [f.report_number for f in answer.figures] == ["98/BC-UBND", "412/BC-UBND"]
    assert {f.code for f in answer.figures} == {"4.2.2"} and answer.calculation is not None


def test_of_three_that_are_named_the_highest_comes_first(engine: Engine) -> None:
    answer, _ = engine.ask("Sơn La quý I, 6 tháng và cả năm 2021, kỳ nào có biên chế có mặt cao nhất?")
    values = [f.value for f in answer.figures]
    assert len(values) == 3 and values == sorted(values, key=lambda v: -(v or 0))


def test_the_period_of_the_report_goes_before_a_month_that_is_spoken_of(engine: Engine) -> None:
    answer, _ = engine.ask("Đến tháng 7/2021 biên chế được giao bao nhiêu (báo cáo 6 tháng đầu năm 2021)?")
    assert [(f.report_number, f.code) for f in answer.figures] == [("203/BC-UBND", "4.2.1")]


@pytest.mark.parametrize(
    ("first", "then", "expression"),
    [
        ("Số TTHC cung cấp trực tuyến mức độ 3", "mức 4 hơn mức 3 bao nhiêu?", "627 - 123"),
        ("Số ĐVSNCL thuộc UBND cấp huyện", "hơn cấp sở bao nhiêu?", "579 - 347"),
        ("Tỷ lệ hồ sơ đúng hạn của UBND cấp huyện", "cấp xã hơn cấp huyện bao nhiêu?", "99,99 - 99,99"),
    ],
)
def test_levels_alone_are_those_of_what_was_spoken_of(engine: Engine, first: str, then: str, expression: str) -> None:
    _, context = engine.ask(f"{first}{_HERE}?")
    answer, _ = engine.ask(then, context=context)
    assert answer.calculation is not None and answer.calculation.expression == expression


def test_a_total_is_no_follow_up_of_one_level(engine: Engine) -> None:
    _, context = engine.ask(f"Số ĐVSNCL thuộc UBND cấp huyện{_HERE}?")
    answer, _ = engine.ask("Tổng số TTHC không tính cấp tỉnh là bao nhiêu?", context=context)
    assert answer.calculation is not None and answer.calculation.expression == "1.695 - 1.342"
    answer, _ = engine.ask("Tổng số TTHC là bao nhiêu?", context=context)
    assert [f.value_text for f in answer.figures] == ["1.695"]


def test_a_ranking_is_not_answered_with_another(engine: Engine) -> None:
    answer, _ = engine.ask("Chỉ số DDCI năm 2020 của tỉnh xếp thứ mấy?")
    assert "PAR" not in answer.answer and "PAPI" not in answer.answer
