"""The jobs this session started, with how far each has come."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from ui.api_errors import ApiError, ApiUnavailable
from ui.records import Job
from ui.safe import label
from ui.shared import all_reports, client

_JOBS = "jobs"
_EVERY_SECONDS = 1


@dataclass(frozen=True)
class Followed:
    """A file handed in: its job as last seen, or the sentence that ended it."""

    name: str
    job_id: str | None
    job: Job | None = None
    message: str = ""

    @property
    def running(self) -> bool:
        return (
            self.job_id is not None
            and not self.message
            and (self.job is None or self.job.state in ("queued", "running"))
        )


def remember_job(name: str, job_id: str | None, message: str = "") -> None:
    st.session_state.setdefault(_JOBS, []).insert(0, Followed(name, job_id, message=message))


def follow_jobs(key: str) -> None:
    """Progress bars, looking again every second for as long as a job runs."""
    if any(job.running for job in _jobs()):
        _follow(key)
    else:
        _show_jobs()


@st.fragment(run_every=_EVERY_SECONDS)
def _follow(key: str) -> None:
    st.session_state[_JOBS] = [_look_again(job, key) if job.running else job for job in _jobs()]
    _show_jobs()
    if not any(job.running for job in _jobs()):
        # Asked for anew each second until it happens: a rerun can be lost to the timer's own.
        all_reports.clear()
        st.rerun()


def _jobs() -> list[Followed]:
    jobs: list[Followed] = st.session_state.get(_JOBS, [])
    return jobs


def _show_jobs() -> None:
    for job in _jobs():
        _show(job)


def _look_again(followed: Followed, key: str) -> Followed:
    try:
        return replace(followed, job=client().job(followed.job_id or "", key))
    except ApiUnavailable:
        return followed
    except ApiError as error:
        return replace(followed, message=error.message)


def _show(followed: Followed) -> None:
    name, job = label(followed.name), followed.job
    if followed.message:
        st.warning(f"{name}: {label(followed.message)}", icon=":material/info:")
    elif job is None:
        st.progress(0.0, text=f"{name}: đang chờ")
    elif job.state == "failed":
        st.error(f"{name}: {label(job.error or 'không đọc được')}", icon=":material/error:")
    elif job.state == "done":
        st.success(f"{name}: đã xong", icon=":material/check:")
    else:
        st.progress(job.progress, text=f"{name}: {label(job.stage or 'đang chờ')}")
