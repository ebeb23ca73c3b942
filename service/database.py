"""The writable SQLite database: jobs, deleted reports, keys, feedback, audit. All of it must outlast a power cut.

Several processes have it open at once, and SQLite before 3.51.3 may corrupt a database in WAL mode then (a reset of the
log that two connections race for). So WAL is used from 3.51.3 on, and a rollback journal before.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from queue import Empty, LifoQueue
from threading import Lock
from types import MappingProxyType
from typing import Any, Generic, Literal, TypeVar

from service.migrations import MIGRATIONS

FILE = "service.sqlite"
SAFE_WAL = (3, 51, 3)
_BUSY_SECONDS = 20.0
_MODE_SECONDS = 2.0

T = TypeVar("T")


class DatabaseUnusable(Exception):
    """The database can't be opened without putting it at risk; the sentence says what to do."""


def journal_mode() -> Literal["wal", "truncate"]:
    return "wal" if sqlite3.sqlite_version_info >= SAFE_WAL else "truncate"


def connect(path: Path, durable: bool = True) -> sqlite3.Connection:
    """A connection in autocommit mode. What is committed is on the disk, unless it is not meant to be `durable`.

    Raises:
        DatabaseUnusable: another process has it open in the mode that this SQLite isn't safe in.
    """
    db = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        db.row_factory = sqlite3.Row
        _set_journal_mode(db)
        db.execute(f"PRAGMA synchronous = {'FULL' if durable else 'OFF'}")
        db.execute("PRAGMA trusted_schema = OFF")
    except BaseException:
        db.close()
        raise
    return db


def _set_journal_mode(db: sqlite3.Connection) -> None:
    """Into the mode that this SQLite is safe in, or not at all. Waits while another process does the same."""
    wanted = journal_mode()
    deadline = time.monotonic() + _MODE_SECONDS
    while db.execute("PRAGMA journal_mode").fetchone()[0] != wanted:
        try:
            db.execute(f"PRAGMA journal_mode = {wanted}")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
        if time.monotonic() > deadline:
            raise DatabaseUnusable(
                f"Cơ sở dữ liệu không chuyển được sang nhật ký “{wanted}” mà SQLite {sqlite3.sqlite_version} cần để an "
                "toàn. Hãy dừng mọi tiến trình đang mở nó, đặt thư mục dữ liệu trên đĩa của máy này, rồi chạy lại."
            )
        time.sleep(0.02)


@contextmanager
def transaction(db: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """All or nothing; the write lock is taken at once, so that nothing read inside is out of date."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield db
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def migrate(db: sqlite3.Connection) -> None:
    """Take the steps that this database has not seen yet.

    Raises:
        DatabaseUnusable: it has seen steps that this version doesn't know.
    """
    with transaction(db):
        done = db.execute("PRAGMA user_version").fetchone()[0]
        if done > len(MIGRATIONS):
            raise DatabaseUnusable(
                "Cơ sở dữ liệu do một phiên bản mới hơn ghi ra. Hãy nâng cấp chương trình rồi chạy lại."
            )
        for migration in MIGRATIONS[done:]:
            migration(db)
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")


class Database:
    """Connections to one database for the threads of one process. Migrated when it is opened."""

    def __init__(self, data_dir: Path) -> None:
        data_dir.mkdir(parents=True, exist_ok=True)
        self.path = data_dir / FILE
        self._idle: LifoQueue[sqlite3.Connection] = LifoQueue()
        self._watching = connect(self.path)
        self._watched = Lock()
        self.path.chmod(0o600)
        migrate(self._watching)

    @contextmanager
    def connection(self) -> Iterator[sqlite3.Connection]:
        try:
            db = self._idle.get_nowait()
        except Empty:
            db = connect(self.path)
        try:
            yield db
        finally:
            self._idle.put(db)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        with self.connection() as db, transaction(db):
            yield db

    def all(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        with self.connection() as db:
            return db.execute(sql, values).fetchall()

    def one(self, sql: str, *values: Any) -> sqlite3.Row | None:
        return next(iter(self.all(sql, *values)), None)

    def version(self) -> int:
        """Another number after anybody, in any process, has changed something."""
        with self._watched:
            row = self._watching.execute("PRAGMA data_version").fetchone()
        return int(row[0])

    def close(self) -> None:
        self._watching.close()
        while not self._idle.empty():
            self._idle.get().close()


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")


_steady: ContextVar[Mapping[int, Any]] = ContextVar("steady", default=MappingProxyType({}))


class Watched(Generic[T]):
    """A value read from the database, read again only after the database has changed, whoever changed it."""

    def __init__(self, database: Database, read: Callable[[], T]) -> None:
        self._database = database
        self._read = read
        self._known: tuple[int, T] | None = None

    @contextmanager
    def steady(self) -> Iterator[None]:
        """Within, this thread sees one value, whatever changes meanwhile."""
        token = _steady.set({**_steady.get(), id(self): self()})
        try:
            yield
        finally:
            _steady.reset(token)

    def __call__(self) -> T:
        held = _steady.get()
        if id(self) in held:
            value: T = held[id(self)]
            return value
        version = self._database.version()  # asked for before reading: a change in between is read twice, never missed
        known = self._known
        if known is None or known[0] != version:
            known = self._known = (version, self._read())
        return known[1]
