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

    def joins(self) -> bool:
        """This worker begins. Says whether others answer already, so that it may take its time before it does, too."""
        if self.serving():
            return True
        self._say("")
        return False

    def serves(self, generation: str) -> None:
        """This worker has changed to a generation."""
        self._say(generation)

    def _say(self, generation: str) -> None:
        part = self._own.with_suffix(".part")
        part.write_text(generation, "ascii")
        part.replace(self._own)

    def leaves(self) -> None:
        self._own.unlink(missing_ok=True)

    def serving(self) -> set[str]:
        """The generations that live workers serve."""
        return self._said() - {""}

    def all_serve(self) -> bool:
        """Whether none of those that began together is still loading."""
        return "" not in self._said()

    def _said(self) -> set[str]:
        served = set()
        for path in self._directory.glob(f"*{_SUFFIX}"):
            if Path(f"/proc/{path.stem}").exists():
                try:
                    served.add(path.read_text("ascii"))
                except FileNotFoundError:
                    continue
        return served

    async def follow(self, enough: Callable[[set[str]], bool]) -> bool:
        """Wait a while until what the workers serve is enough; says whether it is."""
        deadline = time.monotonic() + _SWAP_SECONDS
        while not (done := enough(self.serving())) and time.monotonic() < deadline:
            await asyncio.sleep(_POLL)
        return done
