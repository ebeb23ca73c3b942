"""The operands of a calculation: the phrases of a question that name them, and a row for each.

"TTHC cấp huyện hơn cấp xã bao nhiêu?" has two phrases, and the second leaves out what the first said. So a row has to
account for its own phrase, and among those that do, the rows that fit the whole question and each other are taken.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from corpus.text import fold
from index.records import Figure
from service.figures import FigureFinder
from service.indicators import Match
from service.lexicon import Term
from service.match_model import Vector
from service.telling_apart import Candidate
from service.understand import Operation, Question

_MANY = r"(?:khoang )?(?:bao nhieu|may)"
_PERCENT = rf"{_MANY} ?(?:phan tram|%)"
_END = rf"(?:\s+(?:la |duoc |bang |thi )?{_MANY}\b.*|\s*[?.!]*)$"
_PHRASES: dict[str, tuple[re.Pattern[str], ...]] = {
    "share": (
        re.compile(rf"\b(?:so voi|trong)\s+(?P<b>.+?),?\s+thi\s+(?P<a>.+?)\s+(?:chi |moi |dang )?(?:chiem|bang|la|dat)\s+(?:ty trong )?{_MANY}\s*(?:phan tram|%)"),
        re.compile(rf"\b(?:so voi|trong)\s+(?P<b>[^,]+),\s+(?P<a>.+?)\s+(?:thi |chi |moi |dang )?(?:chiem|bang|la|dat)\s+(?:ty trong )?{_MANY}\s*(?:phan tram|%)"),
        re.compile(rf"\b{_PERCENT} (?:so |tong so |trong so |trong tong so |tong )?(?P<b>.+?) la (?P<a>.+)$"),
        re.compile(rf"\b{_PERCENT} (?:so |tong so |trong so |trong tong so |tong )?(?P<b>.+?)\s+(?:da|duoc) (?:duoc )?(?P<a>.+)$"),
        re.compile(rf"^(?P<a>.+?)\s+(?:dang |hien |thi )?(?:chiem|bang|la|dat|tuong duong)?\s*(?:ty trong )?{_MANY}\s*(?:phan tram|%)?\s*(?:cua |trong |tren |so voi |so )?(?P<b>.*)$"),
        re.compile(r"\b(?:ty|ti) (?:le|trong)\b\s*(?:giua |cua )?(?P<a>.+?)\s+(?:tren|trong|so voi|trong tong|/)\s+(?P<b>.+)$"),
    ),
    "difference": (
        re.compile(rf"\bgiua\s+(?P<a>.+?)\s+(?:va|voi|so voi)\s+(?P<b>.+?){_END}"),
        re.compile(rf"^(?P<a>.+?)\s+(?:(?:nhieu|it|cao|thap|lon|nho) hon|hon(?! kem)|(?<!hon )kem|tru di|tru)(?: so voi)?\s+(?P<b>.+?){_END}"),
        re.compile(r"^(?P<a>.+?)\s+(?:va|(?<!so )voi|,)\s+(?P<b>.+?)\s+(?:chenh|hon kem|lech)\b"),
        re.compile(rf"^(?P<a>.+?)\s+chenh (?:lech )?(?:nhau )?(?:voi|so voi)\s+(?P<b>.+?){_END}"),
        re.compile(rf"^(?P<a>.+?)\s+so voi\s+(?P<b>.+?){_END}"),
    ),
    "ratio": (
        re.compile(rf"\b(?:trung binh|binh quan) (?:moi|mot)\s+(?P<b>.+?)\s+(?:co|la|thi)?\s*{_MANY}\s+(?P<a>.+)$"),
        re.compile(rf"^(?P<a>.+?)\s+(?:gap|bang|nhieu gap)\s+{_MANY}(?: lan)?\s*(?:so voi )?(?P<b>.+)$"),
        re.compile(r"\b(?:ty|ti) so\b\s*(?:giua |cua )?(?P<a>.+?)\s+(?:tren|va|voi|so voi|/)\s+(?P<b>.+)$"),
    ),
}  # fmt: skip
_PHRASES["change"] = _PHRASES["difference"]
_UNDONE = (
    re.compile(rf"\btrong (?:so |cac |tong so |nhung )?(?P<a>.+?)\s*,\s*(?:co |con )?{_MANY}\b.*?\b(?:chua|khong) (?:duoc )?(?P<b>.+)$"),
    re.compile(rf"^(?:con |hien con |con lai )?(?:{_MANY} )?(?P<a>.+?)\s+(?:nhung |ma )?(?:van |con )?chua (?:duoc )?(?P<b>.+?){_END}"),
)  # fmt: skip
"""What there is, and what of it is done: "bao nhiêu A chưa B", "A nhưng chưa B", "trong các A, bao nhiêu chưa B"."""
_SEPARATOR = re.compile(r"[,;+&(]|\bva\b|\bvoi\b|(?<!tong )\bcong\b(?! (?:lai|vao|gop|tong))|\bcung\b|\blan\b")
_TOGETHER = re.compile(
    r"\bcong (?:lai|vao|gop|tong|ca)\b|\btong cong\b|\bgop (?:lai|chung)\b|\btinh chung\b|\bca (?:hai|ba|bon)\b|\btat ca\b|\btong\b"
)
_MADE_OF = re.compile(r"\b(?:tinh ca|bao gom|gom ca|gom|ke ca)\b")
"""What leads up to the list of a sum's parts."""
_BARRING = re.compile(r"\b(?:chua|khong) (?:bao gom|gom|tinh|ke)\b")
""" "(Chưa gồm chi đầu tư)": what isn't counted needn't be in a row."""
_OF = re.compile(r".+\bcua\b")
_POINTS = re.compile(r"\bdiem (?:phan tram|%)")
_EACH = re.compile(r"\b(?:trung binh|binh quan) (?:moi|mot)\b")
_VACANT = re.compile(r"\b(?:con trong|bo trong|khuyet)\b")
"""Places that nobody fills: those that were assigned go without saying."""
_SUM_WORDS = frozenset({"cong", "tong", "gop", "ca", "tat", "nhom", "lan"})
_DEPTH = 6
_SAME_PLACE = 0.15
_SAME_NAME = 0.15
_SAID_TOTAL = 0.5
_BEYOND = 0.58
"""A row of whose name the question leaves more than this unsaid is none of its operands."""
_NAMED = 0.4
_LACKING = frozenset({"@giao", "@de_ra"})
_THERE = frozenset({"@co_mat", "@hoan_thanh", "@xu_ly_xong"})


