"""Reports that were deleted: hidden at once, in every worker, whichever generation is served."""

from __future__ import annotations

import sqlite3

from service.database import Database, Watched, now


class Deletions:
    """Which reports are hidden. Asking costs microseconds, so every request asks."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.hidden = Watched(database, self._read)

    def _read(self) -> frozenset[str]:
        return frozenset(row["report_id"] for row in self._database.all("SELECT report_id FROM tombstones"))


def hide(db: sqlite3.Connection, report_id: str, seq: int) -> None:
    """Within the transaction that queues the deleting job `seq`."""
    db.execute("INSERT OR REPLACE INTO tombstones VALUES (?, ?, ?)", (report_id, seq, now()))


def show(db: sqlite3.Connection, report_id: str, seq: int) -> None:
    """Job `seq` has put the report into the index: what was deleted before that job counts no more."""
    db.execute("DELETE FROM tombstones WHERE report_id = ? AND seq < ?", (report_id, seq))
