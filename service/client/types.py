"""What the API takes and gives, as dictionaries with types. Written from the OpenAPI document, not by hand:
`python -m tests.client.types`."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict


class Answer(TypedDict):
    conversation_id: str
    status: Literal["answered", "no_evidence", "clarify"]
    answer: str
    figures: list[Figure]
    citations: list[Citation]
    calculation: Calculation | None
    conflicts: list[Conflict]
    suggestions: list[str]
    generation: str
    elapsed_ms: float
    prose: Literal["extractive", "model"]
    restored_question: str | None


class AskRequest(TypedDict):
    question: str
    conversation_id: NotRequired[str | None]
    history: NotRequired[list[Turn]]
    filters: NotRequired[Filters]


class Box(TypedDict):
    """A rectangle on a page as it is shown, in fractions of its width and height from the top left."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float


class Calculation(TypedDict):
    kind: Literal["sum", "difference", "share", "change", "ratio"]
    expression: str
    result_text: str
    figures: list[int]


class Check(TypedDict):
    """Two places of a report held against each other: arithmetic of the appendix, or its text against the appendix."""

    kind: str
    text: str
    holds: bool
    expression: str
    citations: list[Citation]


class CheckList(TypedDict):
    """What doesn't hold comes first."""

    items: list[Check]
    total: int
    failing: int


class Citation(TypedDict):
    """A verbatim piece of a report: `report_text[start:end] == quote`."""

    id: int
    kind: Literal["passage", "appendix_row"]
    report_id: str
    report_number: str | None
    report_title: str | None
    section: str | None
    section_title: str | None
    page: int | None
    quote: str
    start: int
    end: int
    score: float
    boxes: list[Box]


class Comparison(TypedDict):
    indicator: str | None
    path: list[str]
    unit: str | None
    cells: list[ComparisonCell]
    differences: list[Difference]
    candidates: list[Figure]


class ComparisonCell(TypedDict):
    """One report's figure in a comparison; `figure` is None when the report has no such row, `missing` says why."""

    report_id: str
    report_number: str | None
    issuer: str | None
    year: int | None
    period: str | None
    figure: Figure | None
    missing: str | None


class Conflict(TypedDict):
    text: str
    citations: list[int]


class DescribeRequest(TypedDict):
    """What a report's file doesn't say, or says wrong; null gives a field back to what the file says."""

    number: NotRequired[str | None]
    issuer: NotRequired[str | None]
    title: NotRequired[str | None]
    year: NotRequired[int | None]
    period: NotRequired[str | None]
    signed_on: NotRequired[str | None]


class Difference(TypedDict):
    """From one cell to another (positions in `cells`). `absolute` is in percentage points between percentages."""

    start: int
    end: int
    absolute: str
    relative: str | None


class ErrorBody(TypedDict):
    code: str
    message: str
    detail: dict[str, Any]


class ErrorResponse(TypedDict):
    error: ErrorBody


class FeedbackRequest(TypedDict):
    conversation_id: str
    rating: Literal["up", "down"]
    reason: NotRequired[str]


class Figure(TypedDict):
    """An appendix row as an answer states it."""

    report_id: str
    report_number: str | None
    issuer: str | None
    year: int | None
    period: str | None
    appendix: str
    row: int
    code: str | None
    name: str
    path: list[str]
    unit: str | None
    value_text: str
    value: float | None
    value_kind: Literal["number", "percent", "choice", "missing", "text"]
    meaning: str | None
    note: str | None
    citation: int | None
    confidence: float | None
    unreviewed: bool
    corrected: bool
    original_value_text: str | None


class FigureList(TypedDict):
    items: list[Figure]
    total: int


class Filters(TypedDict):
    """Restrict the reports; what the question itself names goes before them."""

    report_ids: NotRequired[list[str]]
    issuers: NotRequired[list[str]]
    years: NotRequired[list[int]]
    periods: NotRequired[list[str]]


class Generation(TypedDict):
    """A generation of the index that is kept. `reports` counts those not deleted since; null where it can't be read."""

    id: str
    built_at: str | None
    reports: int | None
    current: bool


class GenerationList(TypedDict):
    items: list[Generation]


class Health(TypedDict):
    status: Literal["ok", "ready"]
    generation: str | None


class Job(TypedDict):
    """A change of the corpus under way. `report_id` of a failed one is the report that stood against it."""

    id: str
    state: Literal["queued", "running", "done", "failed"]
    progress: float
    stage: str
    report_id: str | None
    error: str | None
    kind: Literal["add", "delete", "rebuild"]
    file_name: str | None
    actor: str
    created_at: str
    finished_at: str | None


class JobList(TypedDict):
    """The newest first."""

    items: list[Job]


class OutlineItem(TypedDict):
    id: str
    title: str
    kind: str
    level: int
    start: int
    end: int
    page: int | None


class Place(TypedDict):
    """Where an appendix row stands: the page that it begins on, and its boxes there."""

    row: int
    page: int | None
    boxes: list[Box]


class PlaceList(TypedDict):
    items: list[Place]


class ReportDetail(TypedDict):
    id: str
    number: str | None
    title: str | None
    issuer: str | None
    signed_on: str | None
    year: int | None
    period: str | None
    format: Literal["markdown", "docx", "pdf", "scan"]
    pages: int | None
    passages: int
    rows: int
    figures: int
    warnings: list[str]
    sha256: str
    indexed_at: str
    outline: list[OutlineItem]


class ReportList(TypedDict):
    items: list[ReportSummary]
    total: int


class ReportSummary(TypedDict):
    id: str
    number: str | None
    title: str | None
    issuer: str | None
    signed_on: str | None
    year: int | None
    period: str | None
    format: Literal["markdown", "docx", "pdf", "scan"]
    pages: int | None
    passages: int
    rows: int
    figures: int
    warnings: list[str]
    sha256: str
    indexed_at: str


class ReviewItem(TypedDict):
    """A recognised figure to be compared with its page, or one that was."""

    row: int
    code: str | None
    name: str
    path: list[str]
    unit: str | None
    value_text: str
    original_value_text: str
    confidence: float | None
    reasons: list[str]
    page: int | None
    crop: str | None
    corrected: bool
    reviewed: bool
    reviewed_by: str | None
    reviewed_at: str | None


class ReviewList(TypedDict):
    """What is to be looked at comes first; `unreviewed` says how many that are."""

    items: list[ReviewItem]
    total: int
    unreviewed: int


class ReviewRequest(TypedDict):
    """What the page prints in the cell. The value as recognised confirms it; an empty text says the cell is empty."""

    value_text: str


class RollbackRequest(TypedDict):
    generation: NotRequired[str | None]


class Turn(TypedDict):
    role: Literal["user", "assistant"]
    content: str
