"""Alive and ready."""

from __future__ import annotations

from fastapi import APIRouter

from service.dependencies import StateOf, errors
from service.errors import NotReady
from service.schemas import Health

router = APIRouter(tags=["operation"])


@router.get("/healthz")
async def healthz() -> Health:
    """The process answers."""
    return Health(status="ok")


@router.get("/readyz", responses=errors(503))
async def readyz(state: StateOf) -> Health:
    """Index and encoder are loaded and have encoded a first question, in each of the workers."""
    if not (state.engine.ready and state.workers.all_serve()):
        raise NotReady(state.engine.trouble or "Dịch vụ đang khởi động.", headers={"Retry-After": "1"})
    return Health(status="ready", generation=state.engine.generation)
