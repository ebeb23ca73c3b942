"""The way of one question: understand, scope, figures or passages, gate, compose.

Each leg either fills the draft and says how, or leaves it to the next one. Nothing found is an answer too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from corpus.text import fold
from index.generation import Generation
from index.records import ReportRecord
from service import compose
from service.calculate import Calculator, Computed
from service.comparing import Comparing
from service.context import Context
from service.draft import Draft
from service.facts import FactFinder
from service.figures import Choice, FigureFinder
from service.followup import FollowUps
from service.match_model import Vector
from service.named import Named
from service.narrative import SectionFinder
from service.passages import Evidence
from service.people import PeopleFinder
from service.renamed import in_words_of
from service.review import Reviewer
from service.saying import Outcome, Saying
from service.schemas import Filters, Status
from service.scope import Scope, loaded_sentence, report_label, resolve
from service.stages import stage
from service.telling_apart import Candidate
from service.turns import Continuing, anchor, state_after, staying_with
from service.understand import Question, Understanding
from service.wanted import beyond_rows, unlike_unit

_ROW_FIRST = 0.35
"""How much surer a sentence must be than a row: the row says less beside what was asked."""
_TOGETHER = re.compile(r"\btong\b|\bca (?:hai|ba|bon)\b")
_NOT = re.compile(r"\b(?:chua|khong|con lai|con ton)\b")
_NAMED_IN_FULL = 0.15
"""A row of which a question that counts leaves no more unsaid than this goes before any sentence."""
_EARLIER = 3
"""How many earlier reports are asked where none was named and the newest doesn't answer."""
_MOST_OFFERED = 3
_OF_TWO = ("difference", "ratio")
_NOT_COMPUTED = "Câu hỏi cần một phép tính, nhưng không rõ đủ các số hạng nên chưa tính; trên đây là số liệu gần nhất."
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
    sections: SectionFinder
    calculator: Calculator
    reviewer: Reviewer
    say: Saying
    hidden: Callable[[], frozenset[str]]

    def __post_init__(self) -> None:
        self.comparing = Comparing(self.finder)
        self.followups = FollowUps(self.generation, self.finder, self.calculator, self.sections)
        self.people = PeopleFinder(self.generation)
        self.named = Named(self.finder, self.facts, self.sections, self.say, self.encode)
        self.continuing = Continuing(
            self.followups, self.comparing, self.calculator, self.named, self.say, self._answer_in
        )

    def reports(self) -> list[ReportRecord]:
        """The reports that may be answered from."""
        hidden = self.hidden()
        reports = self.generation.reports()
        return [r for r in reports if r.id not in hidden] if hidden else reports

    @stage("compose")
    def answer(self, raw: str, filters: Filters, context: Context | None) -> tuple[Draft, Status, Context]:
        """One turn: the filled draft, its status and the conversation's state after it."""
        question = self.understand(raw)
        draft = Draft(self.reviewer)
        draft.restored = question.restored
        reports = self.reports()
        if context is not None and context.topic != "none":
            merged = self.followups.merge(question, context, self.understand)
            merged = self.continuing.settled(merged, question, reports) if merged is not None else None
            outcome = self.continuing.answer(merged, context, filters, reports, draft) if merged is not None else None
            if outcome is not None and merged is not None:
                return draft, outcome[0], state_after(merged.question, outcome, draft, context)
            draft = Draft(self.reviewer)
            draft.restored = question.restored
        question = staying_with(question, context)
        scope = resolve(question.slots, reports, filters, anchor(context, reports), question.held_against)
        outcome = self._answer_in(question, scope, reports, draft)
        named = question.slots.documents or question.slots.codes or question.slots.years
        if outcome[0] == "no_evidence" and scope.assumed and not named:
            outcome, draft = self._in_an_earlier(question, scope) or (outcome, draft)
        if outcome[0] == "no_evidence":
            self._offer(question, [*scope.reports, *scope.nearest, *reports], draft)
        return draft, outcome[0], state_after(question, outcome, draft, context)

    # One question

    def _answer_in(self, question: Question, scope: Scope, reports: Sequence[ReportRecord], draft: Draft) -> Outcome:
        if not reports:
            return self.say.refusal(draft, loaded_sentence(reports))
        document = self.named.document(question, scope)
        if document is not None:
            return self.named.documents(question, document, scope, reports, draft)
        if scope.absent and len(scope.reports) == 1 and question.held_against:
            names = ", ".join(scope.absent)
            scope = replace(scope, missing=f"Chưa có báo cáo để so sánh: {names}. {loaded_sentence(reports)}")
        if scope.missing:
            return self.named.absent(question, scope, draft)
        if question.operation in _OF_TWO and question.slots.codes and question.naming:
            computed = self.calculator.plan(question, self._vector(question), scope.reports[0].id)
            if computed is not None:  # "so với số được giao (mục 4.2.1), số có mặt còn thiếu bao nhiêu?"
                return self.say.computed(computed, scope, draft)
        if self.named.wants_row(question, scope):
            return self.named.row(question, scope, draft)
        if self.comparing.wants(question, scope):
            if len(scope.reports) == 1 and question.operation in _OF_TWO:
                computed = self.calculator.plan(question, self._vector(question), scope.reports[0].id)
                if computed is not None:  # two rows of the one report that was named
                    return self.say.computed(computed, scope, draft)
            outcome = self.comparing.compare(
                question, self._vector(question), scope, reports, draft, self.say.finish_comparison
            )
            if outcome is not None:
                return outcome
        if question.operation == "change" and not question.slots.names_report:
            computed = self.calculator.plan(question, self._vector(question), scope.reports[0].id)
            if computed is not None:
                return self.say.computed(computed, scope, draft)
            return self._change(question, scope, reports, draft)
        outcome = self._in_report(question, scope, draft)
        if outcome == ("answered", "figure") and question.operation in _OF_TWO:
            draft.say(_NOT_COMPUTED)
        return outcome

    def _in_an_earlier(self, question: Question, scope: Scope) -> tuple[Outcome, Draft] | None:
        """The newest report of the same issuer that answers, where the newest of all doesn't and none was named."""
        issuer = scope.reports[0].metadata.issuer
        for report in [r for r in scope.others if r.metadata.issuer == issuer][:_EARLIER]:
            draft = Draft(self.reviewer)
            draft.restored = question.restored
            outcome = self._in_report(question, Scope((report,), assumed=True), draft)
            if outcome[0] == "answered":
                return outcome, draft
        return None

    def _change(self, question: Question, scope: Scope, reports: Sequence[ReportRecord], draft: Draft) -> Outcome:
        """ "Tăng hay giảm?" without saying since when: against the period before."""
        choice = self.finder.choose(question, self._vector(question), scope.reports[0].id)
        if choice.best is None:
            return self._in_report(question, scope, draft)
        outcome = self.comparing.trend(choice.best.figure, question, reports, draft, self.say.finish_comparison)
        return outcome or self._in_report(question, scope, draft)

    def _vector(self, question: Question) -> Vector:
        return self.encode(question.asked)

    def _in_report(self, question: Question, scope: Scope, draft: Draft) -> Outcome:
        report = scope.reports[0]
        question = in_words_of(question, self.finder.terms(report.id))
        vector = self._vector(question)
        person = self.people.find(question, report.id, draft)
        if person:
            return "answered", "passage"
        choice = draft.considered = self.finder.choose(question, vector, report.id)
        if question.excluded and choice.best is not None and question.operation is None:
            return self._excluding(question, choice.best, scope, draft)
        if question.operation and not self._printed_rate(question, choice):
            computed = self.calculator.plan(question, vector, report.id)
            if computed is not None:
                return self.say.computed(computed, scope, draft)
        if question.negated and choice.best is None:
            denying = [rival for rival in choice.rivals if _says_not(rival)]
            choice = replace(choice, best=denying[0]) if len(denying) == 1 else choice
        if question.negated and question.wants_count and not _says_not(choice.best):
            computed = self.calculator.rest_of_total(question, vector, report.id) or self.calculator.undone(
                question, vector, report.id
            )
            if computed is not None:
                return self.say.computed(computed, scope, draft)
        if self._wants_section(question, choice):
            section = self.sections.find(question, report.id)
            if section is not None:
                return self.say.section(section, report, scope, draft)
        row = choice.best or next(iter(choice.rivals), None)
        if beyond_rows(question) or (row is not None and unlike_unit(question, row.figure.row.unit)):
            choice = Choice(None, nearest=choice.nearest)
        if choice.best is not None and choice.best.match.uncovered and _TOGETHER.search(question.folded):
            computed = self.calculator.sum_of_parts(question, vector, report.id)
            if computed is not None:
                return self.say.computed(computed, scope, draft)
        if self._surely_a_row(question, choice) and choice.best is not None:
            return self.say.figures([choice.best.figure], scope, draft, choice.best.match.coverage)
        evidence, _ = self.facts.find(question, vector, [report.id])
        if question.wants_percent and any(_says_percent(piece) for piece in evidence):
            evidence = [piece for piece in evidence if _says_percent(piece)]
        if choice.best is not None and not self._prose_is_better(question, choice, evidence):
            if question.wants_percent and choice.best.figure.row.value.kind == "number":
                computed = self.calculator.share_of_total(question, vector, report.id)
                if computed is not None:
                    return self.say.computed(computed, scope, draft)
                if evidence and _says_percent(evidence[0]):
                    return self.say.evidence(evidence, scope, draft)
                return self._share_said(question, vector, scope, evidence, draft)
            return self.say.figures([choice.best.figure], scope, draft, choice.best.match.coverage)
        if choice.rivals and _TOGETHER.search(question.folded):
            computed = self.calculator.sum_of_parts(question, vector, report.id)
            if computed is not None:
                return self.say.computed(computed, scope, draft)
        if choice.rivals and not self._prose_is_better(question, choice, evidence):
            return self.say.candidates(choice.rivals, draft)
        computed = None
        if question.wants_percent:
            computed = self.calculator.share_of_total(question, vector, report.id)
        elif _TOGETHER.search(question.folded):
            computed = self.calculator.sum_of_parts(question, vector, report.id)
        if computed is not None:
            return self.say.computed(computed, scope, draft)
        if evidence and (not question.wants_percent or _says_percent(evidence[0])):
            return self.say.evidence(evidence, scope, draft)
        return self._share_said(question, vector, scope, evidence, draft)

    def _share_said(
        self, question: Question, vector: Vector, scope: Scope, evidence: Sequence[Evidence], draft: Draft
    ) -> Outcome:
        """Where nothing says it: a share of two rows that the question names, else the nearest passage or a refusal."""
        computed = self.calculator.share_said(question, vector, scope.reports[0].id)
        if computed is not None:
            return self.say.computed(computed, scope, draft)
        if evidence:
            return self.say.evidence(evidence, scope, draft)
        return self.say.refusal(draft, *self._refusal(scope))

    def _excluding(self, question: Question, best: Candidate, scope: Scope, draft: Draft) -> Outcome:
        """A row without what the question leaves out; not the row as it is where nobody can tell what it holds of that."""
        found = self.calculator.excluding(question, best.figure)
        if isinstance(found, Computed):
            return self.say.computed(found, scope, draft)
        if found is not None:
            return self.say.figures([found], scope, draft, best.match.coverage)
        return self.say.refusal(draft, *self._refusal(scope))

    def _wants_section(self, question: Question, choice: Choice) -> bool:
        """Whether a whole section may be meant: no count asked for, and no row that says it all."""
        if question.wants_count or question.wants_percent or question.wanted not in ("list", "statement", "reason"):
            return False
        return choice.best is None or question.wanted != "statement" or bool(choice.best.match.uncovered)

    def _printed_rate(self, question: Question, choice: Choice) -> bool:
        """A rate that the form prints goes before one that would be computed."""
        best = choice.best
        return (
            best is not None
            and question.wants_percent
            and best.figure.row.value.kind == "percent"
            and not best.match.uncovered
        )

    def _surely_a_row(self, question: Question, choice: Choice) -> bool:
        """Whether no sentence could be the surer of the two, so that none has to be read."""
        best = choice.best
        if best is None or best.match.read is None or choice.confidence + _ROW_FIRST < 1.0:
            return False
        return not (question.wants_percent and best.figure.row.value.kind == "number")

    def _prose_is_better(self, question: Question, choice: Choice, evidence: Sequence[Evidence]) -> bool:
        """Whether a sentence answers rather than a row: it says who, when or why, or it is the surer of the two."""
        if not evidence:
            return False
        row = choice.best or choice.rivals[0]
        if row.match.read is None:
            return bool(row.match.uncovered) and not evidence[0].missing and evidence[0].own > row.match.coverage
        if beyond_rows(question):
            return True
        counted = question.wants_count and row.figure.row.value.kind == "number"
        if counted and not row.match.uncovered and row.match.excess <= _NAMED_IN_FULL:
            return False
        return evidence[0].confidence > choice.confidence + _ROW_FIRST

    def _refusal(self, scope: Scope) -> tuple[str, ...]:
        said = f"Không tìm thấy nội dung này trong {report_label(scope.reports[0])}."
        return said, loaded_sentence(self.reports())

    def _offer(self, question: Question, reports: Sequence[ReportRecord], draft: Draft) -> None:
        """Questions near a refused one that the first of these reports answers; none where nothing is near."""
        for report in reports[:1]:
            choice = draft.considered or self.finder.choose(question, self._vector(question), report.id)
            for near in ([choice.best] if choice.best else choice.rivals or choice.nearest)[:_MOST_OFFERED]:
                if near.match.coverage >= _NEAR_ENOUGH and near.figure.row.value.text:
                    draft.suggestions.append(compose.scope_question(near.figure, report))


def _says_not(candidate: Candidate | None) -> bool:
    """Whether a row itself counts what isn't: "Số nhiệm vụ quá hạn chưa hoàn thành"."""
    return candidate is not None and _NOT.search(fold(candidate.figure.row.name).lower()) is not None


def _says_percent(piece: Evidence) -> bool:
    return "%" in piece.sentence.text or "phần trăm" in piece.sentence.text
