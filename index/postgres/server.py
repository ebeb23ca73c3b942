"""Connections to a PostgreSQL server, or to whichever of several is there: libpq tries the hosts of the URL in turn."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from queue import Empty, LifoQueue
from typing import Any, Protocol, TypeVar

import psycopg
from psycopg.conninfo import make_conninfo

from index.errors import StoreUnavailable

_OPTIONS = "-c search_path=cchc,public -c statement_timeout=60s"
_CONNECT_SECONDS = 5
_GIVE_UP_SECONDS = 20.0
_PAUSE = 0.25

T = TypeVar("T")


class Row(tuple[Any, ...]):
    """A row whose values go by place and by name, as SQLite's do."""

    names: dict[str, int]

    def __getitem__(self, key: Any) -> Any:
        return tuple.__getitem__(self, self.names[key] if isinstance(key, str) else key)


def _rows(cursor: psycopg.Cursor[Any]) -> Callable[[Sequence[Any]], Row]:
    names = {column.name: at for at, column in enumerate(cursor.description or ())}
    return type("Row", (Row,), {"names": names})


class Session(Protocol):
    """What the catalogue is read through; values stand as `?`."""

    def all(self, sql: str, *values: Any) -> list[Row]: ...

    def one(self, sql: str, *values: Any) -> Row | None: ...


class Transaction:
    """Reads as one transaction sees it, its own changes included."""

    def __init__(self, db: psycopg.Connection[Row]) -> None:
        self._db = db

    def all(self, sql: str, *values: Any) -> list[Row]:
        return self._db.execute(sql.replace("?", "%s"), values).fetchall()

    def one(self, sql: str, *values: Any) -> Row | None:
        return next(iter(self.all(sql, *values)), None)


class Server:
    """Reads on any server that the URL names, each on a connection of its own; writes on the primary. Thread-safe.

    A read that a dying server breaks off is asked again of the next one, for 20 seconds.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._idle: LifoQueue[psycopg.Connection[Row]] = LifoQueue()

    def all(self, sql: str, *values: Any) -> list[Row]:
        """The rows of one statement, whose values stand as `?`."""
        return self._again(lambda db: db.execute(sql.replace("?", "%s"), values).fetchall())

    def one(self, sql: str, *values: Any) -> Row | None:
        return next(iter(self.all(sql, *values)), None)

    @contextmanager
    def writing(self) -> Iterator[psycopg.Connection[Row]]:
        """One transaction on the primary. When this returns, what was written is where the server's
        `synchronous_standby_names` wants it.

        Raises:
            StoreUnavailable: no server takes writes.
        """
        try:
            with self._connect(target_session_attrs="read-write") as db:  # commits, or rolls back on an exception
                yield db
        except psycopg.OperationalError as error:
            raise _unavailable(error) from error

    def close(self) -> None:
        while True:
            try:
                self._idle.get_nowait().close()
            except Empty:
                return

    def _again(self, ask: Callable[[psycopg.Connection[Row]], T]) -> T:
        until = time.monotonic() + _GIVE_UP_SECONDS
        while True:
            try:
                db = self._take()
                try:
                    found = ask(db)
                except psycopg.OperationalError:
                    db.close()
                    self.close()  # the others lead to the same server
                    raise
                self._idle.put(db)
                return found
            except psycopg.OperationalError as error:
                if time.monotonic() > until:
                    raise _unavailable(error) from error
                time.sleep(_PAUSE)

    def _take(self) -> psycopg.Connection[Row]:
        try:
            return self._idle.get_nowait()
        except Empty:
            return self._connect(autocommit=True)

    def _connect(self, autocommit: bool = False, **parameters: str) -> psycopg.Connection[Row]:
        conninfo = make_conninfo(self._url, options=_OPTIONS, connect_timeout=_CONNECT_SECONDS, **parameters)
        return psycopg.connect(conninfo, autocommit=autocommit, row_factory=_rows)


def _unavailable(error: Exception) -> StoreUnavailable:
    return StoreUnavailable(f"Không kết nối được cơ sở dữ liệu của CCHC_STORE: {str(error).strip()}")
