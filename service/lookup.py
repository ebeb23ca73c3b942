"""Figures looked up without a question: by printed code, by words, in chosen reports; one indicator over several reports.

lookup = Lookup(engine, hidden)
lookup.find(Wanted(q="TTHC cấp huyện", years=[2021]), limit=50, offset=0).items
lookup.compare(Wanted(code="3.1.3")).cells
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise

from corpus.text import collapse, fold
from index.records import Figure, ReportRecord
from service import schemas
from service.compare import Cell, cells, step
from service.draft import figure_schema
from service.engine import Engine
from service.scope import short_issuer
from service.understand import Question

_LEAST_COVERED = 0.5
_COVERED_AS_WELL = 0.2
_MOST_INDICATORS = 24
_MOST_COMPARED = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which figures: by words, by printed code or by a row (report, ordinal), and in which reports. Nothing said means all."""

    q: str | None = None
    code: str | None = None
    report_ids: Sequence[str] = field(default_factory=tuple)
    issuers: Sequence[str] = field(default_factory=tuple)
    years: Sequence[int] = field(default_factory=tuple)
    periods: Sequence[str] = field(default_factory=tuple)
    like: tuple[str, int] | None = None


class Lookup:
    def __init__(self, engine: Engine, hidden: frozenset[str]) -> None:
        self._engine = engine
        self._generation = engine.generation
        self._hidden = hidden

    def find(self, wanted: Wanted, limit: int, offset: int) -> schemas.FigureList:
        """Rows by the nearness of their indicator where words were given, else by report and in the form's order."""
        question = self._question(wanted)
        reports = self._reports(wanted, question)
        if wanted.like is None and question is None and wanted.code is None:
            total = sum(report.rows for report in reports)
            found = list(islice(self._rows(reports, offset), limit))
            return schemas.FigureList(items=found, total=total)
        if wanted.like is not None:
            figure = self._row(*wanted.like)
            figures = [cell.figure for cell in self._cells(figure, reports) if cell.figure] if figure else []
        else:
            figures = self._by_words(question, reports) if question else self._by_code(wanted.code or "", reports)
        if question and wanted.code is not None:
            figures = [figure for figure in figures if wanted.code in (figure.row.code, figure.row.inferred_code)]
        about = {report.id: report for report in reports}
        page = figures[offset : offset + limit]
        return schemas.FigureList(items=[self._schema(f, about[f.report_id]) for f in page], total=len(figures))

    def compare(self, wanted: Wanted) -> schemas.Comparison:
        """The same indicator in each report: periods of one issuer after another, issuers beside each other."""
        question = self._question(wanted)
        reports = self._reports(wanted, question)
        figure, rivals = self._indicator(wanted, question, reports)
        about = {report.id: report for report in reports}
        candidates = [self._schema(rival, about[rival.report_id]) for rival in rivals]
        if figure is None:
            return schemas.Comparison(
                indicator=None, path=[], unit=None, cells=[], differences=[], candidates=candidates
            )
        found = self._cells(figure, reports)
        return schemas.Comparison(
            indicator=figure.row.name,
            path=list(figure.row.path),
            unit=figure.row.unit,
            cells=[self._cell(cell) for cell in found],
            differences=_differences(found),
            candidates=candidates,
        )

    def _row(self, report_id: str, row: int) -> Figure | None:
        return None if report_id in self._hidden else self._generation.row(report_id, row)

    def _cells(self, figure: Figure, reports: Sequence[ReportRecord]) -> list[Cell]:
        ordered = sorted(reports[:_MOST_COMPARED], key=lambda r: (fold(short_issuer(r)).lower(), r.recency, r.id))
        return cells(self._engine.finder, figure, ordered)

    def _question(self, wanted: Wanted) -> Question | None:
        question = self._engine.understand(wanted.q) if wanted.q and wanted.q.strip() else None
        return question if question is not None and question.terms else None

    def _reports(self, wanted: Wanted, question: Question | None) -> list[ReportRecord]:
        """Visible reports within the limits given, and within those that the words name where none were given."""
        issuers = {_key(issuer) for issuer in wanted.issuers}
        years, periods = set(wanted.years), set(wanted.periods)
        named: set[str] = set()
        if question is not None:
            named = set() if issuers else set(question.slots.issuers)
            years = years or set(question.slots.years)
            periods = periods or set(question.slots.periods)
        return [
            r
            for r in self._generation.reports()
            if r.id not in self._hidden
            and (not wanted.report_ids or r.id in wanted.report_ids)
            and (not issuers or _key(r.metadata.issuer or "") in issuers)
            and (not named or short_issuer(r) in named)
            and (not years or r.metadata.year in years)
            and (not periods or r.metadata.period in periods)
        ]

    def _rows(self, reports: Sequence[ReportRecord], offset: int) -> Iterator[schemas.Figure]:
        for report in reports:
            if offset >= report.rows:
                offset -= report.rows
                continue
            for figure in self._generation.rows(report.id)[offset:]:
                yield self._schema(figure, report)
            offset = 0

    def _by_code(self, code: str, reports: Sequence[ReportRecord]) -> list[Figure]:
        wanted = code.strip().rstrip(".")
        return [figure for report in reports for figure in self._engine.finder.rows_by_code(report.id, wanted)]

    def _by_words(self, question: Question, reports: Sequence[ReportRecord]) -> list[Figure]:
        matches = self._engine.matcher.rank(question.terms, self._engine.encode(question.text))
        covered = max((match.coverage for match in matches), default=0.0)
        least = max(_LEAST_COVERED, covered - _COVERED_AS_WELL)
        near = [match.indicator.id for match in matches if match.coverage >= least][:_MOST_INDICATORS]
        rank = {indicator: at for at, indicator in enumerate(near)}
        order = {report.id: at for at, report in enumerate(reports)}
        rows = self._generation.rows_of_indicators(near, list(order))
        return sorted(rows, key=lambda f: (rank[f.indicator_id], order[f.report_id], f.row.row))

    def _indicator(
        self, wanted: Wanted, question: Question | None, reports: Sequence[ReportRecord]
    ) -> tuple[Figure | None, Sequence[Figure]]:
        """The row to compare, from the newest report that tells; or those between which the words leave it open."""
        rivals: Sequence[Figure] = ()
        if wanted.like is not None:
            return self._row(*wanted.like), ()
        for report in reports:
            if wanted.code is not None:
                rows = self._by_code(wanted.code, [report])
                if question is not None and len(rows) > 1:
                    rows = [f for f in self._by_words(question, [report]) if f in rows][:1]
                if len(rows) == 1:
                    return rows[0], ()
                rivals = rivals or rows
            elif question is not None:
                choice = self._engine.finder.choose(question, self._engine.encode(question.text), report.id)
                if choice.best is not None:
                    return choice.best.figure, [rival.figure for rival in choice.rivals if rival != choice.best]
                rivals = rivals or [rival.figure for rival in choice.rivals or choice.nearest]
        return None, rivals

    def _cell(self, cell: Cell) -> schemas.ComparisonCell:
        about = cell.report.metadata
        return schemas.ComparisonCell(
            report_id=cell.report.id,
            report_number=about.number,
            issuer=about.issuer,
            year=about.year,
            period=about.period,
            figure=self._schema(cell.figure, cell.report) if cell.figure else None,
            missing=cell.missing,
        )

    def _schema(self, figure: Figure, report: ReportRecord) -> schemas.Figure:
        return figure_schema(figure, report, None, self._engine.reviewer.is_unreviewed(figure))


def _key(text: str) -> str:
    return fold(collapse(text)).lower()


def _differences(found: Sequence[Cell]) -> list[schemas.Difference]:
    """Between neighbours: one period of an issuer and its next, or two issuers side by side."""
    steps = ((at, at + 1, step(before, after)) for at, (before, after) in enumerate(pairwise(found)))
    return [
        schemas.Difference(
            start=start,
            end=end,
            absolute=f"{known.direction} {known.absolute}".removesuffix(" 0"),
            relative=f"{known.direction} {known.relative}"
            if known.relative and known.direction != "không đổi"
            else None,
        )
        for start, end, known in steps
        if known is not None
    ]
