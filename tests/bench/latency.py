"""How long an answer takes over HTTP, as a multiple of what the encoder takes in the same process and minute.

The service runs in this process, in a thread, and each question is encoded alone right before it is asked, by the
service's own encoder: whatever else the machine does meanwhile, both feel it. (A second copy of the model would drive
the first out of the processor's cache and be driven out by it, which makes the encoder slow and the multiple small.)
"""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import numpy as np
import uvicorn

from index.encoder import Encoder
from tests.bench.client import Asker
from tests.running import free_port


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds of the encoder and of the answer, for each question of each kind; stages are means."""

    pairs: Mapping[str, Sequence[tuple[float, float]]]
    stages: Mapping[str, float]

    @property
    def by_kind(self) -> dict[str, tuple[float, float]]:
        """The medians."""
        return {k: (_median([e for e, _ in p]), _median([a for _, a in p])) for k, p in self.pairs.items()}

    def ratio_of(self, kinds: Sequence[str]) -> float:
        pairs = [pair for kind in kinds for pair in self.pairs[kind]]
        return _median([a for _, a in pairs]) / _median([e for e, _ in pairs])

    def spread_of(self, kinds: Sequence[str]) -> float:
        p50, p95 = np.percentile([a for kind in kinds for _, a in self.pairs[kind]], [50, 95])
        return float(p95 / p50)


def _median(values: Sequence[float]) -> float:
    return float(np.median(values))


@contextmanager
def serving(data: Path) -> Iterator[tuple[int, Encoder]]:
    """The application over a data directory, in a thread of this process; gives its port and its encoder."""
    from service.app import create_app

    os.environ["CCHC_DATA"], port = str(data), free_port()
    app = create_app()
    server = uvicorn.Server(uvicorn.Config(app, port=port, loop="uvloop", log_config=None))

    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        _wait(port)
        with app.state.service.engine.lease() as engine:
            encoder: Encoder = engine.encoder
        yield port, encoder
    finally:
        server.should_exit = True
        thread.join()


def measure(data: Path, questions: Mapping[str, Sequence[str]]) -> Times:
    """Ask each question once; none may have been asked before, so that no cache answers."""
    with serving(data) as (port, encoder):
        before = _stages(port)
        times = asyncio.run(_ask_all(port, encoder, questions))
        after = _stages(port)
    asked = sum(map(len, times.values()))
    stages = {name: 1000 * (after[name] - before.get(name, 0.0)) / asked for name in after}
    return Times(times, stages)


async def _ask_all(
    port: int, encoder: Encoder, questions: Mapping[str, Sequence[str]]
) -> dict[str, list[tuple[float, float]]]:
    asker = Asker(port)
    found: dict[str, list[tuple[float, float]]] = {}
    for kind, some in questions.items():
        for question in some:
            start = time.perf_counter()
            encoder.encode_query(question)
            encoded = time.perf_counter()
            await asker.answer(question)
            found.setdefault(kind, []).append((1000 * (encoded - start), 1000 * (time.perf_counter() - encoded)))
    asker.close()
    return found


def _stages(port: int) -> dict[str, float]:
    """Seconds spent in each stage so far."""
    lines = httpx.get(f"http://127.0.0.1:{port}/metrics", trust_env=False).text.splitlines()
    prefix = 'cchc_stage_seconds_sum{stage="'
    return {n[len(prefix) :].split('"')[0]: float(n.split()[-1]) for n in lines if n.startswith(prefix)}


def _wait(port: int) -> None:
    for _ in range(1200):
        try:
            if httpx.get(f"http://127.0.0.1:{port}/readyz", trust_env=False).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.05)
    raise AssertionError("the service did not get ready")
