"""One question and its answer on the page."""

from __future__ import annotations

from urllib.parse import quote

import streamlit as st

from ui.answer_text import chip, render_answer
from ui.api_errors import ApiError
from ui.chat.asking import ask
from ui.chat.rating import show_rating
from ui.chat.restriction import restriction_note
from ui.citation_list import citation_list
from ui.comparison import comparable, comparison_chart, comparison_table
from ui.conversations import Conversation, Turn
from ui.export import answer_with_sources
from ui.figure_card import calculation_card, figure_cards
from ui.records import Answer, Conflict, Report
from ui.safe import escape, label
from ui.shared import all_reports, quoted_text
from ui.wording import COMPARE_VIEW, indicator_name

_MOST_CARDS = 6
_TABLE = "\n|"
"""How a table stands in an answer's Markdown; such an answer brings its own comparison."""


def show_question(turn: Turn) -> None:
    note = restriction_note(turn, _reports())
    restricted = f'<p class="hint">{escape(note)}</p>' if note else ""
    st.html(f'<div class="question"><h2>{escape(turn.question)}</h2>{restricted}</div>')


def _reports() -> tuple[Report, ...]:
    try:
        return all_reports()
    except ApiError:
        return ()


def show_turn(conversation: Conversation, turn: Turn, latest: bool) -> None:
    """A turn that has its answer; suggestions are offered under the latest alone."""
    show_question(turn)
    if turn.answer is None:
        st.html(f'<div class="answer failed" role="alert"><p>{escape(turn.error or "")}</p></div>')
        if latest:
            st.button("Hỏi lại", icon=":material/refresh:", key="ask_again", on_click=ask, args=(turn.question,))
        return
    answer = turn.answer
    with st.container(key=f"turn-{turn.position}", gap="small"):
        if answer.status == "answered":
            _show_figures(answer, turn.position)
        _show_text(answer, turn.position, latest)
        if answer.citations and answer.status == "answered":
            st.html(citation_list(answer.citations, turn.position, quoted_text))
        if answer.status == "clarify":
            _show_choices(answer, turn.position)
        elif latest:
            _show_suggestions(answer, turn.position)
        if answer.status != "clarify" and (latest or turn.rating):
            show_rating(conversation, turn)


def _show_figures(answer: Answer, position: int) -> None:
    if answer.calculation:
        st.html(calculation_card(answer.calculation))
    if not answer.figures:
        return
    if comparable(answer.figures):
        figures = answer.figures
        title = f'<h3 class="compared">{escape(indicator_name(figures[0]))}</h3>'
        table = "" if _TABLE in answer.answer else comparison_table(figures, position)
        st.html(f"{title}{table}{comparison_chart(figures)}")
    else:
        st.html(figure_cards(answer.figures[:_MOST_CARDS], position))


def _show_text(answer: Answer, position: int, latest: bool) -> None:
    known = {citation.id for citation in answer.citations} if answer.status == "answered" else set()
    parts = [
        f'<div class="answer {answer.status}"{" data-latest" if latest else ""}>',
        _understood(answer.restored_question),
        _conflicts(answer.conflicts, position),
        render_answer(_lead(answer), position, known),
        "</div>",
    ]
    if answer.status == "answered":
        parts.append(
            f'<button type="button" class="copy" data-copy="{escape(answer_with_sources(answer))}">Sao chép kèm nguồn</button>'
        )
    st.html("".join(parts))


def _lead(answer: Answer) -> str:
    """The text to show: of a clarification what comes before its list, for the buttons say the list."""
    if answer.status != "clarify" or not answer.suggestions:
        return answer.answer
    return answer.answer.partition("\n- ")[0]


def _understood(question: str | None) -> str:
    return f'<p class="hint">Hiểu câu hỏi là: {escape(question)}</p>' if question else ""


def _conflicts(conflicts: tuple[Conflict, ...], position: int) -> str:
    lines = "".join(
        f"<p>{escape(conflict.text)} {''.join(chip(position, number) for number in conflict.citations)}</p>"
        for conflict in conflicts
    )
    return f'<div class="conflict"><b>Các nguồn không khớp nhau</b>{lines}</div>' if lines else ""


def _show_choices(answer: Answer, position: int) -> None:
    """A clarification: the questions to click."""
    with st.container(key=f"choices-{position}", gap="small"):
        for number, suggestion in enumerate(answer.suggestions):
            st.button(
                label(suggestion), key=f"choice-{position}-{number}", width="stretch", on_click=ask, args=(suggestion,)
            )


def _show_suggestions(answer: Answer, position: int) -> None:
    if not answer.suggestions:
        if answer.status == "no_evidence":
            st.html(
                f'<div class="downloads"><a href="./so-lieu?xem={quote(COMPARE_VIEW)}">Xem các chỉ tiêu có trong biểu mẫu</a></div>'
            )
        return
    title = "Có thể hỏi" if answer.status == "no_evidence" else "Hỏi tiếp"
    with st.container(key=f"suggestions-{position}", horizontal=True, gap="small"):
        st.html(f'<span class="suggestions-title">{title}</span>', width="content")
        for number, suggestion in enumerate(answer.suggestions):
            st.button(label(suggestion), key=f"suggest-{position}-{number}", on_click=ask, args=(suggestion,))
