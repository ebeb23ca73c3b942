"""Asks the service the question that is waiting, and shows the answer while it comes."""

from __future__ import annotations

import streamlit as st

from ui.answer_text import render_answer
from ui.api_errors import ApiError, ApiUnavailable
from ui.chat.turn import show_question
from ui.conversations import Conversation, Turn
from ui.records import Answer
from ui.shared import client, store

_THINKING = '<div class="answer thinking" role="status"><p>Đang tìm trong các báo cáo…</p></div>'
_WAITING = '<div class="answer thinking waiting" role="status"><p>Câu hỏi đang chờ dịch vụ trở lại, sẽ được gửi ngay khi đó.</p></div>'


def answer_pending(conversation: Conversation, turn: Turn) -> None:
    """The answer goes into the store, and the page runs again to show it whole.

    While nobody answers the turn stays pending: the page asks again on its next run.
    """
    show_question(turn)
    place = st.empty()
    place.html(_THINKING)
    text = ""
    try:
        for piece in client().ask(
            turn.question,
            conversation_id=conversation.remote_id,
            history=conversation.history,
            filters=turn.filters,
        ):
            if isinstance(piece, Answer):
                store().answer(conversation.id, turn.position, piece)
            else:
                text += piece
                place.html(f'<div class="answer" aria-busy="true">{render_answer(text, turn.position, ())}</div>')
    except ApiUnavailable:
        place.html(_WAITING)
        return
    except ApiError as error:
        store().fail(conversation.id, turn.position, error.message)
    st.rerun()
