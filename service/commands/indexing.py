"""`cchc index`: files into the queue, and a bar until they are published, by whichever process does it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

import corpus
from corpus.errors import UnreadableReport
from index.store import open_store
from service.commands.console import console, errors, fail, local_actor
from service.database import Database
from service.errors import ServiceError
from service.generations import served_by
from service.indexer import Indexer
from service.jobs import Job, JobQueue
from service.settings import Settings
from service.uploads import receive, safe_name

_LOOK_EVERY = 0.2


def index(settings: Settings, paths: Sequence[Path], rebuild: bool, replace: bool) -> None:
    database = Database(settings.data)
    queue = JobQueue(database, settings.data)
    served = served_by(settings.data)
    jobs: list[Job] = []
    refused = 0
    if rebuild:
        jobs.append(queue.rebuild(local_actor(), served))
    for file in _files(paths) if paths or not rebuild else []:
        try:
            jobs.append(_enqueue(queue, file, replace, settings, served))
        except (UnreadableReport, ServiceError) as error:
            errors.print(f"✗ {file.name}: {error.message}", soft_wrap=True)
            refused += 1
    done = _finish(settings, queue, jobs)
    for job in done:
        if job.state == "failed":
            errors.print(f"✗ {job.file_name or 'lập lại chỉ mục'}: {job.error}", soft_wrap=True)
    failed = refused + sum(job.state == "failed" for job in done)
    database.close()
    console.print(
        f"Xong {len(done) + refused - failed}/{len(done) + refused}; bản chỉ mục đang dùng: {served_by(settings.data) or 'chưa có'}."
    )
    if failed:
        raise SystemExit(1)


def sample_reports() -> Path:
    """The folder of reports that come with the product."""
    return Path(corpus.__file__).resolve().parent / "reports"


def _files(paths: Sequence[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths or [sample_reports()]:
        if path.is_dir():
            found += sorted(p for p in path.rglob("*") if p.is_file() and not p.name.startswith((".", "~")))
        elif path.is_file():
            found.append(path)
        else:
            fail(f"Không có tệp hay thư mục {path}.")
    if not found:
        fail("Không tìm thấy tệp nào để nạp.")
    return found


def _enqueue(queue: JobQueue, file: Path, replace: bool, settings: Settings, served: str | None) -> Job:
    job_id, target = queue.new_upload()
    with file.open("rb") as source:
        sha256 = receive(source, target, settings.max_upload_mb * 2**20)
    return queue.add(job_id, sha256, safe_name(file.name), replace, local_actor(), served)


def _finish(settings: Settings, queue: JobQueue, jobs: Sequence[Job]) -> list[Job]:
    """Do the queue's work here, or look on while another process does it, until these jobs are finished."""
    if not jobs:
        return []
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("Lập chỉ mục", total=len(jobs))

        def look() -> list[Job]:
            return _show(queue, jobs, bar, task)

        now = look()
        while not all(job.is_finished for job in now):
            with queue.held() as mine:
                if mine:
                    _work(settings, queue, look)
            time.sleep(_LOOK_EVERY)
            now = look()
        return now


def _work(settings: Settings, queue: JobQueue, look: Callable[[], list[Job]]) -> None:
    indexer = Indexer(
        settings.data, settings.encoder, queue, on_change=look, store=open_store(settings.store, settings.data)
    )
    while not all(job.is_finished for job in look()):
        indexer.work()


def _show(queue: JobQueue, jobs: Sequence[Job], bar: Progress, task: TaskID) -> list[Job]:
    now = [queue.get_known(job.id) for job in jobs]
    bar.update(task, completed=sum(1.0 if job.is_finished else job.progress for job in now))
    return now
