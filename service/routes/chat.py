"""OpenAI's API, for programs that know it: base URL `…/v1`, a key where one is needed, any model name."""

from __future__ import annotations

from typing import Any

import anyio.to_thread
from fastapi import APIRouter
from fastapi.responses import Response, StreamingResponse

from service.asking import ask
from service.dependencies import ReaderCaller, StateOf, errors
from service.errors import NotFound
from service.openai_chat import as_completion, as_events, as_question, as_text
from service.openai_schemas import MODEL, ChatRequest, Completion, Model, ModelList, OpenAIError, Usage
from service.schemas import Answer
from service.state import State

router = APIRouter(tags=["openai"])

_CHUNKS = {
    "text/event-stream": {"schema": {"type": "string", "description": "A `chat.completion.chunk` in each `data:`."}}
}


def _errors(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What these routes may answer instead, all of it in OpenAI's shape. Fields that don't fit are a 400 there."""
    common = errors(400, 401, 408, 413, 422, 429, 503, *statuses)
    return {status: {**response, "model": OpenAIError} for status, response in common.items()}


@router.get("/v1/models", responses=_errors())
async def list_models(caller: ReaderCaller) -> ModelList:
    """The one model: this service."""
    return ModelList(data=[Model()])


@router.get("/v1/models/{model}", responses=_errors(404))
async def get_model(model: str, caller: ReaderCaller) -> Model:
    """That model, by its name."""
    if model != MODEL:
        raise NotFound(f"Không có mô hình này; chỉ có “{MODEL}”.")
    return Model()


@router.post(
    "/v1/chat/completions",
    response_model=Completion,
    responses=_errors() | {200: {"content": _CHUNKS}},
)
async def complete(body: ChatRequest, state: StateOf, caller: ReaderCaller) -> Response:
    """Answer the last message of `messages`; with `stream`, as server-sent events that end in `[DONE]`.

    The text ends with its sources. `status`, `citations` and `figures` stand beside OpenAI's own fields.
    """
    answer = await ask(state, as_question(body))
    if not body.stream:
        usage = await _usage(state, body, answer)
        return Response(as_completion(answer, usage).model_dump_json(), media_type="application/json")
    counted = body.stream_options is not None and body.stream_options.include_usage
    return StreamingResponse(
        as_events(answer, await _usage(state, body, answer) if counted else None),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


async def _usage(state: State, body: ChatRequest, answer: Answer) -> Usage:
    return await anyio.to_thread.run_sync(_count, state, body, answer, limiter=state.threads)


def _count(state: State, body: ChatRequest, answer: Answer) -> Usage:
    with state.engine.lease() as engine:
        asked = sum(engine.encoder.text_tokens(message.text) for message in body.messages)
        said = engine.encoder.text_tokens(as_text(answer))
    return Usage(prompt_tokens=asked, completion_tokens=said, total_tokens=asked + said)
