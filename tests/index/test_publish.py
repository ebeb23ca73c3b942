from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from corpus.model import Report
from index.builder import Builder
from index.disk import Disk
from index.encoder import Encoder
from index.errors import GenerationDamaged, NoGeneration
from index.generation import VECTORS, open_current
from index.publish import current, generation_path, indexing, published, rollback, sweep
from tests.index.conftest import DIEN_BIEN, ROOT, SEED, SON_LA_Q1

GENERATIONS = "generations"


@pytest.fixture
def data_dir(indexed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(indexed, tmp_path / "data"))


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
    text = SEED.read_text("utf-8").replace("203/BC-UBND", "204/BC-UBND")
    assert builder.add([(text.encode(), "204.md")]).generation == "00003"
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


KILLED = """
import os, signal, sys
from pathlib import Path
from index.builder import Builder
from index.disk import Disk
from index.encoder import load_encoder
from index.publish import current

class DyingDisk(Disk):
    left = int(sys.argv[3])

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
builder = Builder(Path(sys.argv[2]), encoder, disk=DyingDisk())
print("ready", flush=True)
publication = builder.add([Path(p) for p in sys.argv[4:]])
print("acknowledged", publication.generation, flush=True)
"""


def start_killed(encoder_dir: Path, data_dir: Path, step: int, *sources: Path) -> subprocess.Popen[str]:
    arguments = [str(encoder_dir), str(data_dir), str(step), *map(str, sources)]
    return subprocess.Popen(
        [sys.executable, "-c", KILLED, *arguments], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def check_survivor(data_dir: Path, encoder: Encoder, before: str, acknowledged: bool) -> None:
    """What a killed indexer leaves: the old generation or the whole new one, and nothing else after a sweep."""
    generation = open_current(data_dir, encoder)
    generation.check()
    if acknowledged:
        assert generation.id != before
    assert len(generation.reports()) == (2 if generation.id == before else 3)
    with indexing(data_dir):
        sweep(data_dir)
    assert directories(data_dir) == {"CURRENT", *published(data_dir)}


def test_killed_at_every_step_the_old_generation_or_the_new_is_served(
    data_dir: Path, encoder: Encoder, encoder_dir: Path, report: Report
) -> None:
    Builder(data_dir, encoder).remove(report.id)
    start = published(data_dir)
    outcomes: set[tuple[bool, bool]] = set()
    step = 0
    while True:
        step += 1
        for name in directories(data_dir) - {"CURRENT", *start}:
            shutil.rmtree(data_dir / GENERATIONS / name)
        Disk().write(data_dir / GENERATIONS / "CURRENT", "".join(f"{n}\n" for n in start).encode())
        indexer = start_killed(encoder_dir, data_dir, step, SEED)
        output, errors = indexer.communicate(timeout=120)
        assert "ready" in output, errors
        acknowledged = "acknowledged" in output
        check_survivor(data_dir, encoder, start[0], acknowledged)
        outcomes.add((acknowledged, current(data_dir) != start[0]))
        if indexer.returncode == 0:
            break
        assert indexer.returncode == -signal.SIGKILL
    assert step > 15
    assert outcomes == {(False, False), (False, True), (True, True)}


def test_killed_at_any_moment_nothing_acknowledged_is_lost(tmp_path: Path, encoder: Encoder, encoder_dir: Path) -> None:
    Builder(tmp_path, encoder).add([DIEN_BIEN, SON_LA_Q1])
    before = current(tmp_path)
    assert before is not None
    for at in range(5):
        indexer = start_killed(encoder_dir, tmp_path, 10**9, SEED)
        assert indexer.stdout is not None and indexer.stdout.readline() == "ready\n"
        time.sleep(0.4 * at)
        indexer.kill()
        output, _ = indexer.communicate()
        check_survivor(tmp_path, encoder, before, "acknowledged" in output)
    Builder(tmp_path, encoder).add([SEED])
    assert len(open_current(tmp_path, encoder).reports()) == 3
