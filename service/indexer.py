"""The one indexer: takes jobs off the queue in order, reads, embeds, publishes, and only then calls them done.

`python -m service.indexer` is the process that `cchc serve` keeps running; `cchc index` runs the same class itself where
no service does. It may be killed at any moment: what it had begun is begun again, and ends the same.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

import structlog

from corpus.errors import UnreadableReport
from corpus.model import Report
from corpus.sandbox import read_in_child
from index.builder import Builder
from index.disk import Disk
from index.encoder import load_encoder
from index.errors import DuplicateReport, IndexingError, NoGeneration, UnknownReport
from index.kept import source_path
from index.store import FileStore, Store, open_store
from service.amendments import AmendmentLog
from service.database import Database
from service.jobs import Job, JobQueue, Stage
from service.kept_checks import keep_checks
from service.logging import configure_logging
from service.settings import Settings, load_settings

if TYPE_CHECKING:
    from index.encoder import Encoder

_BATCH_JOBS = 500
_BATCH_BYTES = 64 * 2**20
_TELL_EVERY = 0.25
_LOOK_EVERY = 0.2
_IDLE_SECONDS = 60.0
_MOST_BATCHES = 100  # then another process goes on: each publication leaves some megabytes behind
_FAILED = "Lỗi khi lập chỉ mục. Hãy gửi lại; nếu vẫn lỗi, quản trị viên xem nhật ký của dịch vụ."
_DISK_FULL = "Máy chủ hết chỗ trên đĩa nên chưa nạp được. Quản trị viên hãy giải phóng chỗ trên đĩa rồi gửi lại."

log = structlog.get_logger("indexer")


class Overtaken(Exception):
    """A backup was put back after the jobs were started, and its queue doesn't ask for them."""


class Indexer:
    """Works off the queue. Only for a process that holds `queue.held()`."""

    def __init__(
        self, data_dir: Path, encoder_name: str | None, queue: JobQueue, on_change: Callable[[], object] = lambda: None,
        disk: Disk | None = None, store: Store | None = None,
    ) -> None:  # fmt: skip
        self._data_dir = data_dir
        self._encoder_name = encoder_name
        self._queue = queue
        self._on_change = on_change
        self._amendments = AmendmentLog(queue.database)
        self._disk = disk or Disk()
        self._store = store or FileStore(data_dir)
        self._encoder: Encoder | None = None
        self._batch: dict[str, Job] = {}
        self._started: Sequence[Job] = ()
        self._reading: Job | None = None
        self._told = 0.0
        self._stage: Stage = "queued"

    def work(self) -> bool:
        """Do the next jobs that can be published together; False if none waits."""
        batch = self._next_batch()
        if not batch:
            return False
        self._queue.start(batch)
        self._stage, self._told, self._reading = "queued", 0.0, None
        started = time.monotonic()
        try:
            generation = self._do(batch)
        except Overtaken:
            log.warning("batch_overtaken", jobs=len(batch))
        except Exception as error:
            code, message = describe(error)
            log.error("batch_failed", jobs=len(batch), code=code, exc_info=code == "internal_error")
            for job in batch:
                known = self._queue.get(job.id)
                if known is not None and not known.is_finished:
                    self._queue.fail(job, code, message)
        else:
            log.info(
                "published",
                jobs=len(batch),
                kind=batch[0].kind,
                generation=generation,
                seconds=round(time.monotonic() - started, 2),
            )
        self._on_change()
        return True

    def _next_batch(self) -> list[Job]:
        """The longest run of like jobs at the head of the queue, within bounds, each file name once."""
        waiting = self._queue.waiting(_BATCH_JOBS)
        batch: list[Job] = []
        names: set[str] = set()
        size = 0
        for job in waiting:
            if batch and (job.kind, job.replace) != (batch[0].kind, batch[0].replace):
                break
            if job.kind == "add":
                size += _size(self._queue.upload_path(job.id))
                if batch and (size > _BATCH_BYTES or job.file_name in names):
                    break
                names.add(job.file_name or "")
            batch.append(job)
        return batch

    def _do(self, batch: list[Job]) -> str:
        self._started = batch
        match batch[0].kind:
            case "add":
                return self._add(batch)
            case "delete":
                return self._delete(batch)
            case "rebuild":
                with contextlib.suppress(NoGeneration):
                    self._builder().rebuild(self._progress(batch))
                return self._finish(batch)

    def _add(self, batch: list[Job]) -> str:
        self._batch = {job.file_name or "": job for job in batch}
        sources: list[tuple[bytes, str]] = []
        for name, job in list(self._batch.items()):
            try:
                sources.append((self._queue.upload_path(job.id).read_bytes(), name))
            except FileNotFoundError:
                self._failed(name, UnreadableReport("report_unreadable"))
        self._started = list(self._batch.values())
        self._builder().add(sources, self._progress(batch), batch[0].replace, self._failed)
        return self._finish(list(self._batch.values()))

    def _delete(self, batch: list[Job]) -> str:
        leaving = {cast(str, job.report_id) for job in batch}
        while leaving:
            try:
                self._builder().remove(leaving, self._progress(batch))
                break
            except UnknownReport as error:  # gone already: an indexer before this one was killed after publishing
                leaving.discard(error.report_id)
        return self._finish(batch)

    def _finish(self, jobs: Sequence[Job]) -> str:
        """Only what is served from everywhere is done."""
        generation = self._store.share() or ""
        self._queue.finish(jobs, generation)
        return generation

    def _builder(self) -> Builder:
        if self._encoder is None:
            self._encoder = load_encoder(self._data_dir, self._encoder_name)
        return Builder(
            self._data_dir, self._encoder, self._read, self._disk, self._amendments.current, self._still_wanted,
            keep_checks,
        )  # fmt: skip

    def _still_wanted(self) -> None:
        if not self._queue.are_running(self._started):
            raise Overtaken

    def _read(self, data: bytes, file_name: str) -> Report:
        sha256 = hashlib.sha256(data).hexdigest()
        path = source_path(self._data_dir, sha256)
        if path is None:
            raise UnreadableReport("report_unreadable")
        job = self._batch.get(file_name)
        if job is None or job.sha256 != sha256:  # one that the index holds, read anew by a later version
            return read_in_child(path, file_name)
        self._reading = job
        tell = self._progress([job])
        tell("reading", 0.0)
        return read_in_child(path, file_name, progress=lambda done, of: tell("reading", 0.3 * done / max(of, 1)))

    def _failed(self, file_name: str, error: Exception) -> None:
        job = self._batch.pop(file_name)
        code, message = describe(error)
        log.warning(
            "job_failed",
            job=job.id,
            file_name=file_name,
            code=code,
            exc_info=error if code == "internal_error" else None,
        )
        self._queue.fail(job, code, message, error.existing_id if isinstance(error, DuplicateReport) else None)
        self._on_change()

    def _progress(self, batch: Sequence[Job]) -> Callable[[str, float], None]:
        def tell(stage: str, share: float) -> None:
            now = time.monotonic()
            if stage == self._stage and now - self._told < _TELL_EVERY:
                return
            self._stage, self._told = cast(Stage, stage), now
            # Reading and embedding go file by file, what comes after is done for all at once.
            concerned = [self._reading] if self._reading and stage in ("reading", "embedding") else list(batch)
            self._queue.advance(concerned, self._stage, round(share, 3))
            self._on_change()

        return tell


