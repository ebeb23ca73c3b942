"""What a corpus of some size costs: to build, on the disk, in memory, to start, to answer, to add one report to."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpus.model import Report
from corpus.report import read_report
from index.builder import Builder, Publication
from index.encoder import OnnxEncoder, Progress, Tokens, Vector, Vectors
from service.kept_checks import keep_checks
from tests.bench import corpus
from tests.running import Service

_READY_SECONDS = 60.0


@dataclass
class Clock:
    """Where the time of a call of the builder goes. What is neither reading nor embedding is splitting and writing."""

    reading: float = 0.0
    embedding: float = 0.0
    texts: int = 0
    passages: int = 0
    total: float = 0.0

    @property
    def rest(self) -> float:
        return self.total - self.reading - self.embedding


class TimedEncoder:
    """An encoder that notes what it was asked to embed and how long that took."""

    def __init__(self, encoder: OnnxEncoder) -> None:
        self._encoder = encoder
        self.clock = Clock()
        self.name, self.fingerprint = encoder.name, encoder.fingerprint
        self.dimension, self.max_tokens = encoder.dimension, encoder.max_tokens

    def encode_query(self, text: str) -> Vector:
        return self._encoder.encode_query(text)

    def encode_passages(self, texts: Sequence[str], on_progress: Progress | None = None) -> Vectors:
        start = time.perf_counter()
        vectors = self._encoder.encode_passages(texts, on_progress)
        self.clock.embedding += time.perf_counter() - start
        self.clock.texts += len(texts)
        return vectors

    def read_passages(self, texts: Sequence[str]) -> list[Tokens]:
        start = time.perf_counter()
        read = self._encoder.read_passages(texts)
        self.clock.embedding += time.perf_counter() - start
        self.clock.texts += len(texts)
        return read

    def count_tokens(self, text: str) -> int:
        return self._encoder.count_tokens(text)


class Corpus:
    """A data directory that grows."""

    def __init__(self, data: Path, files: Path, encoder: OnnxEncoder) -> None:
        self.data = data
        self._files = files
        self._encoder = TimedEncoder(encoder)
        self._builder = Builder(data, self._encoder, self._read, examine=keep_checks)

    def grow(self, size: int) -> Clock:
        """Publish the first `size` reports."""
        return self._timed(lambda: self._builder.add(corpus.write(self._files, size)))

    def add_one(self) -> Clock:
        """Publish one report that is not of the corpus, and take it out again."""
        return self._timed(lambda: self._builder.add([(_EXTRA, "moi.md")]))

    def take_back(self) -> None:
        from index.publish import rollback

        rollback(self.data)

    def _timed(self, call: Callable[[], Publication]) -> Clock:
        clock = self._encoder.clock = Clock()
        start = time.perf_counter()
        call()
        clock.total = time.perf_counter() - start
        return clock

    def _read(self, data: bytes, file_name: str) -> Report:
        start = time.perf_counter()
        report = read_report(data, file_name)
        self._encoder.clock.reading += time.perf_counter() - start
        return report


def _extra() -> bytes:
    text = corpus.SEED.read_text("utf-8")
    return text.replace("203/BC-UBND", "999/BC-UBND").encode()


_EXTRA = _extra()


@dataclass(frozen=True, slots=True)
class Worker:
    """One serving process: seconds from start until it is ready, and what is its own, in MB."""

    healthy: float
    ready: float
    private: float
    shared: float
    torch: bool


def worker(data: Path) -> Worker:
    started = time.perf_counter()
    with Service(data, wait=False) as service:
        healthy = time.perf_counter() - started
        with service.client() as client:
            while client.get("/readyz").status_code != 200:
                assert time.perf_counter() - started < _READY_SECONDS, service.tail()
                time.sleep(0.02)
            ready = time.perf_counter() - started
            for question in ("Số TTHC cấp huyện?", "Ai ký báo cáo?", "Những hạn chế là gì?"):
                client.post("/v1/ask", json={"question": question}).raise_for_status()
        memory = _memory(service.pid)
        maps = Path(f"/proc/{service.pid}/maps").read_text()
    return Worker(healthy, ready, memory["private"], memory["shared"], "libtorch" in maps)


def _memory(pid: int) -> dict[str, float]:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    kilobytes = {line.split(":")[0]: int(line.split()[1]) for line in lines}
    private = kilobytes["Private_Clean"] + kilobytes["Private_Dirty"]
    shared = kilobytes["Shared_Clean"] + kilobytes["Shared_Dirty"]
    return {"private": private / 1024, "shared": shared / 1024}


def disk(directory: Path) -> float:
    """Megabytes of a directory's files."""
    return sum(p.stat().st_size for p in directory.rglob("*") if p.is_file()) / 2**20


def sizes_of(data: Path, generation: str) -> dict[str, Any]:
    home = data / "generations" / generation
    return {"generation": disk(home), "kept": disk(data / "reports"), "vectors": disk(data / "vectors")}
