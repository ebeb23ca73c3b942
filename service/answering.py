"""The way of one question: understand, scope, figures or passages, gate, compose.

Each leg either fills the draft and says how, or leaves it to the next one. Nothing found is an answer too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from corpus.model import Span
from corpus.text import fold
from index.generation import Generation
from index.records import Figure, ReportRecord
from service import compose
from service.calculate import Calculator, Computed
from service.checks import Check, conflicts_for
from service.comparing import Comparing
from service.context import Context, Place, Quoted, Topic
from service.draft import Draft
from service.facts import FactFinder
from service.figures import Candidate, Choice, FigureFinder
from service.followup import FollowUps, Merged
from service.markdown import plain_markdown
from service.match_model import Vector
from service.narrative import SectionAnswer, SectionFinder
from service.passages import Evidence, PassageFinder
from service.people import PeopleFinder
from service.review import Reviewer
from service.schemas import Calculation, Conflict, Filters, Status
from service.scope import Scope, loaded_sentence, report_label, resolve, short_issuer
from service.stages import stage
from service.understand import Question, Understanding

Outcome = tuple[Status, Topic]

_ROW_FIRST = 0.15
"""How much surer a sentence must be than a row: the row says less beside what was asked."""
_TOGETHER = re.compile(r"\btong\b|\bca (?:hai|ba|bon)\b|\btat ca\b|\btoan bo\b")
_MOST_OFFERED = 3
_NEAR_ENOUGH = 0.34
"""The share of a refused question's words that a row must have to be offered in its place."""


