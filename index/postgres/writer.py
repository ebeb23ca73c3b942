"""Writing to PostgreSQL: what two corpora differ in, in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import psycopg

from index.catalogue_writer import CatalogueRows
from index.chunks import Chunk, passage_range, report_key
from index.generation import Generation
from index.manifest import Manifest
from index.postgres.catalogue import PostgresCatalogue
from index.postgres.server import Row, Transaction
from index.postgres.vectors import written
from index.words import FIELDS, fields_of, passage_tokens


class _Questionmarks:
    """A connection whose statements mark their values with `?`, as SQLite's do."""

    def __init__(self, db: psycopg.Connection[Row]) -> None:
        self._db = db

    def execute(self, sql: str, values: Sequence[Any] = (), /) -> psycopg.Cursor[Row]:
        return self._db.execute(sql.replace("?", "%s"), values or None)

    def executemany(self, sql: str, values: Iterable[Sequence[Any]], /) -> None:
        with self._db.cursor() as cursor:
            cursor.executemany(sql.replace("?", "%s"), values)


class PostgresWriter(CatalogueRows):
    """Brings the tables to what a generation holds, inside one transaction that nobody else writes beside."""

    _ROWS = "(SELECT * FROM rows WHERE report IN (SELECT key FROM reports WHERE gone IS NULL)) AS present"

    def __init__(self, db: psycopg.Connection[Row]) -> None:
        db.execute("LOCK TABLE corpus IN EXCLUSIVE MODE")
        self._before = PostgresCatalogue(Transaction(db))
        super().__init__(_Questionmarks(db), self._before)
        self._terms: Counter[tuple[str, str]] = Counter()
        self._lengths: Counter[str] = Counter()

    def take(self, generation: Generation) -> str:
        """Add the reports that are missing, take out those that are too many; gives the number of the new state.

        `generation` is opened without amendments: what people have set is laid over either store as it is read.
        """
        number = self._number() + 1
        here = {row["id"] for row in self._db.execute("SELECT id FROM reports WHERE gone IS NULL").fetchall()}
        wanted = {report.id for report in generation.reports()}
        self._sweep()
        for report_id in sorted(here - wanted):
            self._take_out(report_id, number)
        for report_id in sorted(wanted - here):
            self._take_in(generation, report_id)
        self.finish()
        self._write_terms()
        self._write_indicator_vectors(generation)
        self._write_state(generation.manifest, number)
        return f"{number:05d}"

    def _number(self) -> int:
        row = self._db.execute("SELECT generation FROM corpus").fetchone()
        return int(row["generation"]) if row else 0

    def _take_in(self, generation: Generation, report_id: str) -> None:
        chunks = generation.passages_of(report_id)
        record = generation.report(report_id)
        if record is None:
            raise KeyError(report_id)
        self.add(generation.document(report_id), chunks, record.indexed_at, record.file_name)
        source = generation.source_path(report_id)
        if source is not None:
            self._insert("sources", [(report_key(report_id), source.read_bytes())])
        vectors = generation.passage_vectors([chunk.id for chunk in chunks])
        self._db.executemany(
            "INSERT INTO vectors VALUES (?, ?::halfvec)",
            [(chunk.id, written(vector)) for chunk, vector in zip(chunks, vectors, strict=True)],
        )
        self._count_terms(chunks, 1)

    def _take_out(self, report_id: str, number: int) -> None:
        """Out of the corpus at once, out of the tables with the next publication: answers are being read from them."""
        self.count_out(report_id)
        self._count_terms(self._before.passages_of(report_id), -1)
        self._db.execute("UPDATE reports SET gone = ? WHERE id = ?", (number, report_id))

    def _sweep(self) -> None:
        """Delete what earlier publications took out."""
        for row in self._db.execute("SELECT id, key FROM reports WHERE gone IS NOT NULL").fetchall():
            first, end = passage_range(row["id"])
            self._db.execute("DELETE FROM mentions WHERE passage >= ? AND passage < ?", (first, end))
            self._db.execute("DELETE FROM vectors WHERE passage >= ? AND passage < ?", (first, end))
            self._db.execute("DELETE FROM passages WHERE id >= ? AND id < ?", (first, end))
            for table in ("rows", "sections", "texts", "sources"):
                self._db.execute(f"DELETE FROM {table} WHERE report = ?", (row["key"],))  # nosec B608
            self._db.execute("DELETE FROM reports WHERE key = ?", (row["key"],))

    def _count_terms(self, chunks: Iterable[Chunk], sign: int) -> None:
        for chunk in chunks:
            for field, terms in fields_of(passage_tokens(chunk)).items():
                self._lengths[field] += sign * len(terms)
                for term in set(terms):
                    self._terms[field, term] += sign

    def _write_terms(self) -> None:
        self._insert(
            "terms",
            ((field, term, n) for (field, term), n in self._terms.items() if n),
            "ON CONFLICT (field, term) DO UPDATE SET passages = terms.passages + excluded.passages",
        )
        self._db.execute("DELETE FROM terms WHERE passages <= 0")
        self._insert(
            "lengths",
            ((field, self._lengths[field]) for field in FIELDS),
            "ON CONFLICT (field) DO UPDATE SET tokens = lengths.tokens + excluded.tokens",
        )

    def _write_indicator_vectors(self, generation: Generation) -> None:
        vectors = generation.indicator_vectors()
        self._db.execute("DELETE FROM indicator_vectors")
        self._insert(
            "indicator_vectors",
            ((i.id, v.tobytes()) for i, v in zip(generation.indicators(), vectors, strict=True)),
        )

    def _write_state(self, manifest: Manifest, number: int) -> None:
        self._db.execute("DELETE FROM corpus")
        self._insert("corpus", [(
            number, datetime.now(UTC).isoformat(timespec="seconds"), manifest.schema_version, manifest.parser,
            manifest.chunker, manifest.encoder, manifest.encoder_fingerprint, manifest.dimension,
        )])  # fmt: skip
