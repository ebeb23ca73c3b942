"""Arithmetic and text-against-appendix checks of one report: what holds, and what does not."""

from __future__ import annotations

import streamlit as st

from ui.api_errors import ApiMissing
from ui.citation_list import citation_list
from ui.figures.choose import choose_report
from ui.records import Check
from ui.safe import escape
from ui.shared import client, quoted_text


def show_checks() -> None:
    report = choose_report()
    if report is None:
        return
    try:
        checks = client().checks(report.id).items
    except ApiMissing:
        st.html('<p class="hint">Dịch vụ này chưa hỗ trợ đối chiếu số liệu.</p>')
        return
    failing = [check for check in checks if not check.holds]
    holding = [check for check in checks if check.holds]
    st.html(
        f'<p class="hint">Số liệu được cộng lại và so giữa phụ lục với lời văn: {len(holding)} chỗ khớp, '
        f"{len(failing)} chỗ không khớp.</p>"
    )
    st.html("".join(_check(check, number) for number, check in enumerate([*failing, *holding], start=1)))


def _check(check: Check, number: int) -> str:
    state, word = ("holds", "Khớp") if check.holds else ("fails", "Không khớp")
    expression = f'<p class="expression">{escape(check.expression)}</p>' if check.expression else ""
    sources = (
        f'<details class="sources"><summary>Nguồn ({len(check.citations)})</summary>'
        f"{citation_list(check.citations, number, quoted_text)}</details>"
        if check.citations
        else ""
    )
    return (
        f'<section class="check"><h2><span class="badge {state}">{word}</span> {escape(check.text)}</h2>'
        f"{expression}{sources}</section>"
    )
