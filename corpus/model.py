"""What a report is once it has been read: the records every other room works on.

All text is Unicode NFC. Every `Span` counts characters of `Report.text`, so
`report.text[span.start:span.end]` is always the verbatim piece that a citation quotes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

ValueKind = Literal["number", "percent", "choice", "missing", "text"]
ReportFormat = Literal["markdown", "docx", "pdf", "scan"]
SectionKind = Literal["preamble", "section", "recipients", "signature", "appendix"]

CONFIDENCE_BOUND = 0.85
"""Recognised figures less sure than this are unreviewed until a person has looked at them."""

PERIODS: tuple[str, ...] = ("Q1", "Q2", "Q3", "Q4", "H1", "M9", "YEAR", *(f"MONTH-{m:02d}" for m in range(1, 13)))


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of characters in a report's text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        return text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Page:
    """One page of the source file; `start` is where its text begins in the report's text."""

    number: int
    start: int


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page as a viewer shows it, in fractions of its width and height from the top left."""

    page: int
    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class TextBox:
    """Where a printed line or cell stands on its page: what a quote inside `span` is highlighted with."""

    span: Span
    box: Box


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table as read: its text without markup, and where it stands in the report's text.

    `confidence` is 0 to 1 for recognised text, None where the characters were in the file; `readings` are what the
    passes of recognition made of it. `above` is what a cell says that was merged down over this line from one above.
    """

    text: str
    span: Span
    bold: bool = False
    confidence: float | None = None
    box: Box | None = None
    readings: tuple[str, ...] = ()
    above: str = ""


@dataclass(frozen=True, slots=True)
class TableRow:
    """One printed line of cells. `span` covers the whole line in the report's text."""

    cells: tuple[Cell, ...]
    span: Span
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Table:
    rows: tuple[TableRow, ...]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """What a reader hands over: the text that citations point into, and the tables found in it."""

    text: str
    tables: tuple[Table, ...]
    format: ReportFormat
    pages: tuple[Page, ...] = ()
    warnings: tuple[str, ...] = ()
    boxes: tuple[TextBox, ...] = ()


@dataclass(frozen=True, slots=True)
class Value:
    """A printed value and what it means. `number` is None for choices without one, "-" and prose."""

    text: str
    kind: ValueKind
    number: int | float | None = None
    meaning: str | None = None


@dataclass(frozen=True, slots=True)
class IndicatorRow:
    """One row of the statistics appendix (chỉ tiêu), joined over page breaks.

    `code` is what is printed, `inferred_code` what the numbering means: 1.2's first child is
    printed 1.1.1 and inferred 1.2.1. `path` runs from the chapter to the row's own name.
    `confidence` is that of the row number and the value, whichever is less sure, None where the characters
    were in the file; `box` is where the value stands, `readings` what the passes of recognition made of the value
    where they differ.
    """

    row: int
    code: str | None
    inferred_code: str
    name: str
    path: tuple[str, ...]
    unit: str | None
    value: Value
    note: str | None
    span: Span
    appendix: str
    page: int | None = None
    confidence: float | None = None
    box: Box | None = None
    readings: tuple[str, ...] = ()

    @property
    def is_recognised(self) -> bool:
        return self.confidence is not None

    @property
    def is_unsure(self) -> bool:
        """Whether the row was recognised so unsurely that a person has to look at it."""
        return bool(self.readings) or (self.confidence is not None and self.confidence < CONFIDENCE_BOUND)


@dataclass(frozen=True, slots=True)
class Section:
    """A node of the outline. `id` joins the printed numbers from the top: "I.2.2.2" is I > 2 > 2.2.

    `span` covers the heading and everything below it, subsections included; `heading` the
    heading's own line. An item that is one numbered paragraph has its first words as title.
    """

    id: str
    title: str
    kind: SectionKind
    level: int
    span: Span
    heading: Span
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Metadata:
    """Who wrote the report about which period. None is "not found", and then there is a warning."""

    number: str | None = None
    title: str | None = None
    issuer: str | None = None
    signed_on: date | None = None
    year: int | None = None
    period: str | None = None
    signer: str | None = None
    signer_role: str | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """One report, read. `id` is derived from the source bytes, so the same file is the same report."""

    id: str
    sha256: str
    format: ReportFormat
    text: str
    metadata: Metadata
    sections: tuple[Section, ...]
    rows: tuple[IndicatorRow, ...]
    pages: tuple[Page, ...] = ()
    warnings: tuple[str, ...] = field(default=())
    boxes: tuple[TextBox, ...] = ()

    def page_at(self, offset: int) -> int | None:
        """The page that holds a character, or None for a source without pages."""
        found: int | None = None
        for page in self.pages:
            if page.start > offset:
                break
            found = page.number
        return found

    def boxes_of(self, span: Span) -> tuple[Box, ...]:
        """Where on their pages the printed lines stand that a span touches."""
        return tuple(b.box for b in self.boxes if b.span.start < span.end and span.start < b.span.end)

    def section_at(self, offset: int) -> Section | None:
        """The innermost section that holds a character."""
        best: Section | None = None
        for section in self.sections:
            if section.span.start <= offset < section.span.end and (best is None or section.level >= best.level):
                best = section
        return best
