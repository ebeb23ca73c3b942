"""What the API sends, typed. Fields this client does not use are ignored, so the API may grow."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Filters(Record):
    """What a question is restricted to; empty is everything."""

    report_ids: tuple[str, ...] = ()
    issuers: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    periods: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.report_ids or self.issuers or self.years or self.periods)


class Figure(Record):
    """A row of a statistics appendix; `citation` is the id of the citation that holds it."""

    report_id: str
    report_number: str | None = None
    issuer: str | None = None
    year: int | None = None
    period: str | None = None
    appendix: str | None = None
    row: int
    code: str | None = None
    name: str
    path: tuple[str, ...] = ()
    unit: str | None = None
    value_text: str
    value: int | float | None = None
    value_kind: Literal["number", "percent", "choice", "missing", "text"]
    meaning: str | None = None
    note: str | None = None
    citation: int | None = None
    unreviewed: bool = False
    """Read from a picture unsurely, and looked at by nobody yet."""
    corrected: bool = False
    original_value_text: str | None = None
    """What the machine had read, where somebody corrected it."""


class Box(Record):
    """A rectangle on a page, in fractions of its width and height from the top left."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float


class Citation(Record):
    """A verbatim piece of a report: the report's text from `start` to `end`."""

    id: int
    kind: Literal["passage", "appendix_row"]
    report_id: str
    report_number: str | None = None
    report_title: str | None = None
    section: str | None = None
    section_title: str | None = None
    page: int | None = None
    quote: str
    start: int
    end: int
    boxes: tuple[Box, ...] = ()
    """Where the quote stands on its pages; none where the file has no pages."""


class Calculation(Record):
    kind: str
    expression: str
    result_text: str
    figures: tuple[int, ...] = ()


class Conflict(Record):
    text: str
    citations: tuple[int, ...] = ()


class Answer(Record):
    conversation_id: str
    status: Literal["answered", "no_evidence", "clarify"]
    answer: str
    figures: tuple[Figure, ...] = ()
    citations: tuple[Citation, ...] = ()
    calculation: Calculation | None = None
    conflicts: tuple[Conflict, ...] = ()
    suggestions: tuple[str, ...] = ()
    generation: str | None = None
    restored_question: str | None = None


class Heading(Record):
    """A node of a report's outline."""

    id: str
    title: str
    kind: str = "section"
    level: int = 0
    start: int = 0
    end: int = 0
    page: int | None = None


class Report(Record):
    id: str
    number: str | None = None
    title: str | None = None
    issuer: str | None = None
    signed_on: date | None = None
    year: int | None = None
    period: str | None = None
    format: str
    pages: int | None = None
    passages: int = 0
    rows: int = 0
    figures: int = 0
    warnings: tuple[str, ...] = ()
    indexed_at: datetime | None = None
    outline: tuple[Heading, ...] = ()


class ReportList(Record):
    items: tuple[Report, ...]
    total: int


class FigureList(Record):
    items: tuple[Figure, ...]
    total: int = 0


class Place(Record):
    """Where an appendix row stands on its page."""

    row: int
    page: int
    boxes: tuple[Box, ...] = ()


class PlaceList(Record):
    items: tuple[Place, ...]


class Cell(Record):
    """One report in a comparison; without a figure, `missing` says why."""

    report_id: str
    report_number: str | None = None
    issuer: str | None = None
    year: int | None = None
    period: str | None = None
    figure: Figure | None = None
    missing: str | None = None


class Comparison(Record):
    """One indicator over reports; `candidates` where the words fit several indicators."""

    indicator: str | None = None
    path: tuple[str, ...] = ()
    cells: tuple[Cell, ...] = ()
    candidates: tuple[Figure, ...] = ()


class Check(Record):
    """One comparison of what a report says in two places."""

    text: str
    holds: bool
    expression: str | None = None
    citations: tuple[Citation, ...] = ()


class CheckList(Record):
    items: tuple[Check, ...]


class ReviewItem(Record):
    """A figure read from a picture, to be compared with the page; `crop` says whether there is a picture of its cell."""

    row: int
    code: str | None = None
    name: str
    unit: str | None = None
    value_text: str
    original_value_text: str | None = None
    confidence: float | None = None
    reasons: tuple[str, ...] = ()
    page: int | None = None
    crop: str | None = None
    corrected: bool = False
    reviewed: bool = False


class ReviewList(Record):
    items: tuple[ReviewItem, ...]
    total: int


class IndexGeneration(Record):
    """A state of the index that can be served again."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)

    id: str
    built_at: datetime | None = None
    reports: int | None = None
    current: bool = False


class GenerationList(Record):
    items: tuple[IndexGeneration, ...]


class Job(Record):
    id: str
    state: Literal["queued", "running", "done", "failed"]
    progress: float = Field(default=0.0, ge=0.0, le=1.0)
    stage: str | None = None
    report_id: str | None = None
    error: str | None = None
    kind: str = ""
    file_name: str | None = None
    actor: str = ""
    created_at: datetime | None = None


class JobList(Record):
    items: tuple[Job, ...]
