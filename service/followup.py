"""Follow-up questions: the last question with one thing changed.

"Còn cấp huyện?" names a difference. Of all rows that have the words just said, the one that is otherwise most
like the last answer's row is meant. A question that stands on its own is a new topic and keeps nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from corpus.text import fold
from index.generation import Generation
from index.records import Figure
from service.calculate import Calculator, Computed, compute
from service.context import Context, Place
from service.figures import FigureFinder
from service.indicators import Match
from service.lexicon import LEVELS, Term
from service.narrative import SectionFinder
from service.reckoning import Reckoner
from service.understand import Question

_MARKER = re.compile(
    r"^\s*(?:the\s+|vay\s+|the\s+)?con\b|^\s*the\b|^\s*vay\b|\bthi sao\b|\bthi the nao\b|\bthi (?:bao nhieu|may)\b|^\s*rieng\b|^\s*o\b|^\s*voi\b|^\s*va\b|^\s*trong do\b|\bcung ky\b.*\bthi\b"
)
_SOURCE = re.compile(
    r"\bnguon\b|\b(?:lay|trich|dan|ghi|nam|thay|xem) (?:\w+ ){0,2}o dau\b|\btrang (?:nao|may|bao nhieu)\b|\bo muc nao\b|\bcan cu (?:vao )?dau\b|\bdan chung\b|\bo trang\b|\bmuc nao\b|\bdong nao\b"
)
_TREND = re.compile(
    r"\btang hay giam\b|\b(?:tang|giam|thay doi|bien dong)\b|\bso voi\b|\bdien bien\b|\bqua cac ky\b|\bxu huong\b"
)
_ALL = re.compile(
    r"(?:the |vay |con |tinh )*(?:toan|ca) tinh(?: (?:thi|la|co))*(?: sao| bao nhieu| may| the nao)*(?: [a-z]+){0,2}\s*[?.]*"
)
""" "Toàn tỉnh là bao nhiêu?", after one of its parts."""
_WHY = re.compile(r"\b(?:vi|tai) sao\b|\bly do\b|\bnguyen nhan\b|\bsao lai\b")
_LEVELS = LEVELS | {"@muc_do_3", "@muc_do_4", "@muc_do_3_4"}
_FILLER = frozenset({"@nguyen_nhan", "cộng", "tính", "tăng", "giảm", "kỳ", "tính toán"})
_TOTAL = re.compile(r"\btong so\b")
_LAST_YEARS = re.compile(r"\bnam (?:truoc|ngoai)\b")
_ON_TO = "sang"
""" "Sang quý II thì sao?" leads over and names nothing."""
_SHORT = 3
_LIKENESS = 0.3
_UNSAID = 0.6
"""How much it counts against a row that it says what neither the last row nor the new words do."""
_STANDS_ALONE = 0.6
"""How sure a row must be for a question to be a topic of its own."""

Kind = Literal["source", "figure", "share", "trend", "computed", "again", "slots", "question"]


@dataclass(frozen=True, slots=True)
class Merged:
    """A follow-up made whole."""

    kind: Kind
    question: Question
    figure: Figure | None = None
    match: Match | None = None
    computed: Computed | None = None
    operands: tuple[Figure, ...] = ()
    """What the last answer computed with, to be computed again in another report."""
    since: str | None = None
    """The report that a trend is held against."""


class FollowUps:
    """Reads follow-ups against the state of their conversation."""

    def __init__(
        self, generation: Generation, finder: FigureFinder, calculator: Calculator, sections: SectionFinder
    ) -> None:
        self._generation = generation
        self._finder = finder
        self._calculator = calculator
        self._sections = sections
        self._reckon = Reckoner(generation, finder, calculator)

    def merge(self, question: Question, context: Context, understand: Callable[[str], Question]) -> Merged | None:
        """What a question means after what was said; None when it is a new topic."""
        folded = question.folded
        naming = [t for t in question.naming if t.key not in _FILLER]
        question = _of_the_same_period(question, context)
        last = self._last(context)
        inherited = replace(question, slots=question.slots.over(context.slots()))
        if _SOURCE.search(folded) and not naming and (context.rows or context.quotes):
            return Merged("source", inherited)
        if (reckoned := self._reckon(question, naming, context)) is not None:
            if reckoned.row is not None:
                return Merged("trend", replace(inherited, slots=question.slots), reckoned.row, since=reckoned.since)
            return Merged("computed", inherited, computed=reckoned.computed)
        whole = self._calculator.whole_of(last) if _ALL.fullmatch(folded) and last is not None else None
        if whole is not None:
            return Merged("figure", inherited, whole, self._finder.exact(whole))
        if _TREND.search(folded) and not naming and last is not None:
            return Merged("trend", replace(inherited, slots=question.slots), last)
        if _WHY.search(folded) and not naming and last is not None:
            asked = understand(f"vì sao {last.row.name.split('(')[0]}")
            return Merged("question", replace(asked, slots=question.slots.over(context.slots())))
        if not naming and (_MARKER.search(folded) or not question.slots.names_report):
            light = [t for t in question.terms if t.key not in _FILLER and t.key != _ON_TO]
            naming = [replace(t, weight=1.0) for t in light]
        if question.slots.codes or any(d.kind != "BC" for d in question.slots.documents):
            return None
        if not naming:
            return self._slots_only(question, context, last, understand)
        if question.operation == "share" and len(naming) == 1 and naming[0].key in _LEVELS:
            found = self._nearest(question, naming, context, last)
            return Merged("share", inherited, found[0]) if found is not None else None
        operands = self._operands(question, naming, context, last)
        if operands and (computed := self._calculator.between(question, operands)) is not None:
            return Merged("computed", inherited, computed=computed)
        marker = bool(_MARKER.search(folded))
        if not marker and (len(naming) > _SHORT or _of_a_whole(question) or self._stands_alone(question, context)):
            return None
        merged = self._nearest(question, naming, context, last)
        if merged is not None:
            figure, match = merged
            return Merged("figure", inherited, figure, match)
        if context.topic in ("passage", "section") and (marker or len(naming) <= 2):
            if not marker and self._names_section(question, context):
                return None
            return Merged("question", self._joined(question, naming, context, understand))
        return None

    def _names_section(self, question: Question, context: Context) -> bool:
        """Whether a question asks for all of a section by its title ("những hạn chế là gì?"): a topic of its own."""
        if question.wanted != "list" or not context.report_ids:
            return False
        section = self._sections.find(question, context.report_ids[0])
        return section is not None and not section.narrowed

    def recompute(self, context: Context, figure: Figure) -> Computed | None:
        """The last calculation with its first operand changed."""
        if context.operation == "share":
            whole = self._calculator.whole_of(figure)
            return compute("share", (figure, whole)) if whole is not None else None
        return None

    def _last(self, context: Context) -> Figure | None:
        return self._row(context.rows[0]) if context.rows else None

    def _row(self, place: Place) -> Figure | None:
        return self._generation.row(place.report_id, place.row)

    def _slots_only(
        self, question: Question, context: Context, last: Figure | None, understand: Callable[[str], Question]
    ) -> Merged | None:
        if not question.slots.names_report and not question.slots.documents:
            return None
        slots = question.slots.over(context.slots())
        if (
            last is not None
            and context.topic in ("figure", "comparison")
            and len({p.report_id for p in context.rows}) == 1
        ):
            if question.compares or question.operation == "change":
                return Merged("trend", question, last)
            return Merged("figure", replace(question, slots=slots), last)
        if context.topic == "calculation" and len({p.report_id for p in context.rows}) == 1 and not question.naming:
            operands = tuple(f for place in context.rows if (f := self._row(place)) is not None)
            if len(operands) == len(context.rows):
                return Merged("again", replace(question, slots=slots), operands=operands)
        return Merged("slots", replace(understand(context.question), slots=slots))

    def _stands_alone(self, question: Question, context: Context) -> bool:
        report_id = context.report_ids[0] if context.report_ids else ""
        if not report_id:
            return True
        if len(question.naming) < 2:
            return False
        choice = self._finder.decide(question, self._finder.candidates(question.terms, None, report_id, None))
        return choice.best is not None and choice.confidence >= _STANDS_ALONE

    def _operands(
        self, question: Question, naming: list[Term], context: Context, last: Figure | None
    ) -> tuple[Figure, ...]:
        """ "Cấp huyện hơn cấp xã bao nhiêu?", "hơn cấp xã bao nhiêu?": what was spoken of, of these levels."""
        if last is None or question.operation is None or question.slots.names_report:
            return ()
        if not all(term.key in _LEVELS for term in naming):
            return ()
        matcher = self._finder.matcher
        keys = [t.key for t in matcher.entry(last.indicator_id).own]
        own = {implied for key in keys for implied in (key, *matcher.implied(key))}
        rows = [last] if len(naming) == 1 else []
        for term in naming:
            found = (last, None) if term.key in own else self._nearest(question, [term], context, last)
            if found is None:
                return ()
            rows.append(found[0])
        return tuple(rows) if len({figure.row.row for figure in rows}) == len(rows) > 1 else ()

    def _nearest(
        self, question: Question, naming: list[Term], context: Context, last: Figure | None
    ) -> tuple[Figure, Match] | None:
        """The row that has the words just said and is otherwise most like the last one."""
        if last is None:
            return None
        if (beside := self._beside(naming, last)) is not None:
            return beside
        matcher = self._finder.matcher
        source = matcher.entry(last.indicator_id).indicator
        said = (*naming, *matcher.entry(last.indicator_id).own)
        best: tuple[float, Figure, Match] | None = None
        for candidate in self._finder.candidates(naming, None, last.report_id, None):
            figure, match = candidate.figure, candidate.match
            again = figure.row.row == last.row.row and context.topic != "calculation"
            if match.uncovered or (again and not question.slots.names_report):
                continue
            parent = 0.12 if figure.row.path[:-1] == last.row.path[:-1] else 0.0
            likeness = matcher.alike(source, match.indicator) + parent
            if question.wants_percent and matcher.entry(figure.indicator_id).percent:
                likeness += 0.5
            score = (
                likeness + 0.5 * match.coverage - 0.15 * match.excess - _UNSAID * matcher.unsaid(said, match.indicator)
            )
            if likeness >= _LIKENESS and (best is None or score > best[0]):
                best = (score, figure, match)
        return (best[1], best[2]) if best is not None else None

    def _beside(self, naming: list[Term], last: Figure) -> tuple[Figure, Match] | None:
        """The one row beside the last that has the very words just said: after "toàn trình", "một phần"."""
        words = [f" {fold(term.surface).lower()} " for term in naming]
        found = [
            figure
            for figure in self._finder.view(last.report_id).rows
            if figure.row.path[:-1] == last.row.path[:-1]
            and figure.row.unit == last.row.unit
            and figure.row.row != last.row.row
            and all(word in f" {fold(figure.row.name).lower().rstrip(' .:;')} " for word in words)
        ]
        has_them = all(word in f" {fold(last.row.name).lower().rstrip(' .:;')} " for word in words)
        return (found[0], self._finder.exact(found[0])) if len(found) == 1 and not has_them else None

    def _joined(
        self, question: Question, naming: list[Term], context: Context, understand: Callable[[str], Question]
    ) -> Question:
        before = understand(context.question)
        drop = _LEVELS if {t.key for t in naming} & _LEVELS else frozenset()
        kept = tuple(t for t in before.terms if t.key not in drop)
        return replace(
            before,
            raw=question.raw,
            text=f"{before.text} {question.text}",
            asked=f"{before.asked} {question.asked}",
            folded=f"{before.folded} {question.folded}",
            terms=(*kept, *naming),
            slots=question.slots.over(context.slots()),
            restored=question.restored,
        )


def _of_a_whole(question: Question) -> bool:
    """ "Tổng số TTHC không tính cấp tỉnh" is a topic of its own, however short: no level goes on from the last row's."""
    whole = bool(question.excluded) or _TOTAL.search(question.folded) is not None
    return whole and any(term.key not in _LEVELS for term in question.naming)


def _of_the_same_period(question: Question, context: Context) -> Question:
    """ "Điện Biên cùng kỳ?" after Lai Châu is the period just spoken of, not last year's."""
    slots = question.slots
    elsewhere = bool(slots.issuers) and set(slots.issuers) != set(context.issuers)
    if slots.relative != "same_period_last_year" or not elsewhere or _LAST_YEARS.search(question.folded):
        return question
    return replace(question, slots=replace(slots, relative=None))
