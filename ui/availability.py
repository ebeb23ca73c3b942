"""Says when the service is away, and brings the page back by itself when it returns."""

from __future__ import annotations

import streamlit as st

from ui.shared import service_ready

_AWAY = "service_away"
_EVERY_SECONDS = 4


@st.fragment(run_every=_EVERY_SECONDS)
def watch_service() -> None:
    """A notice for as long as the service does not answer; on its return the whole page runs again."""
    if service_ready():
        if st.session_state.pop(_AWAY, False):
            st.rerun()
        return
    st.session_state[_AWAY] = True
    st.html(
        '<div class="notice" role="alert"><b>Dịch vụ trả lời đang tạm dừng hoặc khởi động lại.</b> '
        "Trang sẽ tự kết nối lại; câu hỏi đang chờ sẽ được gửi khi dịch vụ trở lại.</div>"
    )
