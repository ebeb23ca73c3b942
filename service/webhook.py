"""Tells another system, at the address that the operator set, that what can be asked about has changed.

Not each change is sent but the difference to what was last acknowledged, whatever brought it about: a new report, a
deleted one, a rollback. So nothing is lost while the receiver is away or the service stopped, and a mirror that was away
for a week is brought up to date by one message. It is signed as standardwebhooks.com describes, for which there are
libraries in most languages.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import httpx
import structlog

from index.catalogue import Catalogue
from index.errors import GenerationDamaged
from index.layout import CATALOGUE
from index.publish import current, generation_path
from service.database import Database, now
from service.deletions import Deletions

log = structlog.get_logger("webhook")

_LOOK_EVERY = 0.5
_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 300.0
_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class _Delivery:
    """`id` stays the same however often it is sent, so that a receiver can tell."""

    seq: int
    id: str
    body: str


class Webhook:
    """A thread of the process that serves, beside the indexer."""

    def __init__(self, url: str, secret: bytes, data_dir: Path, database: Database) -> None:
        self._url = url
        self._secret = secret
        self._data_dir = data_dir
        self._database = database
        self._deletions = Deletions(database)
        self._told: tuple[str, frozenset[str]] | None = None
        self._due = 0.0
        self._pause = _FIRST_PAUSE
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="webhook", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(timeout=_SECONDS + 1)

    def _run(self) -> None:
        with httpx.Client(timeout=_SECONDS, trust_env=False, follow_redirects=False) as client:
            while not self._stop.wait(_LOOK_EVERY):
                try:
                    self._look(client)
                except GenerationDamaged:  # said by those who serve
                    self._stop.wait(_FIRST_PAUSE)
                except Exception:  # a full disk, a busy database: the service goes on, and so does this
                    log.exception("webhook_failed")
                    self._stop.wait(_LONGEST_PAUSE / 10)

    def _look(self, client: httpx.Client) -> None:
        generation = current(self._data_dir)
        if generation is None:
            return
        state = generation, self._deletions.hidden()
        if state != self._told:
            self._note(*state)
            self._told, self._due, self._pause = state, 0.0, _FIRST_PAUSE
        delivery = self._pending()
        if delivery is None or time.monotonic() < self._due:
            return
        if self._send(client, delivery):
            self._done(delivery)
        else:
            self._due = time.monotonic() + self._pause
            self._pause = min(self._pause * 2, _LONGEST_PAUSE)

    def _note(self, generation: str, hidden: frozenset[str]) -> None:
        """Put what has changed since the last acknowledgement in the place of what still waits to be sent."""
        reports = self._reports(generation) - hidden
        with self._database.transaction() as db:
            row = db.execute(
                "SELECT generation, reports FROM webhook WHERE delivered_at IS NOT NULL ORDER BY seq DESC LIMIT 1"
            ).fetchone()
            known, previous = (set(json.loads(row["reports"])), row["generation"]) if row else (set(), None)
            waiting = db.execute("SELECT generation, reports FROM webhook WHERE delivered_at IS NULL").fetchone()
            if waiting and (waiting["generation"], set(json.loads(waiting["reports"]))) == (generation, reports):
                return
            db.execute("DELETE FROM webhook WHERE delivered_at IS NULL")
            if previous == generation and known == reports:
                return
            at = now()
            data = {
                "generation": generation, "previous": previous, "reports": len(reports),
                "added": sorted(reports - known), "removed": sorted(known - reports),
            }  # fmt: skip
            db.execute(
                "INSERT INTO webhook (generation, reports, body, at) VALUES (?, ?, ?, ?)",
                (
                    generation, json.dumps(sorted(reports)),
                    json.dumps({"type": "corpus.published", "timestamp": at, "data": data}), at,
                ),
            )  # fmt: skip

    def _reports(self, generation: str) -> set[str]:
        catalogue = Catalogue(generation_path(self._data_dir, generation) / CATALOGUE)
        try:
            return {report.id for report in catalogue.reports()}
        finally:
            catalogue.close()

    def _pending(self) -> _Delivery | None:
        row = self._database.one("SELECT seq, body, at FROM webhook WHERE delivered_at IS NULL")
        return _Delivery(row["seq"], f"cchc-{row['seq']}-{row['at']}", row["body"]) if row else None

    def _send(self, client: httpx.Client, delivery: _Delivery) -> bool:
        at = str(int(time.time()))
        headers = {
            "Content-Type": "application/json", "webhook-id": delivery.id, "webhook-timestamp": at,
            "webhook-signature": signature(self._secret, delivery.id, at, delivery.body),
        }  # fmt: skip
        try:
            with client.stream("POST", self._url, content=delivery.body, headers=headers) as response:
                status = response.status_code
        except httpx.HTTPError as error:
            log.warning("webhook_not_delivered", id=delivery.id, reason=str(error) or type(error).__name__)
            return False
        if not 200 <= status < 300:
            log.warning("webhook_not_delivered", id=delivery.id, status=status)
            return False
        log.info("webhook_delivered", id=delivery.id)
        return True

    def _done(self, delivery: _Delivery) -> None:
        with self._database.transaction() as db:
            db.execute("DELETE FROM webhook WHERE delivered_at IS NOT NULL")
            db.execute("UPDATE webhook SET delivered_at = ? WHERE seq = ?", (now(), delivery.seq))


def signature(secret: bytes, identity: str, at: str, body: str) -> str:
    signed = hmac.digest(secret, f"{identity}.{at}.{body}".encode(), hashlib.sha256)
    return f"v1,{base64.b64encode(signed).decode()}"
