"""The writable database of an earlier version, and of a later one."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from service.database import FILE, Database, DatabaseUnusable
from service.migrations import MIGRATIONS


def older(directory: Path, steps: int) -> None:
    """A database that has seen the first steps only, with a job of somebody's."""
    with closing(sqlite3.connect(directory / FILE)) as db:
        for migration in MIGRATIONS[:steps]:
            migration(db)
        db.execute("INSERT INTO jobs (id, kind, actor, created_at) VALUES ('j', 'rebuild', 'ai đó', '2026')")
        db.execute(f"PRAGMA user_version = {steps}")
        db.commit()


@pytest.mark.parametrize("steps", range(1, len(MIGRATIONS) + 1))
def test_an_earlier_database_is_brought_up_to_date_and_keeps_what_it_holds(tmp_path: Path, steps: int) -> None:
    older(tmp_path, steps)
    Database(tmp_path / "new").close()
    with closing(sqlite3.connect(tmp_path / "new" / FILE)) as new:
        wanted = new.execute("SELECT sql FROM sqlite_master ORDER BY sql").fetchall()
    for _ in range(2):  # the second time there is nothing to do
        database = Database(tmp_path)
        assert [row["actor"] for row in database.all("SELECT actor FROM jobs")] == ["ai đó"]
        assert [tuple(row) for row in database.all("SELECT sql FROM sqlite_master ORDER BY sql")] == wanted
        database.close()


def test_a_later_database_is_left_alone(tmp_path: Path) -> None:
    older(tmp_path, len(MIGRATIONS))
    with closing(sqlite3.connect(tmp_path / FILE)) as db:
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    with pytest.raises(DatabaseUnusable, match="phiên bản mới hơn"):
        Database(tmp_path)
