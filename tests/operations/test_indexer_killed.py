"""kill -9 of the indexer at any moment: what was acknowledged is there, and the service never fails a question."""

from __future__ import annotations

import os
import random
import signal
import time
from pathlib import Path

import pytest

from service.database import Database
from tests.operations.asking import Asker
from tests.running import SEED, SYNTHETIC, Service, ask, finished, upload

TARGETS = SYNTHETIC[:3]


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


def kill_at_random(service: Service, chance: random.Random, times: int) -> int:
    killed = 0
    deadline = time.monotonic() + 60 + times * 20
    while killed < times and time.monotonic() < deadline:
        time.sleep(chance.uniform(0.0, 1.5))
        if pid := indexer_of(service):
            try:
                os.kill(pid, signal.SIGKILL)
                killed += 1
            except ProcessLookupError:
                continue
        else:
            give_work(service)
    return killed


def give_work(service: Service) -> None:
    """Something to do for the next indexer."""
    with service.operator() as client:
        client.post("/v1/reindex").raise_for_status()


def run(data: Path, times: int, seed: int) -> None:
    chance = random.Random(seed)
    with Service(data) as service, service.operator() as client, Asker(service.url, clients=2) as asker:
        jobs: list[str] = []
        feedback = 0
        for path in TARGETS:
            response = upload(client, path)
            assert response.status_code == 202, response.text
            jobs.append(response.json()["id"])
            conversation = ask(client)["conversation_id"]
            assert (
                client.post("/v1/feedback", json={"conversation_id": conversation, "rating": "up"}).status_code == 204
            )
            feedback += 1
            killed = kill_at_random(service, chance, times // len(TARGETS))
            assert killed == times // len(TARGETS)
        for job in jobs:
            assert finished(client, job)["state"] == "done"
        assert client.get("/v1/reports").json()["total"] == 1 + len(TARGETS)
        asker.stop()
        assert asker.answered > 0 and not asker.failures, asker.failures[:3]
        check_order(data, feedback)
    with (
        Service(data) as service,
        service.operator() as client,
    ):  # a restart finds the same, and nothing left lying about
        assert client.get("/v1/reports").json()["total"] == 1 + len(TARGETS)
        check_order(data, feedback)


def check_order(data: Path, feedback: int) -> None:
    names = (data / "generations" / "CURRENT").read_text().split()
    directories = {p.name for p in (data / "generations").iterdir() if p.is_dir()}
    assert directories == set(names), "orphans"
    assert not list((data / "uploads").iterdir())
    database = Database(data)
    assert len(database.all("SELECT 1 FROM feedback")) == feedback
    assert not database.all("SELECT 1 FROM jobs WHERE state != 'done'")
    database.close()


def test_an_indexer_killed_six_times_loses_nothing(data: Path) -> None:
    run(data, 6, seed=1)


@pytest.mark.slow
def test_an_indexer_killed_sixty_times_loses_nothing(data: Path) -> None:
    run(data, 60, seed=2)


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
