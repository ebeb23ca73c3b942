"""Damaged files: bytes of real reports changed at random never bring down more than the child."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest

from corpus.errors import UnreadableReport
from corpus.sandbox import Limits, read_in_child
from tests.corpus.samples import DATA, SEED
from tests.hostile.test_hostile import processes_in

SOURCES = (DATA / "203-word.docx", DATA / "word-traps.docx", DATA / "203-digital.pdf", DATA / "203-word97.doc", SEED)
SECONDS = int(os.environ.get("FUZZ_SECONDS", "600"))


def damaged(data: bytes, chance: random.Random) -> bytes:
    """A few of: bits flipped, a piece cut out, repeated, or swapped for noise or for a number at its limits."""
    out = bytearray(data)
    for _ in range(chance.randint(1, 12)):
        at = chance.randrange(len(out))
        size = min(chance.choice((1, 2, 4, 64, 1024)), len(out) - at)
        match chance.randrange(5):
            case 0:
                out[at] ^= 1 << chance.randrange(8)
            case 1:
                del out[at : at + size]
            case 2:
                out[at:at] = out[at : at + size] * chance.randint(1, 20)
            case 3:
                out[at : at + size] = chance.randbytes(size)
            case _:
                out[at : at + 4] = chance.choice(
                    (b"\xff\xff\xff\xff", b"\x00\x00\x00\x00", b"\x7f\xff\xff\xff", b"9999")
                )
        if len(out) < 2:
            break
    return bytes(out)


@pytest.mark.slow
def test_damaged_reports(tmp_path: Path) -> None:
    seed = random.randrange(2**32)
    chance = random.Random(seed)
    until = time.monotonic() + SECONDS
    outcomes: dict[str, int] = {}
    while time.monotonic() < until:
        path = tmp_path / "damaged"
        path.write_bytes(damaged(chance.choice(SOURCES).read_bytes(), chance))
        try:
            report = read_in_child(path, "damaged", Limits(seconds=30))
        except UnreadableReport as error:
            outcomes[error.code] = outcomes.get(error.code, 0) + 1
        else:
            outcomes["read"] = outcomes.get("read", 0) + 1
            assert all(row.span.end <= len(report.text) for row in report.rows), f"seed {seed}"
    assert sum(outcomes.values()) > 10, f"seed {seed}: {outcomes}"
    assert processes_in(tmp_path) == []
