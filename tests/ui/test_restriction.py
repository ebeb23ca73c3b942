"""A question asked with filters says so, and says where its answer did not keep to them."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.ui.samples import answer
from ui.chat.restriction import restriction_note
from ui.conversations import Turn
from ui.records import Filters, Report

REPORT = Report(id="r1", issuer="UBND tỉnh Sơn La", year=2021, period="H1", format="markdown")


def _note(filters: Filters) -> str:
    return restriction_note(Turn(1, "Số TTHC cấp huyện?", filters, datetime.now(UTC), answer=answer()), [REPORT])


def test_without_filters_nothing_is_said() -> None:
    assert _note(Filters()) == ""


def test_a_filter_that_the_answer_kept_to_is_named() -> None:
    filters = Filters(issuers=("UBND tỉnh Sơn La",), years=(2021,), periods=("H1", "Q1"))
    assert _note(filters) == "Chỉ hỏi trong: Sơn La · 2021 · 6 tháng đầu năm, quý I"


def test_a_question_that_names_another_place_goes_before_the_filter() -> None:
    assert _note(Filters(issuers=("UBND tỉnh Lai Châu",))).startswith("Giới hạn “Lai Châu” không áp dụng")
