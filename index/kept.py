"""What is kept of each report outside the generations: its file, how it was read, its passages' vectors.

`$CCHC_DATA/reports/<sha256>/` goes by the file's bytes; what was made from them carries in its name the
versions that made it. So a new generation costs what is new in it, and nothing kept is ever out of date. The service
keeps a report's checks there, too (`checks.*`).
Each file has a checksum of its own kind (the file's name, gzip, zip); a damaged one counts as missing.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import TypeAdapter, ValidationError

from corpus.model import Report
from corpus.report import PARSER_VERSION
from corpus.serial import report_from_json, report_to_json
from index.chunks import CHUNKER_VERSION, Chunk
from index.disk import Disk
from index.vectors import Vector

_CHUNKS: TypeAdapter[list[Chunk]] = TypeAdapter(list[Chunk])
_SUFFIX = re.compile(r"\.[a-z0-9]{1,8}")


@dataclass(frozen=True, slots=True)
class Passages:
    """A report's passages and the vector of each."""

    chunks: list[Chunk]
    vectors: Vector


class KeptReports:
    def __init__(self, data_dir: Path, disk: Disk) -> None:
        self._root = data_dir / "reports"
        self._disk = disk

    def __iter__(self) -> Iterator[str]:
        return (p.name for p in self._root.iterdir()) if self._root.is_dir() else iter(())

    def directory(self, sha256: str) -> Path:
        return self._root / sha256

    def put_source(self, data: bytes, file_name: str) -> str:
        """Keep a file's bytes; gives their sha256."""
        sha256 = hashlib.sha256(data).hexdigest()
        if self.source(sha256) is None:
            suffix = Path(file_name).suffix.lower()
            name = f"source{suffix if _SUFFIX.fullmatch(suffix) else '.bin'}"
            self._disk.write(self.directory(sha256) / name, data)
            self._disk.fsync(self._root)
        return sha256

    def source(self, sha256: str) -> bytes | None:
        """The bytes of a file, if they are there and whole."""
        path = source_path(self._root.parent, sha256)
        data = path.read_bytes() if path else None
        return data if data is not None and hashlib.sha256(data).hexdigest() == sha256 else None

    def put_report(self, report: Report) -> None:
        self._disk.write(self._report(report.sha256), gzip.compress(report_to_json(report).encode(), 6, mtime=0))

    def report(self, sha256: str) -> Report | None:
        try:
            return report_from_json(gzip.decompress(self._report(sha256).read_bytes()))
        except (OSError, EOFError, zlib.error, ValidationError):
            return None

    def put_passages(self, sha256: str, fingerprint: str, passages: Passages) -> None:
        file = io.BytesIO()
        chunks = np.frombuffer(_CHUNKS.dump_json(passages.chunks), dtype=np.uint8)
        np.savez(file, chunks=chunks, vectors=passages.vectors.astype(np.float16))
        self._disk.write(self._passages(sha256, fingerprint), file.getvalue())

    def passages(self, sha256: str, fingerprint: str) -> Passages | None:
        try:
            with np.load(self._passages(sha256, fingerprint), allow_pickle=False) as file:
                return Passages(_CHUNKS.validate_json(file["chunks"].tobytes()), file["vectors"].astype(np.float32))
        except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile, ValidationError):
            return None

    def drop_other_versions(self, sha256: str, fingerprint: str) -> None:
        """Delete what other versions of the product, or other encoders, have made of a report."""
        today = {self._report(sha256), self._passages(sha256, fingerprint)}
        for path in self.directory(sha256).iterdir():
            if path not in today and not path.name.startswith(("source.", "checks.")):
                path.unlink()

    def _report(self, sha256: str) -> Path:
        return self.directory(sha256) / f"report.{PARSER_VERSION}.json.gz"

    def _passages(self, sha256: str, fingerprint: str) -> Path:
        name = f"passages.{PARSER_VERSION}.{CHUNKER_VERSION}.{fingerprint[:16]}.npz"
        return self.directory(sha256) / name


def source_path(data_dir: Path, sha256: str) -> Path | None:
    """The file as it was handed in."""
    return next((data_dir / "reports" / sha256).glob("source.*"), None)
