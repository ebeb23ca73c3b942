"""kill -9 of the indexer at any moment: what was acknowledged is there, and the service never fails a question."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from pathlib import Path

import pytest

from service.database import Database
from tests.operations.asking import Asker
from tests.running import (
    SEED,
    SYNTHETIC,
    Service,
    ask,
    cchc,
    environment,
    finished,
    report_id,
    session_members,
    upload,
)

TARGETS = SYNTHETIC[:3]
MOMENTS = {"reading": 0.1, "embedding": 1.0, "writing": 0.3, "publishing": 0.05}
"""The stages of indexing in their order, and within how many seconds of their beginning the indexer is killed."""


def indexer_of(service: Service) -> int | None:
    """The indexer's process, a child of the one that serves."""
    children = Path(f"/proc/{service.pid}/task").glob("*/children")
    for pid in " ".join(path.read_text() for path in children).split():
        try:
            if b"service.indexer" in Path(f"/proc/{pid}/cmdline").read_bytes():
                return int(pid)
        except OSError:
            continue
    return None


class Killer:
    """Kills the indexer again and again, each time somewhere inside the next stage of its work."""

    def __init__(self, service: Service, data: Path, chance: random.Random) -> None:
        self._service = service
        self._database = Database(data)
        self._chance = chance
        self.hit: Counter[str] = Counter()

    def kill(self, stage: str) -> None:
        """Once a job has come as far as this stage, and a random moment later; what was hit then is noted."""
        deadline = time.monotonic() + 120
        while not self._has_come_to(stage):
            assert time.monotonic() < deadline, f"{stage} did not come: {self._service.tail()}"
            time.sleep(0.002)
        time.sleep(self._chance.uniform(0.0, MOMENTS[stage]))
        while (pid := indexer_of(self._service)) is None:  # it ends by itself when it has been idle
            assert time.monotonic() < deadline
            time.sleep(0.002)
        os.kill(pid, signal.SIGKILL)
        while indexer_of(self._service) == pid:
            time.sleep(0.002)
        self.hit[self._stage() or "done"] += 1
        with self._database.transaction() as db:  # so that the next stage seen is one that the next indexer came to
            db.execute("UPDATE jobs SET stage = 'queued' WHERE state = 'running'")

    def _has_come_to(self, stage: str) -> bool:
        order = list(MOMENTS)
        found = self._stage()
        if found is None and not self._database.one("SELECT 1 FROM jobs WHERE state = 'queued'"):
            self._give_work()  # the job before was faster than we were
        return found in order and order.index(found) >= order.index(stage)

    def _give_work(self) -> None:
        with self._service.operator() as client:
            client.post("/v1/reindex").raise_for_status()

    def _stage(self) -> str | None:
        row = self._database.one("SELECT stage FROM jobs WHERE state = 'running' ORDER BY seq")
        return row["stage"] if row else None

    def close(self) -> None:
        self._database.close()


def run(data: Path, folder: Path, rounds: int, seed: int) -> Counter[str]:
    """In each round a report that was never seen is handed in, and its indexer killed in every stage."""
    with (
        Service(data, upload_wait=0) as service,
        service.operator() as client,
        Asker(service.url, clients=2) as asker,
    ):
        killer = Killer(service, data, random.Random(seed))
        jobs: list[str] = []
        for number in range(rounds):
            key = cchc("keys", "create", f"khóa {number}", env=environment(data)).stdout.strip().splitlines()[-1]
            target = TARGETS[number % len(TARGETS)]
            path = folder / target.name
            path.write_text(f"{target.read_text('utf-8')}\n\nBản {number}.\n", "utf-8")
            response = upload(client, path, replace="true")
            assert response.status_code == 202, response.text
            jobs.append(response.json()["id"])
            conversation = ask(client)["conversation_id"]
            rating = {"conversation_id": conversation, "rating": "up"}
            assert client.post("/v1/feedback", json=rating).status_code == 204
            for stage in MOMENTS:
                killer.kill(stage)
            for job in client.get("/v1/jobs").json()["items"]:  # the reindexing that kept it busy among them
                assert finished(client, job["id"])["state"] == "done"
            assert report_id(path) in {item["id"] for item in client.get("/v1/reports").json()["items"]}
            assert service.client(key).get("/v1/reports").status_code == 200
        killer.close()
        asker.stop()
        assert asker.answered > 0 and not asker.failures, asker.failures[:3]
        check_order(data, rounds)
    with Service(data) as service, service.operator() as client:  # a restart finds the same, and nothing left about
        assert client.get("/v1/reports").json()["total"] == 1 + min(rounds, len(TARGETS))
        for job in jobs:
            assert client.get(f"/v1/jobs/{job}").json()["state"] == "done"
        check_order(data, rounds)
    return killer.hit


def check_order(data: Path, rounds: int) -> None:
    names = (data / "generations" / "CURRENT").read_text().split()
    directories = {p.name for p in (data / "generations").iterdir() if p.is_dir()}
    assert directories == set(names), "orphans"
    assert not list((data / "uploads").iterdir())
    database = Database(data)
    assert len(database.all("SELECT 1 FROM feedback")) == rounds
    assert len(database.all("SELECT 1 FROM keys WHERE name LIKE 'khóa %' AND revoked_at IS NULL")) == rounds
    assert not database.all("SELECT 1 FROM jobs WHERE state != 'done'")
    database.close()


def test_an_indexer_killed_in_every_stage_loses_nothing(data: Path, tmp_path: Path) -> None:
    run(data, tmp_path, rounds=1, seed=1)


@pytest.mark.slow
def test_an_indexer_killed_sixty_times_loses_nothing(data: Path, tmp_path: Path) -> None:
    hit = run(data, tmp_path, rounds=15, seed=2)
    assert hit.total() == 60
    assert all(hit[stage] > 0 for stage in MOMENTS), hit


def test_a_service_killed_while_a_report_is_indexed_goes_on_after_a_restart(data: Path) -> None:
    with Service(data) as service, service.operator() as client:
        conversation = ask(client)["conversation_id"]
        job = upload(client, TARGETS[0]).json()["id"]
        service.kill()
    with Service(data) as service, service.operator() as client:
        assert finished(client, job)["state"] == "done"
        assert client.get("/v1/reports").json()["total"] == 2
        follow_up = ask(client, "còn cấp xã?", conversation_id=conversation)
        assert follow_up["figures"][0]["value_text"] == "118"
        assert upload(client, SEED).status_code == 200


def test_nothing_outlives_a_service_whose_first_process_is_killed(data: Path) -> None:
    with Service(data, workers=2) as service:
        os.kill(service.pid, signal.SIGKILL)
        deadline = time.monotonic() + 60
        while session_members(service.pid) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert not session_members(service.pid), "workers that hold the port"
    with Service(data, workers=2, port=service.url.rpartition(":")[2]) as again, again.client() as client:
        assert ask(client)["figures"]
