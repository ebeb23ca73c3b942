"""The child process: its limits hold, and what it reads comes back whole."""

from __future__ import annotations

import os
import signal
import tempfile
import threading
import time
from pathlib import Path

import pytest

from corpus.errors import UnreadableReport
from corpus.report import read_report
from corpus.sandbox import Limits, read_in_child
from tests.corpus.samples import DATA, SEED
from tests.hostile import pdf, word


def test_a_report_comes_back_whole() -> None:
    assert read_in_child(SEED, SEED.name) == read_report(SEED.read_bytes(), SEED.name)


def test_pages_are_told_as_they_are_done() -> None:
    told: list[tuple[int, int]] = []
    read_in_child(DATA / "203-digital.pdf", progress=lambda done, of: told.append((done, of)))
    assert told == [(page, 21) for page in range(1, 22)]


def test_time_runs_out(tmp_path: Path) -> None:
    path = tmp_path / "circle.pdf"
    pdf.forms_that_draw_each_other_ten_times(path)
    with pytest.raises(UnreadableReport) as refusal:
        read_in_child(path, limits=Limits(seconds=2))
    assert refusal.value.code == "time_limit"


def test_memory_runs_out(tmp_path: Path) -> None:
    path = tmp_path / "long.docx"
    word.word_file(path, (word.paragraph("nội dung ") * 1_000 for _ in range(60)))
    with pytest.raises(UnreadableReport) as refusal:
        read_in_child(path, limits=Limits(memory_bytes=150 * 2**20))
    assert refusal.value.code in ("memory_limit", "report_unreadable")


def test_a_killed_child_is_an_unreadable_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    path = tmp_path / "circle.pdf"
    pdf.forms_that_draw_each_other_ten_times(path)

    def kill_it() -> None:
        while True:
            for entry in Path("/proc").iterdir():
                try:
                    if entry.name.isdigit() and (entry / "cwd").readlink().is_relative_to(tmp_path):
                        os.kill(int(entry.name), signal.SIGKILL)
                        return
                except OSError:
                    continue
            time.sleep(0.05)

    killer = threading.Thread(target=kill_it)
    killer.start()
    with pytest.raises(UnreadableReport) as refusal:
        read_in_child(path, limits=Limits(seconds=30))
    killer.join()
    assert refusal.value.code == "report_unreadable"
    assert [entry.name for entry in tmp_path.iterdir()] == ["circle.pdf"]


def test_the_child_has_no_network(tmp_path: Path) -> None:
    """The namespace that `confine` makes has no way out, not even to a server on this machine."""
    import socket
    import subprocess
    import sys

    server = socket.create_server(("127.0.0.1", 0))
    program = (
        "import socket, sys; from corpus.child import confine;"
        "confine({'memory_bytes': 2**31, 'total_seconds': 60, 'file_bytes': 2**20});"
        f"sys.exit(socket.socket().connect_ex(('127.0.0.1', {server.getsockname()[1]})) != 0)"
    )
    allowed = subprocess.run(["unshare", "-rn", "true"], capture_output=True, check=False).returncode == 0
    if not allowed:
        pytest.skip("this kernel gives a process no network namespace of its own")
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 1
