"""Which reports a generation holds, in a small file of its own.

It repeats what the catalogue says, so that a generation whose catalogue is damaged, or was written by another
version of the product, can be built anew from what is kept of each report.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from corpus.model import Report
from index.errors import GenerationDamaged
from index.manifest import read_manifest

MEMBERS = "reports.json"


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
    m = report.metadata
    year = m.signed_on.year if m.signed_on else m.year
    return Member(report.sha256, file_name, indexed_at, m.number, m.issuer, year)


def write_members(directory: Path, members: list[Member]) -> None:
    (directory / MEMBERS).write_bytes(_MEMBERS.dump_json(members, indent=0))


def read_members(directory: Path) -> list[Member]:
    """
    Raises:
        GenerationDamaged: the list is missing or not what was written.
    """
    entry = read_manifest(directory).files.get(MEMBERS)
    try:
        data = (directory / MEMBERS).read_bytes()
        if entry is None or hashlib.sha256(data).hexdigest() != entry.sha256:
            raise GenerationDamaged(f"Danh sách báo cáo của bản chỉ mục {directory.name} đã bị thay đổi.")
        return _MEMBERS.validate_json(data)
    except (OSError, ValidationError) as error:
        raise GenerationDamaged(f"Không đọc được danh sách báo cáo của bản chỉ mục {directory.name}.") from error
