"""Writing a catalogue: a copy of the last one, brought up to date, or an empty one filled."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol

from corpus.model import IndicatorRow, Report, Span
from corpus.reading import read
from index.catalogue import Catalogue
from index.catalogue_schema import SCHEMA, pack, pack_layout
from index.chunks import Chunk, passage_range, report_key
from index.documents import DocumentMention, find_mentions, number_key
from index.indicators import heading_id, indicator_id
from index.words import passage_tokens, tokenize

_PRAGMAS = "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA cache_size=-65536; PRAGMA secure_delete=ON;"
_FREE_SHARE = 4  # a file of which more than a quarter is free is written anew


class SqlDatabase(Protocol):
    """A connection whose statements mark their values with `?`."""

    def execute(self, sql: str, values: Sequence[Any] = (), /) -> Any: ...

    def executemany(self, sql: str, values: Iterable[Sequence[Any]], /) -> Any: ...


class CatalogueRows:
    """Fills the catalogue's tables, in whatever database has them; `base` is how they were before."""

    _ROWS = "rows"
    """The rows that indicators are counted from."""

    def __init__(self, db: SqlDatabase, base: Catalogue | None) -> None:
        self._db = db
        self._base = base
        self._syllables: Counter[str] = Counter()
        self._pairs: Counter[tuple[str, str]] = Counter()

    def add(self, report: Report, chunks: Sequence[Chunk], indexed_at: str, file_name: str) -> None:
        key = report_key(report.id)
        m = report.metadata
        self._insert("reports", [(
            key, report.id, report.sha256, report.format,
            m.number, m.title, m.issuer, m.signed_on and m.signed_on.isoformat(), m.year, m.period, m.signer, m.signer_role,
            len(report.pages) or None, len(chunks), len(report.rows), sum(1 for r in report.rows if r.value.text),
            json.dumps(report.warnings, ensure_ascii=False), indexed_at, file_name,
        )])  # fmt: skip
        self._insert("texts", [(key, pack(report.text), pack_layout(report))])
        self._insert("sections", (
            (key, i, s.id, s.title, s.kind, s.level, s.span.start, s.span.end, s.heading.start, s.heading.end, s.parent)
            for i, s in enumerate(report.sections)
        ))  # fmt: skip
        places = {s.id: i for i, s in enumerate(report.sections)}
        self._insert("passages", (
            (c.id, places.get(c.section_id or ""), c.span.start, c.span.end, c.page, pack(c.text)) for c in chunks
        ))  # fmt: skip
        self._add_rows(key, report)
        self._add_mentions(report, chunks)
        self._count_words(chunks, report.rows, 1)

    def count_out(self, report_id: str) -> None:
        """Take a report's words out of the vocabulary."""
        if self._base is not None:
            rows = self._base.rows(report_id)
            self._count_words(self._base.passages_of(report_id), [figure.row for figure in rows], -1)

    def finish(self) -> None:
        """Bring the tables over all reports up to date."""
        self._write_vocabulary()
        self._write_indicators()

    def _insert(self, table: str, rows: Iterable[tuple[Any, ...]], conflict: str = "") -> None:
        batch = list(rows)
        if batch:
            marks = ", ".join("?" * len(batch[0]))
            # Table and conflict clause are this class's own words, values are bound.
            self._db.executemany(f"INSERT INTO {table} VALUES ({marks}) {conflict}", batch)  # nosec B608

    def _add_rows(self, key: int, report: Report) -> None:
        headings = {heading_id(r.path, r.unit): r for r in report.rows}
        self._insert(
            "headings",
            (
                (i, indicator_id(r.path, r.unit), r.name, json.dumps(r.path, ensure_ascii=False), r.unit)
                for i, r in headings.items()
            ),
            "ON CONFLICT DO NOTHING",
        )
        self._insert("rows", (
            (
                key, r.row, heading_id(r.path, r.unit), r.code, r.inferred_code,
                r.value.text, r.value.kind, None if r.value.number is None else json.dumps(r.value.number),
                r.value.meaning, r.note, r.span.start, r.span.end, r.appendix, r.page, r.confidence,
                r.box and json.dumps([r.box.page, r.box.left, r.box.top, r.box.right, r.box.bottom]),
                json.dumps(r.readings, ensure_ascii=False) if r.readings else None,
            )
            for r in report.rows
        ))  # fmt: skip

    def _add_mentions(self, report: Report, chunks: Sequence[Chunk]) -> None:
        self._insert("mentions", (
            (number_key(mention.number), chunk.id, span.start, span.end, mention.number)
            for chunk in chunks
            for mention, span in _mentions(report, chunk)
        ))  # fmt: skip

    def _count_words(self, chunks: Iterable[Chunk], rows: Iterable[IndicatorRow], sign: int) -> None:
        sequences = [*map(passage_tokens, chunks), *(tokenize(row.name) for row in rows)]
        for tokens in sequences:
            before = ""
            for token in tokens:
                word = token if token.isalpha() else ""
                if word:
                    self._syllables[word] += sign
                if word and before:
                    self._pairs[before, word] += sign
                before = word

    def _write_vocabulary(self) -> None:
        self._insert(
            "syllables",
            ((form, n) for form, n in self._syllables.items() if n),
            "ON CONFLICT (form) DO UPDATE SET count = syllables.count + excluded.count",
        )
        self._insert(
            "pairs",
            ((a, b, n) for (a, b), n in self._pairs.items() if n),
            "ON CONFLICT (first, second) DO UPDATE SET count = pairs.count + excluded.count",
        )
        self._db.execute("DELETE FROM syllables WHERE count <= 0")
        self._db.execute("DELETE FROM pairs WHERE count <= 0")

    def _write_indicators(self) -> None:
        """An indicator goes by its most frequent printed form, in the order of the form."""
        self._db.execute("DELETE FROM headings WHERE NOT EXISTS (SELECT 1 FROM rows WHERE heading = headings.id)")
        self._db.execute("DELETE FROM indicators")
        self._db.execute(
            f"""
            INSERT INTO indicators
            WITH forms AS (
                SELECT heading, count(*) AS printed, count(*) FILTER (WHERE value != '') AS figures, min(row) AS place
                FROM {self._ROWS} GROUP BY heading
            ), ranked AS (
                SELECT h.*, f.place, sum(f.figures) OVER (PARTITION BY h.indicator) AS figures,
                    min(f.place) OVER (PARTITION BY h.indicator) AS first_place,
                    row_number() OVER (PARTITION BY h.indicator ORDER BY f.printed DESC, h.id) AS rank
                FROM headings h JOIN forms f ON f.heading = h.id
            )
            SELECT row_number() OVER (ORDER BY first_place, indicator) - 1, indicator, name, path, unit, figures
            FROM ranked WHERE rank = 1
            """  # nosec B608
        )


