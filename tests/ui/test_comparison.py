"""One indicator over reports: its table and its bars."""

from __future__ import annotations

from lxml import html

from tests.ui.samples import HOSTILE, figure
from ui.comparison import comparable, comparison_chart, comparison_table, in_order

EARLIER = figure(report_id="r0", year=2020, period="YEAR", value=470, value_text="470")
ELSEWHERE = figure(report_id="r2", issuer="UBND tỉnh Lai Châu", value=94, value_text="94")


def test_figures_are_compared_where_they_are_one_indicator_of_several_reports() -> None:
    assert comparable([figure(), EARLIER])
    assert not comparable([figure(), figure(row=31)])
    assert comparable([figure(), figure(report_id="r2", name="Số thủ tục hành chính cấp huyện")])
    assert not comparable([figure()])


def test_places_first_then_time() -> None:
    assert in_order([figure(), ELSEWHERE, EARLIER]) == [ELSEWHERE, EARLIER, figure()]


def test_the_table_carries_every_value_as_printed() -> None:
    table = html.fragment_fromstring(comparison_table([EARLIER, figure()], turn=3))
    rows = [[cell.text_content() for cell in row.iter("td")] for row in table.iter("tr")]
    assert rows[1:] == [
        ["Sơn La", "năm 2020", "470", "thủ tục", "203/BC-UBND 1"],
        ["Sơn La", "6 tháng đầu năm 2021", "235", "thủ tục", "203/BC-UBND 1"],
    ]
    assert [chip.get("data-cite") for chip in table.iter("button")] == ["3-1", "3-1"]


def test_the_table_says_where_a_report_calls_the_indicator_otherwise() -> None:
    renamed = figure(report_id="r2", issuer="UBND tỉnh Lai Châu", name="Số thủ tục cấp huyện")
    table = html.fragment_fromstring(comparison_table([figure(), renamed]))
    assert [cell.text_content() for cell in table.iter("small")] == ["Số thủ tục cấp huyện"]


def test_bars_are_as_long_as_their_values() -> None:
    chart = html.fragment_fromstring(comparison_chart([EARLIER, figure(), ELSEWHERE]))
    assert [bar.get("style") for bar in chart.iter("span")] == ["width:100.0%", "width:50.0%", "width:20.0%"]


def test_there_is_no_chart_of_one_value_or_of_none_above_zero() -> None:
    missing = figure(value=None, value_text="-", value_kind="missing")
    assert comparison_chart([figure(), missing]) == ""
    assert comparison_chart([figure(value=0), figure(value=0)]) == ""
    assert comparison_chart([figure(), figure(value=-3)]) == ""


def test_a_hostile_name_is_text() -> None:
    table = html.fragment_fromstring(
        comparison_table([figure(issuer=HOSTILE, report_number=HOSTILE, value_text=HOSTILE)])
    )
    assert not list(table.iter("script", "img", "a"))
