"""The process that a stranger's file is read in: limits first, then the readers. See `corpus.sandbox`."""

from __future__ import annotations

import base64
import ctypes
import json
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any

from corpus.errors import UnreadableReport

_CLONE_NEWNET = 0x40000000
_CLONE_NEWUSER = 0x10000000
_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38


class _Answers:
    """The pipe to the parent. The standard streams go nowhere: libraries print what files make them print."""

    def __init__(self) -> None:
        self._pipe = os.fdopen(os.dup(1), "wb")
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in (1, 2):
            os.dup2(nowhere, stream)

    def send(self, **message: Any) -> None:
        self._pipe.write(json.dumps(message, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
        self._pipe.flush()


def confine(limits: dict[str, int]) -> None:
    """Give up what reading a file doesn't need. Each is a second wall: where the kernel refuses one, the others stand."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if libc.unshare(_CLONE_NEWNET) != 0:
        libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
    for what, amount in (
        (resource.RLIMIT_AS, limits["memory_bytes"]),
        (resource.RLIMIT_CPU, limits["total_seconds"]),
        (resource.RLIMIT_FSIZE, limits["file_bytes"]),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (amount, amount))


def _read(order: dict[str, Any], answers: _Answers) -> None:
    from corpus.report import read_report
    from corpus.serial import report_to_json

    data = Path(order["path"]).read_bytes()
    report = read_report(data, order["name"], lambda done, of: answers.send(progress=[done, of]))
    answers.send(report=json.loads(report_to_json(report)))


def _crop(order: dict[str, Any], answers: _Answers) -> None:
    from corpus.model import Box
    from corpus.readers.pictures import crops

    data = Path(order["path"]).read_bytes()
    pictures = crops(data, [Box(**box) for box in order["boxes"]])
    answers.send(pictures=[base64.b64encode(picture).decode() for picture in pictures])


def _page(order: dict[str, Any], answers: _Answers) -> None:
    from corpus.readers.pictures import page_png

    picture = page_png(Path(order["path"]).read_bytes(), order["page"])
    answers.send(pictures=[base64.b64encode(picture).decode()])


def main() -> None:
    answers = _Answers()
    order = json.load(sys.stdin)
    confine(order["limits"])
    try:
        {"read": _read, "crop": _crop, "page": _page}[sys.argv[1]](order, answers)
    except UnreadableReport as error:
        answers.send(error={"code": error.code, "message": error.message})
    except (MemoryError, RecursionError):
        answers.send(error={"code": "memory_limit"})


if __name__ == "__main__":
    main()
