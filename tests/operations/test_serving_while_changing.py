"""Reports come, are replaced and go while officials ask two workers: no failed answer, none from what was deleted."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import signal
import statistics
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from index.errors import GenerationDamaged
from index.members import read_members
from tests.operations.asking import Asker
from tests.running import SEED, SYNTHETIC, Service, ask, finished, report_id, session_members, upload

log = logging.getLogger(__name__)
COMMUNES = re.compile(r"(?:Số TTHC|Số thủ tục hành chính) cấp xã:?")
QUESTIONS = (
    "Số TTHC cấp huyện đang có hiệu lực là bao nhiêu?",
    "So sánh tổng số TTHC đang có hiệu lực giữa các tỉnh",
    "Tỷ lệ hồ sơ giải quyết đúng hạn của Điện Biên?",
    "Hòa Bình có bao nhiêu TTHC cấp xã?",
    "Số TTHC cấp xã là bao nhiêu?",
    "So sánh số TTHC cấp xã giữa các tỉnh",
    "Kế hoạch tuyên truyền cải cách hành chính đã ban hành chưa?",
)


COMMUNE_ROW = re.compile(r"(?m)^(\t(?:Số TTHC|Số thủ tục hành chính) cấp xã:\tThủ tục\t)\d+")


class Deleted:
    """Reports that were deleted or replaced: no question asked from then on may be answered from them."""

    def __init__(self) -> None:
        self.ids: frozenset[str] = frozenset()

    def __call__(self) -> frozenset[str]:
        return self.ids


class Members:
    """Which reports each generation held, read off the disk while generations come and go."""

    def __init__(self, data: Path) -> None:
        self._generations = data / "generations"
        self.of: dict[str, frozenset[str]] = {}
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def __enter__(self) -> Members:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._end.wait(0.02):
            for path in self._generations.glob("[0-9]*"):
                if path.name not in self.of:
                    with contextlib.suppress(GenerationDamaged):  # being removed just now
                        self.of[path.name] = frozenset(member.report_id for member in read_members(path))


class Changes:
    """Reports that are added, replaced and deleted again. Each version has a figure of its own."""

    def __init__(self, client: httpx.Client, folder: Path, deleted: Deleted) -> None:
        self._client = client
        self._folder = folder
        self._deleted = deleted
        self.figure_of: dict[str, str] = {report_id(SEED): "118"}
        for path in SYNTHETIC:
            self.figure_of[report_id(path)] = re.sub(".*\t", "", COMMUNE_ROW.search(path.read_text("utf-8"))[0])

    def round(self, number: int) -> None:
        path = SYNTHETIC[number % len(SYNTHETIC)]
        first, second = (self._version(path, 201 + 2 * number + again) for again in (0, 1))
        for file, fields in ((first, {}), (second, {"replace": "true"})):
            response = upload(self._client, file, **fields)
            assert response.status_code == 202, response.text
            assert finished(self._client, response.json()["id"])["state"] == "done"
        self._deleted.ids |= {report_id(first)}
        listed = fresh_list(self._client)
        assert report_id(second) in listed and report_id(first) not in listed
        assert self._client.delete(f"/v1/reports/{report_id(second)}").status_code == 204
        self._deleted.ids |= {report_id(second)}
        with ThreadPoolExecutor(8) as pool:  # in every worker
            lists = list(pool.map(lambda _: fresh_list(self._client), range(16)))
        assert all(report_id(second) not in ids for ids in lists)

    def _version(self, path: Path, figure: int) -> Path:
        text, replaced = COMMUNE_ROW.subn(rf"\g<1>{figure}", path.read_text("utf-8"))
        assert replaced == 1
        file = self._folder / f"{figure}-{path.name}"
        file.write_text(text, "utf-8")
        self.figure_of[report_id(file)] = str(figure)
        return file


def fresh_list(client: httpx.Client) -> set[str]:
    """Over a new connection, which any worker may take."""
    with httpx.Client(base_url=client.base_url, trust_env=False, timeout=60) as other:
        return {item["id"] for item in other.get("/v1/reports", params={"limit": 500}).json()["items"]}


def memory(service: Service) -> int:
    """Bytes of the processes that answer, each page that they share counted once."""
    total = 0
    for pid in session_members(service.pid):
        with contextlib.suppress(OSError):
            if pid == service.pid or b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes():
                rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
                total += 1024 * int(re.search(r"(?m)^Pss:\s+(\d+)", rollup)[1])
    return total


def run(data: Path, folder: Path, clients: int, rounds: int, seconds: float) -> list[int]:
    """`rounds` rounds of changes, spread over this time; gives the memory after each."""
    deleted = Deleted()
    sizes: list[int] = []
    with Service(data, workers=2) as service, service.operator() as client, Members(data) as members:
        changes = Changes(client, folder, deleted)
        started = time.monotonic()
        with Asker(service.url, clients, deleted, QUESTIONS) as asker:
            for number in range(rounds):
                changes.round(number)
                sizes.append(memory(service))
                time.sleep(max(0.0, started + seconds * (number + 1) / rounds - time.monotonic()))
        log.info(
            "%s answers in %.0f s, %s failed, %s generations, %s deletions; median %.3f s, 99 %% within %.3f s; MB: %s",
            asker.answered, time.monotonic() - started, len(asker.failures), len(members.of), len(deleted.ids),
            statistics.median(asker.seconds), statistics.quantiles(asker.seconds, n=100)[98],
            [size >> 20 for size in sizes],
        )  # fmt: skip
        assert asker.answered > rounds and not asker.failures, asker.failures[:3]
        mixed = [(generation, used) for generation, used in asker.rested_on if not used <= members.of[generation]]
        assert not mixed, "answers from another generation's reports"
        communes = [(of, value) for of, name, value in asker.figures if COMMUNES.fullmatch(name)]
        assert communes and all(changes.figure_of[of] == value for of, value in communes)
        assert ask(client)["status"] == "answered"
    return sizes


def test_two_workers_answer_while_reports_come_and_go(data: Path, tmp_path: Path) -> None:
    run(data, tmp_path, clients=3, rounds=2, seconds=0)


@pytest.mark.slow
def test_two_workers_answer_for_ten_minutes_while_reports_come_and_go(
    data: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, log.name)  # `pytest -rP` shows the figures
    sizes = run(data, tmp_path, clients=8, rounds=20, seconds=600)
    assert statistics.median(sizes[15:]) < 1.05 * statistics.median(sizes[10:15])  # caches have filled by then


@pytest.mark.slow
def test_a_worker_that_is_slow_to_respond_is_left_alone_and_a_dead_one_is_replaced(data: Path) -> None:
    with Service(data, workers=2) as service, Asker(service.url, clients=4) as asker:
        workers = wait_for_workers(data, set())
        slow, dead = sorted(workers)
        os.kill(slow, signal.SIGSTOP)
        time.sleep(9)
        os.kill(slow, signal.SIGCONT)
        time.sleep(1)
        assert wait_for_workers(data, set()) == workers
        assert asker.answered > 0 and not asker.failures, asker.failures[:3]
        os.kill(dead, signal.SIGKILL)
        assert slow in wait_for_workers(data, {dead})
        asker.stop()
        assert not [f for f in asker.failures if "not_ready" in f], "asked before it could answer"
        assert len(asker.failures) <= 4  # what it had taken when it was killed


def wait_for_workers(data: Path, without: set[int]) -> set[int]:
    """The processes of the two workers, once both serve."""
    deadline = time.monotonic() + 120
    while True:
        pids = {int(path.stem) for path in (data / "run").glob("*.serving") if path.stat().st_size}
        alive = {pid for pid in pids if Path(f"/proc/{pid}").exists()} - without
        if len(alive) == 2:
            return alive
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_follow_up_forgets_a_deleted_report(data: Path) -> None:
    with Service(data) as service, service.operator() as client:
        conversation = ask(client)["conversation_id"]
        assert client.delete(f"/v1/reports/{report_id(SEED)}").status_code == 204
        follow_up = ask(client, "còn cấp xã?", conversation_id=conversation)
        assert follow_up["status"] != "answered" and not follow_up["figures"] and not follow_up["citations"]
        for path in ("", "/text", "/source", "/checks"):
            assert client.get(f"/v1/reports/{report_id(SEED)}{path}").status_code == 404
        assert client.get("/v1/figures", params={"report_id": report_id(SEED)}).json()["total"] == 0


def test_a_deleted_report_comes_back_only_when_it_is_handed_in_again(data: Path) -> None:
    with Service(data) as service, service.operator() as client:
        assert client.delete(f"/v1/reports/{report_id(SEED)}").status_code == 204
        response = upload(client, SEED)
        assert response.status_code == 202
        assert finished(client, response.json()["id"])["state"] == "done"
        assert ask(client)["figures"][0]["value_text"] == "235"
