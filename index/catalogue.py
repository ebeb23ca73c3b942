"""Reading a generation's catalogue: everything but vectors and words."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import cached_property
from pathlib import Path
from queue import LifoQueue
from typing import Any, NamedTuple, Protocol

from corpus.model import Box, IndicatorRow, Metadata, Page, Section, Span, TextBox, Value
from corpus.text import fold
from index.catalogue_schema import unpack, unpack_layout
from index.chunks import PASSAGES_PER_REPORT, Chunk, passage_range, report_key
from index.documents import number_key
from index.records import Figure, Indicator, Mention, ReportRecord, Vocabulary

_CONNECTIONS = 4
_MAPPED = 1 << 30  # read through the page cache that all workers share, not through a copy of each
_VARIABLES = 30_000  # SQLite's limit of bound values in one statement is 32,766


class Named(Protocol):
    """A row whose values go by name."""

    def __getitem__(self, name: str, /) -> Any: ...


class _Heading(NamedTuple):
    """One printed form of an indicator."""

    indicator: int
    name: str
    path: tuple[str, ...]
    unit: str | None


class Catalogue:
    """A read-only catalogue. Thread-safe.

    Its connections are opened at once, so that the file may be deleted while the last questions are answered from it.
    """

    def __init__(self, path: Path) -> None:
        self._idle: LifoQueue[sqlite3.Connection] = LifoQueue()
        for _ in range(_CONNECTIONS):
            self._idle.put(_connect(path))
        self._ids: dict[int, str] = {row[0]: row[1] for row in self._all("SELECT key, id FROM reports")}

    def close(self) -> None:
        for _ in range(_CONNECTIONS):
            self._idle.get().close()

    def reports(self) -> list[ReportRecord]:
        """All reports, the most recent period first."""
        found = [record_of(row) for row in self._all("SELECT * FROM reports")]
        return sorted(found, key=lambda r: (*r.recency, r.id), reverse=True)

    def text(self, report_id: str) -> str | None:
        blob = self._one("SELECT text FROM texts WHERE report = ?", report_key(report_id))
        return unpack(blob[0]) if blob else None

    def layout(self, report_id: str) -> tuple[tuple[Page, ...], tuple[TextBox, ...]]:
        blob = self._one("SELECT layout FROM texts WHERE report = ?", report_key(report_id))
        return unpack_layout(blob[0]) if blob else ((), ())

    def sections(self, report_id: str) -> list[Section]:
        rows = self._all("SELECT * FROM sections WHERE report = ? ORDER BY position", report_key(report_id))
        return [
            Section(r["id"], r["title"], r["kind"], r["level"], _span(r), Span(r["heading_start"], r["heading_stop"]), r["parent"])
            for r in rows
        ]  # fmt: skip

    def rows(self, report_id: str) -> list[Figure]:
        return self._figures("report = ? ORDER BY row", report_key(report_id))

    def row(self, report_id: str, row: int) -> Figure | None:
        return next(iter(self._figures("report = ? AND row = ?", report_key(report_id), row)), None)

    def rows_of_indicators(
        self, indicator_ids: Collection[int], report_ids: Collection[str] | None = None
    ) -> list[Figure]:
        """Rows of these indicators, by report and place in it."""
        if not indicator_ids or (report_ids is not None and not report_ids):
            return []
        headings = [i for i, heading in self._headings.items() if heading.indicator in set(indicator_ids)]
        found: list[Figure] = []
        if report_ids is None:
            for some in _batches(headings, _VARIABLES):
                found += self._figures(f"heading IN ({_marks(some)})", *some)
        else:
            for keys in _batches([report_key(i) for i in report_ids], _VARIABLES - len(headings)):
                found += self._figures(
                    f"heading IN ({_marks(headings)}) AND report IN ({_marks(keys)})", *headings, *keys
                )
        return sorted(found, key=lambda f: (f.report_id, f.row.row))

    def indicators(self) -> list[Indicator]:
        """The distinct indicators, in the order of the form."""
        rows = self._all("SELECT id, name, path, unit, figures FROM indicators ORDER BY position")
        return [Indicator(r["id"], r["name"], tuple(json.loads(r["path"])), r["unit"], r["figures"]) for r in rows]

    def passages(self, ids: Sequence[int]) -> list[Chunk]:
        """These passages, in the order asked; an unknown id is left out."""
        found: dict[int, Chunk] = {}
        for batch in _batches(ids, _VARIABLES):
            found.update((c.id, c) for c in self._chunks(f"p.id IN ({_marks(batch)})", *batch))
        return [found[i] for i in ids if i in found]

    def passages_of(self, report_id: str, section_id: str | None = None) -> list[Chunk]:
        where = "p.id >= ? AND p.id < ?" + ("" if section_id is None else " AND s.id = ?")
        values = (*passage_range(report_id), *(() if section_id is None else (section_id,)))
        return self._chunks(f"{where} ORDER BY p.id", *values)

    def document_mentions(self, number: str, report_ids: Collection[str] | None = None) -> list[Mention]:
        """Where a document is named. "1118/QĐ" and "1118" also find 1118/QĐ-UBND, if no document has just that number."""
        key = number_key(number)
        rows = self._all("SELECT * FROM mentions WHERE key = ? ORDER BY passage, start", key)
        if not rows and key:
            begins = [bound for mark in "-/" for bound in (f"{key}{mark}", f"{key}{mark}\U0010ffff")]
            between = "SELECT * FROM mentions WHERE key > ? AND key < ? OR key > ? AND key < ? ORDER BY passage, start"
            rows = self._all(between, *begins)
        found = [Mention(r["number"], self._report_id(r["passage"]), r["passage"], _span(r)) for r in rows]
        return found if report_ids is None else [m for m in found if m.report_id in report_ids]

    def vocabulary(self) -> Vocabulary:
        forms: dict[str, Counter[str]] = {}
        for form, count in self._all("SELECT form, count FROM syllables"):
            forms.setdefault(fold(form), Counter())[form] = count
        pairs = Counter({(a, b): n for a, b, n in self._all("SELECT first, second, count FROM pairs")})
        return Vocabulary(forms, pairs)

    def check(self) -> bool:
        """Whether SQLite finds its own file sound."""
        return [row[0] for row in self._all("PRAGMA quick_check")] == ["ok"]

    @cached_property
    def _headings(self) -> dict[int, _Heading]:
        rows = self._all("SELECT id, indicator, name, path, unit FROM headings")
        return {r["id"]: _Heading(r["indicator"], r["name"], tuple(json.loads(r["path"])), r["unit"]) for r in rows}

    def _figures(self, where: str, *values: Any) -> list[Figure]:
        # Here and below, `where` is this class's own words, values are bound.
        return [self._figure(row) for row in self._all(f"SELECT * FROM rows WHERE {where}", *values)]  # nosec B608

    def _figure(self, r: sqlite3.Row) -> Figure:
        heading = self._headings[r["heading"]]
        value = Value(r["value"], r["kind"], None if r["number"] is None else json.loads(r["number"]), r["meaning"])
        row = IndicatorRow(
            row=r["row"], code=r["code"], inferred_code=r["inferred_code"], name=heading.name, path=heading.path,
            unit=heading.unit, value=value, note=r["note"], span=_span(r), appendix=r["appendix"], page=r["page"],
            confidence=r["confidence"], box=None if r["box"] is None else Box(*json.loads(r["box"])),
            readings=tuple(json.loads(r["readings"])) if r["readings"] else (),
        )  # fmt: skip
        return Figure(self._ids[r["report"]], heading.indicator, row)

    def _chunks(self, where: str, *values: Any) -> list[Chunk]:
        sql = (
            "SELECT p.*, s.id AS section_id, s.title FROM passages p LEFT JOIN sections s "  # nosec B608
            f"ON s.report = p.id / {PASSAGES_PER_REPORT} AND s.position = p.section WHERE {where}"
        )
        return [
            Chunk(
                r["id"], self._report_id(r["id"]), r["section_id"], r["title"], unpack(r["text"]), _span(r), r["page"]
            )
            for r in self._all(sql, *values)
        ]

    def _report_id(self, passage_id: int) -> str:
        return self._ids[passage_id // PASSAGES_PER_REPORT]

    def _all(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        with self._connection() as connection:
            return connection.execute(sql, values).fetchall()

    def _one(self, sql: str, *values: Any) -> sqlite3.Row | None:
        return next(iter(self._all(sql, *values)), None)

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        connection = self._idle.get()
        try:
            yield connection
        finally:
            self._idle.put(connection)


def _connect(path: Path) -> sqlite3.Connection:
    # immutable: a published file never changes, so SQLite needs no locks and no journal beside it.
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
    connection.row_factory = sqlite3.Row
    connection.executescript(f"PRAGMA mmap_size={_MAPPED}; PRAGMA cache_size=-4096; PRAGMA query_only=ON;")
    return connection


def record_of(r: Named) -> ReportRecord:
    """A row of `reports`, from whichever database."""
    signed = date.fromisoformat(r["signed_on"]) if r["signed_on"] else None
    metadata = Metadata(
        r["number"], r["title"], r["issuer"], signed, r["year"], r["period"], r["signer"], r["signer_role"]
    )
    return ReportRecord(
        r["id"], r["sha256"], r["format"], metadata, r["pages"], r["passages"], r["rows"], r["figures"],
        tuple(json.loads(r["warnings"])), r["indexed_at"], r["file_name"],
    )  # fmt: skip


def _span(row: sqlite3.Row) -> Span:
    return Span(row["start"], row["stop"])


def _marks(values: Collection[Any]) -> str:
    return ", ".join("?" * len(values))


def _batches(values: Iterable[int], size: int) -> Iterator[list[int]]:
    found = list(values)
    for at in range(0, len(found), size):
        yield found[at : at + size]
