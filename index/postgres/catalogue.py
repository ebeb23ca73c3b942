"""The catalogue read from PostgreSQL: SQLite's statements, in the other dialect."""

from __future__ import annotations

from typing import Any

from index.catalogue import Catalogue, record_of
from index.postgres.server import Row, Session
from index.records import ReportRecord


class PostgresCatalogue(Catalogue):
    """The reports that were there when it was opened. Thread-safe.

    A report that is taken out keeps its rows until the next publication, so that the last questions find them.
    """

    def __init__(self, server: Session) -> None:
        self._server = server
        self._known = [record_of(r) for r in server.all("SELECT * FROM reports WHERE gone IS NULL")]
        self._ids = {row["key"]: row["id"] for row in server.all("SELECT key, id FROM reports WHERE gone IS NULL")}
        self._headings  # noqa: B018 - read now, with the reports they belong to

    def close(self) -> None:
        pass  # the connections are the store's

    def reports(self) -> list[ReportRecord]:
        return sorted(self._known, key=lambda r: (*r.recency, r.id), reverse=True)

    def check(self) -> bool:
        return self._server.one("SELECT 1") is not None

    def _all(self, sql: str, *values: Any) -> list[Row]:  # type: ignore[override]
        return self._server.all(sql, *values)
