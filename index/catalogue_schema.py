"""The tables of a generation's catalogue.

Reports go by their key (`chunks.report_key`), passages by their id, which holds that key: both come from the
report's bytes alone, so a catalogue brought up to date holds what one built anew holds. A row's name, path and
unit repeat in thousands of reports and stand once, in `headings`.
"""

from __future__ import annotations

import zlib

from pydantic import TypeAdapter

from corpus.model import Page, Report, TextBox

SCHEMA_VERSION = "2"
"""Changes with the tables; a generation of another version is built anew."""

SCHEMA = """
CREATE TABLE reports (
    key INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, sha256 TEXT NOT NULL, format TEXT NOT NULL,
    number TEXT, title TEXT, issuer TEXT, signed_on TEXT, year INTEGER, period TEXT, signer TEXT, signer_role TEXT,
    pages INTEGER, passages INTEGER NOT NULL, rows INTEGER NOT NULL, figures INTEGER NOT NULL,
    warnings TEXT NOT NULL, indexed_at TEXT NOT NULL, file_name TEXT NOT NULL
);
CREATE TABLE texts (report INTEGER PRIMARY KEY, text BLOB NOT NULL, layout BLOB NOT NULL);
CREATE TABLE sections (
    report INTEGER, position INTEGER, id TEXT NOT NULL, title TEXT NOT NULL, kind TEXT NOT NULL, level INTEGER NOT NULL,
    start INTEGER NOT NULL, stop INTEGER NOT NULL, heading_start INTEGER NOT NULL, heading_stop INTEGER NOT NULL,
    parent TEXT, PRIMARY KEY (report, position)
) WITHOUT ROWID;
CREATE TABLE passages (
    id INTEGER PRIMARY KEY, section INTEGER, start INTEGER NOT NULL, stop INTEGER NOT NULL, page INTEGER,
    text BLOB NOT NULL
);
CREATE TABLE headings (
    id INTEGER PRIMARY KEY, indicator INTEGER NOT NULL, name TEXT NOT NULL, path TEXT NOT NULL, unit TEXT
);
CREATE INDEX headings_by_indicator ON headings (indicator);
CREATE TABLE rows (
    report INTEGER, row INTEGER, heading INTEGER NOT NULL, code TEXT, inferred_code TEXT NOT NULL,
    value TEXT NOT NULL, kind TEXT NOT NULL, number TEXT, meaning TEXT, note TEXT,
    start INTEGER NOT NULL, stop INTEGER NOT NULL, appendix TEXT NOT NULL,
    page INTEGER, confidence REAL, box TEXT, readings TEXT, PRIMARY KEY (report, row)
) WITHOUT ROWID;
CREATE INDEX rows_by_heading ON rows (heading, report, value);
CREATE TABLE indicators (
    position INTEGER PRIMARY KEY, id INTEGER NOT NULL UNIQUE, name TEXT NOT NULL, path TEXT NOT NULL, unit TEXT,
    figures INTEGER NOT NULL
);
CREATE TABLE mentions (
    key TEXT, passage INTEGER, start INTEGER, stop INTEGER NOT NULL, number TEXT NOT NULL,
    PRIMARY KEY (key, passage, start)
) WITHOUT ROWID;
CREATE INDEX mentions_by_passage ON mentions (passage);
CREATE TABLE syllables (form TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE pairs (first TEXT, second TEXT, count INTEGER NOT NULL, PRIMARY KEY (first, second)) WITHOUT ROWID;
"""

_LAYOUT: TypeAdapter[tuple[tuple[Page, ...], tuple[TextBox, ...]]] = TypeAdapter(
    tuple[tuple[Page, ...], tuple[TextBox, ...]]
)


def pack(text: str) -> bytes:
    return zlib.compress(text.encode(), 6)


def unpack(blob: bytes) -> str:
    return zlib.decompress(blob).decode()


def pack_layout(report: Report) -> bytes:
    return zlib.compress(_LAYOUT.dump_json((report.pages, report.boxes)), 6)


def unpack_layout(blob: bytes) -> tuple[tuple[Page, ...], tuple[TextBox, ...]]:
    return _LAYOUT.validate_json(zlib.decompress(blob))
