"""The checks on the sample report, on the synthetic ones, and on sentences and rows changed one at a time."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from corpus.model import Report, Span
from corpus.report import read_report
from service.checks import Check, check_report, checks_for_span, conflicts_for
from service.lexicon import lexicon

SEED = Path("corpus/reports/203-BC-UBND-son-la-2021-H1.md")
SYNTHETIC = sorted(Path("tests/eval/reports").glob("synthetic-*.md"))
SECTIONS = {
    "2.1": "## 2.2. Cải cách thủ tục hành chính",
    "2.2": "## 2.3. Cải cách tổ chức bộ máy",
    "2.3": "#### 2.4. Cải cách công vụ",
    "2.4": "## 2.5. Cải cách tài chính công",
    "2.5": "## 2.6. Xây dựng và phát triển Chính phủ điện tử",
}
"""The line before which a sentence is added to be the last of a section."""


@cache
def seed() -> tuple[Report, tuple[Check, ...]]:
    report = read_report(SEED.read_bytes(), SEED.name)
    return report, check_report(report, lexicon())


def changed(old: str, new: str) -> tuple[Check, ...]:
    """The checks of the sample report with one piece of its text replaced."""
    text = SEED.read_text("utf-8")
    assert text.count(old) == 1
    return check_report(read_report(text.replace(old, new).encode(), SEED.name), lexicon())


def added(section: str, sentence: str) -> list[Check]:
    """The checks that a sentence at the end of a section gives rise to."""
    known = {check.statement for check in seed()[1]}
    line = SECTIONS[section]
    return [check for check in changed(line, f"{sentence}\n\n{line}") if check.statement not in known]


def expressions(checks: tuple[Check, ...], *, holding: bool) -> set[str]:
    return {check.expression for check in checks if check.holds == holding}


def test_what_holds_in_the_sample_report() -> None:
    assert expressions(seed()[1], holding=True) == {
        "1.342 + 235 + 118 = 1.695",
        "11 + 347 + 579 = 937",
        "10 + 0 + 03 = 13",
        "27.775 = 27.775",
        "1.695 = 1.695",
        "42 / 94 × 100 = 44,68%",
        "20 / 107 × 100 = 18,69%",
        "547 + 261.657 = 262.204",
        "17 + 90 = 107",
        "1.162 + 5.875 = 7.037",
        "23 + 03 = 26",
        "84 + 20 = 104",
        "11 + 43 + 04 = 58",
        "07 = 07",
        "94 = 94",
        "42 = 42",
        "02 = 02",
        "22 = 22",
        "134 = 134",
        "541 = 541",
        "05 = 05",
    }


def test_what_fails_in_the_sample_report() -> None:
    assert expressions(seed()[1], holding=False) == {
        "2.281 ≠ 2.274",
        "123 + 627 = 750 ≠ 703",
        "02 + 22 + 134 + 541 = 699 ≠ 937",
        "05 + 21 + 16 = 42 ≠ 41",
        "33 ≠ 11; 11 + 22 = 33",
    }


def test_text_that_differs_names_both_numbers_and_the_clause_that_explains_them() -> None:
    report, checks = seed()
    (check,) = [c for c in checks if c.kind == "text_against_appendix" and not c.holds]
    assert "phụ lục ghi 33, lời văn ghi 11" in check.statement
    assert [report.rows[row].code for row in check.rows] == ["2.2"]
    eleven, twenty_two = (span.of(report.text) for span in check.spans)
    assert "kiểm tra theo thẩm quyền 11 văn bản QPPL" in eleven
    assert "tự kiểm tra 22 văn bản" in twenty_two


@pytest.mark.parametrize("path", [SEED, *SYNTHETIC], ids=lambda path: path.stem)
def test_every_number_of_a_statement_stands_where_it_points_or_in_its_sum(path: Path) -> None:
    report = read_report(path.read_bytes(), path.name)
    for check in check_report(report, lexicon()):
        sources = [span.of(report.text) for span in check.spans]
        sources += [report.text[report.rows[row].span.start : report.rows[row].span.end] for row in check.rows]
        sources += [report.rows[row].note or "" for row in check.rows]
        shown = set(re.findall(r"\d[\d.,]*\d|\d", check.statement))
        assert shown <= set(re.findall(r"\d[\d.,]*\d|\d", " ".join((*sources, check.expression)))), check.statement


@pytest.mark.parametrize(
    ("code", "contradicted_by"),
    [
        ("4.2", {"2.281 ≠ 2.274"}),
        ("4.2.1", {"2.281 ≠ 2.274"}),
        ("3.5.2", {"123 + 627 = 750 ≠ 703"}),
        ("7.8.2", {"123 + 627 = 750 ≠ 703"}),
        ("4.1.4", {"02 + 22 + 134 + 541 = 699 ≠ 937"}),
        ("2.2", {"33 ≠ 11; 11 + 22 = 33"}),
        ("6.2", set()),
        ("3.1.3", set()),
        ("4.3.1", set()),
    ],
)
def test_what_belongs_beside_a_figure(code: str, contradicted_by: set[str]) -> None:
    report, checks = seed()
    (row,) = [row.row for row in report.rows if row.code == code]
    assert {check.expression for check in conflicts_for(checks, row)} == contradicted_by


def test_checks_for_a_piece_of_prose() -> None:
    report, checks = seed()
    at = report.text.index("41 trường hợp")
    assert [c.expression for c in checks_for_span(checks, Span(at, at + 13))] == ["05 + 21 + 16 = 42 ≠ 41"]
    assert checks_for_span(checks, Span(0, 20)) == ()


@pytest.mark.parametrize("path", SYNTHETIC, ids=lambda path: path.stem)
def test_synthetic_reports_contradict_themselves_only_where_they_were_made_to(path: Path) -> None:
    report = read_report(path.read_bytes(), path.name)
    by_name = {re.split(r" \(|:", row.name)[0]: row.value for row in report.rows}
    slips = set()
    said = re.search(r"theo thẩm quyền: kiểm tra (\d+) văn bản", report.text)
    printed = next(v.number for n, v in by_name.items() if "kiểm tra theo thẩm quyền" in n)
    if said and int(said.group(1)) != printed:
        slips.add("text_against_appendix")
    if by_name["Số liệu về biên chế công chức"].number != by_name["Tổng số biên chế được giao trong năm"].number:
        slips.add("parent_child")
    assert {check.kind for check in check_report(report, lexicon()) if not check.holds} == slips


def test_parts_that_miss_their_total() -> None:
    checks = changed("\tSố TTHC cấp huyện:\tThủ tục\t235\t", "\tSố TTHC cấp huyện:\tThủ tục\t236\t")
    assert "1.342 + 236 + 118 = 1.696 ≠ 1.695" in expressions(checks, holding=False)
    fewer = changed("\tSố TTHC cấp huyện:\tThủ tục\t235\t", "\tSố TTHC cấp huyện:\tThủ tục\t230\t")
    assert "1.342 + 230 + 118 = 1.690 ≠ 1.695" in expressions(fewer, holding=False)


@pytest.mark.parametrize("missing", ["-", ""])
def test_nothing_is_added_up_over_a_missing_value(missing: str) -> None:
    checks = changed("\tSố TTHC cấp huyện:\tThủ tục\t235\t", f"\tSố TTHC cấp huyện:\tThủ tục\t{missing}\t")
    assert not any("1.342" in check.expression for check in checks)


def test_kinds_of_autonomy_that_make_up_the_total() -> None:
    checks = changed("trên địa bàn tỉnh\tCơ quan, đơn vị\t937", "trên địa bàn tỉnh\tCơ quan, đơn vị\t699")
    assert "02 + 22 + 134 + 541 = 699" in expressions(checks, holding=True)
    assert "11 + 347 + 579 = 937 ≠ 699" in expressions(checks, holding=False)


def test_more_tasks_done_than_given() -> None:
    checks = changed(
        "Số nhiệm vụ đã hoàn thành đúng hạn\tNhiệm vụ\t10", "Số nhiệm vụ đã hoàn thành đúng hạn\tNhiệm vụ\t14"
    )
    assert "14 + 0 = 14 ≠ 13" in expressions(checks, holding=False)


def test_fewer_tasks_done_than_given_are_no_contradiction() -> None:
    checks = changed(
        "Số nhiệm vụ đã hoàn thành đúng hạn\tNhiệm vụ\t10", "Số nhiệm vụ đã hoàn thành đúng hạn\tNhiệm vụ\t9"
    )
    assert not any(check.rows[:1] == (11,) for check in checks)


def test_one_indicator_printed_twice() -> None:
    row = "3.5.3.\tSố TTHC đã tích hợp dịch vụ thanh toán trực tuyến\tThủ tục\t501\t"
    again = row.replace("3.5.3.", "3.5.4.")
    assert "501 = 501" in expressions(changed(row, f"{row}\n{again}"), holding=True)
    assert "501 ≠ 510" in expressions(changed(row, f"{row}\n{again.replace('501', '510')}"), holding=False)


@pytest.mark.parametrize(
    ("section", "sentence", "expression"),
    [
        ("2.2", "Toàn tỉnh có 1.700 TTHC đang có hiệu lực.", "1.695 ≠ 1.700"),
        ("2.2", "Đã có 600 TTHC tích hợp dịch vụ thanh toán trực tuyến.", "501 ≠ 600"),
        (
            "2.2",
            "Tỷ lệ hồ sơ TTHC do các sở, ngành tiếp nhận được giải quyết đúng hạn đạt 98,5%.",
            "99,99% ≠ 98,5%",
        ),
        ("2.3", "Hiện có 350 đơn vị sự nghiệp công lập thuộc sở, ngành.", "347 ≠ 350"),
        ("2.4", "Bổ nhiệm mới 12 lãnh đạo cấp sở, ngành.", "09 ≠ 12"),
        ("2.2", "Đã giải quyết 42/94 hồ sơ (đạt 45,2%).", "42 / 94 × 100 = 44,68% ≠ 45,2%"),
        (
            "2.2",
            "Tiếp nhận 15.000 hồ sơ (trực tuyến 9.000 hồ sơ, trực tiếp 5.000 hồ sơ, qua bưu chính 1.100 hồ sơ).",
            "9.000 + 5.000 + 1.100 = 15.100 ≠ 15.000",
        ),
        (
            "2.4",
            "Xếp loại 12/40 đơn vị hoàn thành xuất sắc, 25/40 hoàn thành tốt, 04/40 hoàn thành nhiệm vụ.",
            "12 + 25 + 04 = 41 ≠ 40",
        ),
    ],
)
def test_sentences_that_contradict(section: str, sentence: str, expression: str) -> None:
    assert [check.expression for check in added(section, sentence) if not check.holds] == [expression]


@pytest.mark.parametrize(
    ("section", "sentence", "expected"),
    [
        ("2.2", "Hiện có 1.342 TTHC cấp tỉnh, 235 TTHC cấp huyện, 118 TTHC cấp xã.", {"1.342 = 1.342", "235 = 235", "118 = 118"}),
        ("2.2", "Công bố mới 169 TTHC; bãi bỏ, thay thế 160 TTHC.", {"169 = 169", "160 = 160"}),
        (
            "2.2",
            "Tiếp nhận 15.000 hồ sơ, trong đó: trực tuyến 9.000 hồ sơ; trực tiếp 5.000 hồ sơ; qua bưu chính 1.000 hồ sơ.",
            {"9.000 + 5.000 + 1.000 = 15.000"},
        ),
        ("2.2", "Đã giải quyết 1.200/1.250 hồ sơ, đạt 96%.", {"1.200 / 1.250 × 100 = 96%"}),
    ],
)  # fmt: skip
def test_sentences_that_agree(section: str, sentence: str, expected: set[str]) -> None:
    assert {check.expression for check in added(section, sentence)} == expected


@pytest.mark.parametrize(
    ("section", "sentence"),
    [
        ("2.1", "UBND cấp huyện ban hành 25 văn bản QPPL."),  # another level
        ("2.1", "HĐND tỉnh ban hành 3 văn bản QPPL."),  # one of two bodies
        ("2.1", "Sở Tư pháp rà soát 6 văn bản QPPL; đã kiến nghị xử lý 05 văn bản QPPL của cấp xã."),
        ("2.1", "Năm 2020, đã ban hành 60 văn bản QPPL."),  # another year
        ("2.1", "Lũy kế từ đầu nhiệm kỳ, ban hành 160 văn bản QPPL."),
        ("2.1", "Trong tháng 5 đã ban hành 3 văn bản QPPL."),
        ("2.1", "Còn 4 văn bản QPPL chưa ban hành."),
        ("2.1", "Dự kiến ban hành 20 văn bản QPPL."),
        ("2.1", "Về lĩnh vực đất đai: đã ban hành 9 văn bản QPPL."),  # a topic of its own
        ("2.2", "Công bố mới 50 TTHC cấp tỉnh."),
        ("2.2", "Ngày 12/3/2021, công bố mới 20 TTHC."),  # one event
        ("2.2", "Tại Quyết định số 512/QĐ-UBND công bố mới 20 TTHC."),
        ("2.2", "Công bố mới 200 TTHC, gồm lĩnh vực đất đai."),
        ("2.2", "Ban hành 15 quyết định công bố mới 120 TTHC, sửa đổi 30 TTHC, bãi bỏ 245 TTHC."),
        ("2.2", "Công bố mới trên 150 TTHC."),  # no exact number
        ("2.3", "Thành lập mới 02 ban quản lý trực thuộc UBND tỉnh."),
        ("2.3", "Tinh giản 119 biên chế."),  # officials or employees
        ("2.3", "Giảm 12 đơn vị sự nghiệp công lập thuộc sở, ngành."),
        ("2.4", "Bổ nhiệm lại 5 lãnh đạo cấp sở, ngành."),
        ("2.4", "Phê duyệt vị trí việc làm cho 15 đơn vị sự nghiệp công lập."),  # of this period, the row of all
        ("2.4", "Bổ nhiệm 6 lãnh đạo cấp phòng thuộc sở, ngành; bổ nhiệm 7 lãnh đạo cấp phòng thuộc sở, ngành."),
        ("2.4", "Tổ chức 25 lớp tập huấn (10 lớp về CCHC, 5 lớp về chuyển đổi số)."),  # some of them
        ("2.4", "Tập huấn 120 người (80 người là nữ, 50 người dân tộc thiểu số)."),  # traits, not parts
        ("2.4", "Đào tạo 120 lượt người (ngoài ra các huyện mở lớp cho 80 người và 50 người)."),
        ("2.4", "Có 7/12 huyện tổ chức thi tuyển, 6/12 huyện tổ chức xét tuyển."),  # not one rating
        ("2.5", "Kế hoạch chuyển đổi số đã đề ra 20 nhiệm vụ, đã hoàn thành 8 nhiệm vụ trong kế hoạch."),
        ("2.5", "Năm 2020 có 20 đơn vị sự nghiệp công lập tự chủ 100% chi thường xuyên."),
    ],
)
def test_sentences_that_only_seem_to_contradict(section: str, sentence: str) -> None:
    assert [check.statement for check in added(section, sentence) if not check.holds] == []


def test_targets_of_the_next_period_are_not_held_against_the_appendix() -> None:
    tasks = "1. Các sở, ngành, địa phương tiếp tục tổ chức thực hiện có hiệu quả"
    for sentence in ("Toàn tỉnh có 1.700 TTHC đang có hiệu lực. ", "Bổ nhiệm mới 12 lãnh đạo cấp sở, ngành. "):
        checks = changed(tasks, f"1. {sentence}{tasks[3:]}")
        assert expressions(checks, holding=False) == expressions(seed()[1], holding=False)


def test_a_report_without_appendix_is_checked_all_the_same() -> None:
    text = SEED.read_text("utf-8")
    report = read_report(text[: text.index("**Phụ lục I**")].encode(), SEED.name)
    assert not report.rows
    assert expressions(check_report(report, lexicon()), holding=False) == {"05 + 21 + 16 = 42 ≠ 41"}
