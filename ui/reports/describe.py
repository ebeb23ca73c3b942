"""For operators: what a report's file doesn't say about itself, or says wrong."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from ui.api_errors import ApiError
from ui.records import Report
from ui.shared import all_reports, client
from ui.wording import PERIODS, day, period_name


def show_describe(report: Report, key: str) -> None:
    if st.button("Sửa thông tin báo cáo", icon=":material/edit:", key=f"describe-{report.id}"):
        _describe(report, key)


@st.dialog("Sửa thông tin báo cáo")
def _describe(report: Report, key: str) -> None:
    with st.form(f"description-{report.id}", border=False):
        number = st.text_input("Số ký hiệu", value=report.number or "", max_chars=60, placeholder="203/BC-UBND")
        issuer = st.text_input(
            "Cơ quan ban hành", value=report.issuer or "", max_chars=200, placeholder="UBND tỉnh Sơn La"
        )
        year = st.text_input(
            "Năm", value=str(report.year or ""), max_chars=4, validate=(r"^(19|20)\d{2}$", "Năm gồm bốn chữ số.")
        )
        periods = [*PERIODS, *([report.period] if report.period and report.period not in PERIODS else [])]
        period = st.selectbox(
            "Kỳ báo cáo", periods, index=periods.index(report.period) if report.period else None,
            format_func=period_name, placeholder="Chọn kỳ",
        )  # fmt: skip
        signed_on = st.text_input(
            "Ngày ký", value=day(report.signed_on), max_chars=10, placeholder="18/06/2021",
            validate=(r"^\d{1,2}/\d{1,2}/\d{4}$", "Ngày viết như 18/06/2021."),
        )  # fmt: skip
        title = st.text_input("Tên báo cáo", value=report.title or "", max_chars=500)
        if not st.form_submit_button("Lưu thông tin", type="primary"):
            return
    try:
        signed = datetime.strptime(signed_on.strip(), "%d/%m/%Y").date().isoformat() if signed_on.strip() else None
    except ValueError:
        st.error("Ngày ký không có thật; hãy viết như 18/06/2021.")
        return
    said: dict[str, str | int | None] = {
        "number": number.strip(),
        "issuer": issuer.strip(),
        "year": int(year) if year.strip().isdigit() else None,
        "period": period,
        "signed_on": signed,
        "title": title.strip(),
    }
    before = report.model_dump(mode="json")
    changed = {name: value or None for name, value in said.items() if (value or None) != before[name]}
    if not changed:
        st.rerun()
    try:
        client().describe(report.id, changed, key)
    except ApiError as error:
        st.error(error.message)
        return
    all_reports.clear()
    st.rerun()
