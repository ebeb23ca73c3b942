"""Vectors of texts by what they say: a passage that stands in a thousand reports is embedded once.

One SQLite file for each encoder below `$CCHC_DATA/vectors/`, in half precision as the index keeps them. It is a cache:
each vector has a checksum, what is damaged or missing is made again, and the whole file may be deleted at any time.
Only the indexer, which holds the lock, opens it.
"""

from __future__ import annotations

import hashlib
import sqlite3
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from index.vectors import Vector

if TYPE_CHECKING:
    from index.encoder import Encoder, Progress

_AT_ONCE = 500  # bound values of one statement


class KeptVectors:
    def __init__(self, data_dir: Path) -> None:
        self._root = data_dir / "vectors"

    def encode(self, encoder: Encoder, texts: Sequence[str], on_progress: Progress | None = None) -> Vector:
        """The vector of each text, (texts, dimension); only texts that were never seen cost the encoder's time."""
        try:
            return self._encode(encoder, texts, on_progress)
        except sqlite3.OperationalError:  # a full disk
            raise
        except sqlite3.DatabaseError:
            self.clear()
            return self._encode(encoder, texts, on_progress)

    def clear(self) -> None:
        """Forget all: what reports said that are to leave no trace."""
        for path in self._root.glob("*.sqlite*"):
            path.unlink()

    def _encode(self, encoder: Encoder, texts: Sequence[str], on_progress: Progress | None) -> Vector:
        keys = [hashlib.blake2b(text.encode(), digest_size=16).digest() for text in texts]
        with self._open(encoder) as db:
            known = _read(db, set(keys), encoder.dimension)
            new = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
            if new:
                made = encoder.encode_passages(list(new.values()), on_progress).astype(np.float16)
                known.update(zip(new, made, strict=True))
                with db:
                    db.executemany(
                        "INSERT OR REPLACE INTO vectors VALUES (?, ?, ?)",
                        [(key, known[key].tobytes(), zlib.crc32(known[key].tobytes())) for key in new],
                    )
        if not keys:
            return np.zeros((0, encoder.dimension), dtype=np.float32)
        return np.stack([known[key] for key in keys]).astype(np.float32)

    @contextmanager
    def _open(self, encoder: Encoder) -> Iterator[sqlite3.Connection]:
        self._root.mkdir(parents=True, exist_ok=True)
        path = self._root / f"{encoder.fingerprint[:16]}.sqlite"
        db = _connect(path)
        try:
            yield db
        finally:
            db.close()


def _connect(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path)
    try:
        db.execute("PRAGMA synchronous = OFF")  # a vector that a power cut takes along is made again
        db.execute(
            "CREATE TABLE IF NOT EXISTS vectors"
            " (text BLOB PRIMARY KEY, vector BLOB NOT NULL, crc INTEGER NOT NULL) WITHOUT ROWID"
        )
    except BaseException:
        db.close()
        raise
    return db


def _read(db: sqlite3.Connection, keys: set[bytes], dimension: int) -> dict[bytes, npt.NDArray[np.float16]]:
    wanted = list(keys)
    found: dict[bytes, npt.NDArray[np.float16]] = {}
    for at in range(0, len(wanted), _AT_ONCE):
        some = wanted[at : at + _AT_ONCE]
        marks = ", ".join("?" * len(some))
        rows = db.execute(f"SELECT text, vector, crc FROM vectors WHERE text IN ({marks})", some)  # nosec B608
        for key, vector, crc in rows:
            if zlib.crc32(vector) == crc and len(vector) == 2 * dimension:
                found[key] = np.frombuffer(vector, dtype=np.float16)
    return found
