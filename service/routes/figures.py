"""Appendix figures looked up directly, compared, and as a file for a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from pydantic import Field

from service.dependencies import LeasedEngine, ReaderCaller, StateOf
from service.errors import InvalidFields
from service.lookup import Lookup, Wanted
from service.routes.reports import Limit, Offset
from service.schemas import Comparison, Figure, FigureList
from service.tables import as_csv, as_xlsx

router = APIRouter(tags=["figures"])

_PAGE = 500
_MOST_ROWS = 100_000
_CSV = "text/csv; charset=utf-8"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def wanted(
    q: Annotated[str | None, Query(max_length=300)] = None,
    code: Annotated[str | None, Query(max_length=40)] = None,
    like: Annotated[
        str | None, Query(pattern=r"^[^:]{1,64}:\d{1,6}$", description="A row, as REPORT_ID:ROW: the same indicator.")
    ] = None,
    report_id: Annotated[list[str] | None, Query(max_length=500)] = None,
    issuer: Annotated[list[str] | None, Query(max_length=100)] = None,
    year: Annotated[list[Annotated[int, Field(ge=1900, le=2200)]] | None, Query(max_length=100)] = None,
    period: Annotated[list[str] | None, Query(max_length=30)] = None,
) -> Wanted:
    row_of, _, row = (like or "").rpartition(":")
    exactly = (row_of, int(row)) if like else None
    return Wanted(q, code, report_id or (), issuer or (), year or (), period or (), exactly)


def lookup(engine: LeasedEngine, state: StateOf) -> Lookup:
    return Lookup(engine, state.deletions.hidden())


WantedFigures = Annotated[Wanted, Depends(wanted)]
LookupOf = Annotated[Lookup, Depends(lookup)]


@router.get("/v1/figures")
def find_figures(
    caller: ReaderCaller, lookup: LookupOf, wanted: WantedFigures, limit: Limit = 50, offset: Offset = 0
) -> FigureList:
    """Appendix rows: the nearest first where words were given, else by report and in the form's order."""
    return lookup.find(wanted, limit, offset)


@router.get("/v1/figures/compare")
def compare_figures(caller: ReaderCaller, lookup: LookupOf, wanted: WantedFigures) -> Comparison:
    """One indicator, by words, by printed code or by a row, over several provinces or periods."""
    if not wanted.q and not wanted.code and not wanted.like:
        raise InvalidFields("Hãy cho biết chỉ tiêu cần so sánh: từ ngữ (q), mã (code) hoặc một dòng (like).")
    return lookup.compare(wanted)


@router.get("/v1/figures.csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
def figures_csv(caller: ReaderCaller, lookup: LookupOf, wanted: WantedFigures) -> Response:
    """The same rows as CSV."""
    return _file(as_csv(_all(lookup, wanted)), _CSV, "so-lieu.csv")


@router.get("/v1/figures.xlsx", response_class=Response, responses={200: {"content": {_XLSX: {}}}})
def figures_xlsx(caller: ReaderCaller, lookup: LookupOf, wanted: WantedFigures) -> Response:
    """The same rows as an Excel workbook."""
    return _file(as_xlsx(_all(lookup, wanted)), _XLSX, "so-lieu.xlsx")


def _all(lookup: Lookup, wanted: Wanted) -> Iterator[Figure]:
    for offset in range(0, _MOST_ROWS, _PAGE):
        page = lookup.find(wanted, _PAGE, offset)
        yield from page.items
        if offset + _PAGE >= page.total:
            return


def _file(content: bytes, kind: str, name: str) -> Response:
    return Response(content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})
