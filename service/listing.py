"""A report of the index as the API lists it."""

from __future__ import annotations

from index.records import ReportRecord
from service.schemas import ReportSummary


def summary(record: ReportRecord) -> ReportSummary:
    m = record.metadata
    return ReportSummary(
        id=record.id, number=m.number, title=m.title, issuer=m.issuer, signed_on=m.signed_on, year=m.year,
        period=m.period, format=record.format, pages=record.pages, passages=record.passages, rows=record.rows,
        figures=record.figures, warnings=list(record.warnings), sha256=record.sha256, indexed_at=record.indexed_at,
    )  # fmt: skip
