"""Reads a stranger's file in a process of its own, so that whatever the file does to a parser ends there.

The child (`corpus.child`) has limits on time, memory and file size, a temporary folder that goes away
with it, no network where the kernel allows that, and a session of its own that is killed as a whole.
What it sends back is JSON, checked against the model.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import corpus
from corpus.errors import UnreadableReport
from corpus.model import Box, Report
from corpus.readers import Progress
from corpus.serial import report_from_json

_MAX_REPLY = 64 * 2**20
_LAST_BREATHS = 150
_ROOT = str(Path(corpus.__file__).resolve().parent.parent)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child may take. Each page that it reports done buys more time, so that a long scan is read
    to its end while a page that hangs is not waited for."""

    seconds: int = 50
    seconds_a_page: int = 20
    total_seconds: int = 1800
    memory_bytes: int = 2 * 2**30
    file_bytes: int = 256 * 2**20


def read_in_child(
    path: Path, file_name: str = "", limits: Limits | None = None, progress: Progress | None = None
) -> Report:
    """The report in a file. `progress` hears of pages done and pages in all.

    Raises:
        UnreadableReport: also when the child went over a limit or died.
    """
    reply = _run("read", {"path": str(path.resolve()), "name": file_name}, limits or Limits(), progress)
    try:
        return report_from_json(json.dumps(reply["report"]))
    except (KeyError, ValueError) as error:
        raise UnreadableReport("report_unreadable") from error


def crop_in_child(path: Path, boxes: Sequence[Box], limits: Limits | None = None) -> list[bytes]:
    """Pictures (PNG) of parts of a PDF's or picture's pages, for a person to compare with what was read.

    Raises:
        UnreadableReport: the file has no such pages.
    """
    order = {"path": str(path.resolve()), "boxes": [asdict(box) for box in boxes]}
    return _pictures(_run("crop", order, limits or Limits(), None))


def page_in_child(path: Path, number: int, limits: Limits | None = None) -> bytes:
    """A page of a PDF or picture as a picture (PNG).

    Raises:
        UnreadableReport: the file has no such page.
    """
    (picture,) = _pictures(_run("page", {"path": str(path.resolve()), "page": number}, limits or Limits(), None))
    return picture


def _pictures(reply: dict[str, Any]) -> list[bytes]:
    try:
        return [base64.b64decode(picture) for picture in reply["pictures"]]
    except (KeyError, ValueError, TypeError) as error:
        raise UnreadableReport("report_unreadable") from error


def _run(task: str, order: dict[str, Any], limits: Limits, progress: Progress | None) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="cchc-read-", ignore_cleanup_errors=True) as folder:
        environment = {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "HOME": folder,
            "TMPDIR": folder,
            "PYTHONPATH": _ROOT,
            "OMP_THREAD_LIMIT": "1",
            "OPENBLAS_NUM_THREADS": "1",
        }
        if "TESSDATA_PREFIX" in os.environ:
            environment["TESSDATA_PREFIX"] = os.environ["TESSDATA_PREFIX"]
        child = subprocess.Popen(
            [sys.executable, "-P", "-m", "corpus.child", task],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            env=environment,
            start_new_session=True,
        )
        try:
            assert child.stdin is not None
            with contextlib.suppress(BrokenPipeError):
                child.stdin.write(json.dumps({**order, "limits": asdict(limits)}).encode())
                child.stdin.close()
            for message in _messages(child, limits):
                if "progress" in message and progress is not None:
                    progress(*message["progress"])
                if "error" in message:
                    raise _as_error(message["error"])
                if "progress" not in message:
                    return message
        finally:
            _end(child)
        raise UnreadableReport("time_limit" if child.returncode == -signal.SIGXCPU else "report_unreadable")


def _as_error(said: Any) -> UnreadableReport:
    if not isinstance(said, dict):
        return UnreadableReport("report_unreadable")
    return UnreadableReport(UnreadableReport.of(str(said.get("code"))).code, str(said.get("message", ""))[:500])


def _messages(child: subprocess.Popen[bytes], limits: Limits) -> Iterator[dict[str, Any]]:
    """What the child says, a JSON object a line, until it ends or its time is up."""
    assert child.stdout is not None
    pipe = child.stdout.fileno()
    poller = select.poll()
    poller.register(pipe, select.POLLIN | select.POLLHUP)
    begun = time.monotonic()
    deadline = begun + limits.seconds
    received = bytearray()
    while True:
        left = min(deadline, begun + limits.total_seconds) - time.monotonic()
        if left <= 0 or not poller.poll(left * 1000):
            raise UnreadableReport("time_limit")
        chunk = os.read(pipe, 2**16)
        if not chunk:
            return
        received += chunk
        if len(received) > _MAX_REPLY:
            raise UnreadableReport("too_large")
        *lines, rest = received.split(b"\n")
        received = rest
        for line in lines:
            try:
                message = json.loads(line)
            except ValueError as error:
                raise UnreadableReport("report_unreadable") from error
            if not isinstance(message, dict):
                raise UnreadableReport("report_unreadable")
            if "progress" in message:
                deadline += limits.seconds_a_page
            yield message


def _end(child: subprocess.Popen[bytes]) -> None:
    """Kill everything in the child's session. Its leader is still unreaped here, so its number is still its own."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()
    # What the child had started (LibreOffice) is init's to reap; its memory is not free before.
    with contextlib.suppress(ProcessLookupError, PermissionError):
        for _ in range(_LAST_BREATHS):
            os.killpg(child.pid, 0)
            time.sleep(0.02)
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            pipe.close()
