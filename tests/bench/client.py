"""Asking over HTTP with as little work of its own as possible, so that what is measured is the service."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np


class Asker:
    """One connection, kept open: `await asker("Số TTHC cấp huyện?")` gives the status code and the body."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def __call__(self, question: str) -> tuple[int, bytes]:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        body = json.dumps({"question": question}).encode()
        writer.write(
            b"POST /v1/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: "
            + str(len(body)).encode() + b"\r\n\r\n" + body
        )  # fmt: skip
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = int(head.partition(b"content-length:")[2].split(b"\r\n", 1)[0])
        return int(head.split(b" ", 2)[1]), await reader.readexactly(length)

    async def answer(self, question: str) -> dict[str, Any]:
        status, body = await self(question)
        if status != 200:
            raise AssertionError(body.decode())
        found: dict[str, Any] = json.loads(body)
        return found

    def close(self) -> None:
        if self._streams is not None:
            self._streams[1].close()


@dataclass(frozen=True, slots=True)
class Load:
    """What a closed loop of clients saw. Times in milliseconds."""

    per_second: float
    p50: float
    p95: float
    errors: int


def closed_loop(port: int, questions: Sequence[str], clients: int, seconds: float, again: bool) -> Load:
    """Each client asks its next question when it has the answer to the last; they share the questions, which are asked
    `again` when all were, or the load ends."""
    return asyncio.run(_closed_loop(port, itertools.cycle(questions) if again else iter(questions), clients, seconds))


async def _closed_loop(port: int, questions: Iterator[str], clients: int, seconds: float) -> Load:
    took: list[float] = []
    errors = 0
    started = time.perf_counter()

    async def client() -> None:
        nonlocal errors
        asker = Asker(port)
        for question in questions:
            if time.perf_counter() - started >= seconds:
                break
            asked = time.perf_counter()
            try:
                status, _ = await asker(question)
            except (OSError, asyncio.IncompleteReadError):
                errors += 1
                asker = Asker(port)
                continue
            errors += status != 200
            took.append(1000 * (time.perf_counter() - asked))
        asker.close()

    await asyncio.gather(*(client() for _ in range(clients)))
    whole = time.perf_counter() - started
    p50, p95 = np.percentile(took, [50, 95])
    return Load(len(took) / whole, float(p50), float(p95), errors)
