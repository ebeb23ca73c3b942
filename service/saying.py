"""What an answer says: the draft filled with figures, quotes, a calculation, candidates to choose from, or a refusal.

Each way of saying gives the status and the topic that a follow-up goes on from.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from corpus.model import Span
from index.generation import Generation
from index.records import Figure, ReportRecord
from service import compose
from service.calculate import Computed
from service.checks import Check, conflicts_for
from service.context import Context, Topic
from service.draft import Draft
from service.figures import FigureFinder
from service.markdown import plain_markdown
from service.narrative import SectionAnswer
from service.passages import Evidence
from service.review import Reviewer
from service.schemas import Calculation, Conflict, Status
from service.scope import Scope, report_label
from service.telling_apart import Candidate

Outcome = tuple[Status, Topic]


@dataclass(frozen=True)
class Saying:
    """Says things of one generation. Thread-safe: all state is in the draft."""

    generation: Generation
    finder: FigureFinder
    checks: Callable[[str], tuple[Check, ...]]

    def sources(self, context: Context, draft: Draft) -> Outcome | None:
        """Where the answer before comes from."""
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

    def section(self, section: SectionAnswer, report: ReportRecord, scope: Scope, draft: Draft) -> Outcome:
        """All points of a section."""
        draft.say(compose.opening(report, scope.assumed))
        draft.say("")
        for point in section.points:
            marker = draft.cite_passage(
                report.id, point.span, 0.9, self.generation.page_at(report.id, point.span.start)
            )
            draft.say(f"- {compose.quoted(point.text, marker)}")
        return "answered", "section"

    def figures(self, figures: Sequence[Figure], scope: Scope, draft: Draft, score: float = 1.0) -> Outcome:
        """Rows as printed, each with what disagrees with it; what else may be asked is suggested."""
        draft.say(compose.opening(draft.report(figures[0].report_id), scope.assumed))
        for figure in figures:
            at = draft.add_figure(figure, min(1.0, score))
            draft.say(compose.figure_sentence(figure, draft.figures[at].citation or 0))
            self.conflicts(figure, draft)
        for other in scope.others[:2] if scope.assumed else ():
            draft.suggestions.append(f"{draft.figures[0].name.rstrip(' .:;')} – {compose.heading_for(other)}?")
        first = draft.records[0]
        near = [
            f
            for f in self.finder.view(first.report_id).rows
            if f.row.path[:-1] == first.row.path[:-1] and f.row.row != first.row.row
        ]
        draft.suggestions.extend(compose.scope_question(f, draft.report(f.report_id)) for f in near[:2])
        return "answered", "figure"

    def conflicts(self, figure: Figure, draft: Draft) -> None:
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

    def computed(self, computed: Computed, scope: Scope, draft: Draft) -> Outcome:
        """The operands and what they come to; what is missing where nothing can be computed."""
        several = len({figure.report_id for figure in computed.operands}) > 1
        if not several:
            draft.say(compose.opening(draft.report(computed.operands[0].report_id), scope.assumed))
        positions = [draft.add_figure(figure) for figure in computed.operands]
        for at in positions:
            where = f"{compose.heading_for(draft.report(draft.records[at].report_id))}: " if several else ""
            draft.say(
                f"- {plain_markdown(where)}{compose.figure_sentence(draft.records[at], draft.figures[at].citation or 0)}"
            )
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
            self.conflicts(figure, draft)
        return "answered", "calculation"

    def evidence(self, evidence: Sequence[Evidence], scope: Scope, draft: Draft) -> Outcome:
        """The sentences that answer, quoted; the best first, its passage cited whole so that the context is there."""
        draft.say(compose.opening(scope.reports[0], scope.assumed))
        for item in evidence:
            chunk = item.hit.passage.chunk
            marker = draft.cite_passage(chunk.report_id, chunk.span, max(item.hit.dense, item.coverage), chunk.page)
            line = compose.quoted(item.sentence.text, marker)
            if line not in draft.lines:
                draft.say(line)
        return "answered", "passage"

    def candidates(self, rivals: Sequence[Candidate], draft: Draft) -> Outcome:
        """The rows between which the question leaves it open, each as a question to choose."""
        report = draft.report(rivals[0].figure.report_id)
        draft.say("Câu hỏi có thể là một trong các chỉ tiêu sau, xin chọn:")
        for rival in rivals:
            at = draft.add_figure(rival.figure, rival.match.coverage)
            label = f"{compose.row_name(rival.figure)}{compose.context_of(rival.figure)}"
            draft.say(f"- {label} [{draft.figures[at].citation}]")
            draft.suggestions.append(compose.scope_question(rival.figure, report))
        return "clarify", "figure"

    def absent_row(self, report: ReportRecord, figure: Figure, draft: Draft) -> Outcome:
        return self.refusal(
            draft, f"Phụ lục của {report_label(report)} không có chỉ tiêu “{compose.row_name(figure)}”."
        )

    def refusal(self, draft: Draft, *sentences: str) -> Outcome:
        """What isn't there, and what is."""
        draft.lines = [s for s in sentences if s]
        draft.figures, draft.records, draft.citations = [], [], []
        return "no_evidence", "none"

    def finish_comparison(self, figures: Sequence[Figure], draft: Draft) -> None:
        """What disagrees with the compared rows, as far as it is short."""
        for figure in figures[:2]:
            self.conflicts(figure, draft)


def unsure(reviewer: Reviewer, restored: str | None) -> Draft:
    """The draft that leaves in place of one that failed verification."""
    safe = Draft(reviewer)
    safe.restored = restored
    safe.say(
        "Chưa trả lời được chắc chắn câu hỏi này từ các báo cáo đang có. Xin hỏi cụ thể hơn về chỉ tiêu, tỉnh hoặc kỳ báo cáo."
    )
    return safe
