"""One report of the list: a line, opening to everything known about it."""

from __future__ import annotations

from urllib.parse import quote

import streamlit as st

from ui.api_errors import ApiError
from ui.records import Report
from ui.reports.describe import show_describe
from ui.reports.operator import show_delete
from ui.reports.review import show_review
from ui.reports.sections import sections
from ui.safe import escape, label
from ui.shared import client, report_text
from ui.wording import APPENDIX_VIEW, FORMATS, count, day, has_pictures, report_number, report_place


def show_report(report: Report, *, expanded: bool, operator_key: str | None) -> None:
    icon = ":material/warning:" if report.warnings else ":material/description:"
    row = st.expander(
        f"**{label(report_number(report))}** · {label(report_place(report))}{_noted(report)}",
        expanded=expanded,
        icon=icon,
        key=f"report-{report.id}",
        on_change="rerun",
    )
    if not row.open:
        return
    with row:
        st.html(_facts(report) + _warnings(report))
        st.html(
            f'<div class="downloads inline"><a href="./tep/bao-cao/{escape(report.id)}" download>Tải tệp gốc</a>'
            f'<a href="./so-lieu?xem={quote(APPENDIX_VIEW)}&amp;bao-cao={escape(report.id)}">Xem cả phụ lục</a></div>'
        )
        if operator_key:
            with st.container(horizontal=True, gap="small", key=f"operate-{report.id}"):
                show_describe(report, operator_key)
                show_delete(report, operator_key)
            show_review(report, operator_key)
        st.html(_outline(report))


def _noted(report: Report) -> str:
    return f" · :orange-badge[{count(len(report.warnings))} lưu ý]" if report.warnings else ""


def _facts(report: Report) -> str:
    facts = (
        ("Tên báo cáo", report.title or "Chưa rõ"),
        ("Ngày ký", day(report.signed_on) or "Chưa rõ"),
        ("Định dạng", FORMATS.get(report.format, report.format) + (f", {report.pages} trang" if report.pages else "")),
        ("Phụ lục", f"{count(report.rows)} dòng, {count(report.figures)} dòng có số liệu"),
        ("Lời văn", f"{count(report.passages)} đoạn"),
        ("Ngày nạp", day(report.indexed_at)),
    )
    return f'<dl class="facts">{"".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in facts if value)}</dl>'


def _warnings(report: Report) -> str:
    lines = "".join(f"<li>{escape(warning)}</li>" for warning in report.warnings)
    return f'<div class="conflict"><b>Cần lưu ý khi dùng báo cáo này</b><ul>{lines}</ul></div>' if lines else ""


def _outline(report: Report) -> str:
    try:
        outline, text = client().report(report.id).outline, report_text(report.id)
    except ApiError as error:
        return f'<p class="hint">{escape(error.message)}</p>'
    return sections(report.id, outline, text, with_pages=has_pictures(report))
