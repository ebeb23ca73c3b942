"""Asking, answered at once or as a stream of events."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response, StreamingResponse

from service.asking import ask
from service.dependencies import ReaderCaller, StateOf, errors
from service.schemas import Answer, AskRequest

router = APIRouter(tags=["ask"])

_EVENT = {
    "type": "object",
    "properties": {
        "event": {"type": "string", "enum": ["citations", "delta", "answer", "error"]},
        "data": {"type": "string", "contentMediaType": "application/json"},
    },
}
_PIECE = re.compile(r"\S+\s*|\s+")


@router.post("/v1/ask", response_model=Answer, responses=errors(404))
async def ask_once(body: AskRequest, state: StateOf, caller: ReaderCaller) -> Response:
    """Answer a question with exact figures and cited passages, or say that the reports don't tell."""
    answer = await ask(state, body)
    return Response(answer.model_dump_json(), media_type="application/json")


@router.post(
    "/v1/ask/stream",
    response_class=Response,
    responses=errors(404) | {200: {"content": {"text/event-stream": {"schema": _EVENT}}}},
)
async def ask_stream(body: AskRequest, state: StateOf, caller: ReaderCaller) -> StreamingResponse:
    """The same as server-sent events: `citations` first, `delta` pieces of the text, `answer` (the whole body) last."""
    answer = await ask(state, body)
    return StreamingResponse(
        _events(answer),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


def _events(answer: Answer) -> Iterator[bytes]:
    yield _event("citations", [citation.model_dump(mode="json") for citation in answer.citations])
    for piece in _PIECE.findall(answer.answer):
        yield _event("delta", {"text": piece})
    yield _event("answer", answer.model_dump(mode="json"))


def _event(name: str, data: Any) -> bytes:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n".encode()