@dataclass(frozen=True, slots=True)
class _Choice:
    candidate: Candidate
    whole: Match

    def fitness(self, elided: bool) -> float:
        """How well the row fits; what the rest of the question says counts in full where the phrase leaves things out."""
        whole = 0.45 * self.whole.coverage - 0.5 * self.whole.excess + 0.5 * self.whole.dense
        return self.candidate.match.score - 0.3 * self.candidate.match.excess + (whole if elided else 0.3 * whole)


class OperandFinder:
    """Finds the rows that a question wants computed with."""

    def __init__(self, finder: FigureFinder) -> None:
        self._finder = finder

    def two(self, question: Question, operation: Operation, vector: Vector, report_id: str) -> list[Figure] | None:
        """The rows of "A … B" in the order in which they are computed with; one only when B goes without saying."""
        for pattern in _PHRASES.get(operation, ()):
            match = pattern.search(question.folded)
            if match is None:
                continue
            first = self._terms_in(question, match.start("a"), match.end("a"))
            second = self._terms_in(question, match.start("b"), match.end("b"))
            named = any(t.weight == 1.0 for t in second)
            leads = match.start("b") < match.start("a")  # "trong báo cáo này, A chiếm …" leads up with no B
            if not any(t.weight == 1.0 for t in first) or (leads and not named):
                continue
            groups = [first, second] if named else [first]
            of = _OF.match(question.folded, match.start("a"), match.end("a"))
            shared = [t for t in first if t.end <= of.end()] if of is not None and named else []
            own = [t for t in first if t not in shared]
            found = None
            if any(t.weight == 1.0 for t in own) and any(t.weight == 1.0 for t in shared):
                # "tỷ lệ đúng hạn của cấp huyện và cấp xã": the rate is of both
                found = self._rows(question, [own, second], vector, report_id, shared=shared, operation=operation)
                found = found if found is not None and self._all_have(found, shared) else None
            found = found or self._rows(question, groups, vector, report_id, operation=operation)
            if found is not None:
                return found
        return None

    def undone(self, question: Question, vector: Vector, report_id: str) -> list[Figure] | None:
        """The rows of "bao nhiêu A chưa B": all A, and those that are B."""
        for pattern in _UNDONE:
            match = pattern.search(question.folded)
            if match is None:
                continue
            groups = [self._terms_in(question, match.start(part), match.end(part)) for part in ("b", "a")]
            if all(any(t.weight == 1.0 for t in group) for group in groups):
                found = self._rows(question, groups, vector, report_id, operation="share")
                if found is not None:
                    return found[::-1]
        return None

    def parts(self, question: Question, vector: Vector, report_id: str) -> list[Figure] | None:
        """The rows that an enumeration names: "A, B và C cộng lại"."""
        terms = [replace(t, weight=1.0) if t.weight == 0.2 else t for t in question.terms]
        terms = [t for t in terms if fold(t.key) not in _SUM_WORDS]
        named, shared = self._enumeration(question, terms)
        groups: list[list[Term]] = [[]]
        for before, term in zip([None, *named], named, strict=False):
            if before is not None and _SEPARATOR.search(question.folded[before.end : term.start]):
                groups.append([])
            groups[-1].append(term)
        groups = [part for g in groups if any(t.weight == 1.0 for t in g) for part in self._unfold(g)]
        if len(groups) < 2:
            return None
        found = self._rows(question, groups, vector, report_id, shared=shared)
        open_end = found is None and not any(t.weight == 1.0 for t in shared)
        for own in range(len(groups[-1]) - 1, 0, -1) if open_end else ():
            # "công chức và viên chức bị kỷ luật": what closes the list is said of all its parts
            last = groups[-1]
            rows = self._rows(question, [*groups[:-1], last[:own]], vector, report_id, shared=last[own:])
            if rows is not None and self._all_have(rows, last[own:]):
                return rows
        return found

    def _all_have(self, rows: Sequence[Figure], shared: Sequence[Term]) -> bool:
        """Whether each row has what is said of all."""
        entries = [self._finder.matcher.entry(row.indicator_id) for row in rows]
        said = [t for t in shared if t.weight == 1.0]
        return all(self._finder.matcher.covers(entry, term) for entry in entries for term in said)

    def _enumeration(self, question: Question, terms: list[Term]) -> tuple[list[Term], list[Term]]:
        """The terms of the side of "cộng lại", "tổng cộng" that enumerates, and those of the other side, which all share."""
        if (made_of := _MADE_OF.search(question.folded)) is not None:
            listed = [t for t in terms if t.start >= made_of.end()]
            if listed and _lists(question, listed):
                return listed, [t for t in terms if t.end <= made_of.start()]
        for mark in _TOGETHER.finditer(question.folded):
            before = [t for t in terms if t.end <= mark.start()]
            after = [t for t in terms if t.start >= mark.end()]
            if before and after:
                return (before, after) if _lists(question, before) or not _lists(question, after) else (after, before)
        return terms, []

    def lacking(self, question: Question, vector: Vector, report_id: str) -> list[Figure] | None:
        """ "Còn thiếu bao nhiêu so với được giao": what was set, and its neighbour that says what is there."""
        if not any(t.key in _LACKING for t in question.terms) and not _VACANT.search(question.folded):
            return None
        for candidate in self._finder.candidates(question.terms, vector, report_id, None)[:_DEPTH]:
            own = {t.key for t in self._finder.matcher.entry(candidate.figure.indicator_id).own}
            if not own & _LACKING:
                continue
            for other in self._finder.view(report_id).rows:
                theirs = {t.key for t in self._finder.matcher.entry(other.indicator_id).own}
                if (
                    other.row.path[:-1] == candidate.figure.row.path[:-1]
                    and theirs & _THERE
                    and not theirs & _LACKING
                    and self._finder.same_unit(other, candidate.figure)
                ):
                    return [candidate.figure, other]
        return None

    def _unfold(self, group: list[Term]) -> list[list[Term]]:
        """ "mức độ 3 và mức độ 4" is one concept of the form, and two parts of a sum."""
        for at, term in enumerate(group):
            parts = self._finder.matcher.composed_of(term.key)
            if len(parts) > 1 and _SEPARATOR.search(fold(term.surface).lower()):
                return [
                    [*group[:at], replace(term, key=parts[0]), *group[at + 1 :]],
                    *([replace(term, key=key)] for key in parts[1:]),
                ]
        return [group]

    def _terms_in(self, question: Question, start: int, end: int) -> list[Term]:
        return [t for t in question.terms if start <= t.start and t.end <= end]

    def _rows(
        self,
        question: Question,
        groups: Sequence[Sequence[Term]],
        vector: Vector,
        report_id: str,
        *,
        shared: Sequence[Term] = (),
        operation: Operation = "sum",
    ) -> list[Figure] | None:
        """One row for each group of terms: of all combinations the one that fits best, and that can be computed with."""
        choices = [self._choices(at, groups, shared, vector, report_id) for at in range(len(groups))]
        if not all(choices):
            return None
        totals = ["tong" in question.folded[max(0, g[0].start - 12) : g[0].start].split() for g in groups]
        best: tuple[float, tuple[_Choice, ...]] | None = None
        for combination in itertools.islice(itertools.product(*choices), 4000):
            figures = [c.candidate.figure for c in combination]
            if len({f.row.row for f in figures}) < len(figures):
                continue
            if not self._computable(question, operation, figures):
                continue
            score = sum(_near(a, b) for a, b in itertools.pairwise(figures))
            for at, choice in enumerate(combination):
                score += choice.fitness(bool(shared) or self._elided(choices[at]))
                if totals[at] and self._finder.matcher.entry(choice.candidate.figure.indicator_id).total:
                    score += _SAID_TOTAL
            if best is None or score > best[0]:
                best = (score, combination)
        if best is None:
            return None
        rows = [choice.candidate for choice in best[1]]
        if self._leaves_open(question, [t for g in [*groups, shared] for t in g], rows):
            return None
        beyond = max(self._finder.matcher.unsaid(question.terms, row.match.indicator) for row in rows)
        return [row.figure for row in rows] if beyond <= _BEYOND else None

    def _leaves_open(self, question: Question, terms: Sequence[Term], rows: Sequence[Candidate]) -> bool:
        """Whether something is named that none of the rows has: "lên chức" of those who were disciplined."""
        entries = [self._finder.matcher.entry(row.figure.indicator_id) for row in rows]
        barred = _BARRING.search(question.folded)
        end = barred.start() if barred is not None else len(question.folded)
        named = [t for t in terms if t.start < end and t.weight == 1.0 and (t.is_concept or " " in t.key)]
        return any(not any(self._finder.matcher.covers(entry, t) for entry in entries) for t in named)

    def _elided(self, choices: Sequence[_Choice]) -> bool:
        """Whether a phrase leaves so much out that no row is named by it alone; one that shares words always does."""
        return min(c.candidate.match.excess for c in choices) > _NAMED

    def _computable(self, question: Question, operation: Operation, figures: Sequence[Figure]) -> bool:
        percent = [f.row.value.kind == "percent" for f in figures]
        if any(percent) and (not all(percent) or operation in ("share", "ratio", "sum")):
            return False
        if _POINTS.search(question.folded) and not all(percent):
            return False
        same = all(self._finder.same_unit(figures[0], f) for f in figures[1:])
        if operation == "ratio":
            return not same if _EACH.search(question.folded) else True
        numbers = [f.row.value.number or 0 for f in figures]
        return same and (operation != "share" or len(numbers) < 2 or numbers[0] <= numbers[1])

    def _choices(
        self, at: int, groups: Sequence[Sequence[Term]], shared: Sequence[Term], vector: Vector, report_id: str
    ) -> list[_Choice]:
        others = [t for i, g in enumerate(groups) if i != at for t in g]
        ranked = self._finder.candidates([*groups[at], *shared, *others], vector, report_id, None)
        whole = {c.figure.row.row: c.match for c in ranked}
        found = [
            _Choice(c, whole[c.figure.row.row])
            for c in self._finder.candidates(groups[at], None, report_id, None)
            if c.figure.row.value.number is not None
            and c.figure.row.value.kind in ("number", "percent")
            and c.figure.row.row in whole
            and not any(self._finder.matcher.decisive(groups[at], t) for t in c.match.uncovered)
        ]
        elided = bool(found) and (bool(shared) or self._elided(found))
        return sorted(found, key=lambda c: -c.fitness(elided))[:_DEPTH]


def _lists(question: Question, terms: Sequence[Term]) -> bool:
    return _SEPARATOR.search(question.folded[terms[0].end : terms[-1].start]) is not None


def _near(a: Figure, b: Figure) -> float:
    """What it adds that two rows stand together in the form, or say the same of two things."""
    if a.row.path[:-1] == b.row.path[:-1] or a.row.path == b.row.path[:-1] or b.row.path == a.row.path[:-1]:
        return _SAME_PLACE
    return _SAME_NAME if fold(a.row.name).lower() == fold(b.row.name).lower() else 0.0
