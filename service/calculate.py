"""Calculations over figures that stand in the reports: operands are rows, the expression is shown, nothing is filled in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from corpus.numbers import format_number, half_up
from corpus.text import fold
from index.records import Figure
from service.figures import Candidate, FigureFinder
from service.indicators import Match
from service.lexicon import Term
from service.match_model import Vector
from service.schemas import CalculationKind
from service.understand import Question

_PARTS = {
    "share": re.compile(
        r"^(?P<a>.+?)\s+(?:dang |hien )?(?:chiem|bang|la|dat|tuong duong)?\s*(?:khoang )?(?:bao nhieu|may)\s*(?:phan tram|%)\s*"
        r"(?:cua |trong |tren |so voi |so )?(?P<b>.*)$"
    ),
    "difference": re.compile(
        r"^(?P<a>.+?)\s+(?:(?:nhieu|it|cao|thap|lon|nho) hon|hon|kem|so voi|tru di|tru|con thieu (?:bao nhieu )?so voi)\s+(?P<b>.+)$"
    ),
    "ratio": re.compile(r"^(?P<a>.+?)\s+(?:gap|bang|nhieu gap)\s+(?:bao nhieu|may)(?: lan)?\s*(?:so voi )?(?P<b>.+)$"),
}
_RATIO_OF = re.compile(
    r"\b(?:ty|ti) (?:le|trong|so)\b\s*(?:giua |cua )?(?P<a>.+?)\s+(?:tren|trong|so voi|trong tong|/)\s+(?P<b>.+)$"
)
_BETWEEN = re.compile(r"\bgiua\s+(?P<a>.+?)\s+(?:va|voi|so voi)\s+(?P<b>.+)$")
_SEPARATOR = re.compile(r"[,;+&]|\bva\b|\bvoi\b|\bcong\b|\bcung\b")
_SUM_WORDS = frozenset({"cong", "tong", "gop", "ca", "tat"})
_BASE = frozenset({"@giao", "@de_ra", "@ke_hoach", "@ke_hoach_cchc"})


@dataclass(frozen=True, slots=True)
class Computed:
    kind: CalculationKind
    expression: str
    result_text: str
    operands: tuple[Figure, ...]
    missing: tuple[Figure, ...] = ()
    """Operands without a number; then nothing was computed."""


def number(figure: Figure) -> Decimal | None:
    value = figure.row.value
    return Decimal(str(value.number)) if value.number is not None and value.kind in ("number", "percent") else None


def shown(figure: Figure) -> str:
    """An operand as it stands in an expression: the printed digits."""
    value = number(figure)
    return format_number(value, 6) if value is not None else figure.row.value.text


def compute(kind: CalculationKind, operands: Sequence[Figure]) -> Computed:
    """Apply an operation; with an operand missing nothing is computed."""
    values = [number(figure) for figure in operands]
    missing = tuple(f for f, v in zip(operands, values, strict=True) if v is None)
    if missing:
        return Computed(kind, "", "", tuple(operands), missing)
    known = [value for value in values if value is not None]
    percent = all(f.row.value.kind == "percent" for f in operands)
    texts = [shown(figure) for figure in operands]
    if kind == "sum":
        return Computed(kind, " + ".join(texts), format_number(sum(known, Decimal(0))), tuple(operands))
    if kind == "difference":
        rest = known[0] - sum(known[1:], Decimal(0))
        unit = " điểm phần trăm" if percent else ""
        return Computed(kind, " - ".join(texts), f"{format_number(rest)}{unit}", tuple(operands))
    if known[1] == 0:
        return Computed(kind, "", "", tuple(operands), (operands[1],))
    if kind == "share":
        return Computed(
            kind, f"{texts[0]} / {texts[1]} × 100", f"{format_number(known[0] / known[1] * 100)}%", tuple(operands)
        )
    if kind == "change":
        relative = half_up((known[0] - known[1]) / known[1] * 100)
        sign = "+" if relative > 0 else ""
        return Computed(
            kind, f"({texts[0]} - {texts[1]}) / {texts[1]} × 100", f"{sign}{format_number(relative)}%", tuple(operands)
        )
    return Computed(kind, f"{texts[0]} / {texts[1]}", f"{format_number(known[0] / known[1])} lần", tuple(operands))


def average(operands: Sequence[Figure]) -> Computed:
    """The mean of an indicator over reports, as a ratio of its sum."""
    values = [number(figure) for figure in operands]
    missing = tuple(f for f, v in zip(operands, values, strict=True) if v is None)
    if missing or not operands:
        return Computed("ratio", "", "", tuple(operands), missing)
    mean = sum((v for v in values if v is not None), Decimal(0)) / len(operands)
    unit = "%" if all(f.row.value.kind == "percent" for f in operands) else ""
    expression = f"({' + '.join(shown(f) for f in operands)}) / {len(operands)}"
    return Computed("ratio", expression, f"{format_number(mean)}{unit}", tuple(operands))


def _addable(figures: Sequence[Figure]) -> tuple[Figure, ...]:
    """What of these may be added up: no total beside its parts, and nothing at all of two units or of rates."""
    parts = tuple(
        f
        for f in figures
        if not any(
            o is not f and o.report_id == f.report_id and o.row.path[: len(f.row.path)] == f.row.path for o in figures
        )
    )
    units = {fold(f.row.unit or "").lower() for f in parts}
    rates = any(f.row.value.kind == "percent" for f in parts)
    return parts if len(parts) > 1 and len(units) == 1 and not rates else ()


class Calculator:
    """Finds the rows that a question wants computed with."""

    def __init__(self, finder: FigureFinder) -> None:
        self._finder = finder

    def plan(self, question: Question, vector: Vector | None, report_id: str) -> Computed | None:
        """The calculation that a question asks for, or None when its operands aren't all clear."""
        operation = question.operation
        if operation == "sum":
            return self.sum_of_parts(question, report_id)
        if operation in ("share", "difference", "ratio"):
            operands = self._two(question, report_id, operation)
            if operands is not None:
                return compute(operation, operands)
            if operation == "share":
                return self.share_of_total(question, vector, report_id)
        return None

    def share_of_total(self, question: Question, vector: Vector | None, report_id: str) -> Computed | None:
        """A rate asked for where the form prints two counts: the part over its whole."""
        choice = self._finder.decide(question, self._finder.candidates(question.terms, vector, report_id, None))
        if choice.best is None or choice.best.figure.row.value.kind != "number":
            return None
        whole = self.whole_of(choice.best.figure)
        return compute("share", (choice.best.figure, whole)) if whole is not None else None

    def share(self, part: Figure, whole: Figure) -> Computed:
        return compute("share", (part, whole))

    def rest_of_total(self, question: Question, vector: Vector | None, report_id: str) -> Computed | None:
        """ "Còn bao nhiêu … chưa hoàn thành": the whole less the rows that say what is done."""
        ranked = self._finder.candidates(question.terms, vector, report_id, None)
        choice = self._finder.decide(question, ranked)
        found = [choice.best] if choice.best else list(choice.rivals)
        if not found:
            return None
        whole = self.whole_of(found[0].figure)
        if whole is None:
            return None
        done = {"@hoan_thanh", "@xu_ly_xong"} & {t.key for t in question.terms}
        parts = [
            f
            for f in self._siblings(found[0].figure)
            if f.row.row != whole.row.row and done & {t.key for t in self._finder.matcher.entry(f.indicator_id).own}
        ]
        if not done or not parts:
            return None
        return compute("difference", (whole, *parts))

    def _siblings(self, figure: Figure) -> list[Figure]:
        return [
            f
            for f in self._finder.view(figure.report_id).rows
            if f.row.path[:-1] == figure.row.path[:-1]
            and f.row.inferred_code.count(".") == figure.row.inferred_code.count(".")
            and f.row.unit == figure.row.unit
        ]

    def whole_of(self, figure: Figure) -> Figure | None:
        """The row that a row is a part of: its own parent's value, or the sibling that is the total."""
        rows = self._finder.view(figure.report_id).rows
        value = number(figure)
        parent_code = figure.row.inferred_code.rpartition(".")[0]
        for row in rows:
            if row.row.inferred_code == parent_code and row.row.unit == figure.row.unit and number(row) is not None:
                return row
        siblings = [f for f in self._siblings(figure) if f.row.row != figure.row.row and f.row.row < figure.row.row]
        own = {t.key for t in self._finder.matcher.entry(figure.indicator_id).own}
        for sibling in siblings:
            entry = self._finder.matcher.entry(sibling.indicator_id)
            keys = {t.key for t in entry.own}
            base = entry.total or bool(keys & _BASE)
            total = number(sibling)
            if base and keys & own and total is not None and value is not None and value <= total:
                return sibling
        return None

    def _two(self, question: Question, report_id: str, operation: str) -> tuple[Figure, Figure] | None:
        folded = question.folded
        match = _BETWEEN.search(folded) if operation == "difference" else None
        match = match or _PARTS[operation].search(folded) or _RATIO_OF.search(folded)
        if match is None:
            return None
        first = self._terms_in(question, match.start("a"), match.end("a"))
        second = self._terms_in(question, match.start("b"), match.end("b"))
        if not first:
            return None
        found = self._pick([first, second] if second else [first], report_id)
        if found is None:
            return None
        if len(found) == 1:
            whole = self.whole_of(found[0])
            return (found[0], whole) if whole is not None and operation != "difference" else None
        a, b = found
        if (
            operation == "difference"
            and re.search(r"\b(?:it|thap|nho|kem)\b", folded)
            and not re.search(r"\bchenh", folded)
        ):
            a, b = b, a
        if (
            operation == "difference"
            and _BETWEEN.search(folded)
            and (x := number(a)) is not None
            and (y := number(b)) is not None
            and x < y
        ):
            a, b = b, a
        return (a, b)

    def sum_of_parts(self, question: Question, report_id: str) -> Computed | None:
        """The sum of the rows that an enumeration names: "A, B và C cộng lại"."""
        terms = [t for t in question.terms if fold(t.key) not in _SUM_WORDS]
        groups: list[list[Term]] = [[]]
        for before, term in zip([None, *terms], terms, strict=False):
            if before is not None and _SEPARATOR.search(question.folded[before.end : term.start]):
                groups.append([])
            groups[-1].append(term)
        groups = [part for g in groups if any(t.weight == 1.0 for t in g) for part in self._unfold(g)]
        if len(groups) < 2:
            return None
        found = _addable(self._pick(groups, report_id) or ())
        return compute("sum", found) if found else None

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

    def _pick(self, groups: Sequence[Sequence[Term]], report_id: str) -> tuple[Figure, ...] | None:
        """One row for each group of terms. What a group leaves unsaid it takes from the others ("…, sở ngành và cấp huyện")."""
        chosen: list[Candidate] = []
        for at, group in enumerate(groups):
            others = [t for i, g in enumerate(groups) if i != at for t in g]
            ranked = self._finder.candidates(group, None, report_id, None)
            context = {
                c.figure.row.row: c.match for c in self._finder.candidates([*group, *others], None, report_id, None)
            }

            taken = [c.figure for c in chosen]
            fitting = [
                c for c in ranked if not c.match.uncovered and c.figure.row.row in context and c.figure not in taken
            ]
            if not fitting:
                return None
            chosen.append(max(fitting, key=lambda c: self._fitness(c, context[c.figure.row.row], chosen)))
        if len(chosen) == 2 and len(groups) == 2 and chosen[0].figure.row.value.kind != chosen[1].figure.row.value.kind:
            return None
        return tuple(c.figure for c in chosen)

    def _fitness(self, candidate: Candidate, whole: Match, chosen: Sequence[Candidate]) -> float:
        near = 0.15 if self._related(candidate, chosen) else 0.0
        return candidate.match.score + 0.45 * whole.coverage - 0.5 * whole.excess + near

    def _related(self, candidate: Candidate, chosen: Sequence[Candidate]) -> bool:
        return any(
            c.figure.row.path[:-1] == candidate.figure.row.path[:-1]
            or c.figure.row.path[:-1] == candidate.figure.row.path
            for c in chosen
        )
