"""For operators: the states of the index that are kept, and going back to one of them."""

from __future__ import annotations

import streamlit as st

from ui.api_errors import ApiError, ApiMissing
from ui.records import IndexGeneration
from ui.safe import escape, label
from ui.shared import all_reports, client
from ui.wording import count, moment


def show_generations(key: str) -> None:
    with st.popover("Bản chỉ mục", icon=":material/history:", key="generations"):
        try:
            generations = client().generations(key)
        except ApiMissing:
            st.html('<p class="hint">Dịch vụ này chưa cho quay lại bản chỉ mục trước từ trang web.</p>')
            return
        except ApiError as error:
            st.html(f'<p class="hint">{escape(error.message)}</p>')
            return
        st.html(
            '<p class="hint">Quay lại một bản trước nếu lần cập nhật gần nhất có lỗi; tệp báo cáo vẫn được giữ.</p>'
        )
        for generation in generations:
            _show(generation, key)


def _show(generation: IndexGeneration, key: str) -> None:
    about = [f"Bản {generation.id}", moment(generation.built_at)]
    about.append(f"{count(generation.reports)} báo cáo" if generation.reports is not None else "")
    with st.container(horizontal=True, vertical_alignment="center", key=f"generation-{generation.id}"):
        st.text(" · ".join(part for part in about if part))
        if generation.current:
            st.badge("Đang dùng", color="green")
        elif st.button("Quay lại bản này", key=f"rollback-{generation.id}", type="tertiary"):
            _confirm_rollback(generation, key)


@st.dialog("Quay lại bản chỉ mục này?")
def _confirm_rollback(generation: IndexGeneration, key: str) -> None:
    st.text(f"Bản {generation.id}, lập lúc {moment(generation.built_at) or 'chưa rõ'}.")
    st.text("Mọi câu trả lời sẽ theo các báo cáo của bản đó; báo cáo thêm sau sẽ không được dùng cho đến khi nạp lại.")
    if st.button("Quay lại", type="primary", key="confirm_rollback"):
        try:
            client().rollback(generation.id, key)
        except ApiError as error:
            st.error(label(error.message))
            return
        all_reports.clear()
        st.rerun()
