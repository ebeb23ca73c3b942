"""Recognised figures compared with their pages: which to look at, their pictures, and what somebody has found."""

from __future__ import annotations

from typing import Annotated

import anyio.to_thread
from fastapi import APIRouter, Path
from fastapi.responses import Response

from corpus.readers.writer import tidy
from index.records import Figure
from service.dependencies import LeasedEngine, OperatorActor, ReaderCaller, StateOf, errors
from service.engine import Engine
from service.errors import InvalidFields, NotFound
from service.listing import review_item
from service.pictures import cell_picture, page_picture
from service.routes.reports import Limit, Offset, visible
from service.schemas import ReviewItem, ReviewList, ReviewRequest
from service.state import State

router = APIRouter(tags=["review"])

_PNG: dict[int | str, dict[str, object]] = {200: {"content": {"image/png": {}}}}
Row = Annotated[int, Path(ge=0, le=1_000_000)]
PageNumber = Annotated[int, Path(ge=1, le=100_000)]


@router.get("/v1/reports/{report_id}/review", responses=errors(404))
def list_review(
    report_id: str, state: StateOf, caller: ReaderCaller, engine: LeasedEngine, limit: Limit = 500, offset: Offset = 0
) -> ReviewList:
    """The recognised figures that nobody may rely on yet, each with why; after them those that were looked at."""
    visible(engine, state, report_id)
    found = engine.reviewer.listed(report_id)
    items = [_item(engine, figure) for figure in found[offset : offset + limit]]
    return ReviewList(items=items, total=len(found), unreviewed=sum(f.review is None for f in found))


@router.put("/v1/reports/{report_id}/review/{row}", responses=errors(401, 403, 404))
def review_figure(
    report_id: str, row: Row, body: ReviewRequest, state: StateOf, actor: OperatorActor, engine: LeasedEngine
) -> ReviewItem:
    """Say what the page prints. From now on that answers, in every worker and after every rebuilding of the index."""
    figure = _figure(engine, state, report_id, row)
    if not figure.row.is_recognised:
        raise InvalidFields(
            "Dòng này lấy từ chữ có sẵn trong tệp, không phải nhận dạng từ ảnh, nên không sửa ở đây được."
        )
    state.amendments.review(figure, tidy(body.value_text), actor, engine.generation.id)
    return _item(engine, _figure(engine, state, report_id, row))


@router.get("/v1/reports/{report_id}/review/{row}/crop.png", response_class=Response, responses=errors(404) | _PNG)
async def cell(report_id: str, row: Row, state: StateOf, caller: ReaderCaller, engine: LeasedEngine) -> Response:
    """The picture of a figure's cell."""
    figure = _figure(engine, state, report_id, row)
    picture = await anyio.to_thread.run_sync(cell_picture, engine.generation, figure, limiter=state.drawing)
    return Response(picture, media_type="image/png")


@router.get("/v1/reports/{report_id}/pages/{number}.png", response_class=Response, responses=errors(404) | _PNG)
async def page(
    report_id: str, number: PageNumber, state: StateOf, caller: ReaderCaller, engine: LeasedEngine
) -> Response:
    """A page of a PDF or scan as a picture: what the boxes of a citation are fractions of."""
    visible(engine, state, report_id)
    picture = await anyio.to_thread.run_sync(page_picture, engine.generation, report_id, number, limiter=state.drawing)
    return Response(picture, media_type="image/png")


def _figure(engine: Engine, state: State, report_id: str, row: int) -> Figure:
    visible(engine, state, report_id)
    figure = engine.generation.row(report_id, row)
    if figure is None:
        raise NotFound("Phụ lục của báo cáo này không có dòng đó.")
    return figure


def _item(engine: Engine, figure: Figure) -> ReviewItem:
    return review_item(figure, engine.reviewer.reasons(figure))
