"""The tables, step by step: each migration is applied once, in order, by whoever writes first with a newer version."""

from __future__ import annotations

from typing import Any

import psycopg

from index.catalogue_schema import SCHEMA_VERSION
from index.errors import IndexOutdated

_LOCK = 0x63636863  # "cchc"

# The first step's tables are the catalogue's (index/catalogue_schema.py), column by column.
MIGRATIONS = (
    """
    CREATE TABLE corpus (
        generation BIGINT NOT NULL, created_at TEXT NOT NULL, schema_version TEXT NOT NULL, parser TEXT NOT NULL,
        chunker TEXT NOT NULL, encoder TEXT NOT NULL, fingerprint TEXT NOT NULL, dimension INTEGER NOT NULL
    );
    CREATE TABLE reports (
        key BIGINT PRIMARY KEY, id TEXT NOT NULL UNIQUE, sha256 TEXT NOT NULL, format TEXT NOT NULL,
        number TEXT, title TEXT, issuer TEXT, signed_on TEXT, year INTEGER, period TEXT, signer TEXT, signer_role TEXT,
        pages INTEGER, passages INTEGER NOT NULL, rows INTEGER NOT NULL, figures INTEGER NOT NULL,
        warnings TEXT NOT NULL, indexed_at TEXT NOT NULL, file_name TEXT NOT NULL,
        gone BIGINT
    );
    CREATE TABLE sources (report BIGINT PRIMARY KEY, data BYTEA NOT NULL);
    CREATE TABLE texts (report BIGINT PRIMARY KEY, text BYTEA NOT NULL, layout BYTEA NOT NULL);
    CREATE TABLE sections (
        report BIGINT, position INTEGER, id TEXT NOT NULL, title TEXT NOT NULL, kind TEXT NOT NULL, level INTEGER NOT NULL,
        start INTEGER NOT NULL, stop INTEGER NOT NULL, heading_start INTEGER NOT NULL, heading_stop INTEGER NOT NULL,
        parent TEXT, PRIMARY KEY (report, position)
    );
    CREATE TABLE passages (
        id BIGINT PRIMARY KEY, section INTEGER, start INTEGER NOT NULL, stop INTEGER NOT NULL, page INTEGER,
        text BYTEA NOT NULL
    );
    CREATE TABLE vectors (passage BIGINT PRIMARY KEY, embedding HALFVEC NOT NULL);
    CREATE TABLE headings (
        id BIGINT PRIMARY KEY, indicator BIGINT NOT NULL, name TEXT NOT NULL, path TEXT NOT NULL, unit TEXT
    );
    CREATE TABLE rows (
        report BIGINT, row INTEGER, heading BIGINT NOT NULL, code TEXT, inferred_code TEXT NOT NULL,
        value TEXT NOT NULL, kind TEXT NOT NULL, number TEXT, meaning TEXT, note TEXT,
        start INTEGER NOT NULL, stop INTEGER NOT NULL, appendix TEXT NOT NULL,
        page INTEGER, confidence DOUBLE PRECISION, box TEXT, readings TEXT, PRIMARY KEY (report, row)
    );
    CREATE INDEX rows_by_heading ON rows (heading, report) INCLUDE (row, value);
    CREATE TABLE indicators (
        position INTEGER PRIMARY KEY, id BIGINT NOT NULL UNIQUE, name TEXT NOT NULL, path TEXT NOT NULL, unit TEXT,
        figures INTEGER NOT NULL
    );
    CREATE TABLE indicator_vectors (id BIGINT PRIMARY KEY, embedding BYTEA NOT NULL);
    CREATE TABLE mentions (
        key TEXT COLLATE "C", passage BIGINT, start INTEGER, stop INTEGER NOT NULL, number TEXT NOT NULL,
        PRIMARY KEY (key, passage, start)
    );
    CREATE INDEX mentions_by_passage ON mentions (passage);
    CREATE TABLE syllables (form TEXT COLLATE "C" PRIMARY KEY, count INTEGER NOT NULL);
    CREATE TABLE pairs (
        first TEXT COLLATE "C", second TEXT COLLATE "C", count INTEGER NOT NULL, PRIMARY KEY (first, second)
    );
    CREATE TABLE terms (
        field TEXT COLLATE "C", term TEXT COLLATE "C", passages INTEGER NOT NULL, PRIMARY KEY (field, term)
    );
    CREATE TABLE lengths (field TEXT PRIMARY KEY, tokens BIGINT NOT NULL);
    """,
)


def migrate(db: psycopg.Connection[Any]) -> None:
    """Take the steps that this database has not seen yet, in the transaction of `db`, one writer at a time.

    Raises:
        IndexOutdated: a later version of the product has been here.
    """
    db.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
    db.execute("CREATE SCHEMA IF NOT EXISTS cchc")
    db.execute("CREATE EXTENSION IF NOT EXISTS vector WITH SCHEMA public")
    db.execute("CREATE TABLE IF NOT EXISTS cchc.steps (step INTEGER PRIMARY KEY, taken_at TIMESTAMPTZ DEFAULT now())")
    found = db.execute("SELECT coalesce(max(step), 0) AS step FROM cchc.steps").fetchone()
    done = int(found["step"]) if found else 0
    if done > len(MIGRATIONS):
        raise IndexOutdated("Cơ sở dữ liệu do một phiên bản mới hơn ghi ra. Hãy nâng cấp chương trình rồi chạy lại.")
    for step, statements in enumerate(MIGRATIONS[done:], done + 1):
        db.execute(statements)
        db.execute("INSERT INTO cchc.steps (step) VALUES (%s)", (step,))


def is_current(schema_version: str) -> bool:
    return schema_version == SCHEMA_VERSION
