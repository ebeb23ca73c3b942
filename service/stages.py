"""How long each stage of one answer took. A function says which stage it is; who wants to know starts a stopwatch.

    with stopwatch() as seconds:
        engine.ask(question)
    seconds["figures"]

A stage that runs inside another is taken out of the outer one, so that the stages of an answer add up to the whole.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Literal, ParamSpec, TypeVar, get_args

Stage = Literal["understand", "scope", "encode", "figures", "passages", "compose", "verify"]
STAGES: tuple[Stage, ...] = get_args(Stage)

P = ParamSpec("P")
R = TypeVar("R")


class _Stopwatch:
    def __init__(self) -> None:
        self.seconds: dict[Stage, float] = {}
        self._running: list[Stage] = []
        self._since = 0.0

    def enter(self, stage: Stage) -> None:
        self._book()
        self._running.append(stage)

    def leave(self) -> None:
        self._book()
        self._running.pop()

    def _book(self) -> None:
        """What has passed belongs to the innermost stage that ran."""
        now = time.perf_counter()
        if self._running:
            stage = self._running[-1]
            self.seconds[stage] = self.seconds.get(stage, 0.0) + now - self._since
        self._since = now


_stopwatch: ContextVar[_Stopwatch | None] = ContextVar("stopwatch", default=None)


@contextmanager
def stopwatch() -> Iterator[dict[Stage, float]]:
    """The seconds of each stage that was run inside, in this thread."""
    watch = _Stopwatch()
    token = _stopwatch.set(watch)
    try:
        yield watch.seconds
    finally:
        _stopwatch.reset(token)


def stage(name: Stage) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Marks a function as a stage of answering; without a stopwatch it costs next to nothing."""

    def mark(function: Callable[P, R]) -> Callable[P, R]:
        @wraps(function)
        def timed(*args: P.args, **kwargs: P.kwargs) -> R:
            watch = _stopwatch.get()
            if watch is None:
                return function(*args, **kwargs)
            watch.enter(name)
            try:
                return function(*args, **kwargs)
            finally:
                watch.leave()

        return timed

    return mark
