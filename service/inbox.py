"""A folder where reports are dropped: each file that has stopped growing becomes a job, then goes to done/ or failed/."""

from __future__ import annotations

import shutil
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import structlog
from watchfiles import watch

from corpus.errors import UnreadableReport
from index.disk import Disk
from service.audit import Actor
from service.errors import ServiceError
from service.generations import served_by
from service.jobs import Job, JobQueue
from service.uploads import receive, safe_name

_QUIET_SECONDS = 2.0
_LOOK_ANYWAY = 5.0  # what other machines put on a network share, or into a folder made anew, nobody tells of
_NO_RIGHT = "Dịch vụ không có quyền đọc tệp này. Hãy đặt lại quyền đọc rồi gửi lại."
_ACTOR = Actor("inbox")

log = structlog.get_logger("inbox")


@dataclass
class _Seen:
    size: int
    changed: int
    since: float


class Inbox:
    """`look` is called again and again; watchfiles says when there is something to look at at once."""

    def __init__(self, folder: Path, data_dir: Path, queue: JobQueue, most_bytes: int) -> None:
        self._folder = folder
        self._data_dir = data_dir
        self._queue = queue
        self._most_bytes = most_bytes
        self._growing: dict[Path, _Seen] = {}
        self._jobs: dict[Path, str] = {}
        self._changed = threading.Event()
        self._changed.set()  # what came while nobody was looking
        self._looked = 0.0
        folder.mkdir(parents=True, exist_ok=True)

    def start(self) -> None:
        threading.Thread(target=self._watch, name="inbox", daemon=True).start()

    def _watch(self) -> None:
        for _ in watch(self._folder, recursive=False, raise_interrupt=False):
            self._changed.set()

    def look(self) -> None:
        """Take what has stopped growing, and put away what was read."""
        now = time.monotonic()
        if self._changed.is_set() or now - self._looked >= _LOOK_ANYWAY:
            self._changed.clear()
            self._looked = now
            self._notice()
        for path, seen in list(self._growing.items()):
            if now - seen.since >= _QUIET_SECONDS:
                self._take(path, seen, now)
        for path, job_id in list(self._jobs.items()):
            job = self._queue.get(job_id)
            if job is None:  # a backup was put back, which doesn't know of it: the file is taken again
                del self._jobs[path]
            elif job.is_finished:
                del self._jobs[path]
                self._put_away(path, job.error if job.state == "failed" else None)

    def _notice(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        for path in self._folder.iterdir():
            if path.is_file() and not path.is_symlink() and path.name[0] not in ".~" and path not in self._jobs:
                status = path.stat()
                seen = self._growing.get(path)
                if seen is None or (seen.size, seen.changed) != (status.st_size, status.st_mtime_ns):
                    self._growing[path] = _Seen(status.st_size, status.st_mtime_ns, time.monotonic())

    def _take(self, path: Path, seen: _Seen, now: float) -> None:
        try:
            status = path.stat()
        except FileNotFoundError:
            del self._growing[path]
            return
        if (status.st_size, status.st_mtime_ns) != (seen.size, seen.changed):
            self._growing[path] = _Seen(status.st_size, status.st_mtime_ns, now)
            return
        del self._growing[path]
        try:
            self._jobs[path] = self._enqueue(path).id
        except (UnreadableReport, ServiceError) as error:
            self._put_away(path, error.message)
        except PermissionError:
            self._put_away(path, _NO_RIGHT)

    def _enqueue(self, path: Path) -> Job:
        job_id, target = self._queue.new_upload()
        with path.open("rb") as file:
            sha256 = receive(file, target, self._most_bytes)
        return self._queue.add(job_id, sha256, safe_name(path.name), False, _ACTOR, served_by(self._data_dir))

    def _put_away(self, path: Path, reason: str | None) -> None:
        if not path.exists():
            return
        folder = self._folder / ("done" if reason is None else "failed")
        folder.mkdir(exist_ok=True)
        target = _free(folder / path.name)
        if reason is not None:
            Disk().write(target.with_name(f"{target.name}.txt"), f"{reason}\n".encode())
        shutil.move(path, target)
        log.info("put_away", file_name=path.name, failed=reason)


def _free(path: Path) -> Path:
    """The path itself, or the first like it that is not taken."""
    tries = (path, *(path.with_name(f"{path.stem}-{n}{path.suffix}") for n in range(2, 10_000)))
    return next(candidate for candidate in tries if not candidate.exists())
