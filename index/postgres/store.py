"""A corpus in PostgreSQL as a store: read from by any number of machines, written to by the one that indexes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import psycopg

from index.amendments import Amendments, no_amendments
from index.disk import Disk
from index.errors import IndexOutdated, NoGeneration
from index.generation import Generation, encoder_mismatch, open_current
from index.kept import KeptReports, source_path
from index.manifest import Counts, Manifest
from index.parts import Parts
from index.postgres.catalogue import PostgresCatalogue
from index.postgres.schema import is_current, migrate
from index.postgres.server import Row, Server
from index.postgres.vectors import PostgresVectors
from index.postgres.words import PostgresWords
from index.postgres.writer import PostgresWriter
from index.publish import current
from index.readings import KeptReadings
from index.store import Damaged
from index.vectors import Vector

if TYPE_CHECKING:
    from index.encoder import Encoder


class PostgresStore:
    """`url` as libpq takes it; several hosts in it, and `target_session_attrs`, say which server is read from.

    store = PostgresStore("postgresql://cchc@db1,db2/cchc?target_session_attrs=any", Path("var"))
    store.take(generation)              # on the machine that indexes
    store.open(encoder).reports()       # anywhere
    """

    def __init__(self, url: str, data_dir: Path) -> None:
        self._server = Server(url)
        self._data_dir = data_dir

    def current(self) -> str | None:
        state = self._state()
        return f"{state['generation']:05d}" if state else None

    def open(
        self,
        encoder: Encoder | None,
        on_damaged: Damaged = lambda _: None,
        amendments: Callable[[], Amendments] = no_amendments,
    ) -> Generation:
        """
        Raises:
            NoGeneration: nothing was put there yet.
            EncoderMismatch: its vectors are another encoder's.
            IndexOutdated: it was written by another version of the product.
            StoreUnavailable: no server answers.
        """
        state = self._state()
        if state is None:
            raise NoGeneration("Cơ sở dữ liệu của CCHC_STORE chưa có báo cáo nào. Hãy chạy `cchc copy`.")
        if not is_current(state["schema_version"]):
            raise IndexOutdated("Cơ sở dữ liệu do phiên bản khác của chương trình ghi. Hãy chạy lại `cchc copy`.")
        parts, counts = self._parts(state)
        manifest = Manifest(
            generation=f"{state['generation']:05d}", created_at=state["created_at"], parser=state["parser"],
            chunker=state["chunker"], schema_version=state["schema_version"], encoder=state["encoder"],
            encoder_fingerprint=state["fingerprint"], dimension=state["dimension"], libraries={}, counts=counts, files={},
        )  # fmt: skip
        if encoder is not None and encoder.fingerprint != manifest.encoder_fingerprint:
            raise encoder_mismatch(manifest, encoder)
        return Generation(parts, manifest, amendments)

    def take(self, generation: Generation) -> str:
        """Make the database hold just what a generation holds. What both have costs nothing; all of it comes at once.

        Gives the number that is served now. When it returns, the change is committed as the server commits: with a
        synchronous standby, on both.
        """
        with self._server.writing() as db:
            migrate(db)
        with self._server.writing() as db:
            return PostgresWriter(db).take(generation)

    def share(self) -> str | None:
        """Take what the files of the data directory hold.

        Raises:
            StoreUnavailable: no server takes writes.
        """
        if current(self._data_dir) is None:
            return self.current()
        generation = open_current(self._data_dir, None)
        try:
            return self.take(generation)
        finally:
            generation.close()

    def close(self) -> None:
        self._server.close()

    def _state(self) -> Row | None:
        try:
            return self._server.one("SELECT * FROM corpus")
        except psycopg.errors.UndefinedTable:
            return None

    def _parts(self, state: Row) -> tuple[Parts, Counts]:
        catalogue = PostgresCatalogue(self._server)
        reports = catalogue.reports()
        ids = [report.id for report in reports]
        indicators = catalogue.indicators()
        counts = Counts(
            reports=len(reports), passages=sum(r.passages for r in reports), rows=sum(r.rows for r in reports),
            indicators=len(indicators),
        )  # fmt: skip
        vectors = self._indicator_vectors([i.id for i in indicators], state["dimension"])
        return Parts(
            catalogue=catalogue,
            vectors=PostgresVectors(self._server, state["dimension"], ids, counts.passages),
            words=PostgresWords(self._server, catalogue, ids, counts.passages),
            indicator_vectors=lambda: vectors,
            source=self._source,
            readings=KeptReadings(self._data_dir, state["fingerprint"], state["dimension"]),
        ), counts

    def _indicator_vectors(self, ids: list[int], dimension: int) -> Vector:
        known = {row["id"]: row["embedding"] for row in self._server.all("SELECT * FROM indicator_vectors")}
        vectors = [np.frombuffer(known[i], dtype=np.float32) for i in ids]
        return np.stack(vectors) if vectors else np.zeros((0, dimension), dtype=np.float32)

    def _source(self, sha256: str) -> Path | None:
        """The report's own file, fetched to the data directory when somebody first asks for it."""
        found = source_path(self._data_dir, sha256)
        if found is None:
            row = self._server.one(
                "SELECT s.data, r.file_name FROM sources s JOIN reports r ON r.key = s.report WHERE r.sha256 = ?",
                sha256,
            )
            if row is None or hashlib.sha256(row["data"]).hexdigest() != sha256:
                return None
            KeptReports(self._data_dir, Disk()).put_source(bytes(row["data"]), row["file_name"])
            found = source_path(self._data_dir, sha256)
        return found
