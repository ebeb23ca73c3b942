"""One question of one caller: checked, bounded, answered by the engine of the moment, its conversation remembered."""

from __future__ import annotations

import asyncio
import sqlite3
import time
from typing import TYPE_CHECKING

import anyio.to_thread
import structlog
from pydantic import ValidationError

from service.answer_cache import Asked
from service.context import Context
from service.conversations import Conversations
from service.engine import Engine
from service.errors import InvalidFields, NotFound, NotReady, TooLarge
from service.schemas import QUESTION_LIMIT, Answer, AskRequest
from service.stages import stopwatch
from service.state import State
from service.understand import clean
from service.verify import violations
from service.writer_sources import CitedReport

if TYPE_CHECKING:
    from service.writer import Writer

log = structlog.get_logger("ask")


async def ask(state: State, body: AskRequest) -> Answer:
    """
    Raises:
        InvalidFields, TooLarge: the question can't be asked.
        NotFound: there is no such conversation.
        NotReady: busy, still loading, or the answer took too long.
    """
    _check(body.question)
    with state.in_flight():
        answer = await _answer(state, body)
        return answer if state.writer is None else await _written(state, state.writer, body, answer)


async def _answer(state: State, body: AskRequest) -> Answer:
    try:
        async with asyncio.timeout(state.settings.ask_timeout):
            return await anyio.to_thread.run_sync(_ask, state, body, limiter=state.threads, abandon_on_cancel=True)
    except TimeoutError:
        raise NotReady(
            "Trả lời mất quá nhiều thời gian. Hãy hỏi lại ngắn gọn hơn.", headers={"Retry-After": "5"}
        ) from None


async def _written(state: State, writer: Writer, body: AskRequest, answer: Answer) -> Answer:
    """The answer in a language model's words, if these pass the check that our own words passed; else as it is."""
    hidden = state.deletions.hidden()
    with state.engine.lease() as engine:  # kept meanwhile: what the text is held against must not change
        reports = _cited(engine, answer)
        text = await writer.rewrite(body.question, answer, reports) if reports is not None else None
        if state.deletions.hidden() != hidden:  # a report was deleted while the model wrote
            return await _answer(state, body)
        written = answer.model_copy(update={"answer": text, "prose": "model"}) if text else answer
        if text and (wrong := violations(written, engine.generation.text)):
            log.error("written_answer_withheld", violations=wrong)
            written = answer
    state.metrics.prose(written.prose)
    return written


def _cited(engine: Engine, answer: Answer) -> dict[str, CitedReport] | None:
    """The cited reports; None if another generation is served by now that lacks one."""
    found: dict[str, CitedReport] = {}
    for report_id in {citation.report_id for citation in answer.citations}:
        record = engine.generation.report(report_id)
        if record is None:
            return None
        found[report_id] = CitedReport(record, tuple(f.row.name for f in engine.generation.rows(report_id)))
    return found


def _check(question: str) -> None:
    if len(question) > QUESTION_LIMIT:
        raise TooLarge(
            f"Câu hỏi dài quá {QUESTION_LIMIT} ký tự. Hãy hỏi ngắn gọn hơn.",
            {"limit": QUESTION_LIMIT, "length": len(question)},
        )
    if not clean(question):
        raise InvalidFields("Hãy nhập câu hỏi.", {"fields": [{"field": "question", "problem": "còn trống"}]})


def _ask(state: State, body: AskRequest) -> Answer:
    with state.engine.lease() as engine, stopwatch() as seconds:
        before = _context(state.conversations, engine, body)
        conversation_id = body.conversation_id or state.conversations.new_id()
        while True:
            hidden = state.deletions.hidden()
            context = before.without(hidden) if before else None
            with state.deletions.hidden.steady(), state.amendments.current.steady():
                if before is None:
                    answer, after = _ask_once(state, engine, body, hidden, conversation_id)
                else:
                    answer, after = engine.ask(
                        body.question, filters=body.filters, context=context, conversation_id=conversation_id
                    )
            if state.deletions.hidden() == hidden:  # else a report was deleted meanwhile: without it, then
                break
        _remember(state.conversations, conversation_id, after, answer.generation)
    state.metrics.answer(answer.status)
    state.metrics.stages(seconds)
    if state.settings.log_questions:
        log.info("question", question=body.question, status=answer.status, conversation=conversation_id)
    return answer


def _ask_once(
    state: State, engine: Engine, body: AskRequest, hidden: frozenset[str], conversation_id: str
) -> tuple[Answer, Context]:
    """A question that begins a conversation: whoever asks the same gets the same answer."""
    started = time.perf_counter()
    asked = Asked.of(engine.generation.id, hidden, state.amendments.current(), body.question, body.filters)
    known = state.answers.get(asked)
    if known is None:
        answer, after = engine.ask(body.question, filters=body.filters, conversation_id=conversation_id)
        return state.answers.put(asked, answer, after)
    state.metrics.count("cchc_answers_repeated_total")
    milliseconds = round((time.perf_counter() - started) * 1000, 3)
    return known[0].model_copy(update={"conversation_id": conversation_id, "elapsed_ms": milliseconds}), known[1]


def _remember(conversations: Conversations, conversation_id: str, after: Context, generation: str) -> None:
    try:
        conversations.put(conversation_id, after.model_dump_json(), generation)
    except sqlite3.Error as error:  # a full disk costs the follow-up, not the answer
        log.error("conversation_not_kept", reason=str(error))


def _context(conversations: Conversations, engine: Engine, body: AskRequest) -> Context | None:
    if body.conversation_id is None:
        return engine.context_of(body.history) if body.history else None
    kept = conversations.get(body.conversation_id)
    if kept is None:
        raise NotFound("Không tìm thấy cuộc trò chuyện này. Hãy bắt đầu cuộc trò chuyện mới.")
    try:
        return Context.model_validate_json(kept)
    except ValidationError:  # written by another version: the conversation goes on without its past
        return None
