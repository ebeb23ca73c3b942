"""The steps that make the writable database what this version needs. New steps go to the end; none is ever changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

Migration = Callable[[sqlite3.Connection], None]


def m001_jobs(db: sqlite3.Connection) -> None:
    """`seq` is the order in which changes of the corpus were asked for, and so the order that decides."""
    db.execute(
        "CREATE TABLE jobs (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,"
        " state TEXT NOT NULL DEFAULT 'queued', stage TEXT NOT NULL DEFAULT 'queued', progress REAL NOT NULL DEFAULT 0,"
        ' report_id TEXT, sha256 TEXT, file_name TEXT, "replace" INTEGER NOT NULL DEFAULT 0, error_code TEXT, error TEXT,'
        " generation TEXT,"
        " actor TEXT NOT NULL, created_at TEXT NOT NULL, finished_at TEXT)"
    )
    db.execute("CREATE INDEX jobs_by_state ON jobs (state, seq)")


def m002_tombstones(db: sqlite3.Connection) -> None:
    """Reports that nobody may see any more, whichever generation is served. `seq` is that of the deleting job."""
    db.execute("CREATE TABLE tombstones (report_id TEXT PRIMARY KEY, seq INTEGER NOT NULL, deleted_at TEXT NOT NULL)")


def m003_keys(db: sqlite3.Connection) -> None:
    db.execute(
        "CREATE TABLE keys (id TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL CHECK (role IN ('reader', 'operator')),"
        " sha256 TEXT NOT NULL UNIQUE, created_at TEXT NOT NULL, revoked_at TEXT)"
    )


def m004_feedback(db: sqlite3.Connection) -> None:
    db.execute(
        "CREATE TABLE feedback (seq INTEGER PRIMARY KEY AUTOINCREMENT, conversation_id TEXT NOT NULL, rating TEXT NOT NULL,"
        " reason TEXT NOT NULL, generation TEXT, at TEXT NOT NULL)"
    )


def m005_audit(db: sqlite3.Connection) -> None:
    """Append-only: the database itself refuses to change or remove an entry."""
    db.execute(
        "CREATE TABLE audit (seq INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, actor TEXT NOT NULL, address TEXT,"
        " action TEXT NOT NULL, target TEXT, generation TEXT, detail TEXT NOT NULL DEFAULT '{}')"
    )
    for change in ("UPDATE", "DELETE"):
        db.execute(
            f"CREATE TRIGGER audit_no_{change.lower()} BEFORE {change} ON audit"
            " BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
        )


def m006_amendments(db: sqlite3.Connection) -> None:
    """What people have said about reports: two logs, in which the last entry about a thing holds."""
    db.execute(
        "CREATE TABLE figure_reviews (seq INTEGER PRIMARY KEY AUTOINCREMENT, report_id TEXT NOT NULL,"
        ' "row" INTEGER NOT NULL, name TEXT NOT NULL, inferred_code TEXT NOT NULL, value_text TEXT NOT NULL,'
        " recognised TEXT NOT NULL, line TEXT NOT NULL, actor TEXT NOT NULL, at TEXT NOT NULL)"
    )
    db.execute(
        "CREATE TABLE report_metadata (seq INTEGER PRIMARY KEY AUTOINCREMENT, report_id TEXT NOT NULL,"
        " field TEXT NOT NULL, value TEXT, actor TEXT NOT NULL, at TEXT NOT NULL)"
    )


def m007_webhook(db: sqlite3.Connection) -> None:
    """The message that was acknowledged last, with the reports that it told of, and the one that waits to be sent."""
    db.execute(
        "CREATE TABLE webhook (seq INTEGER PRIMARY KEY AUTOINCREMENT, generation TEXT NOT NULL, reports TEXT NOT NULL,"
        " body TEXT NOT NULL, at TEXT NOT NULL, delivered_at TEXT)"
    )


MIGRATIONS: tuple[Migration, ...] = (
    m001_jobs, m002_tombstones, m003_keys, m004_feedback, m005_audit, m006_amendments,
    m007_webhook,
)  # fmt: skip
