"""The queue of changes to the corpus. Whoever holds its lock is the one indexer; a job is done only once it is published."""

from __future__ import annotations

import fcntl
import secrets
import shutil
import sqlite3
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, cast

from service import audit, deletions
from service.database import Database, now

Kind = Literal["add", "delete", "rebuild"]
State = Literal["queued", "running", "done", "failed"]
Stage = Literal["queued", "waiting", "reading", "embedding", "writing", "publishing", "done", "failed"]

_LOCK = "indexer.lock"
_UPLOADS = "uploads"


@dataclass(frozen=True, slots=True)
class Job:
    seq: int
    id: str
    kind: Kind
    state: State
    stage: Stage
    progress: float
    report_id: str | None
    sha256: str | None
    file_name: str | None
    replace: bool
    error_code: str | None
    error: str | None
    generation: str | None
    actor: str
    created_at: str
    finished_at: str | None

    @property
    def is_finished(self) -> bool:
        return self.state in ("done", "failed")

    @property
    def finished_seconds_ago(self) -> float:
        if self.finished_at is None:
            return 0.0
        return time.time() - datetime.fromisoformat(self.finished_at).timestamp()


class JobQueue:
    """Jobs of one data directory, shared by all its processes."""

    def __init__(self, database: Database, data_dir: Path) -> None:
        self.database = database
        self._uploads = data_dir / _UPLOADS
        self._lock = data_dir / _LOCK

    def upload_path(self, job_id: str) -> Path:
        """Where the file of an adding job waits to be read, under a name that we made."""
        return self._uploads / job_id

    def new_upload(self) -> tuple[str, Path]:
        """An id for a job to come, and where its file goes."""
        self._uploads.mkdir(parents=True, exist_ok=True)
        job_id = secrets.token_hex(12)
        return job_id, self.upload_path(job_id)

    def add(
        self, job_id: str, sha256: str, file_name: str, replace: bool, actor: audit.Actor, generation: str | None
    ) -> Job:
        """Queue the file at `upload_path(job_id)`. The same bytes waiting already: that job, and the file is dropped."""
        with self.database.transaction() as db:
            same = db.execute(
                "SELECT * FROM jobs j WHERE kind = 'add' AND state = 'queued' AND sha256 = ? AND \"replace\" = ? AND NOT EXISTS"
                " (SELECT 1 FROM jobs d WHERE d.kind = 'delete' AND d.report_id = j.report_id AND d.seq > j.seq)",
                (sha256, replace),
            ).fetchone()
            if same is None:
                db.execute(
                    'INSERT INTO jobs (id, kind, report_id, sha256, file_name, "replace", actor, created_at)'
                    " VALUES (?, 'add', ?, ?, ?, ?, ?, ?)",
                    (job_id, sha256[:16], sha256, file_name, replace, actor.name, now()),
                )
                action: audit.Action = "report.replace" if replace else "report.add"
                audit.record(db, actor, action, sha256[:16], generation, file_name=file_name, job=job_id)
        if same is not None:
            self.upload_path(job_id).unlink(missing_ok=True)
            return _job(same)
        return self.get_known(job_id)

    def delete(self, report_id: str, actor: audit.Actor, generation: str | None) -> Job:
        """Hide a report from now on, and queue the generation without it."""
        job_id = secrets.token_hex(12)
        with self.database.transaction() as db:
            cursor = db.execute(
                "INSERT INTO jobs (id, kind, report_id, actor, created_at) VALUES (?, 'delete', ?, ?, ?)",
                (job_id, report_id, actor.name, now()),
            )
            deletions.hide(db, report_id, cast(int, cursor.lastrowid))
            audit.record(db, actor, "report.delete", report_id, generation, job=job_id)
        return self.get_known(job_id)

    def delete_again(self, actor: audit.Actor, generation: str, held: Collection[str]) -> list[Job]:
        """Queue the deletion of what was deleted before and yet is in a generation, since that was gone back to."""
        hidden = self.database.all(
            "SELECT report_id FROM tombstones t WHERE NOT EXISTS (SELECT 1 FROM jobs j WHERE j.report_id = t.report_id"
            " AND j.seq > t.seq AND j.kind = 'add' AND j.state IN ('queued', 'running'))"
        )
        leaving = sorted({row["report_id"] for row in hidden}.intersection(held))
        return [self.delete(report_id, actor, generation) for report_id in leaving]

    def rebuild(self, actor: audit.Actor, generation: str | None) -> Job:
        """Queue a rebuilding; one that waits already is enough."""
        job_id = secrets.token_hex(12)
        with self.database.transaction() as db:
            waiting = db.execute("SELECT * FROM jobs WHERE kind = 'rebuild' AND state = 'queued'").fetchone()
            if waiting is None:
                db.execute(
                    "INSERT INTO jobs (id, kind, actor, created_at) VALUES (?, 'rebuild', ?, ?)",
                    (job_id, actor.name, now()),
                )
                audit.record(db, actor, "index.rebuild", None, generation, job=job_id)
        return _job(waiting) if waiting is not None else self.get_known(job_id)

    def get(self, job_id: str) -> Job | None:
        row = self.database.one("SELECT * FROM jobs WHERE id = ?", job_id)
        return _job(row) if row else None

    def get_known(self, job_id: str) -> Job:
        job = self.get(job_id)
        assert job is not None
        return job

    def latest(self, limit: int) -> list[Job]:
        """The jobs added last, the newest first."""
        return [_job(row) for row in self.database.all("SELECT * FROM jobs ORDER BY seq DESC LIMIT ?", limit)]

    def waiting(self, limit: int) -> list[Job]:
        """The first jobs of the queue, in order."""
        rows = self.database.all("SELECT * FROM jobs WHERE state = 'queued' ORDER BY seq LIMIT ?", limit)
        return [_job(row) for row in rows]

    def has_work(self) -> bool:
        """Whether a job waits, or was begun by an indexer that may be dead."""
        return self.database.one("SELECT 1 FROM jobs WHERE state IN ('queued', 'running') LIMIT 1") is not None

    def counts(self) -> dict[State, int]:
        rows = self.database.all("SELECT state, count(*) AS n FROM jobs GROUP BY state")
        return {row["state"]: row["n"] for row in rows}

    # What the indexer does with them

    @contextmanager
    def held(self) -> Iterator[bool]:
        """Try to be the indexer: False where another process is. Jobs that a dead indexer began are queued again."""
        self._lock.parent.mkdir(parents=True, exist_ok=True)
        with self._lock.open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            with self.database.transaction() as db:
                db.execute("UPDATE jobs SET state = 'queued', stage = 'queued', progress = 0 WHERE state = 'running'")
            self._sweep_uploads()
            yield True

    def start(self, jobs: Sequence[Job]) -> None:
        with self.database.transaction() as db:
            db.executemany("UPDATE jobs SET state = 'running' WHERE seq = ?", [(job.seq,) for job in jobs])

    def are_running(self, jobs: Sequence[Job]) -> bool:
        """Whether all were started and are still known: a backup that is put back brings the queue of its time."""
        running = {row["id"] for row in self.database.all("SELECT id FROM jobs WHERE state = 'running'")}
        return running.issuperset(job.id for job in jobs)

    def advance(self, jobs: Sequence[Job], stage: Stage, progress: float) -> None:
        with self.database.transaction() as db:
            db.executemany(
                "UPDATE jobs SET stage = ?, progress = max(progress, ?) WHERE id = ? AND state = 'running'",
                [(stage, progress, job.id) for job in jobs],
            )

    def finish(self, jobs: Sequence[Job], generation: str) -> None:
        """Their changes are in a published generation."""
        with self.database.transaction() as db:
            for job in jobs:
                finished = db.execute(
                    "UPDATE jobs SET state = 'done', stage = 'done', progress = 1, generation = ?, finished_at = ? WHERE id = ?",
                    (generation, now(), job.id),
                )
                if finished.rowcount and job.kind == "add" and job.report_id is not None:
                    deletions.show(db, job.report_id, job.seq)
        self._drop_uploads(jobs)

    def fail(self, job: Job, code: str, message: str, related_report: str | None = None) -> None:
        with self.database.transaction() as db:
            db.execute(
                "UPDATE jobs SET state = 'failed', stage = 'failed', error_code = ?, error = ?, finished_at = ?,"
                " report_id = ? WHERE id = ?",
                (code, message, now(), related_report, job.id),
            )
        self._drop_uploads([job])

    def _drop_uploads(self, jobs: Sequence[Job]) -> None:
        for job in jobs:
            if job.kind == "add":
                self.upload_path(job.id).unlink(missing_ok=True)

    def _sweep_uploads(self) -> None:
        """Files of finished jobs. Those without a job may be arriving just now; a day later they are not."""
        if not self._uploads.is_dir():
            return
        unfinished = {r["id"] for r in self.database.all("SELECT id FROM jobs WHERE state IN ('queued', 'running')")}
        finished = {r["id"] for r in self.database.all("SELECT id FROM jobs WHERE state IN ('done', 'failed')")}
        for path in self._uploads.iterdir():
            if path.name in finished or (path.name not in unfinished and _age(path) > 86_400):
                if path.is_dir():
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    path.unlink(missing_ok=True)


def _age(path: Path) -> float:
    try:
        return time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _job(row: sqlite3.Row) -> Job:
    return Job(**{**dict(row), "replace": bool(row["replace"])})
