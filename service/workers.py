"""Which generation each worker serves, so that a change is called done only when it is in use in all of them."""

from __future__ import annotations

import os
from pathlib import Path

_SUFFIX = ".serving"


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

    def oldest_served(self) -> str:
        """The oldest generation that a live worker serves; empty if there is none."""
        served = []
        for path in self._directory.glob(f"*{_SUFFIX}"):
            if Path(f"/proc/{path.stem}").exists():
                try:
                    served.append(path.read_text("ascii"))
                except FileNotFoundError:
                    continue
        return min(served, default="")
