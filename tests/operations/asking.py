"""Clients that ask all the while, and note what went wrong."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any

import httpx

from tests.running import QUESTION

Judge = Callable[[dict[str, Any]], str | None]


class Asker:
    """So many clients asking one after another. `judge` says what is wrong with an answer."""

    def __init__(
        self, url: str, clients: int, judge: Judge = lambda answer: None, questions: tuple[str, ...] = (QUESTION,)
    ) -> None:
        self._url = url
        self._judge = judge
        self._questions = questions
        self._end = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(n,)) for n in range(clients)]
        self.answered = 0
        self.failures: list[str] = []

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
                try:
                    response = client.post("/v1/ask", json={"question": question})
                except httpx.HTTPError as error:
                    self.failures.append(repr(error))
                    continue
                if response.status_code != 200:
                    self.failures.append(response.text)
                elif wrong := self._judge(response.json()):
                    self.failures.append(wrong)
                self.answered += 1
