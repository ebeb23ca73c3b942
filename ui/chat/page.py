"""The page of the chat, top to bottom."""

from __future__ import annotations

import streamlit as st

from ui.chat.answering import answer_pending
from ui.chat.asking import LONGEST_QUESTION, ask, current_conversation
from ui.chat.heading import show_heading
from ui.chat.sidebar import show_restriction, show_sidebar
from ui.chat.turn import show_turn
from ui.chat.welcome import show_welcome


def show_chat() -> None:
    conversation = current_conversation()
    show_sidebar(conversation.id if conversation else None)
    with st.bottom:
        show_restriction()
    question = st.chat_input("Hỏi về số liệu, nội dung báo cáo…", max_chars=LONGEST_QUESTION, key="question")
    if question:
        ask(question)
        st.rerun()
    if conversation is None:
        show_welcome()
        return
    show_heading(conversation)
    for turn in conversation.turns:
        if turn.pending:
            answer_pending(conversation, turn)
        else:
            show_turn(conversation, turn, latest=turn is conversation.turns[-1])
