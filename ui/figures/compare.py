"""One indicator over provinces and periods, chosen from the form or by words."""

from __future__ import annotations

from typing import Any

import streamlit as st

from ui.comparison import comparison_bars, in_order
from ui.figures.choose import choose_scopes, newest_first
from ui.figures.form import show_form, show_row
from ui.figures.table import show_downloads
from ui.records import Comparison, Figure
from ui.safe import escape
from ui.shared import all_reports, appendix_rows, client
from ui.wording import count, indicator_path, place_name, time_span

_WORDS = "chi-tieu"
_ROW = "dong"
"""The row chosen, as report:row; in the address, so that a link shows the same."""
_MOST_FOUND = 12


def show_compare() -> None:
    st.text_input(
        "Chỉ tiêu",
        placeholder="Gõ tên hoặc mã, hoặc chọn trong biểu mẫu",
        live=True,
        key=_WORDS,
        icon=":material/search:",
        on_change=_forget_row,
        bind="query-params",
    )
    words = (st.session_state.get(_WORDS) or "").strip()
    like = st.query_params.get(_ROW)
    with st.container(key="compare"):
        form, result = st.columns([5, 8], gap="medium")
        with result:
            shown = _show_result(words, like)
        with form:
            if words and not like:
                _show_found(words, shown)
            else:
                _show_whole_form(shown)


def _show_result(words: str, like: str | None) -> Comparison | None:
    scope = choose_scopes("compare")
    if not words and not like:
        st.html('<p class="hint">Chọn một chỉ tiêu để xem qua các kỳ báo cáo và các địa phương.</p>')
        return None
    query: dict[str, Any] = {"like": like, **scope} if like else {"q": words, **scope}
    comparison = client().compare(**query)
    figures = in_order([cell.figure for cell in comparison.cells if cell.figure and not cell.missing])
    if figures:
        st.html(
            f'<h2 class="compared">{escape(indicator_path(comparison.path))}</h2>'
            f"{comparison_bars(figures, comparison.path[-1])}"
        )
        show_downloads(query)
    elif not comparison.candidates:
        st.html('<p class="hint">Không có số liệu của chỉ tiêu này trong giới hạn đã chọn.</p>')
    else:
        st.html('<p class="hint">Các từ này hợp với nhiều chỉ tiêu; hãy chọn một.</p>')
    _show_missing(comparison)
    return comparison


def _show_found(words: str, shown: Comparison | None) -> None:
    """The rows that the words fit, those between which the service can't choose first."""
    found = [*(shown.candidates if shown else ()), *client().figures(limit=_MOST_FOUND, q=words).items]
    first = {indicator_path(row.path): row for row in reversed(found) if row.value_text}
    st.html(f'<p class="hint">{count(len(first))} chỉ tiêu gần với các từ này:</p>')
    with st.container(key="form", gap="xxsmall"):
        for row in reversed(first.values()):
            show_row(row, bool(shown) and row.path == shown.path, _choose)  # type: ignore[union-attr]


def _show_whole_form(shown: Comparison | None) -> None:
    """The form as the newest report prints it."""
    report = next((report for report in newest_first(all_reports()) if report.rows), None)
    if report is None:
        st.html('<p class="hint">Kho chưa có báo cáo nào có phụ lục.</p>')
        return
    rows = appendix_rows(report.id)
    show_form(rows, next((row for row in rows if shown and row.path == shown.path), None), _choose)


def _choose(figure: Figure) -> None:
    st.query_params[_ROW] = f"{figure.report_id}:{figure.row}"


def _forget_row() -> None:
    st.query_params.pop(_ROW, None)


def _show_missing(comparison: Comparison) -> None:
    """The reports in scope that do not print the indicator, and why."""
    lines = "".join(
        f"<li>{escape(place_name(cell.issuer))}, {escape(time_span(cell.year, cell.period))}: {escape(cell.missing)}</li>"
        for cell in comparison.cells
        if cell.missing
    )
    if lines:
        st.html(f'<ul class="hint">{lines}</ul>')
