"""Processes that don't outlive the one that started them, however it ended: what is left running holds its port."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal

_PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """Should the thread that started this process end, the kernel asks this process to."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def end_with_supervisor() -> None:
    """The same for one of several workers; an only worker was started by whoever started the service."""
    supervisor = multiprocessing.parent_process()
    if supervisor is None:
        return
    end_with_parent()
    if os.getppid() != supervisor.pid:  # gone before the kernel was told
        os.kill(os.getpid(), signal.SIGTERM)
