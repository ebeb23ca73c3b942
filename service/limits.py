"""How much one caller may ask for, and how much all of them together: shared by the workers through one mapped file."""

from __future__ import annotations

import fcntl
import hashlib
import math
import mmap
import os
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from service.errors import NotReady, TooManyRequests

_SLOT = struct.Struct("<Qd")
_SLOTS = 1 << 14
_PROBES = 8
_BURST_SECONDS = 10.0


class RateLimit:
    """So many requests a minute for each name, ten seconds' worth of them at once.

    A slot holds the hash of a name and the moment up to which its requests are paid for (GCRA), so one number says
    everything. Where a table of 16,384 is full around a name, the one that asked longest ago is forgotten.
    """

    def __init__(self, path: Path, per_minute: int) -> None:
        self._interval = 60.0 / per_minute if per_minute else 0.0
        self._burst = max(_BURST_SECONDS, self._interval)
        self._threads = Lock()
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        os.posix_fallocate(self._file, 0, _SLOT.size * _SLOTS)  # a hole, once the disk is full, kills who writes to it
        self._table = mmap.mmap(self._file, _SLOT.size * _SLOTS)

    def spend(self, name: str) -> None:
        """
        Raises:
            TooManyRequests: with the seconds to wait.
        """
        if not self._interval:
            return
        now = time.monotonic()  # one clock for all processes of this machine
        with self._locked():
            at, paid_until = self._slot(name, now)
            paid_until = max(paid_until, now) + self._interval
            wait = paid_until - now - self._burst
            if wait <= 0:
                _SLOT.pack_into(self._table, at, _hash(name), paid_until)
                return
        seconds = math.ceil(wait)
        raise TooManyRequests(
            f"Bạn gửi quá nhiều yêu cầu. Hãy thử lại sau {seconds} giây.",
            {"retry_after": seconds},
            {"Retry-After": str(seconds)},
        )

    def close(self) -> None:
        self._table.close()
        os.close(self._file)

    def _slot(self, name: str, now: float) -> tuple[int, float]:
        wanted = _hash(name)
        oldest, oldest_at = math.inf, 0
        for probe in range(_PROBES):
            at = (wanted + probe) % _SLOTS * _SLOT.size
            found, paid_until = _SLOT.unpack_from(self._table, at)
            if not now - 86_400 < paid_until <= now + self._burst + self._interval:
                paid_until = 0.0  # left by an earlier boot, whose clock was another
            if found == wanted:
                return at, paid_until
            if paid_until < oldest:
                oldest, oldest_at = paid_until, at
        return oldest_at, 0.0

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with self._threads:
            fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN)


class InFlight:
    """Bounds how many questions one worker has taken and not answered. Only for one event loop."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.count = 0

    @contextmanager
    def __call__(self) -> Iterator[None]:
        """
        Raises:
            NotReady: as many as may be are under way.
        """
        if self.count >= self._most:
            raise NotReady("Máy chủ đang bận. Hãy thử lại sau vài giây.", {"retry_after": 2}, {"Retry-After": "2"})
        self.count += 1
        try:
            yield
        finally:
            self.count -= 1


def _hash(name: str) -> int:
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little")
