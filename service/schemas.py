"""The shapes of the API (contract: names and meanings are fixed; see README, "Asking over the API")."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from corpus.model import ReportFormat, ValueKind

Status = Literal["answered", "no_evidence", "clarify"]
CalculationKind = Literal["sum", "difference", "share", "change", "ratio"]
QUESTION_LIMIT = 2000


class _Body(BaseModel):
    model_config = ConfigDict(extra="ignore")


class Turn(_Body):
    role: Literal["user", "assistant"]
    content: Annotated[str, Field(max_length=20_000)]


class Filters(_Body):
    """Restrict the reports; what the question itself names goes before them."""

    report_ids: list[str] = Field(default_factory=list, max_length=500)
    issuers: list[str] = Field(default_factory=list, max_length=100)
    years: list[int] = Field(default_factory=list, max_length=100)
    periods: list[str] = Field(default_factory=list, max_length=30)


class AskRequest(_Body):
    question: str
    conversation_id: Annotated[str, Field(max_length=64)] | None = None
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


class Citation(BaseModel):
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
    restored_question: str | None = Field(default=None, description="The question as understood, when its words were corrected.")


class OutlineItem(BaseModel):
    id: str
    title: str
    kind: str
    level: int
    start: int
    end: int
    page: int | None


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


class ErrorBody(BaseModel):
    code: str
    message: str
    detail: dict[str, object] = Field(default_factory=dict)


class ErrorResponse(BaseModel):
    error: ErrorBody
