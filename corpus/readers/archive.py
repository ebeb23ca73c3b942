"""Zip archives from strangers: totals are summed before anything is unpacked."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable

from corpus.errors import UnreadableReport

MAX_MEMBERS = 2_000
MAX_TOTAL = 256 * 2**20
MAX_XML = 32 * 2**20
MAX_TAGS = 600_000
# Word's web editor names it document2.xml.
_MAIN = re.compile(r"word/document\d*\.xml")
_DOCTYPE = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.I)


def main_part(names: Iterable[str]) -> str | None:
    """The part that holds a Word file's text; None in an archive that is something else."""
    return min(filter(_MAIN.fullmatch, names), default=None)


def check_archive(archive: zipfile.ZipFile) -> None:
    """Refuse an archive that would unpack to more than any report needs."""
    members = archive.infolist()
    if any(member.flag_bits & 0x1 for member in members):
        raise UnreadableReport("encrypted")
    if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_TOTAL:
        raise UnreadableReport("too_large")
    if any(member.file_size > MAX_XML for member in members if member.filename.endswith((".xml", ".rels"))):
        raise UnreadableReport("too_large")


def read_member(archive: zipfile.ZipFile, name: str) -> bytes:
    """One XML part, never more of it than the archive's limit, whatever its header says."""
    with archive.open(name) as member:
        data = member.read(MAX_XML + 1)
    if len(data) > MAX_XML or data.count(b"<") > MAX_TAGS:
        raise UnreadableReport("too_large")
    declared = data.decode("utf-16", "ignore").encode() if data[:2] in (b"\xff\xfe", b"\xfe\xff") else data
    if _DOCTYPE.search(declared):
        raise UnreadableReport(
            "report_unreadable",
            "Tệp Word chứa khai báo DOCTYPE nên bị từ chối vì lý do an toàn. Hãy lưu lại bằng Word rồi tải lên.",
        )
    return data
