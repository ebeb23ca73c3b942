"""Counters for Prometheus, written by hand: one number in a mapped file each, so that any worker can show the sum of all.

Each process writes to a file of its own and never waits for another.
"""

from __future__ import annotations

import mmap
import os
import struct
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from threading import Lock

from service.stages import STAGES, Stage

BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
ROUTES = ("ask", "ask_stream", "figures", "reports", "change", "feedback", "chat", "mcp", "widget", "health", "other")
STATUSES = ("2xx", "3xx", "4xx", "429", "5xx")
ANSWERS = ("answered", "no_evidence", "clarify")

_NUMBER = struct.Struct("<d")


def _names() -> Iterator[str]:
    for route in ROUTES:
        for status in STATUSES:
            yield f'cchc_requests_total{{route="{route}",status="{status}"}}'
        yield from _histogram_names("cchc_request_seconds", f'route="{route}"')
    for stage in STAGES:
        yield from _histogram_names("cchc_stage_seconds", f'stage="{stage}"')
    for status in ANSWERS:
        yield f'cchc_answers_total{{status="{status}"}}'
    for prose in ("extractive", "model"):
        yield f'cchc_prose_total{{prose="{prose}"}}'
    yield "cchc_answers_repeated_total"
    for rating in ("up", "down"):
        yield f'cchc_feedback_total{{rating="{rating}"}}'
    yield "cchc_generation_swaps_total"
    yield "cchc_generation_failures_total"


def _histogram_names(name: str, label: str) -> Iterator[str]:
    for bound in (*BUCKETS, "+Inf"):
        yield f'{name}_bucket{{{label},le="{bound}"}}'
    yield f"{name}_sum{{{label}}}"
    yield f"{name}_count{{{label}}}"


_PLACES = {name: at * _NUMBER.size for at, name in enumerate(_names())}
_SIZE = len(_PLACES) * _NUMBER.size


class Metrics:
    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._directory = directory
        self._lock = Lock()
        with (directory / f"{os.getpid()}-{time.time_ns()}.counters").open("w+b") as file:
            os.posix_fallocate(file.fileno(), 0, _SIZE)  # a hole, once the disk is full, kills who writes to it
            self._own = mmap.mmap(file.fileno(), _SIZE)

    def count(self, name: str, by: float = 1.0) -> None:
        with self._lock:
            self._add(_PLACES[name], by)

    def request(self, route: str, status: int, seconds: float) -> None:
        shown = "429" if status == 429 else f"{status // 100}xx"
        with self._lock:
            self._add(_PLACES[f'cchc_requests_total{{route="{route}",status="{shown}"}}'], 1)
            self._observe("cchc_request_seconds", f'route="{route}"', seconds)

    def answer(self, status: str) -> None:
        self.count(f'cchc_answers_total{{status="{status}"}}')

    def prose(self, prose: str) -> None:
        """Whose text was sent where a language model was asked for one."""
        self.count(f'cchc_prose_total{{prose="{prose}"}}')

    def stages(self, seconds: Mapping[Stage, float]) -> None:
        """What one answer's stages took."""
        with self._lock:
            for stage, taken in seconds.items():
                self._observe("cchc_stage_seconds", f'stage="{stage}"', taken)

    def text(self, gauges: Iterable[tuple[str, float]]) -> str:
        """All workers' counters and these gauges, in Prometheus' text format."""
        sums = dict.fromkeys(_PLACES, 0.0)
        for path in self._directory.glob("*.counters"):
            data = path.read_bytes()
            if len(data) == _SIZE:
                for name, at in _PLACES.items():
                    sums[name] += _NUMBER.unpack_from(data, at)[0]
        lines: list[str] = []
        typed: set[str] = set()
        for kind, values in (("counter", sums.items()), ("gauge", gauges)):
            for name, value in values:
                family = name.partition("{")[0]
                if "_seconds_" in family:
                    family, kind = family[: family.index("_seconds_") + 8], "histogram"
                elif kind == "histogram":
                    kind = "counter"
                if family not in typed:
                    typed.add(family)
                    lines.append(f"# TYPE {family} {kind}")
                lines.append(f"{name} {value:.10g}")
        return "\n".join(lines) + "\n"

    def close(self) -> None:
        self._own.close()

    def _observe(self, name: str, label: str, seconds: float) -> None:
        for bound in BUCKETS:
            if seconds <= bound:
                self._add(_PLACES[f'{name}_bucket{{{label},le="{bound}"}}'], 1)
        self._add(_PLACES[f'{name}_bucket{{{label},le="+Inf"}}'], 1)
        self._add(_PLACES[f"{name}_sum{{{label}}}"], seconds)
        self._add(_PLACES[f"{name}_count{{{label}}}"], 1)

    def _add(self, at: int, by: float) -> None:
        _NUMBER.pack_into(self._own, at, _NUMBER.unpack_from(self._own, at)[0] + by)