def describe(error: Exception) -> tuple[str, str]:
    """A code and a Vietnamese sentence for whatever ended a job."""
    match error:
        case UnreadableReport():
            return error.code, error.message
        case DuplicateReport():
            return "conflict", error.message
        case IndexingError():
            return "indexing_failed", error.message
        case OSError() if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return "disk_full", _DISK_FULL
        case sqlite3.OperationalError() if "full" in str(error):
            return "disk_full", _DISK_FULL
        case _:
            return "internal_error", _FAILED


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def main() -> None:
    """Work until the queue has been empty for a while, or the process that started this one is gone."""
    settings = load_settings()
    configure_logging("indexer")
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))  # so that what is open is closed on the way out
    threading.Thread(target=_end_with_parent, daemon=True).start()
    queue = JobQueue(Database(settings.data), settings.data)
    waits = False
    while True:
        with queue.held() as mine:
            if mine:
                _work(settings, queue)
                return
        if not queue.has_work():  # another process was at it, and has done it all
            return
        if not waits:
            waits = True
            log.info("waiting_for_another_indexer")
        time.sleep(_LOOK_EVERY)


def _work(settings: Settings, queue: JobQueue) -> None:
    store = open_store(settings.store, settings.data)
    indexer = Indexer(settings.data, settings.encoder, queue, store=store)
    idle_since = time.monotonic()
    batches = 0
    while time.monotonic() - idle_since < _IDLE_SECONDS and batches < _MOST_BATCHES:
        if indexer.work():
            idle_since = time.monotonic()
            batches += 1
        else:
            time.sleep(_LOOK_EVERY)


def _end_with_parent() -> None:
    """The parent holds the other end of standard input; however it dies, that end is closed."""
    while os.read(sys.stdin.fileno(), 1):  # not through a buffer, whose lock Python would want back at its end
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
