"""What the pages decide, without a browser: Streamlit's own test harness over the real service."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.browser.conftest import ROOT, Running

APP = ROOT / "ui" / "app.py"


@pytest.fixture
def app(running: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    monkeypatch.setenv("CCHC_API_URL", f"http://127.0.0.1:{running.api_port}")
    monkeypatch.setenv("CCHC_DATA", str(tmp_path))
    st.cache_resource.clear()
    yield AppTest.from_file(str(APP), default_timeout=30)
    st.cache_resource.clear()


def _html(app: AppTest) -> str:
    return "\n".join(element.proto.body for element in app.get("html"))


def test_a_question_is_answered_and_the_address_names_the_conversation(app: AppTest) -> None:
    app.run()
    app.chat_input[0].set_value("  Số TTHC cấp huyện đang có hiệu lực?  ").run()
    assert not app.exception
    assert "235" in _html(app)
    assert app.query_params["c"]


def test_an_empty_question_is_not_asked(app: AppTest) -> None:
    app.run()
    app.chat_input[0].set_value("   ").run()
    assert "c" not in app.query_params
    assert "welcome" in _html(app)


def test_an_address_of_no_conversation_shows_the_empty_page(app: AppTest) -> None:
    app.query_params["c"] = "khong-co"
    app.run()
    assert not app.exception
    assert "c" not in app.query_params
    assert "welcome" in _html(app)


def test_a_filter_is_kept_with_the_question_and_said(app: AppTest) -> None:
    app.run()
    app.multiselect(key="filter_years").select(2021).run()
    app.chat_input[0].set_value("Số TTHC cấp huyện đang có hiệu lực?").run()
    assert "Chỉ hỏi trong: 2021" in _html(app)
    app.button(key="clear_filters").click().run()
    assert app.multiselect(key="filter_years").value == []
    assert "Chỉ hỏi trong: 2021" in _html(app), "the question that was asked with it still says so"


def test_a_refusal_offers_what_is_near(app: AppTest) -> None:
    app.run()
    app.chat_input[0].set_value("Cao Bằng có bao nhiêu TTHC đang có hiệu lực?").run()
    offered = [button for button in app.button if button.key and button.key.startswith("suggest-1-")]
    assert offered
    offered[0].click().run()
    assert "figure-value" in _html(app)


def _reports_page() -> None:
    from ui.reports.page import show_reports

    show_reports()


def _sign_in(app: AppTest, key: str) -> None:
    next(field for field in app.text_input if field.label == "Khoá điều hành").set_value(key)
    next(button for button in app.button if button.label == "Đăng nhập").click().run()


def test_a_key_opens_the_operators_part_until_half_an_hour_without_use(
    app: AppTest, running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = AppTest.from_function(_reports_page, default_timeout=30).run()
    assert "reindex" not in [button.key for button in page.button]
    _sign_in(page, "cchc_sai")
    assert "reindex" not in [button.key for button in page.button]
    _sign_in(page, running.operator_key)
    assert "reindex" in [button.key for button in page.button]
    assert page.run().session_state["operator_key"][0] == running.operator_key
    later = time.monotonic() + 31 * 60
    monkeypatch.setattr("ui.shared.time.monotonic", lambda: later)
    page.run()
    assert "reindex" not in [button.key for button in page.button]
    assert "operator_key" not in page.session_state
