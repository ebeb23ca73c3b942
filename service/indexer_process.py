"""Keeps an indexer running whenever there is work for one: a process of its own, begun again if it dies."""

from __future__ import annotations

import subprocess
import sys
import threading
import time

import structlog

from service.inbox import Inbox
from service.jobs import JobQueue

_LOOK_EVERY = 0.2
_END_SECONDS = 15.0
_LONGEST_PAUSE = 30.0

log = structlog.get_logger("supervisor")


class IndexerProcess:
    """A thread of the process that serves. The indexer is started for work, and ends by itself when idle."""

    def __init__(self, queue: JobQueue, inbox: Inbox | None) -> None:
        self._queue = queue
        self._inbox = inbox
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="indexer-supervisor", daemon=True)
        self._child: subprocess.Popen[bytes] | None = None
        self._pause = 0.0

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(timeout=_END_SECONDS + 5)

    def _run(self) -> None:
        try:
            while not self._stop.wait(_LOOK_EVERY):
                try:
                    self._look()
                except Exception:  # a full disk, a busy database: the service goes on, and so does this
                    log.exception("supervision_failed")
                    self._stop.wait(5)
        finally:
            self._end_child()

    def _look(self) -> None:
        if self._inbox is not None:
            self._inbox.look()
        if self._child is not None and (code := self._child.poll()) is not None:
            self._child = None
            # Killed from outside it may well succeed next time; one that fails by itself is given longer and longer.
            self._pause = min(max(self._pause * 2, 1.0), _LONGEST_PAUSE) if code > 0 else 0.0
            if code:
                log.error("indexer_died", code=code, again_in=self._pause)
                self._stop.wait(self._pause)
        if self._child is None and not self._stop.is_set() and self._queue.has_work():
            self._child = subprocess.Popen([sys.executable, "-m", "service.indexer"], stdin=subprocess.PIPE)

    def _end_child(self) -> None:
        child = self._child
        if child is None:
            return
        assert child.stdin is not None
        child.stdin.close()  # what the indexer watches
        deadline = time.monotonic() + _END_SECONDS
        while child.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        if child.poll() is None:
            child.kill()
            child.wait()
