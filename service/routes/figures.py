"""Appendix figures looked up directly, compared, and as a file for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from pydantic import BaseModel

from service.dependencies import LeasedEngine, ReaderCaller, errors
from service.engine import Engine
from service.routes.reports import Limit, Offset
from service.schemas import Comparison, Figure, FigureList
from service.tables import as_csv, as_xlsx

router = APIRouter(tags=["figures"])

_PAGE = 500
_MOST_ROWS = 100_000
_CSV = "text/csv; charset=utf-8"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Wanted(BaseModel):
    """Which figures: by words, by printed code, and in which reports."""

    q: str | None
    code: str | None
    report_ids: list[str]
    issuer: str | None
    year: int | None
    period: str | None


def wanted(
    q: Annotated[str | None, Query(max_length=300)] = None,
    code: Annotated[str | None, Query(max_length=40)] = None,
    report_id: Annotated[list[str] | None, Query(max_length=500)] = None,
    issuer: Annotated[str | None, Query(max_length=200)] = None,
    year: Annotated[int | None, Query(ge=1900, le=2200)] = None,
    period: Annotated[str | None, Query(max_length=20)] = None,
) -> Wanted:
    return Wanted(q=q, code=code, report_ids=report_id or [], issuer=issuer, year=year, period=period)


WantedFigures = Annotated[Wanted, Depends(wanted)]


@router.get("/v1/figures")
def find_figures(
    caller: ReaderCaller, engine: LeasedEngine, wanted: WantedFigures, limit: Limit = 50, offset: Offset = 0
) -> FigureList:
    """Appendix rows, in the order of their reports and of the form."""
    return engine.find_figures(**dict(wanted), limit=limit, offset=offset)


@router.get("/v1/figures/compare", responses=errors(404))
def compare_figures(
    caller: ReaderCaller, engine: LeasedEngine,
    q: Annotated[str | None, Query(max_length=300)] = None,
    code: Annotated[str | None, Query(max_length=40)] = None,
    issuer: Annotated[list[str] | None, Query(max_length=100)] = None,
    year: Annotated[list[int] | None, Query(max_length=100)] = None,
    period: Annotated[list[str] | None, Query(max_length=30)] = None,
) -> Comparison:  # fmt: skip
    """One indicator over several provinces or periods."""
    return engine.compare(q=q, code=code, issuers=issuer or [], years=year or [], periods=period or [])


@router.get("/v1/figures.csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
def figures_csv(caller: ReaderCaller, engine: LeasedEngine, wanted: WantedFigures) -> Response:
    """The same rows as CSV."""
    return _file(as_csv(_all(engine, wanted)), _CSV, "so-lieu.csv")


@router.get("/v1/figures.xlsx", response_class=Response, responses={200: {"content": {_XLSX: {}}}})
def figures_xlsx(caller: ReaderCaller, engine: LeasedEngine, wanted: WantedFigures) -> Response:
    """The same rows as an Excel workbook."""
    return _file(as_xlsx(_all(engine, wanted)), _XLSX, "so-lieu.xlsx")


def _all(engine: Engine, wanted: Wanted) -> Iterator[Figure]:
    for offset in range(0, _MOST_ROWS, _PAGE):
        page = engine.find_figures(**dict(wanted), limit=_PAGE, offset=offset)
        yield from page.items
        if offset + _PAGE >= page.total:
            return


def _file(content: bytes, kind: str, name: str) -> Response:
    return Response(content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
