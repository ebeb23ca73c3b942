"""Reports and checks of the index as the API lists them."""

from __future__ import annotations

from collections.abc import Iterable

from index.records import Figure, ReportRecord
from service import checks
from service.draft import Draft
from service.review import Reviewer
from service.schemas import Check, CheckList, ReportSummary, ReviewItem


def summary(record: ReportRecord) -> ReportSummary:
    m = record.metadata
    return ReportSummary(
        id=record.id, number=m.number, title=m.title, issuer=m.issuer, signed_on=m.signed_on, year=m.year,
        period=m.period, format=record.format, pages=record.pages, passages=record.passages, rows=record.rows,
        figures=record.figures, warnings=list(record.warnings), sha256=record.sha256, indexed_at=record.indexed_at,
    )  # fmt: skip


def check_list(reviewer: Reviewer, report_id: str, found: Iterable[checks.Check]) -> CheckList:
    """Checks with the rows and the prose that they speak of quoted."""
    draft, generation = Draft(reviewer), reviewer.generation
    rows = {figure.row.row: figure for figure in generation.rows(report_id)}
    items = []
    for check in sorted(found, key=lambda c: c.holds):
        markers = [draft.cite_row(rows[row]) for row in check.rows if row in rows]
        markers += [draft.cite_passage(report_id, s, 1.0, generation.page_at(report_id, s.start)) for s in check.spans]
        citations = [draft.citations[marker - 1] for marker in dict.fromkeys(markers)]
        items.append(
            Check(
                kind=check.kind,
                text=check.statement,
                holds=check.holds,
                expression=check.expression,
                citations=citations,
            )
        )
    return CheckList(items=items, total=len(items), failing=sum(not item.holds for item in items))


def review_item(figure: Figure, reasons: list[str]) -> ReviewItem:
    row, review = figure.row, figure.review
    return ReviewItem(
        row=row.row, code=row.code, name=row.name, path=list(row.path), unit=row.unit, value_text=row.value.text,
        original_value_text=figure.as_read.value.text, confidence=row.confidence, reasons=reasons, page=row.page,
        crop=f"/v1/reports/{figure.report_id}/review/{row.row}/crop.png" if row.box else None,
        corrected=figure.recognised is not None, reviewed=review is not None,
        reviewed_by=review.actor if review else None, reviewed_at=review.at if review else None,
    )  # fmt: skip
