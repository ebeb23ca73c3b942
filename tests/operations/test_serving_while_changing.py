"""Reports come, are replaced and go while officials ask two workers: no failed answer, none from what was deleted."""

from __future__ import annotations

import hashlib
import os
import random
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.operations.asking import Asker
from tests.running import SEED, SYNTHETIC, Service, ask, finished, session_members, upload

QUESTIONS = (
    "Số TTHC cấp huyện đang có hiệu lực là bao nhiêu?",
    "So sánh tổng số TTHC đang có hiệu lực giữa các tỉnh",
    "Tỷ lệ hồ sơ giải quyết đúng hạn của Điện Biên?",
    "Hòa Bình có bao nhiêu TTHC cấp xã?",
    "Kế hoạch tuyên truyền cải cách hành chính đã ban hành chưa?",
)


def report_id(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


class Deleted:
    """Reports that were deleted: no question asked from then on may be answered from them."""

    def __init__(self) -> None:
        self.ids: frozenset[str] = frozenset()

    def __call__(self) -> frozenset[str]:
        return self.ids


def change(client: httpx.Client, chance: random.Random, rounds: int, folder: Path, deleted: Deleted) -> None:
    for number in range(rounds):
        path = SYNTHETIC[number % len(SYNTHETIC)]
        text = path.read_text("utf-8")
        first, second = folder / f"a{number}.md", folder / f"b{number}.md"
        first.write_text(f"{text}\n\nBản {number} lần một.\n", "utf-8")
        second.write_text(f"{text}\n\nBản {number} lần hai.\n", "utf-8")
        for file, fields in ((first, {}), (second, {"replace": "true"})):
            response = upload(client, file, **fields)
            assert response.status_code == 202, response.text
            assert finished(client, response.json()["id"])["state"] == "done"
        listed = {item["id"] for item in client.get("/v1/reports", params={"limit": 500}).json()["items"]}
        assert report_id(second) in listed and report_id(first) not in listed
        assert client.delete(f"/v1/reports/{report_id(second)}").status_code == 204
        deleted.ids |= {report_id(second)}
        with ThreadPoolExecutor(8) as pool:  # in every worker
            lists = list(pool.map(lambda _: fresh_list(client), range(16)))
        assert all(report_id(second) not in ids for ids in lists)
        time.sleep(chance.uniform(0, 0.5))


def fresh_list(client: httpx.Client) -> set[str]:
    """Over a new connection, which any worker may take."""
    with httpx.Client(base_url=client.base_url, trust_env=False, timeout=60) as other:
        return {item["id"] for item in other.get("/v1/reports", params={"limit": 500}).json()["items"]}


def memory(service: Service) -> int:
    """Resident bytes of all processes of the service."""
    pages = (int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in session_members(service.pid))
    return sum(pages) * os.sysconf("SC_PAGE_SIZE")


def run(data: Path, folder: Path, clients: int, rounds: int) -> None:
    deleted = Deleted()
    with Service(data, workers=2) as service, service.operator() as client:
        with Asker(service.url, clients, deleted, QUESTIONS) as asker:
            change(client, random.Random(5), rounds, folder, deleted)
            halfway = memory(service)
            change(client, random.Random(6), rounds, folder, deleted)
            ended = memory(service)
        assert asker.answered > rounds and not asker.failures, asker.failures[:3]
        assert ended < 1.3 * halfway
        assert ask(client)["figures"][0]["report_id"] == report_id(SEED)


def test_two_workers_answer_while_reports_come_and_go(data: Path, tmp_path: Path) -> None:
    run(data, tmp_path, clients=3, rounds=2)


@pytest.mark.slow
def test_two_workers_answer_for_long_while_reports_come_and_go(data: Path, tmp_path: Path) -> None:
    run(data, tmp_path, clients=8, rounds=20)


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
