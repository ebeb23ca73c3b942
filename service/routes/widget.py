"""`/widget`: the page for other sites' iframes. There only where the operator named those sites (CCHC_WIDGET_ORIGINS).

Who visits a portal has no key, so naming a site lets everybody ask who can reach this address, within the limits.
"""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from service.asking import ask
from service.dependencies import StateOf
from service.errors import NotFound, ServiceError
from service.schemas import Answer, AskRequest
from service.state import State

router = APIRouter(include_in_schema=False)

_LONGEST_ID = 64
_SHOWN = 300


@router.get("/widget")
async def show(state: StateOf) -> HTMLResponse:
    _offered(state)
    return _page(state)


@router.post("/widget")
async def answer(request: Request, state: StateOf) -> HTMLResponse:
    _offered(state)
    async with request.form(max_files=0, max_fields=8) as form:
        question, conversation = str(form.get("question", "")), str(form.get("conversation_id", ""))
    try:
        state.rate.spend(f"address:{request.client.host if request.client else '?'}")
        found = await _ask(state, question, conversation[:_LONGEST_ID])
    except ServiceError as error:
        response = _page(state, question[:_SHOWN], problem=error.message, status=error.status)
        response.headers.update(error.headers)
        return response
    return _page(state, question, found)


async def _ask(state: State, question: str, conversation: str) -> Answer:
    if conversation:
        try:
            return await ask(state, AskRequest(question=question, conversation_id=conversation))
        except NotFound:  # kept too long ago: the question stands for itself
            pass
    return await ask(state, AskRequest(question=question))


def _offered(state: State) -> None:
    if not state.settings.widget_origins:
        raise NotFound("Không có địa chỉ này.")


def _page(
    state: State, question: str = "", answer: Answer | None = None, problem: str = "", status: int = 200
) -> HTMLResponse:
    from service.widget import page, policy  # with what turns Markdown into HTML, for those who have the page

    headers = {"Content-Security-Policy": policy(state.settings.widget_origins), "Cache-Control": "no-store"}
    return HTMLResponse(page(question, answer, problem), status, headers)
