"""An answer while it is put together: numbered citations, figures, lines of text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from corpus.model import Section, Span
from corpus.periods import period_name
from index.records import Figure as FigureRecord
from index.records import ReportRecord
from service import schemas
from service.markdown import plain_markdown
from service.review import Reviewer

if TYPE_CHECKING:
    from service.figures import Choice


def figure_schema(
    figure: FigureRecord, report: ReportRecord, citation: int | None, unreviewed: bool = False
) -> schemas.Figure:
    row, about = figure.row, report.metadata
    return schemas.Figure(
        report_id=report.id,
        report_number=about.number,
        issuer=about.issuer,
        year=about.year,
        period=about.period,
        appendix=row.appendix,
        row=row.row,
        code=row.code,
        name=row.name,
        path=list(row.path),
        unit=row.unit,
        value_text=row.value.text,
        value=row.value.number,
        value_kind=row.value.kind,
        meaning=row.value.meaning,
        note=row.note,
        citation=citation,
        confidence=row.confidence,
        unreviewed=unreviewed,
        corrected=figure.recognised is not None,
        original_value_text=figure.recognised.value.text if figure.recognised else None,
    )


def dated_title(report: ReportRecord) -> str | None:
    """A report's title with its year, by which answers name it and which a title may lack: "… quý III (quý III năm 2022)"."""
    title, year = report.metadata.title, report.metadata.year
    if title is None or year is None or str(year) in title:
        return title
    return f"{title} ({period_name(report.metadata.period, year)})"


class Draft:
    """Collects what an answer states. Citing the same piece twice gives the same marker."""

    def __init__(self, reviewer: Reviewer) -> None:
        self._reviewer = reviewer
        self._generation = reviewer.generation
        self._markers: dict[tuple[str, int, int], int] = {}
        self._rows: dict[int, FigureRecord] = {}
        self.lines: list[str] = []
        self.figures: list[schemas.Figure] = []
        self.records: list[FigureRecord] = []
        self.citations: list[schemas.Citation] = []
        self.calculation: schemas.Calculation | None = None
        self.conflicts: list[schemas.Conflict] = []
        self.suggestions: list[str] = []
        self.restored: str | None = None
        self.considered: Choice | None = None
        """What the figure leg made of the question in the report that it is about."""

    def report(self, report_id: str) -> ReportRecord:
        record = self._generation.report(report_id)
        if record is None:
            raise LookupError(report_id)
        return record

    def _cite(
        self,
        kind: str,
        report: ReportRecord,
        span: Span,
        section: str | None,
        title: str | None,
        page: int | None,
        score: float,
        place: Span,
    ) -> int:
        key = (report.id, span.start, span.end)
        if key not in self._markers:
            self._markers[key] = len(self.citations) + 1
            self.citations.append(
                schemas.Citation(
                    id=self._markers[key],
                    kind="appendix_row" if kind == "appendix_row" else "passage",
                    report_id=report.id,
                    report_number=report.metadata.number,
                    report_title=dated_title(report),
                    section=section,
                    section_title=title,
                    page=page if page is not None else self._generation.page_at(report.id, place.start),
                    quote=span.of(self._generation.text(report.id)),
                    start=span.start,
                    end=span.end,
                    score=round(min(1.0, max(0.0, score)), 4),
                    boxes=[
                        schemas.Box(page=b.page, x0=b.left, y0=b.top, x1=b.right, y1=b.bottom)
                        for b in self._generation.boxes_of(report.id, place)
                    ],
                )
            )
        return self._markers[key]

    def cite_row(self, figure: FigureRecord, score: float = 1.0) -> int:
        row, place = figure.row, figure.as_read.span
        title = " › ".join(row.path[:-1]) or None
        report = self.report(figure.report_id)
        marker = self._cite("appendix_row", report, row.span, row.appendix, title, row.page, score, place)
        self._rows[marker] = figure
        return marker

    def cite_passage(self, report_id: str, span: Span, score: float, page: int | None = None) -> int:
        section = innermost(self._generation.sections(report_id), span.start)
        ident, title = (section.id, section.title) if section else (None, None)
        return self._cite("passage", self.report(report_id), span, ident, title, page, score, span)

    def cite_caption(self, report_id: str) -> int:
        """Cite what a report's appendix says it is, where a row that should be in it is missing."""
        sections = self._generation.sections(report_id)
        appendix = next((s for s in sections if s.kind == "appendix"), None)
        first = next(iter(self._generation.rows(report_id)), None)
        if appendix is None or first is None:
            head = sections[0].span if sections else Span(0, 200)
            return self.cite_passage(report_id, Span(head.start, min(head.end, head.start + 400)), 0.5)
        text = self._generation.text(report_id)
        start, end = appendix.span.start, min(first.row.span.start, appendix.span.start + 600)
        return self.cite_passage(report_id, Span(start, start + len(text[start:end].rstrip())), 0.5)

    def add_figure(self, figure: FigureRecord, score: float = 1.0) -> int:
        """Add a figure with its citation; returns its position in `figures`."""
        for at, known in enumerate(self.records):
            if (known.report_id, known.row.row) == (figure.report_id, figure.row.row):
                return at
        marker = self.cite_row(figure, score)
        self.records.append(figure)
        unreviewed = self._reviewer.is_unreviewed(figure)
        self.figures.append(figure_schema(figure, self.report(figure.report_id), marker, unreviewed))
        return len(self.figures) - 1

    def say(self, line: str) -> None:
        self.lines.append(line)

    def say_reviews(self) -> None:
        """Of the recognised rows that are cited: which nobody has looked at, and which were corrected."""
        unreviewed = [f"[{marker}]" for marker, f in self._rows.items() if self._reviewer.is_unreviewed(f)]
        if unreviewed:
            self.say(f"Lưu ý: số liệu ở {', '.join(unreviewed)} đọc từ bản quét và chưa được kiểm tra lại.")
        for marker, figure in self._rows.items():
            if figure.recognised is not None:
                read = plain_markdown(figure.recognised.value.text)
                said = f"máy đọc là “{read}”" if read else "máy đọc ô này là trống"
                self.say(f"Số liệu ở [{marker}] đã được sửa khi đối chiếu với bản quét; {said}.")


def innermost(sections: Sequence[Section], offset: int) -> Section | None:
    """The deepest section that holds a character."""
    holding = [s for s in sections if s.span.start <= offset < s.span.end]
    return max(holding, key=lambda s: (s.level, s.span.start), default=None)
