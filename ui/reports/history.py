"""For operators: what was done to the corpus, by whom, and what came of it."""

from __future__ import annotations

import streamlit as st

from ui.api_errors import ApiError
from ui.records import Job
from ui.safe import escape
from ui.shared import client
from ui.wording import moment

_KINDS = {"add": "Thêm báo cáo", "delete": "Xoá báo cáo", "rebuild": "Lập lại chỉ mục"}
_STATES = {"queued": "Đang chờ", "running": "Đang làm", "done": "Xong", "failed": "Không được"}


def show_history(key: str) -> None:
    box = st.expander("Lịch sử công việc", icon=":material/history:", key="job_history", on_change="rerun")
    if not box.open:
        return
    with box:
        try:
            jobs = client().jobs(key)
        except ApiError as error:
            st.html(f'<p class="hint">{escape(error.message)}</p>')
            return
        st.html(_table(jobs) if jobs else '<p class="hint">Chưa có công việc nào.</p>')


def _table(jobs: tuple[Job, ...]) -> str:
    rows = "".join(
        f'<tr><td class="time">{escape(moment(job.created_at))}</td>'
        f'<td class="name">{escape(_KINDS.get(job.kind, job.kind))}<small>{escape(job.file_name or job.report_id or "")}</small></td>'
        f'<td class="state">{escape(_STATES[job.state])}<small>{escape(job.error or "")}</small></td>'
        f'<td class="actor">{escape(job.actor)}</td></tr>'
        for job in jobs
    )
    return (
        '<div class="scroll tall" tabindex="0" role="region" aria-label="Lịch sử công việc"><table class="data">'
        "<thead><tr><th>Lúc</th><th>Công việc</th><th>Kết quả</th><th>Người làm</th></tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )
