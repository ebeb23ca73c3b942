"""What operators have said about reports after they were read, kept with the jobs and not with the index.

Two append-only logs: figures looked at, and metadata set. Both go by the report's id, and so by its bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from index.amendments import Amendments, Described, no_amendments, review_line
from index.records import Figure, Review
from service import audit
from service.database import Database, Watched, now


class AmendmentLog:
    """Reads and writes what was amended. `current` costs microseconds, and gives one object until something changes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: tuple[tuple[int, ...], Amendments] = ((), no_amendments())
        self.current = Watched(database, self._read)

    def review(self, figure: Figure, value_text: str, actor: audit.Actor, generation: str | None) -> None:
        """A person has looked at a recognised figure, and the page prints `value_text`."""
        row = figure.as_read
        entry = (
            figure.report_id, row.row, row.name, row.inferred_code, value_text, row.value.text,
            review_line(row, value_text), actor.name, now(),
        )  # fmt: skip
        with self._database.transaction() as db:
            db.execute(
                'INSERT INTO figure_reviews (report_id, "row", name, inferred_code, value_text, recognised, line, actor, at)'
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                entry,
            )
            audit.record(
                db, actor, "figure.correct", figure.report_id, generation,
                row=row.row, code=row.code, before=figure.row.value.text, recognised=row.value.text, after=value_text,
            )  # fmt: skip

    def describe(
        self, report_id: str, values: Mapping[str, Described | None], actor: audit.Actor, generation: str | None
    ) -> None:
        """Set fields of a report's metadata; None gives a field back to what the file says."""
        told = {name: value.isoformat() if isinstance(value, date) else value for name, value in values.items()}
        with self._database.transaction() as db:
            db.executemany(
                "INSERT INTO report_metadata (report_id, field, value, actor, at) VALUES (?, ?, ?, ?, ?)",
                [
                    (report_id, name, None if value is None else json.dumps(value), actor.name, now())
                    for name, value in told.items()
                ],
            )
            audit.record(db, actor, "report.describe", report_id, generation, **told)

    def _read(self) -> Amendments:
        last = self._database.one(
            "SELECT (SELECT coalesce(max(seq), 0) FROM figure_reviews), (SELECT coalesce(max(seq), 0) FROM report_metadata)"
        )
        stamp = tuple(last or ())
        if stamp != self._known[0]:
            self._known = (stamp, Amendments(self._reviews(), self._metadata()))
        return self._known[1]

    def _reviews(self) -> dict[str, tuple[Review, ...]]:
        found: dict[str, list[Review]] = {}
        for entry in self._database.all("SELECT * FROM figure_reviews ORDER BY seq"):
            fields: dict[str, Any] = dict(entry)
            del fields["seq"]
            found.setdefault(fields.pop("report_id"), []).append(Review(**fields))
        return {report_id: tuple(reviews) for report_id, reviews in found.items()}

    def _metadata(self) -> dict[str, dict[str, Described]]:
        found: dict[str, dict[str, Described]] = {}
        for entry in self._database.all("SELECT report_id, field, value FROM report_metadata ORDER BY seq"):
            said = found.setdefault(entry["report_id"], {})
            if entry["value"] is None:
                said.pop(entry["field"], None)
                continue
            value: Described = json.loads(entry["value"])
            said[entry["field"]] = date.fromisoformat(str(value)) if entry["field"] == "signed_on" else value
        return {report_id: said for report_id, said in found.items() if said}
