"""The reports that are loaded: their list, outline, text, file and checks."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import FileResponse, PlainTextResponse, Response

from index.generation import Generation
from index.records import Figure, ReportRecord
from service.dependencies import LeasedEngine, ReaderCaller, StateOf, errors
from service.engine import Engine
from service.errors import NotFound
from service.listing import check_list, summary
from service.schemas import Box, CheckList, OutlineItem, Place, PlaceList, ReportDetail, ReportList
from service.state import State

router = APIRouter(tags=["reports"])

Text = Annotated[str | None, Query(max_length=200)]
Year = Annotated[int | None, Query(ge=1900, le=2200)]
Limit = Annotated[int, Query(ge=1, le=500)]
Offset = Annotated[int, Query(ge=0, le=1_000_000)]


@router.get("/v1/reports")
def list_reports(
    state: StateOf, caller: ReaderCaller, engine: LeasedEngine,
    issuer: Text = None, year: Year = None, period: Text = None, limit: Limit = 50, offset: Offset = 0,
) -> ReportList:  # fmt: skip
    """The reports that answers come from, the most recent period first."""
    hidden = state.deletions.hidden()
    found = [r for r in engine.generation.reports(issuer=issuer, year=year, period=period) if r.id not in hidden]
    return ReportList(items=[summary(r) for r in found[offset : offset + limit]], total=len(found))


@router.get("/v1/reports/{report_id}", responses=errors(404))
def get_report(report_id: str, state: StateOf, caller: ReaderCaller, engine: LeasedEngine) -> ReportDetail:
    """One report, with its outline."""
    record = visible(engine, state, report_id)
    return ReportDetail(**summary(record).model_dump(), outline=_outline(engine.generation, report_id))


@router.get(
    "/v1/reports/{report_id}/text",
    response_class=Response,
    responses=errors(404) | {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
)
def get_text(report_id: str, state: StateOf, caller: ReaderCaller, engine: LeasedEngine) -> PlainTextResponse:
    """The text whose characters citations count."""
    visible(engine, state, report_id)
    return PlainTextResponse(engine.generation.text(report_id))


@router.get(
    "/v1/reports/{report_id}/source",
    response_class=Response,
    responses=errors(404) | {200: {"content": {"application/octet-stream": {}}}},
)
def get_source(report_id: str, state: StateOf, caller: ReaderCaller, engine: LeasedEngine) -> FileResponse:
    """The file as it was handed in, to be saved and never shown in place."""
    record = visible(engine, state, report_id)
    path = engine.generation.source_path(report_id)
    if path is None:
        raise NotFound("Tệp gốc của báo cáo này không còn trên máy chủ.")
    return FileResponse(path, media_type="application/octet-stream", filename=record.file_name or path.name)


@router.get("/v1/reports/{report_id}/checks", responses=errors(404))
def get_checks(report_id: str, state: StateOf, caller: ReaderCaller, engine: LeasedEngine) -> CheckList:
    """Does the report's arithmetic hold, and does its text agree with its appendix? With the places to look at."""
    visible(engine, state, report_id)
    return check_list(engine.reviewer, report_id, engine.checks(report_id))


@router.get("/v1/reports/{report_id}/places", responses=errors(404))
def get_places(report_id: str, state: StateOf, caller: ReaderCaller, engine: LeasedEngine) -> PlaceList:
    """Where each appendix row stands on the pages of a PDF or scan, in fractions of a page; nothing for other files."""
    visible(engine, state, report_id)
    found = [_place(engine.generation, figure) for figure in engine.generation.rows(report_id)]
    return PlaceList(items=[place for place in found if place is not None])


def visible(engine: Engine, state: State, report_id: str) -> ReportRecord:
    """
    Raises:
        NotFound: there is no such report, or it was deleted.
    """
    record = engine.generation.report(report_id)
    if record is None or report_id in state.deletions.hidden():
        raise NotFound("Không có báo cáo này.")
    return record


def _place(generation: Generation, figure: Figure) -> Place | None:
    """The row on the page that it begins on."""
    boxes = generation.boxes_of(figure.report_id, figure.as_read.span)
    page = min((box.page for box in boxes), default=figure.row.page)
    if page is None:
        return None
    there = [Box(page=page, x0=b.left, y0=b.top, x1=b.right, y1=b.bottom) for b in boxes if b.page == page]
    return Place(row=figure.row.row, page=page, boxes=there)


def _outline(generation: Generation, report_id: str) -> list[OutlineItem]:
    return [
        OutlineItem(
            id=s.id, title=s.title, kind=s.kind, level=s.level, start=s.span.start, end=s.span.end,
            page=generation.page_at(report_id, s.span.start),
        )
        for s in generation.sections(report_id)
    ]  # fmt: skip
