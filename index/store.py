"""Where a corpus is kept: files beside the service, or PostgreSQL that several machines share. Both give generations.

store = open_store("postgresql://…", Path("var"))    # or None: the files of the data directory
generation = store.open(encoder)
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from index.amendments import Amendments, no_amendments
from index.errors import GenerationDamaged
from index.generation import Generation, open_current
from index.publish import current

if TYPE_CHECKING:
    from index.encoder import Encoder

Damaged = Callable[[GenerationDamaged], None]


class Store(Protocol):
    def current(self) -> str | None:
        """The generation to serve; None where nothing was indexed yet. Asked several times a second."""
        ...

    def open(
        self,
        encoder: Encoder | None,
        on_damaged: Damaged = lambda _: None,
        amendments: Callable[[], Amendments] = no_amendments,
    ) -> Generation:
        """The generation to serve, opened.

        Raises:
            NoGeneration: nothing was indexed yet.
            EncoderMismatch: it was built with another encoder.
        """
        ...

    def share(self) -> str | None:
        """Serve what this machine has indexed; gives the number under which the store serves it.

        Raises:
            StoreUnavailable: the store takes no writes now.
        """
        ...


class FileStore:
    """The generations in a data directory."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir

    def current(self) -> str | None:
        return current(self._data_dir)

    def open(
        self,
        encoder: Encoder | None,
        on_damaged: Damaged = lambda _: None,
        amendments: Callable[[], Amendments] = no_amendments,
    ) -> Generation:
        return open_current(self._data_dir, encoder, on_damaged, amendments)

    def share(self) -> str | None:
        return self.current()  # published is shared


def open_store(url: str | None, data_dir: Path) -> Store:
    """The store that CCHC_STORE names. `data_dir` holds the files, or what is fetched from the database for a while."""
    if url is None:
        return FileStore(data_dir)
    from index.postgres.store import PostgresStore  # brings psycopg, which only those need who have a database

    return PostgresStore(url, data_dir)
