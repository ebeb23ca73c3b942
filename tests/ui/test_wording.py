"""Vietnamese forms of periods, numbers and units."""

from __future__ import annotations

import pytest

from tests.ui.samples import figure
from ui.wording import alphabetical, count, figure_source, period_order, place_name, shown_unit, time_span


@pytest.mark.parametrize(
    ("year", "period", "shown"),
    [
        (2021, "H1", "6 tháng đầu năm 2021"),
        (2021, "M9", "9 tháng đầu năm 2021"),
        (2020, "YEAR", "năm 2020"),
        (2022, "Q1", "quý I/2022"),
        (2022, "MONTH-03", "tháng 3/2022"),
        (2022, None, "năm 2022"),
        (None, "H1", "6 tháng đầu năm"),
        (None, None, ""),
    ],
)
def test_time_span(year: int | None, period: str | None, shown: str) -> None:
    assert time_span(year, period) == shown


def test_periods_stand_in_the_order_in_which_they_end() -> None:
    mixed = ["YEAR", "Q4", "M9", "H1", "Q1", "MONTH-11", "Q2"]
    assert sorted(mixed, key=period_order) == ["Q1", "Q2", "H1", "M9", "MONTH-11", "Q4", "YEAR"]


def test_numbers_and_places() -> None:
    assert count(150000) == "150.000"
    assert place_name("UBND tỉnh Sơn La") == "Sơn La"
    assert place_name("Bộ Nội vụ") == "Bộ Nội vụ"
    assert place_name(None) == "Chưa rõ cơ quan"


def test_vietnamese_names_sort_by_letter() -> None:
    names = ["Yên Bái", "Đà Nẵng", "Điện Biên", "Cần Thơ", "Đắk Lắk", "Cao Bằng", "Hà Nội"]
    assert sorted(names, key=alphabetical) == [
        "Cao Bằng", "Cần Thơ", "Đà Nẵng", "Đắk Lắk", "Điện Biên", "Hà Nội", "Yên Bái"
    ]  # fmt: skip


def test_a_unit_is_shown_once() -> None:
    assert shown_unit(figure()) == "thủ tục"
    assert shown_unit(figure(unit="Phiếu", value_text="6.238 phiếu")) == ""
    assert shown_unit(figure(unit="%", value_text="99,99%", value_kind="percent")) == ""
    assert shown_unit(figure(unit="Chưa = 0 Hoàn thành = 1", value_text="1", value_kind="choice")) == ""
    assert shown_unit(figure(unit="ĐVSNCL")) == "ĐVSNCL"


def test_a_row_without_a_code_is_named_by_its_line() -> None:
    assert figure_source(figure()) == (
        "Báo cáo 203/BC-UBND · UBND tỉnh Sơn La · 6 tháng đầu năm 2021 · Phụ lục I · dòng 31"
    )
    assert figure_source(figure(code="3.1.3")).endswith("mã 3.1.3")
