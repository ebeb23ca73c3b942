"""Answers given before, for the same question again: by generation, deleted reports and filters, never in a conversation.

cache = AnswerCache()
answer, after = cache.get(asked) or cache.put(asked, *engine.ask(question))
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock

from index.amendments import Amendments
from service.context import Context
from service.schemas import Answer, Filters
from service.understand import clean

_MOST = 1024  # some 15 KB each


@dataclass(frozen=True, slots=True)
class Asked:
    """All that an answer outside a conversation depends on."""

    generation: str
    hidden: frozenset[str]
    amendments: Amendments
    question: str
    filters: str

    @classmethod
    def of(
        cls, generation: str, hidden: frozenset[str], amendments: Amendments, question: str, filters: Filters
    ) -> Asked:
        return cls(generation, hidden, amendments, clean(question), filters.model_dump_json())


class AnswerCache:
    """The answers asked for last, in this process. Thread-safe."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._lock = Lock()
        self._answers: OrderedDict[Asked, tuple[Answer, Context]] = OrderedDict()

    def get(self, asked: Asked) -> tuple[Answer, Context] | None:
        """An answer and the state it leaves a conversation in; its id and time are the first asker's."""
        with self._lock:
            if asked in self._answers:
                self._answers.move_to_end(asked)
            return self._answers.get(asked)

    def put(self, asked: Asked, answer: Answer, after: Context) -> tuple[Answer, Context]:
        with self._lock:
            self._answers[asked] = answer, after
            self._answers.move_to_end(asked)
            if len(self._answers) > self._most:
                self._answers.popitem(last=False)
        return answer, after
