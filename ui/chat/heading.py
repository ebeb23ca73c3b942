"""A conversation's name, and what can be done with the whole of it."""

from __future__ import annotations

import streamlit as st

from ui.chat.asking import open_conversation
from ui.conversations import Conversation
from ui.safe import escape
from ui.shared import reader, store


def show_heading(conversation: Conversation) -> None:
    mine = conversation.reader == reader()
    with st.container(horizontal=True, wrap=False, vertical_alignment="center", key="heading", gap="small"):
        st.html(f'<h1 class="conversation-title">{escape(conversation.title)}</h1>')
        with st.popover("Lưu, sửa", icon=":material/more_horiz:", type="tertiary", key="conversation_menu"):
            _exports(conversation)
            if mine:
                _changes(conversation)
    if not mine:
        st.html('<p class="hint">Cuộc trò chuyện được chia sẻ qua liên kết; hỏi tiếp sẽ tạo một bản riêng của bạn.</p>')


def _exports(conversation: Conversation) -> None:
    st.html(
        '<div class="downloads">'
        f'<a href="./tep/hoi-dap/{escape(conversation.id)}.docx" download>Tải về dạng Word</a>'
        f'<a href="./tep/hoi-dap/{escape(conversation.id)}.md" download>Tải về dạng Markdown</a></div>'
    )


def _changes(conversation: Conversation) -> None:
    with st.form("rename", border=False):
        title = st.text_input("Đổi tên", value=conversation.title, max_chars=60)
        if st.form_submit_button("Lưu tên", width="stretch"):
            store().rename(conversation.id, reader(), title)
            st.rerun()
    if st.button("Xoá cuộc trò chuyện", icon=":material/delete:", type="tertiary", key="delete_conversation"):
        _confirm_delete(conversation)


@st.dialog("Xoá cuộc trò chuyện?", dismissible=True)
def _confirm_delete(conversation: Conversation) -> None:
    st.text("Các câu hỏi và câu trả lời trong cuộc trò chuyện này sẽ mất hẳn.")
    if st.button("Xoá", type="primary", key="confirm_delete_conversation"):
        store().delete(conversation.id, reader())
        open_conversation(None)
        st.rerun()
