from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from random import Random

import pytest

from corpus.model import Report
from index.builder import Builder
from index.encoder import Encoder
from index.errors import GenerationDamaged, NoGeneration
from index.generation import open_current
from index.layout import VECTORS
from index.publish import current, generation_path, indexing, published, rollback, sweep
from tests.index.conftest import ROOT, SEED, variant

GENERATIONS = "generations"


@pytest.fixture
def data_dir(indexed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(indexed, tmp_path / "data", symlinks=True))


def directories(data_dir: Path) -> set[str]:
    return {p.name for p in (data_dir / GENERATIONS).iterdir()}


def test_nothing_is_current_before_the_first_publication(tmp_path: Path) -> None:
    assert current(tmp_path) is None
    assert published(tmp_path) == []


def test_three_generations_are_kept(data_dir: Path, encoder: Encoder) -> None:
    for _ in range(4):
        Builder(data_dir, encoder).rebuild()
    assert published(data_dir) == ["00005", "00004", "00003"]
    assert directories(data_dir) == {"CURRENT", "00005", "00004", "00003"}


def test_going_back_and_forth(data_dir: Path, encoder: Encoder, report: Report) -> None:
    builder = Builder(data_dir, encoder)
    builder.remove(report.id)
    assert rollback(data_dir) == current(data_dir) == "00001"
    assert open_current(data_dir, encoder).report(report.id) is not None
    assert rollback(data_dir, to="00002") == current(data_dir)
    assert open_current(data_dir, encoder).report(report.id) is None
    rollback(data_dir)
    with pytest.raises(NoGeneration):
        rollback(data_dir)
    with pytest.raises(NoGeneration):
        rollback(data_dir, to="00009")
    assert current(data_dir) == "00001"


def test_after_going_back_the_next_generation_builds_on_what_is_served(
    data_dir: Path, encoder: Encoder, report: Report
) -> None:
    builder = Builder(data_dir, encoder)
    builder.remove(report.id)
    rollback(data_dir)
    assert builder.add([variant("99/BC-UBND")]).generation == "00003"
    assert len(open_current(data_dir, encoder).reports()) == 4


def test_what_a_killed_indexer_left_is_swept(data_dir: Path, encoder: Encoder) -> None:
    generations = data_dir / GENERATIONS
    shutil.copytree(generations / "00001", generations / ".building-00002")
    shutil.copytree(generations / "00001", generations / "00003")
    (generations / ".CURRENT.part").write_text("000")
    sweep(data_dir)
    assert directories(data_dir) == {"CURRENT", "00001"}


def test_a_damaged_generation_gives_way_to_the_last_sound_one(data_dir: Path, encoder: Encoder, report: Report) -> None:
    Builder(data_dir, encoder).remove(report.id)
    vectors = generation_path(data_dir, "00002") / VECTORS
    vectors.write_bytes(vectors.read_bytes()[:-1])
    heard: list[GenerationDamaged] = []
    assert open_current(data_dir, encoder, heard.append).id == "00001"
    assert VECTORS in heard[0].message
    shutil.rmtree(generation_path(data_dir, "00001"))
    with pytest.raises(GenerationDamaged):
        open_current(data_dir, encoder)


@pytest.mark.parametrize("contents", [None, b"00001\ngarbage", b"\xff\xfe", b"../../etc\n"])
def test_a_lost_list_of_generations_deletes_nothing(data_dir: Path, encoder: Encoder, contents: bytes | None) -> None:
    pointer = data_dir / GENERATIONS / "CURRENT"
    pointer.unlink() if contents is None else pointer.write_bytes(contents)
    with pytest.raises(GenerationDamaged, match="cchc rollback"):
        Builder(data_dir, encoder).add([SEED])
    assert "00001" in directories(data_dir)
    assert rollback(data_dir) == "00001"
    assert len(open_current(data_dir, encoder).reports()) == 3


def test_one_indexer_at_a_time(data_dir: Path, encoder: Encoder) -> None:
    script = (
        "import sys, time; from pathlib import Path; from index.publish import indexing\n"
        "with indexing(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", script, str(data_dir)], stdout=subprocess.PIPE, cwd=ROOT, text=True
    )
    try:
        assert holder.stdout is not None and holder.stdout.readline() == "held\n"
        waited: list[int] = []

        def on_wait() -> None:
            waited.append(1)
            holder.send_signal(signal.SIGKILL)  # the lock dies with its holder

        with indexing(data_dir, on_wait):
            assert waited == [1]
    finally:
        holder.kill()
        holder.wait()


