"""What a conversation is about: the little that a follow-up question changes one slot of."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from pydantic import BaseModel, Field

from service.schemas import CalculationKind
from service.slots import Slots

Topic = Literal["figure", "calculation", "comparison", "passage", "section", "none"]
_REMEMBERED = 6
"""How many of the rows said a conversation keeps."""


class Place(BaseModel):
    """A row of a report."""

    report_id: str
    row: int


class Quoted(BaseModel):
    """A piece of a report that was quoted."""

    report_id: str
    start: int
    end: int


class Context(BaseModel):
    """The state after an answer. Holds ids and the question, never figures: those are read again."""

    question: str = ""
    topic: Topic = "none"
    operation: CalculationKind | None = None
    issuers: list[str] = Field(default_factory=list)
    years: list[int] = Field(default_factory=list)
    periods: list[str] = Field(default_factory=list)
    report_ids: list[str] = Field(default_factory=list)
    rows: list[Place] = Field(default_factory=list)
    said: list[Place] = Field(default_factory=list)
    """The rows that answers named, the last one first: what "cộng hai số đó" and "chênh nhau bao nhiêu" are about."""
    quotes: list[Quoted] = Field(default_factory=list)

    def remembering(self, before: Context | None) -> Context:
        """This state with the rows said before it. Operands that were said already stay in the order of their saying."""
        earlier = before.said if before is not None else []
        new = [place for place in reversed(self.rows) if self.topic == "figure" or place not in earlier]
        said = [*new, *(place for place in earlier if place not in new)]
        return self.model_copy(update={"said": said[:_REMEMBERED]})

    def without(self, report_ids: Collection[str]) -> Context:
        """The same conversation as if these reports had never been spoken of."""
        if not any(report_id in report_ids for report_id in self._spoken_of()):
            return self
        rows = [place for place in self.rows if place.report_id not in report_ids]
        quotes = [quote for quote in self.quotes if quote.report_id not in report_ids]
        kept = [report_id for report_id in self.report_ids if report_id not in report_ids]
        topic: Topic = self.topic if rows or quotes else "none"
        said = [place for place in self.said if place.report_id not in report_ids]
        return self.model_copy(
            update={"rows": rows, "said": said, "quotes": quotes, "report_ids": kept, "topic": topic}
        )

    def _spoken_of(self) -> set[str]:
        places = [*self.rows, *self.said]
        return {*self.report_ids, *(p.report_id for p in places), *(q.report_id for q in self.quotes)}

    def slots(self) -> Slots:
        return Slots(tuple(self.issuers), tuple(self.years), tuple(self.periods))
