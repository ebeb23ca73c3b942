"""Which reports a generation holds, in a small file of its own.

It repeats what the catalogue says, so that a generation whose catalogue is damaged, or was written by another
version of the product, can be built anew from what is kept of each report.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import cast

from pydantic import TypeAdapter, ValidationError

from corpus.model import Metadata, Report
from index.amendments import Described
from index.catalogue import Catalogue
from index.errors import GenerationDamaged
from index.layout import CATALOGUE, MEMBERS
from index.manifest import read_manifest
from index.records import ReportRecord


@dataclass(frozen=True, slots=True)
class Member:
    sha256: str
    file_name: str
    indexed_at: str
    number: str | None
    issuer: str | None
    year: int | None

    @property
    def report_id(self) -> str:
        return self.sha256[:16]

    def is_same_document(self, other: Member) -> bool:
        """Whether both claim the same number of the same issuer; numbers start again each year."""
        mine, theirs = ((m.number, m.issuer, m.year) for m in (self, other))
        return self.number is not None and mine == theirs


_MEMBERS: TypeAdapter[list[Member]] = TypeAdapter(list[Member])


def member_of(report: Report, file_name: str, indexed_at: str) -> Member:
    return _member(report.sha256, report.metadata, file_name, indexed_at)


def described_member(member: Member, said: Mapping[str, Described]) -> Member:
    """A member as an operator has described it: the year counts as in `member_of`."""
    if not said:
        return member
    known = {name: said[name] for name in ("number", "issuer") if name in said}
    if "signed_on" in said:
        known["year"] = cast(date, said["signed_on"]).year
    elif member.year is None and "year" in said:
        known["year"] = said["year"]
    return replace(member, **known)  # type: ignore[arg-type]


def member_of_record(record: ReportRecord) -> Member:
    return _member(record.sha256, record.metadata, record.file_name, record.indexed_at)


def write_members(directory: Path, members: list[Member]) -> None:
    (directory / MEMBERS).write_bytes(_MEMBERS.dump_json(members, indent=0))


def read_members(directory: Path) -> list[Member]:
    """The reports of a generation, from its list or else from its catalogue.

    Raises:
        GenerationDamaged: both are missing or not what was written.
    """
    try:
        return _listed(directory)
    except GenerationDamaged:
        return _catalogued(directory)


def _listed(directory: Path) -> list[Member]:
    try:
        data = (directory / MEMBERS).read_bytes()
        if _checksum(directory) not in (None, hashlib.sha256(data).hexdigest()):
            raise _unreadable(directory)
        return _MEMBERS.validate_json(data)
    except (OSError, ValidationError) as error:
        raise _unreadable(directory) from error


def _checksum(directory: Path) -> str | None:
    """What the manifest says of the list, if the manifest itself is whole."""
    try:
        return read_manifest(directory).files[MEMBERS].sha256
    except GenerationDamaged:
        return None


def _catalogued(directory: Path) -> list[Member]:
    try:
        catalogue = Catalogue(directory / CATALOGUE)
        try:
            return [member_of_record(record) for record in catalogue.reports()]
        finally:
            catalogue.close()
    except (sqlite3.Error, ValueError) as error:
        raise _unreadable(directory) from error


def _member(sha256: str, metadata: Metadata, file_name: str, indexed_at: str) -> Member:
    year = metadata.signed_on.year if metadata.signed_on else metadata.year
    return Member(sha256, file_name, indexed_at, metadata.number, metadata.issuer, year)


def _unreadable(directory: Path) -> GenerationDamaged:
    return GenerationDamaged(f"Không đọc được danh sách báo cáo của bản chỉ mục {directory.name}.")