INDEXER = """
import os, signal, sys
from pathlib import Path
from index.builder import Builder
from index.disk import Disk
from index.encoder import load_encoder

class DyingDisk(Disk):
    def __init__(self, left):
        self.left = left

    def step(self):
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def fsync(self, path):
        self.step()
        super().fsync(path)

    def replace(self, source, target):
        self.step()
        super().replace(source, target)

encoder = load_encoder(Path(sys.argv[1]), None)
for line in sys.stdin:
    if (child := os.fork()) == 0:
        disk = DyingDisk(int(line))
        publication = Builder(Path(sys.argv[2]), encoder, disk=disk).add([Path(sys.argv[3])])
        print("acknowledged", flush=True)
        os._exit(0)
    print("pid", child, flush=True)
    print("ended", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


class Indexers:
    """Indexers that add one report whose vectors are kept, each in a process of its own that may be killed.

    They are forked from one that has loaded the encoder, which they need the name of and no more.
    """

    def __init__(self, encoder_dir: Path, data_dir: Path, source: Path) -> None:
        self._parent = subprocess.Popen(
            [sys.executable, "-c", INDEXER, str(encoder_dir), str(data_dir), str(source)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def start(self, dies_at: int = 1 << 40) -> int:
        assert self._parent.stdin is not None
        self._parent.stdin.write(f"{dies_at}\n")
        self._parent.stdin.flush()
        return int(self._line("pid"))

    def wait(self) -> tuple[bool, int]:
        """Whether the last one acknowledged the report, and its exit code."""
        line = self._read()
        acknowledged = line == "acknowledged"
        return acknowledged, int((self._read() if acknowledged else line).removeprefix("ended "))

    def close(self) -> None:
        self._parent.communicate(timeout=60)

    def _line(self, word: str) -> str:
        line = self._read()
        assert line.startswith(word), line
        return line.removeprefix(word)

    def _read(self) -> str:
        assert self._parent.stdout is not None
        return self._parent.stdout.readline().strip()


@pytest.fixture
def indexers(data_dir: Path, encoder: Encoder, encoder_dir: Path, tmp_path: Path) -> Iterator[Indexers]:
    data, name = variant("99/BC-UBND")
    source = tmp_path / name
    source.write_bytes(data)
    builder = Builder(data_dir, encoder)
    builder.remove(builder.add([source]).added[0])
    found = Indexers(encoder_dir, data_dir, source)
    yield found
    found.close()


def check_survivor(data_dir: Path, encoder: Encoder, before: str, acknowledged: bool) -> bool:
    """What a killed indexer leaves: the old generation or the whole new one, and nothing else after a sweep."""
    generation = open_current(data_dir, encoder)
    generation.check()
    published_new = generation.id != before
    assert published_new or not acknowledged
    assert len(generation.reports()) == (4 if published_new else 3)
    with indexing(data_dir):
        sweep(data_dir)
    assert directories(data_dir) == {"CURRENT", *published(data_dir)}
    return published_new


def take_back(data_dir: Path, encoder: Encoder) -> str:
    """Remove the report that an indexer has published."""
    (added,) = [r.id for r in open_current(data_dir, encoder).reports() if r.metadata.number == "99/BC-UBND"]
    return Builder(data_dir, encoder).remove(added).generation


def test_killed_at_every_step_the_old_generation_or_the_new_is_served(
    data_dir: Path, encoder: Encoder, indexers: Indexers
) -> None:
    before = current(data_dir)
    assert before is not None
    outcomes: list[tuple[bool, bool]] = []
    code = -signal.SIGKILL
    while code == -signal.SIGKILL:
        indexers.start(dies_at=len(outcomes) + 1)
        acknowledged, code = indexers.wait()
        published_new = check_survivor(data_dir, encoder, before, acknowledged)
        outcomes.append((acknowledged, published_new))
        if published_new:
            before = take_back(data_dir, encoder)
    assert code == 0
    assert len(outcomes) > 15
    assert sorted(set(outcomes)) == [(False, False), (False, True), (True, True)]


@pytest.mark.slow
def test_killed_at_any_moment_nothing_acknowledged_is_lost(
    data_dir: Path, encoder: Encoder, indexers: Indexers
) -> None:
    before = current(data_dir)
    assert before is not None
    indexers.start()
    started = time.monotonic()
    assert indexers.wait() == (True, 0)
    usual = time.monotonic() - started
    before = take_back(data_dir, encoder)
    random = Random(60)
    killed = 0
    for _ in range(60):
        pid = indexers.start()
        time.sleep(random.uniform(0, usual))
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        acknowledged, code = indexers.wait()
        killed += code == -signal.SIGKILL
        if check_survivor(data_dir, encoder, before, acknowledged):
            before = take_back(data_dir, encoder)
    assert killed > 20
