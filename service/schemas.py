"""The shapes of the API (contract: names and meanings are fixed; see README, "Asking over the API")."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from corpus.model import ReportFormat, ValueKind

Status = Literal["answered", "no_evidence", "clarify"]
CalculationKind = Literal["sum", "difference", "share", "change", "ratio"]
QUESTION_LIMIT = 2000


def _encodable(text: str) -> str:
    """JSON can escape half of a character, which nothing after this could write down."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise PydanticCustomError("string_unicode", "not a valid string") from None
    return text


Text = Annotated[str, AfterValidator(_encodable)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="ignore")


class Turn(_Body):
    role: Literal["user", "assistant"]
    content: Annotated[Text, Field(max_length=20_000)]


class Filters(_Body):
    """Restrict the reports; what the question itself names goes before them."""

    report_ids: list[Text] = Field(default_factory=list, max_length=500)
    issuers: list[Text] = Field(default_factory=list, max_length=100)
    years: list[int] = Field(default_factory=list, max_length=100)
    periods: list[Text] = Field(default_factory=list, max_length=30)


class AskRequest(_Body):
    question: Text
    conversation_id: Annotated[Text, Field(max_length=64)] | None = None
    history: list[Turn] = Field(default_factory=list, max_length=100)
    filters: Filters = Field(default_factory=Filters)


class Figure(BaseModel):
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
    value: int | float | None
    value_kind: ValueKind
    meaning: str | None
    note: str | None
    citation: int | None
    confidence: float | None = Field(default=None, description="Of a recognised row, 0 to 1; null where it was text.")
    unreviewed: bool = Field(
        default=False, description="Recognised unsurely, or at odds with others, and not looked at."
    )
    corrected: bool = Field(default=False, description="A person has corrected what was recognised.")
    original_value_text: str | None = Field(default=None, description="What was recognised, where it was corrected.")


class Box(BaseModel):
    """A rectangle on a page as it is shown, in fractions of its width and height from the top left."""

    page: int
    x0: float
    y0: float
    x1: float
    y1: float


class Citation(BaseModel):
    """A verbatim piece of a report: `report_text[start:end] == quote`.

    A corrected figure is quoted from the line that its review has added to the report's text.
    """

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
    boxes: list[Box] = Field(default_factory=list, description="Where the quote stands on its pages (PDF and scans).")


class Calculation(BaseModel):
    kind: CalculationKind
    expression: str
    result_text: str
    figures: list[int]


class Conflict(BaseModel):
    text: str
    citations: list[int]


class Answer(BaseModel):
    conversation_id: str
    status: Status
    answer: str
    figures: list[Figure]
    citations: list[Citation]
    calculation: Calculation | None = None
    conflicts: list[Conflict] = Field(default_factory=list)
    suggestions: list[str] = Field(default_factory=list)
    generation: str
    elapsed_ms: float
    prose: Literal["extractive", "model"] = Field(
        default="extractive",
        description="Who wrote `answer`: this service, or a language model whose text was checked.",
    )
    restored_question: str | None = Field(
        default=None, description="The question as understood, when its words were corrected."
    )

    def reports_used(self) -> frozenset[str]:
        """The ids of the reports that it states or quotes anything of."""
        return frozenset(f.report_id for f in self.figures) | frozenset(c.report_id for c in self.citations)


class OutlineItem(BaseModel):
    id: str
    title: str
    kind: str
    level: int
    start: int
    end: int
    page: int | None


class SectionText(BaseModel):
    """A section of a report, or a piece of it: `report_text[start:end] == text`."""

    report_id: str
    section: str
    title: str
    page: int | None
    text: str
    start: int
    end: int
    next_offset: int | None = Field(description="Where the rest of a long section begins.")


class ReportSummary(BaseModel):
    id: str
    number: str | None
    title: str | None
    issuer: str | None
    signed_on: date | None
    year: int | None
    period: str | None
    format: ReportFormat
    pages: int | None
    passages: int
    rows: int
    figures: int
    warnings: list[str]
    sha256: str
    indexed_at: str


class ReportDetail(ReportSummary):
    outline: list[OutlineItem]


