"""What a conversation was about, so that "còn cấp xã?" is understood, in any worker and after a restart.

Kept apart from the other database: it is written with every answer, and what a power cut takes with it is no loss, so
nothing waits for the disk (60 microseconds a write here, against more than 1,000).
"""

from __future__ import annotations

import secrets
import sqlite3
import time
from pathlib import Path
from threading import Lock

from service.database import connect

FILE = "conversations.sqlite"
_SWEEP_EVERY = 3600.0
_DAY = 86_400.0


class Conversations:
    """Contexts (JSON) by conversation id. Thread-safe, shared by processes."""

    def __init__(self, data_dir: Path, keep_days: int) -> None:
        self._keep_seconds = keep_days * _DAY
        self._lock = Lock()
        self._swept = 0.0
        path = data_dir / FILE
        try:
            self._db = _open(path)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            path.unlink()  # torn by a power cut; a new conversation is all that anybody has to begin
            self._db = _open(path)

    @staticmethod
    def new_id() -> str:
        return secrets.token_urlsafe(16)

    def get(self, conversation_id: str) -> str | None:
        """The context kept for a conversation: None where there is no such conversation (any more)."""
        with self._lock:
            row = self._db.execute("SELECT context FROM conversations WHERE id = ?", (conversation_id,)).fetchone()
        return row["context"] if row else None

    def put(self, conversation_id: str, context: str, generation: str) -> None:
        now = time.time()
        with self._lock:
            self._db.execute(
                "INSERT OR REPLACE INTO conversations VALUES (?, ?, ?, ?)", (conversation_id, context, generation, now)
            )
            if now - self._swept > _SWEEP_EVERY:
                self._db.execute("DELETE FROM conversations WHERE at < ?", (now - self._keep_seconds,))
                self._swept = now

    def generation(self, conversation_id: str) -> str | None:
        """The generation that gave the conversation's last answer."""
        with self._lock:
            row = self._db.execute("SELECT generation FROM conversations WHERE id = ?", (conversation_id,)).fetchone()
        return row["generation"] if row else None

    def close(self) -> None:
        with self._lock:
            self._db.close()


def _open(path: Path) -> sqlite3.Connection:
    db = connect(path, durable=False)
    try:
        db.execute(
            "CREATE TABLE IF NOT EXISTS conversations"
            " (id TEXT PRIMARY KEY, context TEXT NOT NULL, generation TEXT NOT NULL, at REAL NOT NULL) WITHOUT ROWID"
        )
        db.execute("CREATE INDEX IF NOT EXISTS conversations_by_age ON conversations (at)")
        if db.execute("PRAGMA quick_check").fetchone()[0] != "ok":
            raise sqlite3.DatabaseError("damaged")
    except BaseException:
        db.close()
        raise
    path.chmod(0o600)
    return db
