"""Which generations of the index are kept, and going back to one. For operators."""

from __future__ import annotations

import anyio.to_thread
from fastapi import APIRouter

from index.errors import GenerationDamaged, IndexingError, NoGeneration
from service import generations
from service.audit import Actor
from service.dependencies import OperatorActor, StateOf, errors
from service.errors import Conflict, NotFound, NotReady
from service.schemas import Generation, GenerationList, RollbackRequest
from service.state import State

router = APIRouter(tags=["corpus"])


@router.get("/v1/generations", responses=errors(401, 403))
def list_generations(state: StateOf, actor: OperatorActor) -> GenerationList:
    """The generation in use and those that can be gone back to, the newest first."""
    return GenerationList(items=_items(state))


@router.post("/v1/rollback", responses=errors(401, 403, 404, 409))
async def roll_back(body: RollbackRequest, state: StateOf, actor: OperatorActor) -> Generation:
    """Go back to a generation, or to the one before. Answered once it is in use; deleted reports stay deleted."""
    before = await anyio.to_thread.run_sync(generations.served_by, state.settings.data)
    served = await anyio.to_thread.run_sync(_roll_back, state, body.generation, actor)
    items = await anyio.to_thread.run_sync(_items, state)
    # What it holds of deleted reports is taken out by the next publication, which may come before the last worker does.
    await state.workers.follow(lambda serving: served == before or before not in serving)
    return next(item for item in items if item.id == served).model_copy(update={"current": True})


def _roll_back(state: State, to: str | None, actor: Actor) -> str:
    with state.engine.lease() as engine:
        encoder = engine.encoder
    try:
        return generations.roll_back(state.settings.data, to, state.jobs, actor, encoder, _busy)
    except NoGeneration as error:
        raise NotFound(error.message) from None
    except IndexingError as error:
        raise Conflict(error.message) from None


def _busy() -> None:
    raise Conflict("Đang lập chỉ mục nên chưa quay lại được. Hãy thử lại khi việc đó xong.")


def _items(state: State) -> list[Generation]:
    hidden = state.deletions.hidden()
    try:
        kept = generations.kept(state.settings.data)
    except GenerationDamaged as error:
        raise NotReady(error.message) from None
    return [
        Generation(
            id=one.id, built_at=one.built_at, current=one.id == state.engine.generation,
            reports=None if one.report_ids is None else len(one.report_ids - hidden),
        )
        for one in kept
    ]  # fmt: skip
