"""What was made of texts, by what they say: bytes in one SQLite file, each with a checksum.

It is a cache: what is damaged or missing is made again, and the file may be deleted at any time. Only the indexer, which
holds the lock, writes; `look_up` reads beside it.
"""

from __future__ import annotations

import hashlib
import sqlite3
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

_AT_ONCE = 500  # bound values of one statement
_PAGE = 16_384  # most of what is kept of a text fits on one or two pages
_BUSY_SECONDS = 2.0


class TextCache:
    def __init__(self, path: Path) -> None:
        self._path = path

    def made(self, texts: Sequence[str], make: Callable[[list[str]], Sequence[bytes]]) -> dict[str, bytes]:
        """What there is of each text; `make` is asked once for those that were never seen."""
        try:
            return self._made(texts, make)
        except sqlite3.OperationalError:  # a full disk
            raise
        except sqlite3.DatabaseError:
            self.clear()
            return self._made(texts, make)

    def look_up(self, texts: Collection[str]) -> dict[str, bytes]:
        """What there is of these texts. A file that can't be read now holds nothing."""
        if not self._path.exists():
            return {}
        try:
            with closing(
                sqlite3.connect(f"{self._path.absolute().as_uri()}?mode=ro", uri=True, timeout=_BUSY_SECONDS)
            ) as db:
                return _read(db, texts)
        except sqlite3.Error:
            return {}

    def keep_only(self, texts: Collection[str]) -> None:
        """Forget what was made of all other texts, and leave no trace of it in the file."""
        if not self._path.exists():
            return
        try:
            with self._open() as db:
                db.execute("CREATE TEMP TABLE wanted (text BLOB PRIMARY KEY)")
                db.executemany("INSERT OR IGNORE INTO wanted VALUES (?)", ((_key(text),) for text in texts))
                db.execute("DELETE FROM texts WHERE text NOT IN (SELECT text FROM wanted)")
                db.commit()
                db.execute("VACUUM")
        except sqlite3.DatabaseError:
            self.clear()

    def clear(self) -> None:
        """Forget all."""
        for path in self._path.parent.glob(f"{self._path.name}*"):
            path.unlink()

    def _made(self, texts: Sequence[str], make: Callable[[list[str]], Sequence[bytes]]) -> dict[str, bytes]:
        with self._open() as db:
            known = _read(db, texts)
            new = [text for text in dict.fromkeys(texts) if text not in known]
            if new:
                fresh: Mapping[str, bytes] = dict(zip(new, make(new), strict=True))
                known.update(fresh)
                with db:
                    db.executemany(
                        "INSERT OR REPLACE INTO texts VALUES (?, ?, ?)",
                        [(_key(text), made, zlib.crc32(made)) for text, made in fresh.items()],
                    )
        return known

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self._path)) as db:
            db.execute(f"PRAGMA page_size = {_PAGE}")
            db.execute("PRAGMA synchronous = OFF")  # what a power cut takes along is made again
            db.execute(
                "CREATE TABLE IF NOT EXISTS texts (text BLOB PRIMARY KEY, made BLOB NOT NULL, crc INTEGER NOT NULL)"
            )
            yield db


def _read(db: sqlite3.Connection, texts: Collection[str]) -> dict[str, bytes]:
    by_key = {_key(text): text for text in texts}
    keys = list(by_key)
    found: dict[str, bytes] = {}
    for at in range(0, len(keys), _AT_ONCE):
        some = keys[at : at + _AT_ONCE]
        marks = ", ".join("?" * len(some))
        for key, made, crc in db.execute(f"SELECT text, made, crc FROM texts WHERE text IN ({marks})", some):  # nosec B608
            if zlib.crc32(made) == crc:
                found[by_key[key]] = made
    return found


def _key(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=16).digest()
