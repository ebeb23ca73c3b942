"""The indexer dies at each sync and each rename of a publication: what was acknowledged comes, and nothing lies about."""

from __future__ import annotations

import multiprocessing
import os
import signal
from pathlib import Path

import pytest

from index.disk import Disk
from index.encoder import load_encoder
from index.generation import open_current
from index.publish import published
from service.audit import Actor
from service.database import Database
from service.indexer import Indexer
from service.jobs import Job, JobQueue
from service.uploads import receive
from tests.running import SYNTHETIC

ACTOR = Actor("test")


class DyingDisk(Disk):
    """The process is killed just before the nth sync or rename, or just after it."""

    def __init__(self, step: int, after: bool) -> None:
        self._left = step
        self._after = after

    def fsync(self, path: Path) -> None:
        self._left -= 1
        self._die_if(not self._after)
        super().fsync(path)
        self._die_if(self._after)

    def replace(self, source: Path, target: Path) -> None:
        self._left -= 1
        self._die_if(not self._after)
        super().replace(source, target)
        self._die_if(self._after)

    def _die_if(self, this_is_the_moment: bool) -> None:
        if self._left == 0 and this_is_the_moment:
            os.kill(os.getpid(), signal.SIGKILL)


def work(data: Path, step: int, after: bool) -> None:
    """What the indexer's process does, up to the step at which it dies (0: it doesn't)."""
    queue = JobQueue(Database(data), data)
    with queue.held() as mine:
        assert mine
        indexer = Indexer(data, None, queue, disk=DyingDisk(step, after))
        while indexer.work():
            pass


def short_report(folder: Path, number: int) -> Path:
    """A report never seen before that takes no time to read."""
    lines = SYNTHETIC[0].read_text("utf-8").split("\n")
    path = folder / f"{number}-BC-UBND.md"
    path.write_text("\n".join(lines[:40]) + f"\n\nBản {number}.\n", "utf-8")
    return path


def enqueue(queue: JobQueue, path: Path) -> Job:
    job_id, target = queue.new_upload()
    with path.open("rb") as file:
        sha256 = receive(file, target, 2**20)
    return queue.add(job_id, sha256, path.name, True, ACTOR, None)


@pytest.mark.slow
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_killed_at_each_sync_and_rename(data: Path, tmp_path: Path, after: bool) -> None:
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload(["service.indexer", "index.builder", "index.encoder"])
    queue = JobQueue(Database(data), data)
    encoder = load_encoder(data, None)
    step, died, wanted = 0, True, set()
    while died:
        step += 1
        job = enqueue(queue, short_report(tmp_path, step))
        for at in (step, 0):
            process = processes.Process(target=work, args=(data, at, after))
            process.start()
            process.join(120)
            if at:
                died = process.exitcode == -signal.SIGKILL
                open_current(data, encoder).close()  # whatever happened, something sound is served
            else:
                assert process.exitcode == 0
        wanted.add(job.report_id)
        assert queue.get_known(job.id).state == "done"
        served = open_current(data, encoder)
        assert wanted <= {report.id for report in served.reports()}
        served.close()
        names = set(published(data))
        assert {path.name for path in (data / "generations").iterdir()} == {*names, "CURRENT"}
        assert not list((data / "uploads").iterdir())
        assert not list((data / "reports").rglob("*.part"))
    assert step > 15
