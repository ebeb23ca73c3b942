"""What only an operator sees: signing in, handing in reports, deleting, rebuilding the index.

The key stays in this session on the server: it is sent to the service with each request, never to the browser again.
"""

from __future__ import annotations

import streamlit as st

from ui.api_errors import ApiError
from ui.records import Job, Report
from ui.reports.generations import show_generations
from ui.reports.history import show_history
from ui.reports.jobs import follow_jobs, remember_job
from ui.safe import label
from ui.shared import all_reports, client, key_was_typed, operator_key, set_operator_key, settings
from ui.wording import report_name

_SUFFIXES = ["md", "txt", "docx", "doc", "pdf", "png", "jpg", "jpeg", "tif", "tiff"]


def show_operator() -> None:
    """The sign-in box for readers, where accounts don't say who is who; upload, jobs and the index for operators."""
    key = operator_key()
    if key is None:
        if settings().login:
            return
        with st.popover("Dành cho người điều hành", icon=":material/key:", type="tertiary", key="operator_box"):
            _sign_in()
        return
    with st.container(border=True, key="operator"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.html('<h2 class="operator-title">Điều hành kho báo cáo</h2>')
            st.button("Lập lại chỉ mục", icon=":material/refresh:", key="reindex", on_click=_reindex, args=(key,))
            show_generations(key)
            if key_was_typed():
                st.button("Đăng xuất", key="sign_out", type="tertiary", on_click=set_operator_key, args=(None,))
        _upload(key)
        follow_jobs(key)
        show_history(key)


def show_delete(report: Report, key: str) -> None:
    if st.button("Xoá khỏi kho", icon=":material/delete:", key=f"delete-{report.id}"):
        _confirm_delete(report, key)


def _sign_in() -> None:
    with st.form("sign_in", border=False, clear_on_submit=True):
        key = st.text_input("Khoá điều hành", type="password", autocomplete="off")
        if not st.form_submit_button("Đăng nhập", type="primary", width="stretch") or not key:
            return
    try:
        accepted = client().accepts(key)
    except ApiError as error:
        st.error(error.message)
        return
    if not accepted:
        st.error("Khoá không đúng.")
        return
    set_operator_key(key)
    st.rerun()


def _upload(key: str) -> None:
    round_number = st.session_state.setdefault("upload_round", 0)
    with st.form("upload", border=False):
        files = st.file_uploader(
            "Thêm báo cáo (Word, PDF, ảnh quét hoặc Markdown)",
            type=_SUFFIXES,
            accept_multiple_files=True,
            key=f"upload-{round_number}",
        )
        replace = st.checkbox("Thay báo cáo cùng số, cùng cơ quan nếu đã có trong kho")
        sent = st.form_submit_button("Đưa vào kho", type="primary")
    if not sent:
        return
    if not files:
        st.warning("Chưa có tệp nào. Hãy chọn tệp, đợi tải lên xong rồi bấm lại.")
        return
    sending = st.progress(0.0)
    for number, file in enumerate(files):
        sending.progress(number / len(files), text=f"Đang gửi tệp {number + 1} trong {len(files)}: {label(file.name)}")
        try:
            outcome = client().upload(file.name, file.getvalue(), key, replace=replace)
        except ApiError as error:
            remember_job(file.name, None, error.message)
            continue
        if isinstance(outcome, Job):
            remember_job(file.name, outcome.id)
        else:
            remember_job(file.name, None, f"Đã có sẵn trong kho: {report_name(outcome)}.")
    st.session_state["upload_round"] = round_number + 1
    st.rerun()


def _reindex(key: str) -> None:
    try:
        remember_job("Lập lại chỉ mục", client().reindex(key).id)
    except ApiError as error:
        remember_job("Lập lại chỉ mục", None, error.message)


@st.dialog("Xoá báo cáo khỏi kho?")
def _confirm_delete(report: Report, key: str) -> None:
    st.text(report_name(report))
    st.text("Từ lúc xoá, không câu trả lời nào dùng báo cáo này nữa.")
    if st.button("Xoá báo cáo", type="primary", key="confirm_delete"):
        try:
            client().delete(report.id, key)
        except ApiError as error:
            st.error(error.message)
            return
        all_reports.clear()
        st.rerun()
