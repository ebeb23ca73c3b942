"""Questions over several reports: side by side, over time, highest and lowest. Every cell is cited, nothing is filled in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence

from corpus.periods import period_name
from corpus.places import find_provinces
from index.records import Figure, ReportRecord
from service import compose
from service.calculate import average, compute
from service.compare import Cell, Step, align, cells, step
from service.context import Topic
from service.draft import Draft
from service.figures import FigureFinder
from service.markdown import plain_markdown
from service.match_model import Vector
from service.schemas import Calculation, CalculationKind, Status
from service.scope import Scope, newest_first, short_issuer
from service.understand import Question

Outcome = tuple[Status, Topic]
Finish = Callable[[Sequence[Figure], Draft], None]

_OVER_TIME = re.compile(
    r"\bdien bien\b|\bqua (?:cac|hai|ba|bon|nhieu|may|\d+) (?:ky|quy|nam|thang|bao cao)\b|\bxu huong\b|\b(?:ky|quy|nam|giai doan|thang) nao\b|\bcac ky\b|\bqua tung\b|\btheo (?:thoi gian|tung ky)\b"
)
_OVER_PLACES = re.compile(
    r"\b(?:tinh|dia phuong|noi|don vi|tinh thanh)\s+nao\b|\bcac tinh\b|\bnhung tinh\b|\bxep hang\b|\btop\b|\b\d+ (?:tinh|dia phuong)\b.*\b(?:dan dau|nhat)\b|\bgiua cac (?:tinh|dia phuong)\b"
)
_EACH_PLACE = re.compile(r"\b(?:cac|nhung|tung|moi|hai|ba|bon) (?:tinh|dia phuong)\b")
_AGAINST = re.compile(r"\bso voi\b|\bso sanh\b|\btang\b|\bgiam\b|\bhon\b|\bkem\b|\bchenh")
_WHICH = re.compile(r"\b(?:nao|dau|ai)\b.*\b(cao|nhieu|lon|tot|thap|it|nho|kem)\b(?: \w+){0,10} hon\b")
_MORE = frozenset({"cao", "nhieu", "lon", "tot"})
_MAX_ROWS = 12


class Comparing:
    """Compares one indicator over reports."""

    def __init__(self, finder: FigureFinder) -> None:
        self._finder = finder

    def wants(self, question: Question, scope: Scope) -> bool:
        """Whether a question is about more than one report."""
        folded = question.folded
        over_time = bool(_OVER_TIME.search(folded))
        if len(scope.reports) > 1 or _EACH_PLACE.search(folded):
            return True
        if (_OVER_PLACES.search(folded) or over_time) and (
            question.superlative or question.compares or question.operation == "change"
        ):
            return True
        if over_time and re.search(r"\bqua (?:cac|hai|ba|bon|nhieu|may|\d+)\b|\bcac ky\b|\btung ky\b", folded):
            return True
        named = question.slots.periods or question.slots.years or question.slots.issuers
        return bool(named) and bool(_AGAINST.search(folded)) and question.compares

    def in_report(self, figure: Figure, report: ReportRecord) -> Figure | None:
        return figure if figure.report_id == report.id else align(self._finder, figure, report.id)

    def compare(
        self,
        question: Question,
        vector: Vector,
        scope: Scope,
        reports: Sequence[ReportRecord],
        draft: Draft,
        finish: Finish,
    ) -> Outcome | None:
        chosen = self._reports(question, scope, reports)
        if len(chosen) < 2:
            return None
        figure = self._figure(question, vector, chosen)
        if figure is None:
            return None
        outcome = self.across(figure, question, chosen, draft, finish)
        for name in scope.absent if outcome is not None else ():
            draft.say(f"Chưa có báo cáo: {plain_markdown(name)}.")
        return outcome

    def across(
        self, figure: Figure, question: Question, chosen: Sequence[ReportRecord], draft: Draft, finish: Finish
    ) -> Outcome | None:
        """One row in several reports, as the question wants it: ranked, side by side, added up, divided."""
        found = cells(self._finder, figure, chosen)
        adds = self._adds(question, found)
        if question.superlative and _named(question) != 2:
            return self._ranked(question, found, draft)
        same_issuer = len({r.metadata.issuer for r in chosen}) == 1
        if same_issuer:
            found.sort(key=lambda c: c.report.recency)
        if (which := _WHICH.search(question.folded)) is not None and all(c.value is not None for c in found):
            found.sort(key=lambda c: c.value or 0, reverse=which.group(1) in _MORE)
        divides = question.operation == "ratio" and len(found) == 2
        outcome = self._table(question, found, draft, finish, over_time=same_issuer, steps=not (adds or divides))
        if divides:
            self._say_ratio(question, found, draft)
        if adds:
            self._total(question, found, draft)
        return outcome

    def trend(
        self, figure: Figure, question: Question, reports: Sequence[ReportRecord], draft: Draft, finish: Finish,
        since: str | None = None,
    ) -> Outcome | None:  # fmt: skip
        """A figure of the last answer against the report `since`, else the period before, or all periods."""
        here = next((r for r in reports if r.id == figure.report_id), None)
        if here is None:
            return None
        same = sorted((r for r in reports if r.metadata.issuer == here.metadata.issuer), key=lambda r: r.recency)
        if not _OVER_TIME.search(question.folded):
            last = [r for r in reports if r.id == since]
            same = sorted([*last, here], key=lambda r: r.recency) if last else self._against(question, here, same)
        if len(same) < 2:
            draft.say(f"Chưa có báo cáo kỳ khác của {compose.heading_for(here)} để so sánh.")
            draft.figures, draft.records, draft.citations = [], [], []
            return "no_evidence", "none"
        over_time = len({r.metadata.issuer for r in same}) == 1
        return self._table(question, cells(self._finder, figure, same), draft, finish, over_time=over_time)

    def _against(self, question: Question, here: ReportRecord, same: list[ReportRecord]) -> list[ReportRecord]:
        if question.slots.relative == "same_period_last_year":
            other = [
                r
                for r in same
                if r.metadata.year == (here.metadata.year or 0) - 1 and r.metadata.period == here.metadata.period
            ]
        elif question.slots.periods or question.slots.years:
            other = [
                r
                for r in same
                if r.id != here.id
                and (not question.slots.periods or r.metadata.period in question.slots.periods)
                and (not question.slots.years or r.metadata.year in question.slots.years)
            ][-1:]
        else:
            other = [r for r in same if r.recency < here.recency][-1:]
        return sorted([*other, here], key=lambda r: r.recency)

    def _reports(self, question: Question, scope: Scope, reports: Sequence[ReportRecord]) -> list[ReportRecord]:
        """The reports that a comparison is over."""
        if len(scope.reports) > 1:
            return list(scope.reports)
        folded = question.folded
        pool = [scope.reports[0], *scope.others]
        if _OVER_PLACES.search(folded) and not question.slots.issuers:
            return self._one_a_province(question, reports)
        if _OVER_TIME.search(folded):
            issuer = scope.reports[0].metadata.issuer
            every = [r for r in (reports if not question.slots.years else pool) if r.metadata.issuer == issuer]
            return newest_first(every)[:_MAX_ROWS]
        here = scope.reports[0]
        others = [r for r in newest_first(reports) if r.metadata.issuer == here.metadata.issuer and r.id != here.id]
        alike = [r for r in others if r.metadata.period == here.metadata.period and r.recency > here.recency]
        return [(alike or others)[0], here] if others and _AGAINST.search(folded) else [here]

    def _one_a_province(self, question: Question, reports: Sequence[ReportRecord]) -> list[ReportRecord]:
        """Each province's report of one period: the named one, or the newest that most provinces have."""
        fitting = [
            r
            for r in newest_first(reports)
            if (not question.slots.years or r.metadata.year in question.slots.years)
            and (not question.slots.periods or r.metadata.period in question.slots.periods)
        ]
        counts = Counter(
            (r.metadata.year, r.metadata.period)
            for r in {(r.metadata.issuer, r.metadata.year, r.metadata.period): r for r in fitting}.values()
        )
        if not counts:
            return []
        most = max(counts.values())
        when = next(
            (r.metadata.year, r.metadata.period)
            for r in fitting
            if counts[(r.metadata.year, r.metadata.period)] >= max(2, most // 2) or most == 1
        )
        seen: dict[str | None, ReportRecord] = {}
        for report in fitting:
            if (report.metadata.year, report.metadata.period) == when:
                seen.setdefault(report.metadata.issuer, report)
        return list(seen.values())

    def _figure(self, question: Question, vector: Vector, chosen: Sequence[ReportRecord]) -> Figure | None:
        for report in chosen[:4]:
            choice = self._finder.choose(question, vector, report.id)
            if choice.best is not None:
                return choice.best.figure
        return None

    def _table(
        self,
        question: Question,
        found: Sequence[Cell],
        draft: Draft,
        finish: Finish,
        over_time: bool,
        steps: bool = True,
    ) -> Outcome:
        rows: list[tuple[Cell, int | None, Step | None]] = []
        taken: list[tuple[Cell, Cell, Step]] = []
        before: Cell | None = None
        for cell in found:
            marker = self._add(cell, draft)
            change = step(before, cell) if before is not None and steps else None
            if change is not None and before is not None:
                taken.append((before, cell, change))
            rows.append((cell, marker, change))
            if cell.value is not None:
                before = cell
        self._head(found, draft)
        draft.lines.extend(["", *compose.comparison_table(rows), ""])
        self._say_steps(question, found, taken, draft, over_time)
        for cell in found:
            if cell.missing:
                draft.say(f"{compose.heading_for(cell.report)}: {cell.missing} [{self._add(cell, draft)}].")
        finish([c.figure for c in found if c.figure is not None], draft)
        if not draft.figures:
            return "no_evidence", "none"
        return "answered", "comparison"

    def _say_steps(
        self,
        question: Question,
        found: Sequence[Cell],
        steps: Sequence[tuple[Cell, Cell, Step]],
        draft: Draft,
        over_time: bool,
    ) -> None:
        if not steps:
            return
        results: list[str] = []
        reports = [c.report for c in found]
        if len(found) == 2 and question.wants_percent and question.operation == "change" and steps[0][2].relative:
            kind: CalculationKind = "change"
        else:
            kind = "difference"
        for before, after, change in steps:
            first, second = compose.cell_label(before.report, reports), compose.cell_label(after.report, reports)
            amount = change.absolute + (f" ({change.relative})" if change.relative else "")
            if change.direction == "không đổi":
                line = f"{second} bằng {first}"
            elif over_time:
                line = f"{second} {change.direction} {amount} so với {first}"
            else:
                line = f"{second} {'cao' if change.direction == 'tăng' else 'thấp'} hơn {first}: {amount}"
            results.append(line)
        if len(found) == 2:
            draft.say(f"{results[0]}.")
        markers = [at for at, figure in enumerate(draft.figures)]
        draft.calculation = Calculation(
            kind=kind,
            expression="; ".join(s.expression for _, _, s in steps),
            result_text="; ".join(results),
            figures=markers,
        )

    def _say_ratio(self, question: Question, found: Sequence[Cell], draft: Draft) -> None:
        """ "A gấp mấy lần B": in the order in which the question names two provinces; of two periods the larger first."""
        named = sorted(found, key=lambda c: (_first_said(question, c), -(c.value or 0)))
        figures = [c.figure for c in named if c.figure is not None]
        computed = compute("ratio", figures)
        if computed.missing:
            return
        markers = " ".join(f"[{draft.figures[draft.add_figure(f)].citation}]" for f in figures)
        draft.say(f"Tính ra: {computed.expression} = **{computed.result_text}** {markers}.")
        draft.calculation = Calculation(
            kind="ratio",
            expression=computed.expression,
            result_text=computed.result_text,
            figures=[draft.add_figure(f) for f in figures],
        )

    def _adds(self, question: Question, found: Sequence[Cell]) -> bool:
        """Whether the question asks for the sum or average over the reports rather than for differences."""
        if question.operation in ("change", "difference") or any(c.value is None for c in found):
            return False
        if question.operation == "average":
            return True
        percent = any(c.figure is not None and c.figure.row.value.kind == "percent" for c in found)
        return not percent and (
            question.operation == "sum" or (not question.compares and question.folded.startswith("tong"))
        )

    def _total(self, question: Question, found: Sequence[Cell], draft: Draft) -> None:
        figures = [c.figure for c in found if c.figure is not None]
        computed = average(figures) if question.operation == "average" else compute("sum", figures)
        draft.calculation = Calculation(
            kind=computed.kind,
            expression=computed.expression,
            result_text=computed.result_text,
            figures=list(range(len(draft.figures))),
        )
        word = "Bình quân" if question.operation == "average" else "Tổng cộng"
        markers = " ".join(f"[{f.citation}]" for f in draft.figures)
        draft.say(f"{word}: {computed.expression} = **{computed.result_text}** {markers}.")

    def _ranked(self, question: Question, found: Sequence[Cell], draft: Draft) -> Outcome | None:
        valued = [(c, c.value) for c in found]
        known = sorted(
            [(c, v) for c, v in valued if v is not None],
            key=lambda item: item[1],
            reverse=question.superlative == "max",
        )
        if not known:
            return None
        top = question.top or (len(known) if len(known) <= 6 else 5)
        kept = known[:top]
        ties = [c for c, v in known if v == known[0][1]]
        rows = [(cell, self._add(cell, draft), None) for cell, _ in kept]
        self._head([cell for cell, _ in kept], draft)
        reports = [c.report for c in found]
        names = ", ".join(plain_markdown(compose.cell_label(c.report, reports)) for c in ties[:6])
        word = "Cao nhất" if question.superlative == "max" else "Thấp nhất"
        figure = known[0][0].figure
        assert figure is not None
        marker = rows[0][1]
        draft.lines.insert(1, f"{word}: **{names}**, {compose.value_with_unit(figure)} [{marker}].")
        draft.lines.extend(["", *compose.comparison_table(rows)])
        for cell in found:
            if cell.missing:
                draft.say(f"{compose.heading_for(cell.report)}: {cell.missing} [{self._add(cell, draft)}].")
        return "answered", "comparison"

    def _head(self, found: Sequence[Cell], draft: Draft) -> None:
        figure = next(c.figure for c in found if c.figure is not None)
        times = {(c.report.metadata.period, c.report.metadata.year) for c in found}
        issuers = {short_issuer(c.report) for c in found}
        where = f" – {next(iter(issuers))}" if len(issuers) == 1 else ""
        period, year = next(iter(times))
        when = f", {period_name(period, year)}" if len(times) == 1 else ""
        draft.lines.insert(0, f"{compose.row_name(figure)}{compose.context_of(figure)}{plain_markdown(where)}{when}:")

    def _add(self, cell: Cell, draft: Draft) -> int | None:
        if cell.figure is None:
            return draft.cite_caption(cell.report.id)
        return draft.figures[draft.add_figure(cell.figure)].citation


def _first_said(question: Question, cell: Cell) -> int:
    """Where a question names a cell's province; a cell that it doesn't name comes last."""
    issuers = [name for name, _, _ in find_provinces(question.text)]
    name = short_issuer(cell.report)
    return issuers.index(name) if name in issuers else len(issuers)


def _named(question: Question) -> int:
    slots = question.slots
    return max(len(slots.issuers), len(slots.periods), len(slots.years))
