"""API keys: who may ask and who may change the corpus. Only their hashes are kept."""

from __future__ import annotations

import hashlib
import os
import secrets
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from service import audit
from service.database import Database, Watched, now

Role = Literal["reader", "operator"]
ROLES: tuple[Role, ...] = get_args(Role)
OPERATOR_KEY_FILE = "operator.key"
CHAT_KEY_FILE = "chat.key"


@dataclass(frozen=True, slots=True)
class Key:
    id: str
    name: str
    role: Role
    created_at: str
    revoked_at: str | None


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sends a request, as far as the service knows. `role` None is somebody without a key."""

    name: str
    role: Role | None


ANONYMOUS = Caller("anonymous", None)


class Keys:
    def __init__(self, database: Database) -> None:
        self._database = database
        self._valid = Watched(database, self._read_valid)

    def create(self, name: str, role: Role, actor: audit.Actor) -> str:
        """A new key. This is the only time that it can be seen."""
        secret = _new_secret()
        with self._database.transaction() as db:
            _insert(db, secret, name, role)
            audit.record(db, actor, "key.create", name, role=role)
        return secret

    def all(self) -> list[Key]:
        rows = self._database.all("SELECT id, name, role, created_at, revoked_at FROM keys ORDER BY created_at")
        return [Key(**dict(row)) for row in rows]

    def revoke(self, name_or_id: str, actor: audit.Actor) -> list[Key]:
        """The keys that were valid and are not any more: the one with this id, or all with this name."""
        with self._database.transaction() as db:
            rows = db.execute(
                "SELECT id, name, role, created_at, revoked_at FROM keys"
                " WHERE (id = ? OR name = ?) AND revoked_at IS NULL",
                (name_or_id, name_or_id),
            ).fetchall()
            db.executemany("UPDATE keys SET revoked_at = ? WHERE id = ?", [(now(), row["id"]) for row in rows])
            for row in rows:
                audit.record(db, actor, "key.revoke", row["name"], id=row["id"])
        return [Key(**dict(row)) for row in rows]

    def caller(self, secret: str) -> Caller | None:
        """Whose key this is; None for one that never was, or was revoked."""
        return self._valid().get(_digest(secret))

    def any_made(self) -> bool:
        """Whether somebody has made a valid key, beside those that the service makes itself."""
        return any(key.revoked_at is None and key.name not in (OPERATOR_KEY_FILE, CHAT_KEY_FILE) for key in self.all())

    def ensure_operator_key(self, data_dir: Path) -> str:
        """The first operator key, made at first start and kept in a file that its owner alone can read."""
        return self._ensure_file(data_dir / OPERATOR_KEY_FILE, "operator")

    def ensure_chat_key(self, data_dir: Path) -> str:
        """The key that the chat asks with, where questions need one."""
        return self._ensure_file(data_dir / CHAT_KEY_FILE, "reader")

    def _ensure_file(self, path: Path, role: Role) -> str:
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            path.chmod(0o600)
            secret = path.read_text("ascii").strip()
        else:
            secret = _new_secret()
            with os.fdopen(descriptor, "w") as file:
                file.write(f"{secret}\n")
                file.flush()
                os.fsync(file.fileno())
        # The file may outlive the database, or a start that was cut short between the two.
        if secret and self._database.one("SELECT 1 FROM keys WHERE sha256 = ?", _digest(secret)) is None:
            with self._database.transaction() as db:
                _insert(db, secret, path.name, role)
        return secret

    def _read_valid(self) -> dict[str, Caller]:
        rows = self._database.all("SELECT name, role, sha256 FROM keys WHERE revoked_at IS NULL")
        return {row["sha256"]: Caller(row["name"], row["role"]) for row in rows}


def _insert(db: sqlite3.Connection, secret: str, name: str, role: Role) -> None:
    db.execute(
        "INSERT INTO keys VALUES (?, ?, ?, ?, ?, NULL)", (secrets.token_hex(4), name, role, _digest(secret), now())
    )


def _new_secret() -> str:
    return f"cchc_{secrets.token_urlsafe(32)}"


def _digest(secret: str) -> str:
    # A key is 256 random bits, so nobody can try them out and a fast hash is enough.
    return hashlib.sha256(secret.encode()).hexdigest()
