"""What a route requires, said in its signature: the state, a caller with a role, the engine."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPBearer

from service.audit import Actor
from service.engine import Engine
from service.errors import Forbidden, Unauthorized
from service.keys import ANONYMOUS, CHAT_KEY_FILE, Caller
from service.schemas import ErrorResponse
from service.state import State

BEARER = HTTPBearer(auto_error=False, description="An API key, made with `cchc keys create`.")
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="cchc"'}


async def get_state(request: Request) -> State:
    state: State = request.app.state.service
    return state


StateOf = Annotated[State, Depends(get_state)]


def _address(request: Request) -> str:
    return request.client.host if request.client else "?"


def _caller(request: Request, state: State) -> Caller:
    """Who sends this, by the key; a wrong key is refused even where none is needed."""
    header = request.headers.get("authorization")
    if header is None:
        return ANONYMOUS
    scheme, _, secret = header.partition(" ")
    caller = state.keys.caller(secret.strip()) if scheme.lower() == "bearer" else None
    if caller is None:
        state.rate.spend(f"address:{_address(request)}")
        raise Unauthorized("Khóa API không đúng hoặc đã bị thu hồi. Hãy kiểm tra lại khóa.", headers=_CHALLENGE)
    return caller


def _spend(request: Request, state: State, caller: Caller) -> None:
    if caller.name == CHAT_KEY_FILE:
        return  # all who ask in the chat ask with this one key; what bounds them is how many questions are in flight
    state.rate.spend(f"key:{caller.name}" if caller.role else f"address:{_address(request)}")


async def reader(request: Request, state: StateOf) -> Caller:
    """Anybody on this machine; elsewhere whoever has a key."""
    caller = _caller(request, state)
    _spend(request, state, caller)
    if caller.role is None and state.settings.keys_required:
        raise Unauthorized(
            "Cần có khóa API để dùng dịch vụ này: gửi kèm “Authorization: Bearer …”.", headers=_CHALLENGE
        )
    return caller


async def operator(request: Request, state: StateOf, _: Annotated[object, Security(BEARER)]) -> Actor:
    caller = _caller(request, state)
    _spend(request, state, caller)
    if caller.role is None:
        raise Unauthorized("Cần có khóa của quản trị viên: gửi kèm “Authorization: Bearer …”.", headers=_CHALLENGE)
    if caller.role != "operator":
        raise Forbidden("Khóa này chỉ được phép hỏi và xem; việc này cần khóa của quản trị viên.")
    return Actor(caller.name, _address(request))


async def leased_engine(state: StateOf) -> AsyncIterator[Engine]:
    """The engine, kept for the whole of the request."""
    with state.engine.lease() as engine:
        yield engine


ReaderCaller = Annotated[Caller, Depends(reader)]
OperatorActor = Annotated[Actor, Depends(operator)]
LeasedEngine = Annotated[Engine, Depends(leased_engine)]


def errors(*statuses: int) -> dict[int | str, dict[str, object]]:
    """The `responses` of a route: the errors it may give, beside those that every route may give."""
    return {status: {"model": ErrorResponse, "description": _MEANINGS[status]} for status in statuses}


_MEANINGS = {
    400: "Malformed request",
    401: "No key, or a wrong one",
    403: "Not an operator's key",
    404: "Not found",
    405: "Method not allowed",
    408: "The body did not arrive in time",
    409: "In the way: an indexer at work, or a report with this number and other contents",
    413: "Too large",
    415: "Not a format that is read",
    422: "Fields or a file that can't be used",
    429: "Too many requests; see Retry-After",
    503: "Not ready or busy; see Retry-After",
}
