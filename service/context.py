"""What a conversation is about: the little that a follow-up question changes one slot of."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from service.slots import Slots

Topic = Literal["figure", "calculation", "comparison", "passage", "section", "none"]


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
    operation: str | None = None
    issuers: list[str] = Field(default_factory=list)
    years: list[int] = Field(default_factory=list)
    periods: list[str] = Field(default_factory=list)
    report_ids: list[str] = Field(default_factory=list)
    rows: list[Place] = Field(default_factory=list)
    quotes: list[Quoted] = Field(default_factory=list)

    def slots(self) -> Slots:
        return Slots(tuple(self.issuers), tuple(self.years), tuple(self.periods))
