"""Choosing a report, and narrowing figures to places, years and periods."""

from __future__ import annotations

from typing import Any

import streamlit as st

from ui.records import Report
from ui.shared import all_reports
from ui.wording import period_name, period_order, place_name, report_name


def choose_report(key: str) -> Report | None:
    """The report picked, the newest first; None, with a sentence, where there is none at all."""
    reports = sorted(all_reports(), key=lambda r: (r.year or 0, period_order(r.period)), reverse=True)
    if not reports:
        st.html('<p class="hint">Kho chưa có báo cáo nào.</p>')
        return None
    return st.selectbox("Báo cáo", reports, format_func=report_name, key=key, placeholder="Chọn báo cáo")


def choose_scope(key: str) -> dict[str, Any]:
    """Places, years and periods as the API's query; empty is everything."""
    reports = all_reports()
    with st.container(key="scope"):
        places, years, periods = st.columns([4, 3, 4], gap="small", wrap=False)
    return {
        "issuer": places.multiselect(
            "Địa phương",
            sorted({r.issuer for r in reports if r.issuer}, key=place_name),
            format_func=place_name,
            placeholder="Tất cả",
            key=f"{key}_issuers",
        ),
        "year": years.multiselect(
            "Năm", sorted({r.year for r in reports if r.year}, reverse=True), placeholder="Tất cả", key=f"{key}_years"
        ),
        "period": periods.multiselect(
            "Kỳ báo cáo",
            sorted({r.period for r in reports if r.period}, key=period_order),
            format_func=period_name,
            placeholder="Tất cả",
            key=f"{key}_periods",
        ),
    }