class ReportList(BaseModel):
    items: list[ReportSummary]
    total: int


class FigureList(BaseModel):
    items: list[Figure]
    total: int


class ReviewItem(BaseModel):
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
    crop: str | None = Field(description="Where the picture of the cell is, as a path of this service.")
    corrected: bool
    reviewed: bool
    reviewed_by: str | None
    reviewed_at: str | None


class ReviewList(BaseModel):
    """What is to be looked at comes first; `unreviewed` says how many that are."""

    items: list[ReviewItem]
    total: int
    unreviewed: int


class ReviewRequest(_Body):
    """What the page prints in the cell. The value as recognised confirms it; an empty text says the cell is empty."""

    value_text: Annotated[Text, Field(max_length=300)]


class DescribeRequest(BaseModel):
    """What a report's file doesn't say, or says wrong; null gives a field back to what the file says."""

    model_config = ConfigDict(extra="forbid")

    number: Annotated[Text, Field(min_length=1, max_length=60)] | None = None
    issuer: Annotated[Text, Field(min_length=1, max_length=200)] | None = None
    title: Annotated[Text, Field(min_length=1, max_length=500)] | None = None
    year: Annotated[int, Field(ge=1900, le=2200)] | None = None
    period: Annotated[Text, Field(max_length=20)] | None = None
    signed_on: date | None = None


class Place(BaseModel):
    """Where an appendix row stands: the page that it begins on, and its boxes there."""

    row: int
    page: int | None
    boxes: list[Box]


class PlaceList(BaseModel):
    items: list[Place]


class ComparisonCell(BaseModel):
    """One report's figure in a comparison; `figure` is None when the report has no such row, `missing` says why."""

    report_id: str
    report_number: str | None
    issuer: str | None
    year: int | None
    period: str | None
    figure: Figure | None
    missing: str | None = None


class Difference(BaseModel):
    """From one cell to another (positions in `cells`). `absolute` is in percentage points between percentages."""

    start: int
    end: int
    absolute: str
    relative: str | None


class Comparison(BaseModel):
    indicator: str | None
    path: list[str]
    unit: str | None
    cells: list[ComparisonCell]
    differences: list[Difference]
    candidates: list[Figure] = Field(default_factory=list, description="When the question fits several indicators.")


class Check(BaseModel):
    """Two places of a report held against each other: arithmetic of the appendix, or its text against the appendix."""

    kind: str
    text: str
    holds: bool
    expression: str
    citations: list[Citation]


class CheckList(BaseModel):
    """What doesn't hold comes first."""

    items: list[Check]
    total: int
    failing: int


class Job(BaseModel):
    """A change of the corpus under way. `report_id` of a failed one is the report that stood against it."""

    id: str
    state: Literal["queued", "running", "done", "failed"]
    progress: Annotated[float, Field(ge=0.0, le=1.0)]
    stage: str
    report_id: str | None
    error: str | None
    kind: Literal["add", "delete", "rebuild"]
    file_name: str | None
    actor: str
    created_at: str
    finished_at: str | None


class JobList(BaseModel):
    """The newest first."""

    items: list[Job]


class Generation(BaseModel):
    """A generation of the index that is kept. `reports` counts those not deleted since; null where it can't be read."""

    id: str
    built_at: str | None
    reports: int | None
    current: bool


class GenerationList(BaseModel):
    items: list[Generation]


class RollbackRequest(_Body):
    generation: Annotated[str, Field(pattern=r"^\d{5,18}$")] | None = Field(
        default=None, description="The generation to go back to; the one before where none is named."
    )


class FeedbackRequest(_Body):
    conversation_id: Annotated[Text, Field(min_length=1, max_length=64)]
    rating: Literal["up", "down"]
    reason: Annotated[Text, Field(max_length=2000)] = ""


class Health(BaseModel):
    status: Literal["ok", "ready"]
    generation: str | None = None


class ErrorBody(BaseModel):
    code: str
    message: str
    detail: dict[str, object] = Field(default_factory=dict)


class ErrorResponse(BaseModel):
    error: ErrorBody
