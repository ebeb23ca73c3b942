"""Clients that ask all the while, and note what went wrong, and what each answer rested on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any

import httpx

from tests.running import QUESTION

Forbidden = Callable[[], frozenset[str]]


class Asker:
    """So many clients asking one after another. `forbidden` gives the reports that no question asked from now on may use."""

    def __init__(
        self,
        url: str,
        clients: int,
        forbidden: Forbidden = frozenset,
        questions: tuple[str, ...] = (QUESTION,),
    ) -> None:
        self._url = url
        self._forbidden = forbidden
        self._questions = questions
        self._end = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(n,)) for n in range(clients)]
        self.answered = 0
        self.failures: list[str] = []
        self.rested_on: set[tuple[str, frozenset[str]]] = set()
        """The generation of each answer and the reports that it used."""
        self.figures: set[tuple[str, str, str]] = set()
        """The report, the name and the value of each figure that was stated."""
        self.seconds: list[float] = []

    def __enter__(self) -> Asker:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        self._end.set()
        for thread in self._threads:
            thread.join()

    def _run(self, number: int) -> None:
        with httpx.Client(base_url=self._url, timeout=60.0, trust_env=False) as client:
            while not self._end.is_set():
                question = self._questions[(self.answered + number) % len(self._questions)]
                forbidden = self._forbidden()
                try:
                    response = client.post("/v1/ask", json={"question": question})
                except httpx.HTTPError as error:
                    self.failures.append(repr(error))
                    continue
                self.answered += 1
                self.seconds.append(response.elapsed.total_seconds())
                if response.status_code != 200:
                    self.failures.append(response.text)
                    continue
                answer = response.json()
                used = reports_of(answer)
                if used & forbidden:
                    self.failures.append(f"answered from a deleted report: {used & forbidden}")
                self.rested_on.add((answer["generation"], used))
                self.figures |= {(f["report_id"], f["name"], f["value_text"]) for f in answer["figures"]}


def reports_of(answer: dict[str, Any]) -> frozenset[str]:
    """The reports that an answer rests on."""
    return frozenset(c["report_id"] for c in answer["citations"]) | {f["report_id"] for f in answer["figures"]}