class CatalogueWriter(CatalogueRows):
    """Fills one catalogue file. Its durability is the publication's business: SQLite itself syncs nothing here."""

    def __init__(self, path: Path, base: Path | None = None) -> None:
        if base is not None:
            shutil.copyfile(base, path)
        self._file = sqlite3.connect(path, isolation_level=None)
        self._file.executescript(_PRAGMAS)
        if base is None:
            self._file.executescript(SCHEMA)
        self._file.execute("BEGIN")
        super().__init__(self._file, Catalogue(base) if base is not None else None)

    def remove(self, report_id: str) -> None:
        key = report_key(report_id)
        first, end = passage_range(report_id)
        self.count_out(report_id)
        self._db.execute("DELETE FROM mentions WHERE passage >= ? AND passage < ?", (first, end))
        self._db.execute("DELETE FROM passages WHERE id >= ? AND id < ?", (first, end))
        self._db.execute("DELETE FROM rows WHERE report = ?", (key,))
        self._db.execute("DELETE FROM sections WHERE report = ?", (key,))
        self._db.execute("DELETE FROM texts WHERE report = ?", (key,))
        self._db.execute("DELETE FROM reports WHERE key = ?", (key,))

    def close(self) -> None:
        """Bring the tables over all reports up to date and commit."""
        with closing(self._file):
            self.finish()
            self._db.execute("COMMIT")
            (free,), (pages,) = (self._db.execute(f"PRAGMA {p}").fetchone() for p in ("freelist_count", "page_count"))
            if free * _FREE_SHARE > pages:
                self._db.execute("VACUUM")
        if self._base is not None:
            self._base.close()


def _mentions(report: Report, chunk: Chunk) -> Iterator[tuple[DocumentMention, Span]]:
    """The documents that a passage names, and where the verbatim text prints each."""
    at = chunk.span.start
    for mention in find_mentions(chunk.text):
        printed = chunk.text[mention.start : mention.end]
        start = report.text.find(printed, at, chunk.span.end)
        if start >= 0:
            at = start + len(printed)
            yield mention, Span(start, at)
        else:  # a mark or a page break stands inside the number
            reading = read(report.text, chunk.span)
            found = reading.text.find(printed, reading.position(at))
            if found >= 0:
                yield mention, reading.span(found, found + len(printed))
