"""The few calls that make what was written outlast a crash."""

from __future__ import annotations

import os
from pathlib import Path


class Disk:
    """Syncing and renaming. Publication goes through one of these, so that a test can let any step fail."""

    def fsync(self, path: Path) -> None:
        """A file's contents, or a directory's entries, are on the disk when this returns."""
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def replace(self, source: Path, target: Path) -> None:
        """Rename, atomically, over what is there."""
        source.replace(target)

    def write(self, path: Path, data: bytes) -> None:
        """The file has its old contents or the new ones, never a part."""
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f".{path.name}.part")
        part.write_bytes(data)
        self.fsync(part)
        self.replace(part, path)
        self.fsync(path.parent)

    def fsync_tree(self, directory: Path) -> None:
        """Every file and directory below, and the directory itself."""
        for path in sorted(directory.rglob("*")):
            self.fsync(path)
        self.fsync(directory)
