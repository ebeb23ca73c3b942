"""Choosing a report, and narrowing figures to places, years and periods."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ui.facets import PERIOD, PLACE, YEAR, issuers_of, periods_of, years_of
from ui.records import Report
from ui.shared import all_reports
from ui.wording import period_name, period_order, place_name, report_name

_REPORT = "bao-cao"
"""The report shown, in the address too, so that a link shows the same."""


def newest_first(reports: Sequence[Report]) -> list[Report]:
    return sorted(reports, key=lambda r: (r.year or 0, period_order(r.period)), reverse=True)


def choose_report() -> Report | None:
    """The report picked, the same in every view of the page; None, with a sentence, where there is none at all."""
    reports = newest_first(all_reports())
    if not reports:
        st.html('<p class="hint">Kho chưa có báo cáo nào.</p>')
        return None
    names = {report.id: report_name(report) for report in reports}
    if st.session_state.get(_REPORT) not in names:
        wanted = st.query_params.get(_REPORT)
        st.session_state[_REPORT] = wanted if wanted in names else reports[0].id
    chosen = st.selectbox(
        "Báo cáo", list(names), format_func=names.__getitem__, key=_REPORT, placeholder="Chọn báo cáo",
        persist_state="session", on_change=_remember,
    )  # fmt: skip
    return next(report for report in reports if report.id == chosen)


def _remember() -> None:
    st.query_params[_REPORT] = st.session_state[_REPORT]


def choose_scope(key: str) -> dict[str, Any]:
    """One place, year and period as the API's query; None is all of them."""
    reports = all_reports()
    places, years, periods = _three_columns()
    options: dict[str, Any] = {"index": None, "placeholder": "Tất cả"}
    return {
        "issuer": places.selectbox(PLACE, issuers_of(reports), format_func=place_name, key=f"{key}_issuer", **options),
        "year": years.selectbox(YEAR, years_of(reports), key=f"{key}_year", **options),
        "period": periods.selectbox(
            PERIOD, periods_of(reports), format_func=period_name, key=f"{key}_period", **options
        ),
    }


def choose_scopes(key: str) -> dict[str, list[Any]]:
    """Any number of places, years and periods; an empty list is all of them."""
    reports = all_reports()
    places, years, periods = _three_columns()
    return {
        "issuer": places.multiselect(
            PLACE, issuers_of(reports), format_func=place_name, key=f"{key}_issuers", placeholder="Tất cả"
        ),
        "year": years.multiselect(YEAR, years_of(reports), key=f"{key}_years", placeholder="Tất cả"),
        "period": periods.multiselect(
            PERIOD, periods_of(reports), format_func=period_name, key=f"{key}_periods", placeholder="Tất cả"
        ),
    }


def _three_columns() -> list[DeltaGenerator]:
    with st.container(key="scope"):
        return list(st.columns([4, 3, 4], gap="small", wrap=False))
