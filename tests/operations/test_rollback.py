"""Going back to an earlier generation over HTTP: every worker follows, what was deleted stays deleted, it is audited."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx

from index.members import read_members
from index.publish import current, generation_path
from tests.operations.test_faults import flip
from tests.operations.test_serving_while_changing import fresh_list, wait_for_workers
from tests.running import QUESTION, SEED, SYNTHETIC, Service, ask, cchc, environment, finished, report_id, upload

FOLLOW_UPS = ("Nguồn ở đâu?", "còn cấp xã?", "tăng hay giảm?", "chiếm bao nhiêu phần trăm?", "vì sao?")


def uploaded(client: httpx.Client, path: Path) -> None:
    response = upload(client, path)
    assert response.status_code == 202, response.text
    assert finished(client, response.json()["id"])["state"] == "done"


def lists(client: httpx.Client) -> list[set[str]]:
    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(lambda _: fresh_list(client), range(16)))


def test_going_back_and_forth(data: Path) -> None:
    seed, other = report_id(SEED), report_id(SYNTHETIC[0])
    with Service(data, workers=2) as service, service.operator() as client:
        wait_for_workers(data, set())
        (first,) = client.get("/v1/generations").json()["items"]
        assert first["current"] and first["reports"] == 1 and first["built_at"]
        assert client.post("/v1/rollback", json={}).status_code == 404
        uploaded(client, SYNTHETIC[0])
        second, kept = client.get("/v1/generations").json()["items"]
        assert second["current"] and second["reports"] == 2 and kept["id"] == first["id"] and not kept["current"]

        went = client.post("/v1/rollback", json={"generation": None})
        assert went.status_code == 200 and went.json() == {**kept, "current": True}
        assert all(ids == {seed} for ids in lists(client))  # every worker, at once
        assert client.post("/v1/rollback", json={"generation": second["id"]}).json()["current"]
        assert all(ids == {seed, other} for ids in lists(client))
        assert client.post("/v1/rollback", json={"generation": "00099"}).status_code == 404
        assert client.post("/v1/rollback", json={"generation": "../etc"}).status_code == 422

        damaged = data / "generations" / first["id"] / "catalogue.sqlite"
        flip(damaged)
        refused = client.post("/v1/rollback", json={})
        assert refused.status_code == 409 and first["id"] in refused.json()["error"]["message"]
        assert all(ids == {seed, other} for ids in lists(client))
        noted = cchc("audit", "--json", env=environment(data)).stdout.splitlines()
    entries = [json.loads(line) for line in noted]
    back = [e for e in entries if e["action"] == "index.rollback"]
    assert [(e["target"], e["generation"]) for e in reversed(back)] == [
        (first["id"], second["id"]),
        (second["id"], first["id"]),
    ]
    assert all(e["actor"] == "operator.key" and e["address"] == "127.0.0.1" for e in back)


def test_a_deleted_report_stays_away_from_everything_in_a_generation_that_holds_it(data: Path) -> None:
    gone = report_id(SEED)
    with Service(data, workers=2) as service, service.operator() as client:
        uploaded(client, SYNTHETIC[0])
        conversation = ask(client, f"{QUESTION} Báo cáo của tỉnh Sơn La?")
        assert conversation["figures"][0]["report_id"] == gone
        before = client.get("/v1/generations").json()["items"][0]["id"]
        assert client.delete(f"/v1/reports/{gone}").status_code == 204
        job = client.post("/v1/reindex").json()["id"]  # after the deleting one
        assert finished(client, job)["state"] == "done"
        back = client.post("/v1/rollback", json={"generation": before}).json()
        assert back["current"] and back["reports"] == 1
        for question in (QUESTION, f"{QUESTION} Tỉnh Sơn La", "So sánh tổng số TTHC đang có hiệu lực giữa các tỉnh"):
            assert gone not in used(ask(client, question))
        for question in FOLLOW_UPS:
            follow_up = ask(client, question, conversation_id=conversation["conversation_id"])
            assert gone not in used(follow_up), question
        history = [{"role": "user", "content": f"{QUESTION} Báo cáo của tỉnh Sơn La?"}]
        assert gone not in used(ask(client, "còn cấp xã?", history=history))
        assert all(gone not in ids for ids in lists(client))
        for path in ("", "/text", "/source", "/checks"):
            assert client.get(f"/v1/reports/{gone}{path}").status_code == 404
        for path in ("/v1/figures", "/v1/figures/compare", "/v1/figures.csv"):
            assert gone not in client.get(path, params={"q": "TTHC cấp huyện"}).text
        assert "answer_withheld" not in service.log.read_text("utf-8")
        deadline = time.monotonic() + 120  # and it is taken out of that generation again, so that it can be purged
        while gone in held_by(data):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        assert cchc("purge", env=environment(data)).returncode == 0
        assert not list((data / "reports").glob(f"{gone}*"))


def held_by(data: Path) -> set[str]:
    """The reports of the generation that is served."""
    return {member.report_id for member in read_members(generation_path(data, current(data) or ""))}


def used(answer: dict[str, object]) -> str:
    """Everything that an answer rests on, ids included."""
    return json.dumps([answer["figures"], answer["citations"]])
