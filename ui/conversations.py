"""Conversations kept for their readers: what was asked, and the answer exactly as the service gave it.

One small SQLite file beside the service's data. A conversation's id is a long random name, so knowing it is the
right to open it: that is what makes a link to a conversation work. A reader's list holds the reader's own.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ui.records import Answer, Filters

READER_COOKIE = "cchc_reader"
"""Names a browser, so that it finds its own conversations again; set with the page, out of scripts' reach."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS conversations (
    id TEXT PRIMARY KEY, reader TEXT NOT NULL, title TEXT NOT NULL, updated_at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS conversations_of_reader ON conversations (reader, updated_at);
CREATE TABLE IF NOT EXISTS turns (
    conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE, position INTEGER NOT NULL,
    question TEXT NOT NULL, filters TEXT NOT NULL, answer TEXT, error TEXT, rating TEXT, asked_at TEXT NOT NULL,
    PRIMARY KEY (conversation, position));
"""
_LONGEST_TITLE = 60
_LISTED = 50


@dataclass(frozen=True)
class Turn:
    """A question and what came of it. Neither answer nor error: it is still to be asked."""

    position: int
    question: str
    filters: Filters
    asked_at: datetime
    answer: Answer | None = None
    error: str | None = None
    rating: str | None = None

    @property
    def pending(self) -> bool:
        return self.answer is None and self.error is None


@dataclass(frozen=True)
class Conversation:
    id: str
    title: str
    reader: str
    turns: tuple[Turn, ...] = ()

    @property
    def remote_id(self) -> str | None:
        """The id under which the service remembers this conversation."""
        return next((t.answer.conversation_id for t in reversed(self.turns) if t.answer), None)

    @property
    def history(self) -> list[tuple[str, str]]:
        return [(t.question, t.answer.answer) for t in self.turns if t.answer]


class ConversationStore:
    """Reads and writes conversations; every call is its own connection, so threads need no care."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._connect() as db:
            db.executescript(_SCHEMA)

    def titles(self, reader: str) -> list[tuple[str, str]]:
        """(id, title) of a reader's conversations, the latest first."""
        with self._connect() as db:
            return db.execute(
                "SELECT id, title FROM conversations WHERE reader = ? ORDER BY updated_at DESC, rowid DESC LIMIT ?",
                (reader, _LISTED),
            ).fetchall()

    def load(self, conversation_id: str) -> Conversation | None:
        with self._connect() as db:
            head = db.execute("SELECT id, title, reader FROM conversations WHERE id = ?", (conversation_id,)).fetchone()
            if head is None:
                return None
            rows = db.execute(
                "SELECT position, question, filters, asked_at, answer, error, rating FROM turns"
                " WHERE conversation = ? ORDER BY position",
                (conversation_id,),
            ).fetchall()
        found_id, title, reader = head
        return Conversation(found_id, title, reader, tuple(_turn(*row) for row in rows))

    def ask(self, conversation_id: str | None, reader: str, question: str, filters: Filters) -> str:
        """Write a question down, in a new conversation where there is none; returns the conversation's id.

        Somebody else's conversation, opened by its link, is not written to: the reader goes on in a copy.
        """
        now = datetime.now(UTC).isoformat()
        with self._connect() as db:
            owner = db.execute("SELECT reader FROM conversations WHERE id = ?", (conversation_id,)).fetchone()
            target = conversation_id if owner and owner[0] == reader else None
            if target is None:
                target = secrets.token_urlsafe(16)
                db.execute("INSERT INTO conversations VALUES (?, ?, ?, ?)", (target, reader, _title(question), now))
                db.execute(
                    "INSERT INTO turns SELECT ?, position, question, filters, answer, error, NULL, asked_at"
                    " FROM turns WHERE conversation = ?",
                    (target, conversation_id),
                )
            db.execute("UPDATE conversations SET updated_at = ? WHERE id = ?", (now, target))
            db.execute(
                "INSERT INTO turns (conversation, position, question, filters, asked_at)"
                " SELECT ?, coalesce(max(position), 0) + 1, ?, ?, ? FROM turns WHERE conversation = ?",
                (target, question, filters.model_dump_json(), now, target),
            )
        return target

    def answer(self, conversation_id: str, position: int, answer: Answer) -> None:
        self._set(conversation_id, position, "answer", answer.model_dump_json())

    def fail(self, conversation_id: str, position: int, message: str) -> None:
        self._set(conversation_id, position, "error", message)

    def rate(self, conversation_id: str, position: int, rating: str) -> None:
        self._set(conversation_id, position, "rating", rating)

    def rename(self, conversation_id: str, reader: str, title: str) -> None:
        with self._connect() as db:
            db.execute(
                "UPDATE conversations SET title = ? WHERE id = ? AND reader = ?",
                (_title(title), conversation_id, reader),
            )

    def delete(self, conversation_id: str, reader: str) -> None:
        with self._connect() as db:
            db.execute("DELETE FROM conversations WHERE id = ? AND reader = ?", (conversation_id, reader))

    def _set(self, conversation_id: str, position: int, column: str, value: str) -> None:
        with self._connect() as db:
            db.execute(
                f"UPDATE turns SET {column} = ? WHERE conversation = ? AND position = ?",  # nosec B608  # our own column
                (value, conversation_id, position),
            )

    @contextmanager
    def _connect(self) -> Iterator[sqlite3.Connection]:
        db = sqlite3.connect(self._path, timeout=10)
        try:
            db.execute("PRAGMA foreign_keys = ON")
            with db:
                yield db
        finally:
            db.close()


def _title(text: str) -> str:
    line = " ".join(text.split()) or "Cuộc trò chuyện"
    return line if len(line) <= _LONGEST_TITLE else line[: _LONGEST_TITLE - 1].rstrip() + "…"


def _turn(
    position: int,
    question: str,
    filters: str,
    asked_at: str,
    answer: str | None,
    error: str | None,
    rating: str | None,
) -> Turn:
    return Turn(
        position=position,
        question=question,
        filters=Filters.model_validate_json(filters),
        asked_at=datetime.fromisoformat(asked_at),
        answer=Answer.model_validate_json(answer) if answer else None,
        error=error,
        rating=rating,
    )