@dataclass
class Answering:
    """Answers questions over one generation. Thread-safe: all state is in the draft and the context."""

    generation: Generation
    understand: Understanding
    encode: Callable[[str], Vector]
    finder: FigureFinder
    facts: FactFinder
    passages: PassageFinder
    sections: SectionFinder
    calculator: Calculator
    checks: Callable[[str], tuple[Check, ...]]
    reviewer: Reviewer
    hidden: Callable[[], frozenset[str]]

    def __post_init__(self) -> None:
        self.comparing = Comparing(self.finder)
        self.followups = FollowUps(self.finder, self.calculator)
        self.people = PeopleFinder(self.generation)

    def reports(self) -> list[ReportRecord]:
        """The reports that may be answered from."""
        hidden = self.hidden()
        return [r for r in self.generation.reports() if r.id not in hidden]

    @stage("compose")
    def answer(self, raw: str, filters: Filters, context: Context | None) -> tuple[Draft, Status, Context]:
        """One turn: the filled draft, its status and the conversation's state after it."""
        question = self.understand(raw)
        draft = Draft(self.reviewer)
        draft.restored = question.restored
        reports = self.reports()
        if context is not None and context.topic != "none":
            merged = self.followups.merge(question, context, self.understand)
            outcome = self._follow(merged, context, filters, reports, draft) if merged is not None else None
            if outcome is not None and merged is not None:
                return draft, outcome[0], self._after(merged.question, outcome, draft, context)
            draft = Draft(self.reviewer)
            draft.restored = question.restored
        anchor = self._anchor(context, reports)
        question = self._keep_slots(question, context)
        scope = resolve(question.slots, reports, filters, anchor, _against(question))
        outcome = self._answer_in(question, scope, reports, draft)
        if outcome[0] == "no_evidence":
            self._offer(question, [*scope.reports, *scope.nearest, *reports], draft)
        return draft, outcome[0], self._after(question, outcome, draft, context)

    # Conversation

    def _anchor(self, context: Context | None, reports: Sequence[ReportRecord]) -> ReportRecord | None:
        if context is None or not context.report_ids:
            return None
        return next((r for r in reports if r.id == context.report_ids[0]), None)

    def _keep_slots(self, question: Question, context: Context | None) -> Question:
        """A new question in a conversation stays with its province unless it names another; periods are asked anew."""
        if context is None or question.slots.issuers or not question.slots.names_report:
            return question
        return replace(question, slots=replace(question.slots, issuers=tuple(context.issuers)))

    def _follow(
        self, merged: Merged, context: Context, filters: Filters, reports: Sequence[ReportRecord], draft: Draft
    ) -> Outcome | None:
        """Answer a follow-up with what it changes; None when it has to stand on its own."""
        question = merged.question
        if merged.kind == "source":
            return self._sources(context, draft)
        scope = resolve(question.slots, reports, filters, self._anchor(context, reports), _against(question))
        if scope.missing:
            return self._absent(question, scope, draft)
        if merged.kind == "figure" and merged.figure is not None:
            figure = self.comparing.in_report(merged.figure, scope.reports[0])
            if figure is None:
                return self._not_in(scope.reports[0], merged.figure, draft)
            if context.topic == "calculation" and context.operation and len(context.rows) > 1:
                computed = self.followups.recompute(context, figure)
                if computed is not None:
                    return self._say_computed(computed, scope, draft)
            return self._say_figure(Candidate(figure, merged.match) if merged.match else None, figure, scope, draft)
        if merged.kind == "share" and merged.figure is not None:
            whole = self.calculator.whole_of(merged.figure)
            if whole is None:
                return None
            return self._say_computed(self.calculator.share(merged.figure, whole), scope, draft)
        if merged.kind == "trend" and merged.figure is not None:
            return self.comparing.trend(merged.figure, question, reports, draft, self._finish_comparison)
        outcome = self._answer_in(question, scope, reports, draft)
        return outcome if outcome[0] != "no_evidence" or merged.kind == "slots" else None

    def _sources(self, context: Context, draft: Draft) -> Outcome | None:
        draft.say("Nguồn của câu trả lời trước:")
        for place in context.rows:
            figure = self.generation.row(place.report_id, place.row)
            if figure is not None:
                marker = draft.cite_row(figure)
                draft.add_figure(figure)
                code = f"mục {figure.row.code}, " if figure.row.code else ""
                draft.say(
                    f"- {figure.row.appendix}, {code}{compose.row_name(figure)}, {report_label(draft.report(place.report_id))} [{marker}]."
                )
        for quote in context.quotes:
            span = Span(quote.start, quote.end)
            marker = draft.cite_passage(
                quote.report_id, span, 1.0, self.generation.page_at(quote.report_id, span.start)
            )
            title = draft.citations[marker - 1].section_title or "phần lời văn"
            draft.say(f"- Mục “{plain_markdown(title)}”, {report_label(draft.report(quote.report_id))} [{marker}].")
        return ("answered", context.topic) if draft.citations else None

    def _after(self, question: Question, outcome: Outcome, draft: Draft, before: Context | None) -> Context:
        status, topic = outcome
        if status == "no_evidence" and before is not None:
            return before
        shown = list(dict.fromkeys([f.report_id for f in draft.figures] + [c.report_id for c in draft.citations]))
        slots = question.slots
        issuers = list(slots.issuers) or (
            [short_issuer(draft.report(shown[0]))] if shown and before and before.issuers else []
        )
        return Context(
            question=question.text,
            topic=topic if status != "no_evidence" else "none",
            operation=draft.calculation.kind if draft.calculation else None,
            issuers=issuers,
            years=list(slots.years),
            periods=list(slots.periods),
            report_ids=shown,
            rows=[Place(report_id=f.report_id, row=f.row) for f in draft.figures],
            quotes=[
                Quoted(report_id=c.report_id, start=c.start, end=c.end) for c in draft.citations if c.kind == "passage"
            ],
        )

    # One question

    def _answer_in(self, question: Question, scope: Scope, reports: Sequence[ReportRecord], draft: Draft) -> Outcome:
        if not reports:
            return self._refuse(draft, loaded_sentence(reports))
        documents = [d for d in question.slots.documents if not (d.kind == "BC" and self._is_report(d.number, scope))]
        if documents:
            return self._documents(question, scope, reports, draft)
        if scope.missing:
            return self._absent(question, scope, draft)
        if question.slots.codes and not self._narrows(question, scope):
            return self._codes(question, scope, draft)
        if self.comparing.wants(question, scope):
            outcome = self.comparing.compare(
                question, self._vector(question), scope, reports, draft, self._finish_comparison
            )
            if outcome is not None:
                return outcome
        if question.operation == "change" and not question.slots.names_report:
            computed = self.calculator.plan(question, self._vector(question), scope.reports[0].id)
            if computed is not None:
                return self._say_computed(computed, scope, draft)
            return self._change(question, scope, reports, draft)
        return self._in_report(question, scope, draft)

    def _change(self, question: Question, scope: Scope, reports: Sequence[ReportRecord], draft: Draft) -> Outcome:
        """ "Tăng hay giảm?" without saying since when: against the period before."""
        choice = self.finder.choose(question, self._vector(question), scope.reports[0].id)
        if choice.best is None:
            return self._in_report(question, scope, draft)
        outcome = self.comparing.trend(choice.best.figure, question, reports, draft, self._finish_comparison)
        return outcome or self._in_report(question, scope, draft)

    def _is_report(self, number: int, scope: Scope) -> bool:
        return any((r.metadata.number or "").partition("/")[0].lstrip("0") == str(number) for r in scope.reports)

    def _vector(self, question: Question) -> Vector:
        return self.encode(question.asked)

    def _in_report(self, question: Question, scope: Scope, draft: Draft) -> Outcome:
        report = scope.reports[0]
        vector = self._vector(question)
        person = self.people.find(question, report.id, draft)
        if person:
            return "answered", "passage"
        choice = self.finder.choose(question, vector, report.id)
        if question.operation and not self._printed_rate(question, choice):
            computed = self.calculator.plan(question, vector, report.id)
            if computed is not None:
                return self._say_computed(computed, scope, draft)
        if question.negated and question.wants_count:
            computed = self.calculator.rest_of_total(question, vector, report.id)
            if computed is not None:
                return self._say_computed(computed, scope, draft)
        if self._wants_section(question, choice):
            section = self.sections.find(question, report.id)
            if section is not None:
                return self._say_section(section, report, scope, draft)
        evidence, _ = self.facts.find(question, vector, [report.id])
        if _beyond_figures(question):
            choice = Choice(None, nearest=choice.nearest)
        if choice.best is not None and choice.best.match.uncovered and _TOGETHER.search(question.folded):
            computed = self.calculator.sum_of_parts(question, vector, report.id)
            if computed is not None:
                return self._say_computed(computed, scope, draft)
        if choice.best is not None and not self._prose_is_better(question, choice, evidence):
            if question.wants_percent and choice.best.figure.row.value.kind == "number":
                computed = self.calculator.share_of_total(question, vector, report.id)
                if computed is not None:
                    return self._say_computed(computed, scope, draft)
                if evidence:
                    return self._say_evidence(evidence, scope, draft)
                return self._refuse(draft, *self._refusal(question, scope, choice))
            return self._say_figure(choice.best, choice.best.figure, scope, draft)
        if choice.rivals and _TOGETHER.search(question.folded):
            computed = self.calculator.sum_of_parts(question, vector, report.id)
            if computed is not None:
                return self._say_computed(computed, scope, draft)
        if choice.rivals and not self._prose_is_better(question, choice, evidence):
            return self._clarify(choice.rivals, scope, draft)
        computed = None
        if question.wants_percent:
            computed = self.calculator.share_of_total(question, vector, report.id)
        elif _TOGETHER.search(question.folded):
            computed = self.calculator.sum_of_parts(question, vector, report.id)
        if computed is not None:
            return self._say_computed(computed, scope, draft)
        if evidence:
            return self._say_evidence(evidence, scope, draft)
        return self._refuse(draft, *self._refusal(question, scope, choice))

    def _wants_section(self, question: Question, choice: Choice) -> bool:
        """Whether a whole section may be meant: no count asked for, and no row that says it all."""
        if question.wants_count or question.wants_percent or question.wanted not in ("list", "statement", "reason"):
            return False
        return choice.best is None or question.wanted != "statement" or bool(choice.best.match.uncovered)

    def _say_section(self, section: SectionAnswer, report: ReportRecord, scope: Scope, draft: Draft) -> Outcome:
        draft.say(compose.opening(report, scope.assumed))
        draft.say("")
        for point in section.points:
            marker = draft.cite_passage(
                report.id, point.span, 0.9, self.generation.page_at(report.id, point.span.start)
            )
            draft.say(f"- {compose.quoted(point.text, marker)}")
        return "answered", "section"

    def _printed_rate(self, question: Question, choice: Choice) -> bool:
        """A rate that the form prints goes before one that would be computed."""
        best = choice.best
        return (
            best is not None
            and question.wants_percent
            and best.figure.row.value.kind == "percent"
            and not best.match.uncovered
        )

    def _prose_is_better(self, question: Question, choice: Choice, evidence: Sequence[Evidence]) -> bool:
        """Whether a sentence answers rather than a row: it says who, when or why, or it is the surer of the two."""
        if not evidence:
            return False
        row = choice.best or choice.rivals[0]
        if row.match.read is None:
            return bool(row.match.uncovered) and not evidence[0].missing and evidence[0].own > row.match.coverage
        if _beyond_figures(question):
            return True
        return evidence[0].confidence > choice.confidence + _ROW_FIRST

    def _narrows(self, question: Question, scope: Scope) -> bool:
        """Whether a code says where to look ("mức độ 3 theo mục 7.8"): it is a heading's, and a row is described."""
        rows = [f for code in question.slots.codes for f in self.finder.rows_by_code(scope.reports[0].id, code)]
        return bool(question.naming) and bool(rows) and all(not f.row.value.text for f in rows)

    def _codes(self, question: Question, scope: Scope, draft: Draft) -> Outcome:
        report = scope.reports[0]
        rows = [f for code in question.slots.codes for f in self.finder.rows_by_code(report.id, code)]
        if not rows:
            codes = ", ".join(question.slots.codes)
            return self._refuse(draft, f"Phụ lục của {report_label(report)} không có chỉ tiêu mã {codes}.")
        if len(rows) > len(question.slots.codes) and question.naming:
            matches = {c.figure.row.row: c.match for c in self.finder.candidates(question.terms, None, report.id, None)}
            fitting = [f for f in rows if f.row.row in matches and not matches[f.row.row].uncovered]
            rows = fitting or rows
        if len(rows) > len(question.slots.codes):
            return self._clarify([Candidate(f, self.finder.exact(f)) for f in rows], scope, draft)
        draft.say(compose.opening(report, scope.assumed))
        for figure in rows:
            at = draft.add_figure(figure)
            draft.say(compose.figure_sentence(figure, draft.figures[at].citation or 0))
            self._add_conflicts(figure, draft)
        return self._figure_done(scope, draft)

    def _documents(self, question: Question, scope: Scope, reports: Sequence[ReportRecord], draft: Draft) -> Outcome:
        pool = (
            list(scope.reports) + [r for r in scope.others if r not in scope.reports]
            if scope.reports
            else list(reports)
        )
        name = question.slots.documents[0]
        found = self.facts.documents(question, name, [r.id for r in pool[:40]])
        if not found or (question.naming and max(e.own for e in found) == 0 and len(question.naming) > 4):
            where = "Các báo cáo đang có" if len(pool) > 1 else "Báo cáo"
            return self._refuse(draft, f"{where} không nhắc đến văn bản mà câu hỏi nêu.", loaded_sentence(reports))
        first = found[0].hit.passage.chunk.report_id
        kept = [e for e in found if e.hit.passage.chunk.report_id == first][:3]
        report = draft.report(first)
        draft.say(compose.opening(report, False))
        return self._quote(kept, replace(scope, reports=(report,)), draft)

    def _absent(self, question: Question, scope: Scope, draft: Draft) -> Outcome:
        """What was named isn't loaded; the issuer's own prose may still speak of that year or period."""
        if scope.nearest and question.naming:
            required = [str(y) for y in question.slots.years if not any(r.metadata.year == y for r in scope.nearest)]
            required += [fold(p).lower() for p in _period_words(question.slots.periods)]
            vector = self._vector(question)
            if required and not (question.slots.relative or question.compares):
                for report in scope.nearest[:1]:
                    section = self.sections.find(question, report.id, required) if not question.wants_count else None
                    if section is not None:
                        return self._say_section(section, report, Scope((report,)), draft)
                    evidence, _ = self.facts.find(question, vector, [report.id], required)
                    if evidence and not evidence[0].missing and evidence[0].own >= 0.75:
                        return self._say_evidence(evidence, Scope((report,), others=scope.nearest[1:]), draft)
        return self._refuse(draft, scope.missing or "")

    # Saying it

    def _say_figure(self, candidate: Candidate | None, figure: Figure, scope: Scope, draft: Draft) -> Outcome:
        report = draft.report(figure.report_id)
        score = min(1.0, candidate.match.coverage) if candidate else 1.0
        at = draft.add_figure(figure, score)
        draft.say(compose.opening(report, scope.assumed))
        draft.say(compose.figure_sentence(figure, draft.figures[at].citation or 0))
        self._add_conflicts(figure, draft)
        return self._figure_done(scope, draft)

    def _figure_done(self, scope: Scope, draft: Draft) -> Outcome:
        for other in scope.others[:2] if scope.assumed else ():
            draft.suggestions.append(f"{draft.figures[0].name.rstrip(' .:;')} – {compose.heading_for(other)}?")
        for figure in draft.records[:1]:
            near = [
                f
                for f in self.finder.view(figure.report_id).rows
                if f.row.path[:-1] == figure.row.path[:-1] and f.row.row != figure.row.row
            ]
            draft.suggestions.extend(compose.scope_question(f, draft.report(f.report_id)) for f in near[:2])
        return "answered", "figure"

    def _add_conflicts(self, figure: Figure, draft: Draft) -> None:
        """Say where sources disagree. A sum that stands nowhere is left to `conflicts`; the answer names its parts."""
        for check in conflicts_for(self.checks(figure.report_id), figure.row.row):
            rows = [f for row in check.rows if (f := self.generation.row(figure.report_id, row)) is not None]
            parts = [(compose.disagreeing(f), draft.cite_row(f)) for f in rows]
            for span in check.spans:
                marker = draft.cite_passage(
                    figure.report_id, span, 1.0, self.generation.page_at(figure.report_id, span.start)
                )
                parts.append((compose.clipped(span.of(self.generation.text(figure.report_id))), marker))
            if any(conflict.text == check.statement for conflict in draft.conflicts):
                continue
            draft.conflicts.append(Conflict(text=check.statement, citations=list(dict.fromkeys(m for _, m in parts))))
            draft.say(
                "Lưu ý, các số liệu sau chưa thống nhất: "
                + "; ".join(f"{text} [{marker}]" for text, marker in parts)
                + "."
            )

    def _say_computed(self, computed: Computed, scope: Scope, draft: Draft) -> Outcome:
        report = draft.report(computed.operands[0].report_id)
        draft.say(compose.opening(report, scope.assumed))
        positions = [draft.add_figure(figure) for figure in computed.operands]
        for at in positions:
            draft.say(f"- {compose.figure_sentence(draft.records[at], draft.figures[at].citation or 0)}")
        if computed.missing:
            names = "; ".join(compose.row_name(f) for f in computed.missing)
            draft.say(f"Không tính được vì thiếu số liệu của: {names}.")
            return "answered", "figure"
        draft.calculation = Calculation(
            kind=computed.kind, expression=computed.expression, result_text=computed.result_text, figures=positions
        )
        markers = " ".join(f"[{draft.figures[at].citation}]" for at in positions)
        draft.say("")
        draft.say(f"Tính ra: {computed.expression} = **{computed.result_text}** {markers}.")
        for figure in computed.operands:
            self._add_conflicts(figure, draft)
        return "answered", "calculation"

    def _say_evidence(self, evidence: Sequence[Evidence], scope: Scope, draft: Draft) -> Outcome:
        draft.say(compose.opening(scope.reports[0], scope.assumed))
        return self._quote(evidence, scope, draft)

    def _quote(self, evidence: Sequence[Evidence], scope: Scope, draft: Draft) -> Outcome:
        """The sentences that answer, quoted; the best first, its passage cited whole so that the context is there."""
        for item in evidence:
            chunk = item.hit.passage.chunk
            marker = draft.cite_passage(chunk.report_id, chunk.span, max(item.hit.dense, item.coverage), chunk.page)
            line = compose.quoted(item.sentence.text, marker)
            if line not in draft.lines:
                draft.say(line)
        return "answered", "passage"

    def _clarify(self, rivals: Sequence[Candidate], scope: Scope, draft: Draft) -> Outcome:
        report = draft.report(rivals[0].figure.report_id)
        draft.say("Câu hỏi có thể là một trong các chỉ tiêu sau, xin chọn:")
        for rival in rivals:
            at = draft.add_figure(rival.figure, rival.match.coverage)
            label = f"{compose.row_name(rival.figure)}{compose.context_of(rival.figure)}"
            draft.say(f"- {label} [{draft.figures[at].citation}]")
            draft.suggestions.append(compose.scope_question(rival.figure, report))
        return "clarify", "figure"

    def _finish_comparison(self, figures: Sequence[Figure], draft: Draft) -> None:
        for figure in figures[:2]:
            self._add_conflicts(figure, draft)

    def _not_in(self, report: ReportRecord, figure: Figure, draft: Draft) -> Outcome:
        return self._refuse(
            draft, f"Phụ lục của {report_label(report)} không có chỉ tiêu “{compose.row_name(figure)}”."
        )

    def _refusal(self, question: Question, scope: Scope, choice: Choice) -> tuple[str, ...]:
        report = scope.reports[0]
        return (f"Không tìm thấy nội dung này trong {report_label(report)}.", loaded_sentence(self.reports()))

    def _refuse(self, draft: Draft, *sentences: str) -> Outcome:
        draft.lines = [s for s in sentences if s]
        draft.figures, draft.records, draft.citations = [], [], []
        return "no_evidence", "none"

    def _offer(self, question: Question, reports: Sequence[ReportRecord], draft: Draft) -> None:
        """Questions near a refused one that the first of these reports answers; none where nothing is near."""
        for report in reports[:1]:
            choice = self.finder.choose(question, self._vector(question), report.id)
            for near in ([choice.best] if choice.best else choice.rivals or choice.nearest)[:_MOST_OFFERED]:
                if near.match.coverage >= _NEAR_ENOUGH and near.figure.row.value.text:
                    draft.suggestions.append(compose.scope_question(near.figure, report))

    def unsure(self, draft: Draft) -> Draft:
        """The draft that leaves in place of one that failed verification."""
        safe = Draft(self.reviewer)
        safe.restored = draft.restored
        safe.say(
            "Chưa trả lời được chắc chắn câu hỏi này từ các báo cáo đang có. Xin hỏi cụ thể hơn về chỉ tiêu, tỉnh hoặc kỳ báo cáo."
        )
        return safe


def _beyond_figures(question: Question) -> bool:
    """Who, when and why are no figures, whatever row speaks of the same thing."""
    return question.wanted in ("person", "date", "reason") and not (question.wants_count or question.wants_percent)


def _against(question: Question) -> bool:
    return question.compares or question.operation in ("change", "difference")


def _period_words(periods: Sequence[str]) -> list[str]:
    from corpus.periods import period_name

    return [period_name(period) for period in periods if period != "YEAR"]
