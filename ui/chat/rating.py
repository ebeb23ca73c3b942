"""Thumbs under an answer, with the reason where it was not right.

The service takes a rating for a conversation's last answer, so it is asked for there alone.
"""

from __future__ import annotations

import streamlit as st

from ui.api_errors import ApiError
from ui.conversations import Conversation, Turn
from ui.shared import client, reader, store

_REASONS = ("Sai số liệu", "Sai hoặc thiếu nguồn", "Không đúng ý hỏi", "Trả lời thiếu")


@st.fragment
def show_rating(conversation: Conversation, turn: Turn) -> None:
    if conversation.reader != reader():
        return
    rated = st.session_state.get(f"rated-{conversation.id}-{turn.position}", turn.rating)
    with st.container(key=f"rating-{turn.position}", horizontal=True, gap="small", vertical_alignment="center"):
        if rated:
            st.html(
                f'<span class="rated">Đã ghi nhận: {"hữu ích" if rated == "up" else "chưa đúng"}. Cảm ơn bạn.</span>'
            )
            return
        if st.button("Hữu ích", icon=":material/thumb_up:", type="tertiary", key=f"up-{turn.position}"):
            _rate(conversation, turn, "up", "")
        with st.popover("Chưa đúng", icon=":material/thumb_down:", type="tertiary", key=f"down-{turn.position}"):
            chosen = st.pills("Vì sao chưa đúng?", _REASONS, selection_mode="multi", key=f"reasons-{turn.position}")
            words = st.text_input("Nói rõ thêm (không bắt buộc)", max_chars=500, key=f"words-{turn.position}")
            if st.button("Gửi góp ý", type="primary", key=f"send-{turn.position}"):
                _rate(conversation, turn, "down", "; ".join([*chosen, *([words.strip()] if words else [])]))


def _rate(conversation: Conversation, turn: Turn, rating: str, reason: str) -> None:
    if turn.answer is None:
        return
    try:
        client().rate(turn.answer.conversation_id, rating, reason)
    except ApiError as error:
        st.toast(error.message)
        return
    store().rate(conversation.id, turn.position, rating)
    st.session_state[f"rated-{conversation.id}-{turn.position}"] = rating
    st.rerun(scope="fragment")
