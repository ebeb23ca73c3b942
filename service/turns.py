"""A turn that goes on from the last one: what a follow-up changes is answered, and what was spoken of is kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from index.records import Figure, ReportRecord
from service.calculate import Calculator, compute
from service.comparing import Comparing
from service.context import Context, Place, Quoted
from service.draft import Draft
from service.followup import FollowUps, Merged
from service.named import Named
from service.saying import Outcome, Saying
from service.schemas import CalculationKind, Filters
from service.scope import Scope, matches, resolve, short_issuer
from service.understand import Question


def anchor(context: Context | None, reports: Sequence[ReportRecord]) -> ReportRecord | None:
    """The report that the conversation is about."""
    if context is None or not context.report_ids:
        return None
    return next((r for r in reports if r.id == context.report_ids[0]), None)


def staying_with(question: Question, context: Context | None) -> Question:
    """A new question in a conversation stays with its province unless it names another; periods are asked anew."""
    if context is None or question.slots.issuers or not question.slots.names_report:
        return question
    return replace(question, slots=replace(question.slots, issuers=tuple(context.issuers)))


def state_after(question: Question, outcome: Outcome, draft: Draft, before: Context | None) -> Context:
    """The conversation's state once a question is answered; a refusal leaves it as it was."""
    status, topic = outcome
    if status == "no_evidence" and before is not None:
        return before
    shown = list(dict.fromkeys([f.report_id for f in draft.figures] + [c.report_id for c in draft.citations]))
    slots = question.slots
    issuers = list(slots.issuers) or (
        [short_issuer(draft.report(shown[0]))] if shown and before and before.issuers else []
    )
    after = Context(
        question=question.text,
        topic=topic if status != "no_evidence" else "none",
        # A mean is told as a ratio, and must not be done again as one.
        operation=draft.calculation.kind if draft.calculation and question.operation != "average" else None,
        issuers=issuers,
        years=list(slots.years),
        periods=list(slots.periods),
        report_ids=shown,
        rows=[Place(report_id=f.report_id, row=f.row) for f in draft.figures],
        quotes=[
            Quoted(report_id=c.report_id, start=c.start, end=c.end) for c in draft.citations if c.kind == "passage"
        ],
    )
    return (
        after.remembering(before)
        if status == "answered"
        else after.model_copy(update={"said": before.said if before else []})
    )


@dataclass(frozen=True)
class Continuing:
    """Answers follow-ups. Thread-safe: all state is in the draft and the context."""

    followups: FollowUps
    comparing: Comparing
    calculator: Calculator
    named: Named
    say: Saying
    answer_in: Callable[[Question, Scope, Sequence[ReportRecord], Draft], Outcome]
    """Answers a question that is whole, in a scope."""

    def settled(self, merged: Merged, said: Question, reports: Sequence[ReportRecord]) -> Merged:
        """Without the period that it inherits where the year that was just said has none: "Sơn La năm 2021?" after
        another province's nine months is the year's report."""
        slots = merged.question.slots
        if not said.slots.years or said.slots.periods or not slots.periods or any(matches(r, slots) for r in reports):
            return merged
        return replace(merged, question=replace(merged.question, slots=replace(slots, periods=())))

    def answer(
        self, merged: Merged, context: Context, filters: Filters, reports: Sequence[ReportRecord], draft: Draft
    ) -> Outcome | None:
        """Answer a follow-up with what it changes; None when it has to stand on its own."""
        question = merged.question
        if merged.kind == "source":
            return self.say.sources(context, draft)
        if merged.kind == "computed" and merged.computed is not None:
            return self.say.computed(merged.computed, Scope(()), draft)
        scope = resolve(question.slots, reports, filters, anchor(context, reports), question.held_against)
        if scope.missing:
            return self.named.absent(question, scope, draft)
        if merged.kind == "figure" and merged.figure is not None and len(scope.reports) > 1:
            return self.comparing.across(merged.figure, question, scope.reports, draft, self.say.finish_comparison)
        if merged.kind == "figure" and merged.figure is not None:
            figure = self.comparing.in_report(merged.figure, scope.reports[0])
            if figure is None:
                return self.say.absent_row(scope.reports[0], merged.figure, draft)
            said = any(figure.row.row == place.row and figure.report_id == place.report_id for place in context.rows)
            counts = question.wants_count and not question.wants_percent and context.operation == "share"
            if context.topic == "calculation" and context.operation and len(context.rows) > 1 and not (said or counts):
                computed = self.followups.recompute(context, figure)
                if computed is not None:
                    return self.say.computed(computed, scope, draft)
            return self.say.figures([figure], scope, draft, merged.match.coverage if merged.match else 1.0)
        if merged.kind == "again" and context.operation is not None:
            return self._compute_again(merged.operands, context.operation, scope, draft)
        if merged.kind == "share" and merged.figure is not None:
            whole = self.calculator.whole_of(merged.figure)
            if whole is None:
                return None
            return self.say.computed(self.calculator.share(merged.figure, whole), scope, draft)
        if merged.kind == "trend" and merged.figure is not None:
            return self.comparing.trend(
                merged.figure, question, reports, draft, self.say.finish_comparison, merged.since
            )
        outcome = self.answer_in(question, scope, reports, draft)
        return outcome if outcome[0] != "no_evidence" or merged.kind == "slots" else None

    def _compute_again(
        self, operands: Sequence[Figure], operation: CalculationKind, scope: Scope, draft: Draft
    ) -> Outcome:
        """The last calculation with the same rows of another report."""
        rows: list[Figure] = []
        for operand in operands:
            row = self.comparing.in_report(operand, scope.reports[0])
            if row is None:
                return self.say.absent_row(scope.reports[0], operand, draft)
            rows.append(row)
        return self.say.computed(compute(operation, rows), scope, draft)
