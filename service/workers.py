"""Which generation each worker serves, so that a change is called done only when it is in use in all of them."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from pathlib import Path

_SUFFIX = ".serving"
_POLL = 0.05
_SWAP_SECONDS = 10.0


class Workers:
    """One small file a worker, named by its process, in a directory that is emptied at start."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._directory = directory
        self._own = directory / f"{os.getpid()}{_SUFFIX}"

    def serves(self, generation: str) -> None:
        """This worker has changed to a generation."""
        part = self._own.with_suffix(".part")
        part.write_text(generation, "ascii")
        part.replace(self._own)

    def leaves(self) -> None:
        self._own.unlink(missing_ok=True)

    def serving(self) -> set[str]:
        """The generations that live workers serve."""
        served = set()
        for path in self._directory.glob(f"*{_SUFFIX}"):
            if Path(f"/proc/{path.stem}").exists():
                try:
                    served.add(path.read_text("ascii"))
                except FileNotFoundError:
                    continue
        return served

    async def follow(self, enough: Callable[[set[str]], bool]) -> None:
        """Wait until what the workers serve is enough; one that can't change over is not waited for for ever."""
        deadline = time.monotonic() + _SWAP_SECONDS
        while not enough(self.serving()) and time.monotonic() < deadline:
            await asyncio.sleep(_POLL)
