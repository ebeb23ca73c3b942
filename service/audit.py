"""Who asked for which change, when, and which generation was served then. The database refuses to alter an entry."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import Any, Literal

from service.database import Database, now

Action = Literal[
    "report.add", "report.replace", "report.delete", "index.rebuild", "index.rollback", "key.create", "key.revoke",
    "report.purge", "backup", "restore", "figure.correct", "report.describe",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks for a change: the key's name, or the account at the command line."""

    name: str
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    seq: int
    at: str
    actor: str
    address: str | None
    action: str
    target: str | None
    generation: str | None
    detail: dict[str, Any]


def record(
    db: sqlite3.Connection,
    actor: Actor,
    action: Action,
    target: str | None = None,
    generation: str | None = None,
    **detail: Any,
) -> None:
    """Within the transaction of the change itself, so that neither is there without the other."""
    db.execute(
        "INSERT INTO audit (at, actor, address, action, target, generation, detail) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (now(), actor.name, actor.address, action, target, generation, json.dumps(detail, ensure_ascii=False)),
    )


def entries(database: Database, last: int) -> list[Entry]:
    """The last entries, the newest first."""
    rows = database.all("SELECT * FROM audit ORDER BY seq DESC LIMIT ?", last)
    return [Entry(**{**dict(row), "detail": json.loads(row["detail"])}) for row in rows]
