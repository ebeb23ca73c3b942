"""Files dropped into the watched folder: taken when they have stopped growing, put away with a reason if they fail."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from service.database import Database
from service.inbox import Inbox
from service.jobs import JobQueue
from tests.running import SEED, SYNTHETIC, Service


def wait_for(path: Path) -> None:
    deadline = time.monotonic() + 120
    while not path.exists():
        assert time.monotonic() < deadline, f"{path.name} did not come"
        time.sleep(0.1)


def test_files_are_taken_when_they_have_stopped_growing(data: Path, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    content = SYNTHETIC[0].read_bytes()
    growing = inbox / SYNTHETIC[0].name
    (inbox / SEED.name).write_bytes(SEED.read_bytes())  # there before the service is, and indexed already
    with Service(data, inbox=inbox) as service, service.operator() as client:
        for at in range(0, len(content), len(content) // 6):
            with growing.open("ab") as file:
                file.write(content[at : at + len(content) // 6])
            time.sleep(0.5)
        (inbox / "hỏng.pdf").write_bytes(b"%PDF-1.4 rubbish")
        (inbox / "rỗng.docx").write_bytes(b"")
        wait_for(inbox / "done" / growing.name)
        assert (inbox / "done" / growing.name).read_bytes() == content
        wait_for(inbox / "done" / SEED.name)
        for name in ("hỏng.pdf", "rỗng.docx"):
            wait_for(inbox / "failed" / f"{name}.txt")
            assert (inbox / "failed" / f"{name}.txt").read_text("utf-8").strip().endswith(".")
            assert (inbox / "failed" / name).exists()
        assert [p for p in inbox.iterdir() if p.is_file()] == []
        deadline = time.monotonic() + 30
        while client.get("/v1/reports").json()["total"] != 2:
            assert time.monotonic() < deadline
            time.sleep(0.1)


@pytest.fixture
def queue(tmp_path: Path) -> JobQueue:
    return JobQueue(Database(tmp_path / "data"), tmp_path / "data")


@pytest.fixture
def inbox(queue: JobQueue, tmp_path: Path) -> Inbox:
    watched = Inbox(tmp_path / "inbox", tmp_path / "data", queue, 2**20)
    watched.start()
    return watched


def look_until(inbox: Inbox, done: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not done():
        assert time.monotonic() < deadline
        inbox.look()
        time.sleep(0.1)


def test_a_folder_that_was_made_anew_is_looked_at(inbox: Inbox, queue: JobQueue, tmp_path: Path) -> None:
    shutil.copy(SYNTHETIC[0], tmp_path / "inbox")
    look_until(inbox, lambda: len(queue.latest(9)) == 1)
    shutil.rmtree(tmp_path / "inbox")
    look_until(inbox, (tmp_path / "inbox").is_dir)
    shutil.copy(SYNTHETIC[1], tmp_path / "inbox")
    look_until(inbox, lambda: len(queue.latest(9)) == 2)


def test_a_file_whose_job_a_backup_has_taken_away_is_taken_again(inbox: Inbox, queue: JobQueue, tmp_path: Path) -> None:
    shutil.copy(SYNTHETIC[0], tmp_path / "inbox")
    look_until(inbox, lambda: queue.latest(9))
    with queue.database.transaction() as db:
        db.execute("DELETE FROM jobs")
    look_until(inbox, lambda: queue.latest(9))
    assert (tmp_path / "inbox" / SYNTHETIC[0].name).exists()
