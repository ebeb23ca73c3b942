"""What a question names outright: a document, a code of the form, a report that isn't loaded."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from corpus.periods import period_name
from corpus.text import fold
from index.records import Figure, ReportRecord
from service.draft import Draft
from service.facts import FactFinder
from service.figures import FigureFinder
from service.match_model import Vector
from service.narrative import SectionFinder
from service.passages import Evidence, says
from service.saying import Outcome, Saying
from service.scope import Scope, loaded_sentence, report_label
from service.slots import DocumentName
from service.telling_apart import Candidate
from service.understand import Question

_SURE_OF_THE_TIME = 0.7
"""How sure a sentence must be of a year or period that no report is about."""


@dataclass(frozen=True)
class Named:
    """Answers from what is named, without weighing what else might be meant."""

    finder: FigureFinder
    facts: FactFinder
    sections: SectionFinder
    say: Saying
    encode: Callable[[str], Vector]

    def document(self, question: Question, scope: Scope) -> DocumentName | None:
        """The document that is named and isn't the report itself."""
        named = (d for d in question.slots.documents if d.kind != "BC" or not _is_report(d.number, scope))
        return next(named, None)

    def _narrows(self, question: Question, scope: Scope) -> bool:
        """Whether a code says where to look ("mức độ 3 theo mục 7.8"): it is a heading's, and a row is described."""
        rows = [f for code in question.slots.codes for f in self.finder.rows_by_code(scope.reports[0].id, code)]
        return bool(question.naming) and bool(rows) and all(not f.row.value.text for f in rows)

    def wants_row(self, question: Question, scope: Scope) -> bool:
        """Whether a code alone says which row is meant."""
        return bool(question.slots.codes) and not self._narrows(question, scope)

    def row(self, question: Question, scope: Scope, draft: Draft) -> Outcome:
        """The row of a code; where several have it, the one that the question describes, or all to choose from."""
        report = scope.reports[0]
        rows = [f for code in question.slots.codes for f in self.finder.rows_by_code(report.id, code)]
        if not rows:
            codes = ", ".join(question.slots.codes)
            return self.say.refusal(draft, f"Phụ lục của {report_label(report)} không có chỉ tiêu mã {codes}.")
        if len(rows) > len(question.slots.codes) and question.naming:
            matches = {c.figure.row.row: c.match for c in self.finder.candidates(question.terms, None, report.id, None)}
            fitting = [f for f in rows if f.row.row in matches and not matches[f.row.row].uncovered]
            rows = fitting or rows
        elif len(rows) == 1 and question.naming and (described := self._below(question, rows[0])) is not None:
            rows = [described]
        if len(rows) > len(question.slots.codes):
            return self.say.candidates([Candidate(f, self.finder.exact(f)) for f in rows], draft)
        return self.say.figures(rows, scope, draft)

    def _below(self, question: Question, figure: Figure) -> Figure | None:
        """ "Biên chế tinh giản trong kỳ (mục 4.2)" is a row below that code, where the code's own doesn't say as much."""
        entry = self.finder.matcher.entry(figure.indicator_id)
        if all(self.finder.matcher.covers(entry, term) for term in question.naming):
            return None
        best = self.finder.choose(question, self.encode(question.asked), figure.report_id).best
        below = best is not None and (best.figure.row.inferred_code or "").startswith(f"{figure.row.inferred_code}.")
        return best.figure if best is not None and below and not best.match.uncovered else None

    def documents(
        self, question: Question, name: DocumentName, scope: Scope, reports: Sequence[ReportRecord], draft: Draft
    ) -> Outcome:
        """What the reports say of a document, those that were meant first."""
        pool = list(dict.fromkeys((*scope.reports, *scope.others))) if scope.reports else list(reports)
        found = self.facts.documents(question, name, [r.id for r in pool])
        if not found or (question.naming and max(e.own for e in found) == 0 and len(question.naming) > 4):
            where = "Các báo cáo đang có" if len(pool) > 1 else "Báo cáo"
            return self.say.refusal(draft, f"{where} không nhắc đến văn bản mà câu hỏi nêu.", loaded_sentence(reports))
        first = found[0].hit.passage.chunk.report_id
        kept = [e for e in found if e.hit.passage.chunk.report_id == first][:3]
        return self.say.evidence(kept, Scope((draft.report(first),)), draft)

    def absent(self, question: Question, scope: Scope, draft: Draft) -> Outcome:
        """What was named isn't loaded; the issuer's own prose may still speak of that year or period."""
        if scope.nearest and question.naming:
            years = [str(y) for y in question.slots.years if not any(r.metadata.year == y for r in scope.nearest)]
            required = years + [_said_of(p) for p in question.slots.periods if p != "YEAR"]
            vector = self.encode(question.asked)
            if required and not (question.slots.relative or question.compares):
                for report in scope.nearest[:1]:
                    section = self.sections.find(question, report.id, required) if not question.wants_count else None
                    if section is not None:
                        return self.say.section(section, report, Scope((report,)), draft)
                    row = self._row_that_says(question, vector, report, required)
                    if row is not None:
                        return self.say.figures([row], Scope((report,)), draft)
                    evidence, _ = self.facts.find(question, vector, [report.id], required)
                    sure = _SURE_OF_THE_TIME if years else 0.0
                    if evidence and (evidence[0].confidence >= sure or _says_all(evidence[0])):
                        return self.say.evidence(evidence, Scope((report,), others=scope.nearest[1:]), draft)
        return self.say.refusal(draft, scope.missing or "")

    def _row_that_says(
        self, question: Question, vector: Vector, report: ReportRecord, required: Sequence[str]
    ) -> Figure | None:
        """The row that says the time itself ("Tinh giản 9 tháng đầu năm" in a quarter's report)."""
        ranked = [
            c
            for c in self.finder.candidates(question.terms, vector, report.id, None)
            if all(says(fold(" ".join(c.figure.row.path)).lower(), piece) for piece in required)
        ]
        choice = self.finder.decide(question, ranked) if ranked else None
        return choice.best.figure if choice is not None and choice.best is not None else None


def _is_report(number: int, scope: Scope) -> bool:
    return any(re.match(rf"0*{number}\D", r.metadata.number or "") for r in (*scope.reports, *scope.nearest))


def _says_all(evidence: Evidence) -> bool:
    return not evidence.missing and evidence.own >= 0.75


def _said_of(period: str) -> str:
    """How a period stands in a text, as `says` reads it: a month by its name, or in a date."""
    name = fold(period_name(period)).lower()
    if not period.startswith("MONTH-"):
        return name.removesuffix(" dau nam")
    month = int(period[6:])
    return "|".join(
        (
            f"{name} ",
            f"{name},",
            f"{name}/",
            f"thang 0{month}",
            f"/{month}/",
            f"/{month:02d}/",
            f"/{month} ",
            f"/{month},",
        )
    )
