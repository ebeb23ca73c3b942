"""Calculations over figures that stand in the reports: operands are rows, the expression is shown, nothing is filled in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from corpus.numbers import format_exact, format_result, half_up
from index.records import Figure
from service.figures import FigureFinder
from service.lexicon import DONE
from service.match_model import Vector
from service.operands import OperandFinder
from service.schemas import CalculationKind
from service.understand import Operation, Question

_NOT = re.compile(r"\b(?:chua|khong)(?: duoc| co| he)*\s*$")
_SHORT_OF = re.compile(r"\b(?:thieu|con trong|bo trong|khuyet)\b")
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
    return format_exact(value) if value is not None else figure.row.value.text


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
        return Computed(kind, " + ".join(texts), format_result(sum(known, Decimal(0))), tuple(operands))
    if kind == "difference":
        rest = known[0] - sum(known[1:], Decimal(0))
        unit = " điểm phần trăm" if percent else ""
        return Computed(kind, " - ".join(texts), f"{format_result(rest)}{unit}", tuple(operands))
    if known[1] == 0:
        return Computed(kind, "", "", tuple(operands), (operands[1],))
    if kind == "share":
        return Computed(
            kind, f"{texts[0]} / {texts[1]} × 100", f"{format_result(known[0] / known[1] * 100)}%", tuple(operands)
        )
    if kind == "change":
        relative = half_up((known[0] - known[1]) / known[1] * 100)
        sign = "+" if relative > 0 else ""
        return Computed(
            kind, f"({texts[0]} - {texts[1]}) / {texts[1]} × 100", f"{sign}{format_result(relative)}%", tuple(operands)
        )
    return Computed(kind, f"{texts[0]} / {texts[1]}", f"{format_result(known[0] / known[1])} lần", tuple(operands))


def average(operands: Sequence[Figure]) -> Computed:
    """The mean of an indicator over reports, as a ratio of its sum."""
    values = [number(figure) for figure in operands]
    missing = tuple(f for f, v in zip(operands, values, strict=True) if v is None)
    if missing or not operands:
        return Computed("ratio", "", "", tuple(operands), missing)
    mean = sum((v for v in values if v is not None), Decimal(0)) / len(operands)
    unit = "%" if all(f.row.value.kind == "percent" for f in operands) else ""
    expression = f"({' + '.join(shown(f) for f in operands)}) / {len(operands)}"
    return Computed("ratio", expression, f"{format_result(mean)}{unit}", tuple(operands))


def addable(figures: Sequence[Figure]) -> tuple[Figure, ...]:
    """What of these may be added up: no total beside its parts, and nothing at all of rates."""
    parts = tuple(
        f
        for f in figures
        if not any(
            o is not f and o.report_id == f.report_id and o.row.path[: len(f.row.path)] == f.row.path for o in figures
        )
    )
    rates = any(f.row.value.kind == "percent" for f in parts)
    return parts if len(parts) > 1 and not rates else ()


class Calculator:
    """Computes what a question asks for from rows that it names."""

    def __init__(self, finder: FigureFinder) -> None:
        self._finder = finder
        self._operands = OperandFinder(finder)

    def plan(self, question: Question, vector: Vector, report_id: str) -> Computed | None:
        """The calculation that a question asks for, or None when its operands aren't all clear."""
        operation = question.operation
        if operation == "sum":
            return self.sum_of_parts(question, vector, report_id)
        if operation not in ("share", "difference", "ratio", "change"):
            return None
        if operation == "difference" and _SHORT_OF.search(question.folded):
            lacking = self._operands.lacking(question, vector, report_id)
            return compute("difference", lacking) if lacking is not None else None
        rows = self._operands.two(question, operation, vector, report_id)
        if rows is not None and len(rows) == 1 and operation in ("share", "ratio"):
            whole = self.whole_of(rows[0])
            rows = [rows[0], whole] if whole is not None else None
        if rows is None or len(rows) < 2:
            return self.share_of_total(question, vector, report_id) if operation == "share" else None
        return compute(operation, self._in_order(question, operation, rows))

    def between(self, question: Question, rows: Sequence[Figure]) -> Computed | None:
        """What a question asks for of rows that are known."""
        if question.operation == "sum":
            parts = addable(rows)
            return compute("sum", parts) if parts else None
        if question.operation not in ("share", "difference", "ratio") or len(rows) != 2:
            return None
        part, whole = number(rows[0]), number(rows[1])
        if question.operation == "share" and part is not None and whole is not None and part > whole:
            return None
        return compute(question.operation, self._in_order(question, question.operation, list(rows)))

    def _in_order(self, question: Question, operation: Operation, rows: list[Figure]) -> list[Figure]:
        """ "A ít hơn B bao nhiêu" is B less A, and so is the distance between A and B when B is the larger."""
        first, second = number(rows[0]), number(rows[1])
        turned = re.search(r"\b(?:it|thap|nho|kem)\b", question.folded) is not None
        apart = re.search(r"\bchenh\b|\bgiua\b|\bhon kem\b|\blech\b", question.folded) is not None
        if operation == "difference" and apart and first is not None and second is not None:
            turned = first < second
        return [rows[1], rows[0]] if operation == "difference" and turned else rows

    def share_of_total(self, question: Question, vector: Vector, report_id: str) -> Computed | None:
        """A rate asked for where the form prints two counts: the part over its whole."""
        choice = self._finder.decide(question, self._finder.candidates(question.terms, vector, report_id, None))
        if choice.best is None or choice.best.figure.row.value.kind != "number":
            return None
        whole = self.whole_of(choice.best.figure)
        return compute("share", (choice.best.figure, whole)) if whole is not None else None

    def share_said(self, question: Question, vector: Vector, report_id: str) -> Computed | None:
        """A rate that the question itself says what of: "bao nhiêu % A đã B"."""
        rows = self._operands.two(question, "share", vector, report_id) if question.wants_percent else None
        return compute("share", rows) if rows is not None and len(rows) == 2 else None

    def share(self, part: Figure, whole: Figure) -> Computed:
        return compute("share", (part, whole))

    def rest_of_total(self, question: Question, vector: Vector, report_id: str) -> Computed | None:
        """ "Còn bao nhiêu … chưa hoàn thành": the whole less the rows that say what is done."""
        ranked = self._finder.candidates(question.terms, vector, report_id, None)
        choice = self._finder.decide(question, ranked)
        found = [choice.best] if choice.best else list(choice.rivals)
        if not found:
            return None
        whole = self.whole_of(found[0].figure)
        if whole is None:
            return None
        done = DONE & {t.key for t in question.terms}
        parts = [
            f
            for f in self._siblings(found[0].figure)
            if f.row.row != whole.row.row and done & {t.key for t in self._finder.matcher.entry(f.indicator_id).own}
        ]
        if not done and choice.best is not None and self._denied(question, choice.best.figure):
            parts = [choice.best.figure]
        return compute("difference", (whole, *parts)) if parts else None

    def undone(self, question: Question, vector: Vector, report_id: str) -> Computed | None:
        """ "Bao nhiêu A chưa B": all A less those that are B, where the form prints both."""
        rows = self._operands.undone(question, vector, report_id)
        return compute("difference", rows) if rows is not None else None

    def excluding(self, question: Question, figure: Figure) -> Computed | Figure | None:
        """ "Không tính cấp xã": the total less that part, the row itself where the form counts that apart, or nothing."""
        apart = self._finder.counted_apart(question, figure)
        parts = [f for f in apart if self.whole_of(f) == figure]
        if parts:
            return compute("difference", (figure, *parts))
        return figure if apart else None

    def _denied(self, question: Question, figure: Figure) -> bool:
        """ "Chưa được duyệt": what is denied is what the row says was done."""
        own = {t.key for t in self._finder.matcher.entry(figure.indicator_id).own}
        return any(t.key in own and _NOT.search(question.folded[: t.start]) for t in question.terms)

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
        return self._total_over(figure)

    def _total_over(self, figure: Figure) -> Figure | None:
        """The total of what a row counts under a condition: of the public units approved, all public units."""
        matcher, value = self._finder.matcher, number(figure)
        own = {t.key for t in matcher.entry(figure.indicator_id).own}
        for row in self._finder.view(figure.report_id).rows:
            entry, total = matcher.entry(row.indicator_id), number(row)
            keys = {t.key for t in entry.own}
            counts_it = entry.total and keys and keys < own and row.row.unit == figure.row.unit
            if counts_it and value is not None and total is not None and value <= total:
                return row
        return None

    def sum_of_parts(self, question: Question, vector: Vector, report_id: str) -> Computed | None:
        """The sum of the rows that an enumeration names: "A, B và C cộng lại"."""
        rows = addable(self._operands.parts(question, vector, report_id) or ())
        return compute("sum", rows) if rows else None
