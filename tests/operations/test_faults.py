"""Flipped bits, a full disk, a failing one: the job fails or the last good generation serves, the service goes on."""

from __future__ import annotations

import contextlib
import errno
import shutil
import sqlite3
import subprocess
import tarfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from index.builder import Builder
from index.disk import Disk
from index.encoder import load_encoder
from index.store import FileStore
from service import audit, backup, database
from service.audit import Actor
from service.database import Database
from service.indexer import Indexer
from service.jobs import Job, JobQueue
from service.keys import Keys
from service.uploads import receive
from tests.running import SEED, SYNTHETIC, Service, ask, cchc, environment, finished, free_port, upload

ACTOR = Actor("test")


def flip(path: Path) -> None:
    """One bit in the middle of a file."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_with_a_flipped_bit_the_last_good_generation_serves_and_says_so(data: Path) -> None:
    done = cchc("index", str(SYNTHETIC[0]), env=environment(data, port=free_port()))
    assert done.returncode == 0, done.stderr
    newest, good = (data / "generations" / "CURRENT").read_text().split()
    files = sorted(p for p in (data / "generations" / newest).rglob("*") if p.is_file() and p.stat().st_size)
    for path in files[::5]:  # tests/index flips a bit of each file; here it is what the operator is told
        sound = path.read_bytes()
        flip(path)
        found = cchc("doctor", env=environment(data, port=free_port()))
        assert found.returncode == 1 and "cchc rollback" in found.stdout, path.name
        path.write_bytes(sound)
    flip(data / "generations" / newest / "catalogue.sqlite")
    with Service(data) as service, service.operator() as client:
        assert client.get("/readyz").json()["generation"] == good
        assert ask(client)["figures"][0]["value_text"] == "235"
        assert "generation_damaged" in service.tail()
        job = client.post("/v1/reindex").json()["id"]  # and it can be mended while it runs
        assert finished(client, job)["state"] == "done"
        assert client.get("/readyz").json()["generation"] > newest
        assert client.get("/v1/reports").json()["total"] == 2


class FailingDisk(Disk):
    """A disk whose nth sync or rename fails."""

    def __init__(self, failing: int, code: int) -> None:
        self.left = failing
        self._code = code

    def fsync(self, path: Path) -> None:
        self._step()
        super().fsync(path)

    def replace(self, source: Path, target: Path) -> None:
        self._step()
        super().replace(source, target)

    def _step(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise OSError(self._code, "injected")


@pytest.fixture
def queue(data: Path) -> JobQueue:
    return JobQueue(Database(data), data)


def enqueue(queue: JobQueue, path: Path) -> Job:
    job_id, target = queue.new_upload()
    with path.open("rb") as file:
        sha256 = receive(file, target, 2**20)
    return queue.add(job_id, sha256, path.name, False, ACTOR, None)


@pytest.mark.parametrize(
    ("code", "expected"),
    [(errno.ENOSPC, "disk_full"), pytest.param(errno.EIO, "internal_error", marks=pytest.mark.slow)],
)
def test_whichever_sync_or_rename_fails_the_job_fails_and_the_next_one_succeeds(
    data: Path, queue: JobQueue, code: int, expected: str
) -> None:
    before = (data / "generations" / "CURRENT").read_text()
    failing = 0
    while True:
        failing += 1
        disk = FailingDisk(failing, code)
        job = enqueue(queue, SYNTHETIC[0])
        with queue.held() as mine:
            assert mine
            Indexer(data, None, queue, disk=disk).work()
        job = queue.get_known(job.id)
        if disk.left > 0:
            break  # it was done before it came to that step
        if job.state == "failed":
            assert job.error_code == expected and job.error
        assert not list((data / "generations").glob(".building-*"))
    assert job.state == "done"
    assert failing > 10
    assert (data / "generations" / "CURRENT").read_text() != before


@pytest.fixture
def small_disk(data: Path, tmp_path: Path) -> Iterator[Path]:
    """The data directory on a file system of its own with little room left."""
    disk = tmp_path / "disk"
    disk.mkdir()
    size = sum(p.stat().st_size for p in data.rglob("*") if p.is_file() and not p.is_symlink()) + 24 * 2**20
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", disk], capture_output=True)
    if mounted.returncode:
        pytest.skip("mounting a file system of its own takes root")
    try:
        shutil.copytree(data, disk / "data", symlinks=True)
        yield disk / "data"
    finally:
        subprocess.run(["umount", "--lazy", disk], check=True)


def fill(folder: Path) -> Path:
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(b"x" * 4096)
    return ballast


def test_a_full_disk_fails_the_job_and_not_the_service(small_disk: Path) -> None:
    with Service(small_disk) as service, service.operator() as client:
        conversation = ask(client)["conversation_id"]
        ballast = fill(small_disk)
        for _ in range(20):
            assert ask(client)["figures"][0]["value_text"] == "235"
        refused = upload(client, SYNTHETIC[0])
        assert refused.status_code == 503 and "đĩa" in refused.json()["error"]["message"]
        rating = {"conversation_id": conversation, "rating": "up"}
        assert client.post("/v1/feedback", json=rating).status_code in (204, 503)
        assert client.get("/metrics").status_code == 200
        ballast.unlink()
        assert client.post("/v1/feedback", json=rating).status_code == 204
        response = upload(client, SYNTHETIC[0])
        assert response.status_code == 202, response.text
        assert finished(client, response.json()["id"])["state"] == "done"


def test_a_file_over_the_limit_is_refused_and_leaves_nothing(data: Path, tmp_path: Path) -> None:
    with Service(data, max_upload_mb=1) as service, service.operator() as client:
        big = tmp_path / "big.md"
        for size in (2**20 + 1000, 3 * 2**20):
            big.write_bytes(b"x" * size)
            refused = upload(client, big)
            assert refused.status_code == 413 and refused.json()["error"]["code"] == "too_large"
        assert not any((data / "uploads").glob("*"))


def test_the_database_is_opened_in_a_mode_that_this_sqlite_does_not_break(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted: dict[tuple[int, int, int], str] = {(3, 51, 2): "truncate", (3, 51, 3): "wal"}
    for version, mode in wanted.items():
        monkeypatch.setattr(sqlite3, "sqlite_version_info", version)
        assert database.journal_mode() == mode
    monkeypatch.undo()
    opened = Database(data)
    with opened.connection() as db:
        assert db.execute("PRAGMA journal_mode").fetchone()[0] == database.journal_mode()
        assert db.execute("PRAGMA synchronous").fetchone()[0] == 2
    opened.close()


def test_a_database_held_open_in_the_unsafe_mode_stops_the_start_with_a_sentence(data: Path) -> None:
    Database(data).close()
    unsafe = "wal" if database.journal_mode() == "truncate" else "truncate"
    with contextlib.closing(sqlite3.connect(data / "service.sqlite", isolation_level=None)) as other:
        other.execute(f"PRAGMA journal_mode = {unsafe}")
        other.execute("BEGIN IMMEDIATE")
        refused = cchc("serve", env=environment(data, port=free_port()))
        assert refused.returncode == 1
        assert sqlite3.sqlite_version in refused.stderr and "Traceback" not in refused.stderr


Step = Callable[[Path], None]


def test_a_backup_comes_back_while_the_service_runs(data: Path, tmp_path: Path) -> None:
    saved = tmp_path / "saved.tar.gz"
    with Service(data) as service, service.operator() as client:
        env = environment(data, port=service.url.rsplit(":", 1)[1])
        conversation = ask(client)["conversation_id"]
        assert client.post("/v1/feedback", json={"conversation_id": conversation, "rating": "up"}).status_code == 204
        assert cchc("backup", str(saved), env=env).returncode == 0
        assert saved.stat().st_mode & 0o077 == 0
        assert cchc("backup", str(saved), env=env).returncode == 1  # an old one is not written over
        report = client.get("/v1/reports").json()["items"][0]["id"]
        assert client.delete(f"/v1/reports/{report}").status_code == 204
        assert ask(client)["status"] == "no_evidence"
        restored = cchc("restore", str(saved), env=env)
        assert restored.returncode == 0, restored.stderr
        job = client.post("/v1/reindex").json()["id"]
        assert finished(client, job)["state"] == "done"
        assert ask(client)["figures"][0]["value_text"] == "235"
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / "encoder").symlink_to(data / "encoder")
    assert cchc("restore", str(saved), env=environment(empty)).returncode == 0
    with Service(empty) as service, service.operator() as client:
        assert ask(client)["figures"][0]["value_text"] == "235"
        assert upload(client, SEED).status_code == 200


@pytest.mark.parametrize("window", ["started", "published"])
def test_a_backup_put_back_while_a_deletion_is_under_way_brings_the_report_back(
    data: Path, queue: JobQueue, tmp_path: Path, window: str
) -> None:
    """The indexer has begun the job, or has just published without the report, when the queue is replaced under it."""
    saved = tmp_path / "saved.tar.gz"
    backup.write(data, saved)

    class Queue(JobQueue):
        def start(self, jobs: Sequence[Job]) -> None:
            super().start(jobs)
            if window == "started":
                backup.restore(data, saved)

    class Store(FileStore):
        restored = False

        def share(self) -> str | None:
            if window == "published" and not self.restored:
                self.restored = True
                backup.restore(data, saved)
                enqueue(queue, SYNTHETIC[0])  # takes the number in the queue that the deletion had
            return super().share()

    (report,) = Builder(data, load_encoder(data, None)).report_ids()
    job = queue.delete(report, ACTOR, None)
    with queue.held() as mine:
        assert mine
        indexer = Indexer(data, None, Queue(queue.database, data), store=Store(data))
        indexer.work()
        assert queue.get(job.id) is None
        assert not any(j.state == "done" for j in queue.latest(10))
        assert Builder(data, load_encoder(data, None)).report_ids() == {report}
        while indexer.work():
            pass
    assert report in Builder(data, load_encoder(data, None)).report_ids()


def test_a_backup_put_back_shortens_no_audit_and_revives_no_key(data: Path, tmp_path: Path) -> None:
    saved = tmp_path / "saved.tar.gz"
    live = Database(data)
    keys = Keys(live)
    leaked = keys.create("lộ", "reader", ACTOR)
    backup.write(data, saved)
    keys.revoke("lộ", ACTOR)
    chat = keys.ensure_chat_key(data)
    before = [(e.at, e.action, e.target) for e in audit.entries(live, 99)]
    for _ in range(2):
        backup.restore(data, saved)
        assert [(e.at, e.action, e.target) for e in audit.entries(live, 99)] == before
        assert keys.caller(leaked) is None
        assert keys.caller(chat) is not None
    live.close()


def test_where_a_backup_cannot_be_written_a_sentence_says_so(data: Path, tmp_path: Path) -> None:
    refused = cchc("backup", str(tmp_path / "chưa có" / "saved.tar.gz"), env=environment(data))
    assert refused.returncode == 1 and "Traceback" not in refused.stderr and "chưa có" in refused.stderr


@pytest.mark.parametrize("kind", [tarfile.REGTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE])
@pytest.mark.parametrize("name", ["../outside", "/tmp/outside", "reports/inside"])
def test_a_made_up_backup_reaches_nothing_outside(tmp_path: Path, name: str, kind: bytes) -> None:
    saved = tmp_path / "saved.tar.gz"
    with tarfile.open(saved, "w:gz") as archive:
        archive.addfile(tarfile.TarInfo("cchc-backup-1"))
        member = tarfile.TarInfo(name)
        member.type, member.linkname = kind, str(saved)
        archive.addfile(member)
    with pytest.raises(backup.NotABackup):
        backup.restore(tmp_path / "data", saved)
    assert {p.name for p in tmp_path.iterdir()} == {"saved.tar.gz", "data"} and not list((tmp_path / "data").iterdir())


def flip_beginning(path: Path) -> None:
    """Where a bit makes the compression itself senseless."""
    content = bytearray(path.read_bytes())
    content[40:60] = bytes(20)
    path.write_bytes(content)


def flip_checksum(path: Path) -> None:
    """As if a bit had changed that the archive itself doesn't look at: padding between its members, say."""
    content = bytearray(path.read_bytes())
    content[-6] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    "spoil",
    [
        flip,
        flip_beginning,
        flip_checksum,
        lambda p: p.write_bytes(b"x"),
        lambda p: p.write_bytes(p.read_bytes()[:5000]),
    ],
)
def test_a_spoiled_backup_changes_nothing(data: Path, tmp_path: Path, spoil: Step) -> None:
    saved = tmp_path / "saved.tar.gz"
    assert cchc("backup", str(saved), env=environment(data)).returncode == 0
    spoil(saved)
    before = (data / "generations" / "CURRENT").read_text()
    refused = cchc("restore", str(saved), env=environment(data))
    assert refused.returncode == 1 and "Traceback" not in refused.stderr
    assert (data / "generations" / "CURRENT").read_text() == before
