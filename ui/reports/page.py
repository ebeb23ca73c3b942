"""The list of reports, each opening to its outline, warnings and file."""

from __future__ import annotations

import math
from collections.abc import Sequence

import streamlit as st

from ui.facets import PERIOD, PLACE, YEAR, issuers_of, periods_of, years_of
from ui.records import Report
from ui.reports.detail import show_report
from ui.reports.operator import show_operator
from ui.shared import all_reports, operator_key
from ui.wording import count, period_name, period_order, place_name, report_name

_PER_PAGE = 20


def show_reports() -> None:
    st.html('<h1 class="page-title">Báo cáo trong kho</h1>')
    show_operator()
    reports = all_reports()
    if not reports:
        st.html('<p class="hint">Kho chưa có báo cáo nào.</p>')
        return
    shown = _filtered(reports)
    st.html(f'<p class="hint">{count(len(shown))} báo cáo.</p>')
    pages = math.ceil(len(shown) / _PER_PAGE)
    page = st.session_state.get("reports_page", 1) if pages > 1 else 1
    linked = st.query_params.get("id")
    with st.container(gap="xsmall"):
        for report in shown[(page - 1) * _PER_PAGE : page * _PER_PAGE]:
            show_report(report, expanded=report.id == linked or len(shown) == 1, operator_key=operator_key())
    if pages > 1:
        st.pagination(pages, key="reports_page")


def _filtered(reports: Sequence[Report]) -> list[Report]:
    linked = st.query_params.get("id")
    places, years, periods, warned = st.columns([3, 2, 3, 2], vertical_alignment="bottom")
    wanted_places = places.multiselect(
        PLACE, issuers_of(reports), format_func=place_name, placeholder="Tất cả", key="reports_issuers"
    )
    wanted_years = years.multiselect(YEAR, years_of(reports), placeholder="Tất cả", key="reports_years")
    wanted_periods = periods.multiselect(
        PERIOD, periods_of(reports), format_func=period_name, placeholder="Tất cả", key="reports_periods"
    )
    only_warned = warned.checkbox("Chỉ báo cáo có lưu ý", key="reports_warned")
    fitting = [
        report
        for report in reports
        if (not wanted_places or report.issuer in wanted_places)
        and (not wanted_years or report.year in wanted_years)
        and (not wanted_periods or report.period in wanted_periods)
        and (not only_warned or report.warnings)
    ]
    by_age = sorted(fitting, key=lambda r: (r.year or 0, period_order(r.period), report_name(r)), reverse=True)
    return sorted(by_age, key=lambda r: r.id != linked)
