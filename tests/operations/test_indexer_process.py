"""The indexer as a process: beside another one, and at its end."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from service.audit import Actor
from service.database import Database
from service.jobs import JobQueue
from tests.running import ROOT, SEED, environment, report_id


@pytest.fixture
def queue(data: Path) -> Iterator[JobQueue]:
    database = Database(data)
    yield JobQueue(database, data)
    database.close()


@contextmanager
def indexer(data: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "service.indexer"],
        env=environment(data), cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.kill()


def test_it_waits_for_the_one_at_work_and_then_takes_over(data: Path, queue: JobQueue) -> None:
    with ExitStack() as running:
        with queue.held() as mine:
            assert mine
            job = queue.delete(report_id(SEED), Actor("test"), None)
            process = running.enter_context(indexer(data))
            assert process.stdin and process.stderr
            assert any("waiting_for_another_indexer" in line for line in process.stderr)
        assert any('"published"' in line for line in process.stderr)
        assert queue.get_known(job.id).state == "done"
        process.stdin.close()  # as when the service ends
        assert process.wait(timeout=60) == 0


def test_without_work_it_ends_in_order(data: Path, queue: JobQueue) -> None:
    with queue.held() as mine, indexer(data) as process:
        assert mine
        assert process.wait(timeout=120) == 0, process.stderr and process.stderr.read()
