"""Every hostile file is read or refused with a sentence, within the limits, and leaves nothing behind."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.errors import UnreadableReport
from corpus.model import Report
from corpus.sandbox import Limits, read_in_child
from tests.hostile import other, pdf, word

Maker = Callable[[Path], None]

FILES = [
    pytest.param(
        make,
        id=f"{module.__name__.rpartition('.')[2]}-{make.__name__}",
        marks=[pytest.mark.slow] if make in module.SLOW else [],
    )
    for module in (word, pdf, other)
    for make in module.ALL
]

MUST_BE_REFUSED = {
    "too_large": {
        word.one_text_node_of_600_mb,
        word.three_million_paragraphs,
        word.members_without_end,
        word.a_row_of_100_000_cells,
        pdf.ten_thousand_pages,
        pdf.packed_stream_of_560_mb,
        pdf.stream_packed_twice,
        pdf.giant_page,
        other.text_of_40_mb,
        other.a_million_rows,
    },
    "encrypted": {word.an_encrypted_member, word.old_word_with_a_password, pdf.locked},
    "unsupported_format": {word.a_sheet, word.an_old_sheet, other.a_program, other.a_packed_file, other.zeros},
    "report_empty": {other.nothing, other.blanks, pdf.blank_pages},
    "report_unreadable": {
        word.entity_bomb,
        word.entity_of_a_local_file,
        word.doctype_in_utf_16,
        word.half_a_file,
        word.nested_tables,
        word.old_word_of_noise,
        other.halves_of_letters,
        pdf.half_a_file,
        pdf.header_alone,
    },
}


def processes_in(folder: Path) -> list[str]:
    """Command lines of the processes that work in a folder or name it."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            if str(folder) in line or (entry / "cwd").readlink().is_relative_to(folder):
                found.append(line)
        except OSError:
            continue
    return found


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the sandbox makes its folders during a test, and nothing else does."""
    folder = tmp_path / "scratch"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.mark.parametrize("make", FILES)
def test_hostile_file(make: Maker, tmp_path: Path, scratch: Path) -> None:
    path = tmp_path / "upload"
    make(path)
    expected = next((code for code, makers in MUST_BE_REFUSED.items() if make in makers), None)
    try:
        result: Report | UnreadableReport = read_in_child(path, "upload.docx", Limits(seconds=50))
    except UnreadableReport as error:
        result = error
        assert error.message.endswith("."), "a refusal is a sentence that says what to do"
    if expected is not None:
        assert isinstance(result, UnreadableReport) and result.code == expected
    if isinstance(result, Report):
        assert "root:x:" not in result.text
    assert list(scratch.iterdir()) == []
    assert processes_in(tmp_path) == []
    assert not Path("/tmp/cchc-climbed.xml").exists()
    path.unlink()


def test_there_are_forty_kinds() -> None:
    assert len(FILES) >= 40
