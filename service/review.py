"""Which recognised figures nobody may rely on yet, and why: recognised unsurely, read in two ways, or at odds with others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from corpus.model import CONFIDENCE_BOUND
from index.generation import Generation
from index.records import Figure
from service.checks import Check


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Judges the rows of one generation, with what people have found on them. Thread-safe."""

    generation: Generation
    checks: Callable[[str], tuple[Check, ...]]

    def is_unreviewed(self, figure: Figure) -> bool:
        """Whether an answer that states this figure has to say that nobody has compared it with the page."""
        row = figure.row
        if figure.review is not None or not row.is_recognised or not (row.value.text or row.unit):
            return False
        return row.is_unsure or bool(self._failing(figure))

    def listed(self, report_id: str) -> list[Figure]:
        """The figures of a report to look at, then those that somebody has looked at."""
        rows = self.generation.rows(report_id)
        return [f for f in rows if self.is_unreviewed(f)] + [f for f in rows if f.review is not None]

    def reasons(self, figure: Figure) -> list[str]:
        """Why a figure is to be looked at, in Vietnamese; nothing once somebody has."""
        row = figure.row
        if not self.is_unreviewed(figure):
            return []
        found: list[str] = []
        if row.readings:
            found.append("Các lượt nhận dạng đọc khác nhau: " + " | ".join(f"“{text}”" for text in row.readings) + ".")
        if row.confidence is not None and row.confidence < CONFIDENCE_BOUND:
            found.append(f"Độ tin cậy {row.confidence:.0%}, dưới ngưỡng {CONFIDENCE_BOUND:.0%}.")
        found += [f"Không khớp: {check.statement}." for check in self._failing(figure)]
        return found

    def _failing(self, figure: Figure) -> tuple[Check, ...]:
        return tuple(c for c in self.checks(figure.report_id) if not c.holds and figure.row.row in c.rows)
