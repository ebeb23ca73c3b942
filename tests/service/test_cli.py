"""The command line, each command as its own process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from service.audit import Actor
from service.database import Database
from service.keys import OPERATOR_KEY_FILE, Keys
from tests.running import (
    QUESTION,
    ROOT,
    SEED,
    SYNTHETIC,
    Service,
    cchc,
    environment,
    free_port,
    new_data,
    session_members,
)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory, installed_data: Path) -> Path:
    return new_data(tmp_path_factory.mktemp("cli"), installed_data)


@pytest.fixture(scope="module")
def indexed(data: Path) -> Path:
    done = cchc("index", env=environment(data))
    assert done.returncode == 0, done.stderr
    return data


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys, service.cli; from typer.testing import CliRunner\n"
        "assert CliRunner().invoke(service.cli.app, ['--help']).exit_code == 0\n"
        "print([m for m in ('torch', 'onnxruntime', 'faiss', 'fastapi', 'numpy', 'pydantic', 'streamlit') if m in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert said.strip() == "[]"


def test_index_without_a_path_takes_the_sample_and_a_second_time_changes_nothing(indexed: Path) -> None:
    before = (indexed / "generations" / "CURRENT").read_text()
    again = cchc("index", env=environment(indexed))
    assert again.returncode == 0 and "1/1" in again.stdout
    assert (indexed / "generations" / "CURRENT").read_text() == before


def test_ask_prints_figures_and_citations(indexed: Path) -> None:
    said = cchc("ask", QUESTION, env=environment(indexed, port=free_port()))
    assert said.returncode == 0, said.stderr
    assert "235" in said.stdout and "203/BC-UBND" in said.stdout and "[1]" in said.stdout
    answer = json.loads(cchc("ask", QUESTION, "--json", env=environment(indexed, port=free_port())).stdout)
    assert answer["figures"][0]["value_text"] == "235"


def test_ask_goes_to_a_running_service(service: Service) -> None:
    env = environment(service.data, port=service.url.rsplit(":", 1)[1])
    answer = json.loads(cchc("ask", QUESTION, "--json", env=env).stdout)
    with service.client() as client:
        body = {"conversation_id": answer["conversation_id"], "rating": "up"}
        assert client.post("/v1/feedback", json=body).status_code == 204
    assert "203/BC-UBND" in cchc("reports", env=env).stdout


def test_reports_are_listed_without_a_service(indexed: Path) -> None:
    assert "203/BC-UBND" in cchc("reports", env=environment(indexed, port=free_port())).stdout


def test_what_cannot_be_indexed_is_named_and_the_rest_goes_on(tmp_path: Path, installed_data: Path) -> None:
    data = new_data(tmp_path / "data", installed_data)
    (tmp_path / "hỏng.pdf").write_bytes(b"%PDF-1.4 rubbish")
    (tmp_path / "rỗng.md").write_bytes(b"")
    done = cchc(
        "index", str(tmp_path / "hỏng.pdf"), str(tmp_path / "rỗng.md"), str(SYNTHETIC[0]), env=environment(data)
    )
    assert done.returncode == 1
    assert "hỏng.pdf" in done.stderr and "rỗng.md" in done.stderr and "Traceback" not in done.stderr
    assert "1/3" in done.stdout
    assert cchc("index", str(tmp_path / "không-có"), env=environment(data)).returncode == 1


def test_index_waits_for_the_running_services_indexer(tmp_path: Path, installed_data: Path) -> None:
    data = new_data(tmp_path / "data", installed_data)
    with Service(data, wait=False) as running:
        done = cchc("index", str(SYNTHETIC[0]), env=environment(data))
        assert done.returncode == 0, done.stderr
        running.wait_for("/readyz")
        with running.client() as client:
            assert client.get("/v1/reports").json()["total"] == 1


def test_rollback_and_rebuild(tmp_path: Path, installed_data: Path) -> None:
    data = new_data(tmp_path / "data", installed_data)
    env = environment(data, port=free_port())
    for path in SYNTHETIC[:2]:
        assert cchc("index", str(path), env=env).returncode == 0
    assert "00001" in cchc("rollback", env=env).stdout
    assert cchc("rollback", env=env).returncode == 1
    assert cchc("index", "--rebuild", env=env).returncode == 0
    actions = [json.loads(line)["action"] for line in cchc("audit", "--json", env=env).stdout.splitlines()]
    assert actions == ["index.rebuild", "index.rollback", "report.add", "report.add"]


def test_the_audit_log_cannot_be_altered(indexed: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from service.database import Database\n"
        "for change in ('DELETE FROM audit', 'UPDATE audit SET actor = 1'):\n"
        "    try: Database(Path(sys.argv[1])).all(change)\n"
        "    except Exception as error: print(error)"
    )
    run = subprocess.run([sys.executable, "-c", code, indexed], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.count("append-only") == 2


def test_doctor_finds_what_is_wrong(indexed: Path, tmp_path: Path) -> None:
    well = cchc("doctor", env=environment(indexed, port=free_port()))
    assert well.returncode == 0, well.stdout
    ill = cchc("doctor", env=environment(tmp_path / "nothing", port=free_port()))
    assert ill.returncode == 1 and "make install" in ill.stdout


def test_doctor_tells_of_an_operator_key_that_was_revoked(tmp_path: Path) -> None:
    database = Database(tmp_path)
    keys = Keys(database)
    keys.ensure_operator_key(tmp_path)
    assert "đã bị thu hồi" not in cchc("doctor", env=environment(tmp_path, port=free_port())).stdout
    keys.revoke(OPERATOR_KEY_FILE, Actor("test"))
    assert "đã bị thu hồi" in cchc("doctor", env=environment(tmp_path, port=free_port())).stdout
    database.close()


def test_eval_counts_right_answers(indexed: Path, tmp_path: Path) -> None:
    gold = {"kind": "figure", "question": QUESTION, "value_text": "235", "code": None, "name_has": "cấp huyện"}
    path = tmp_path / "questions.jsonl"
    path.write_text(json.dumps(gold, ensure_ascii=False) + "\n")
    said = cchc("eval", str(path), env=environment(indexed))
    assert said.returncode == 0, said.stderr
    assert '"exact": 1' in said.stdout.replace("1.0", "1")


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_up_starts_both_and_leaves_nothing(tmp_path: Path, indexed: Path, end: signal.Signals) -> None:
    port, ui_port = free_port(), free_port()
    with (tmp_path / "said").open("wb") as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "service.cli", "up"], cwd=ROOT, stdout=said, stderr=said, start_new_session=True,
            env=environment(indexed, port=port, ui_port=ui_port),
            # Tests that a shell runs in the background would hand on that SIGINT is ignored.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )  # fmt: skip
    children: list[int] = []
    try:
        deadline = time.monotonic() + 120
        while "Ctrl-C" not in (tmp_path / "said").read_text():
            assert process.poll() is None and time.monotonic() < deadline, (tmp_path / "said").read_text()
            time.sleep(0.1)
        assert httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 200
        assert httpx.get(f"http://127.0.0.1:{ui_port}/").status_code == 200
        children = [int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]
        assert len(children) == 2
        process.send_signal(end)
        process.wait(timeout=60)
        assert process.returncode == (-signal.SIGKILL if end == signal.SIGKILL else 0)
        deadline = time.monotonic() + 40
        while any(session_members(child) for child in children):
            assert time.monotonic() < deadline, "left running"
            time.sleep(0.2)
    finally:
        for session in (process.pid, *children):
            for pid in session_members(session):
                os.kill(pid, signal.SIGKILL)


def test_the_retriever_is_measured_on_any_corpus(data: Path, tmp_path: Path) -> None:
    paragraphs = [p for p in SEED.read_text("utf-8").split("\n") if len(p.split()) > 60][:12]
    corpus, queries = tmp_path / "corpus.jsonl", tmp_path / "queries.jsonl"
    corpus.write_text("".join(json.dumps({"id": f"p{n}", "text": p}) + "\n" for n, p in enumerate(paragraphs)), "utf-8")
    asked = [{"id": n, "text": " ".join(p.split()[20:32]), "gold": [f"p{n}"]} for n, p in enumerate(paragraphs)]
    asked.append({"id": "lost", "text": "Không văn bản nào nói", "gold": ["không có"]})
    queries.write_text("".join(json.dumps(q) + "\n" for q in asked), "utf-8")
    done = cchc("bench-retrieval", "--corpus", str(corpus), "--queries", str(queries), env=environment(data))
    assert done.returncode == 0, done.stderr
    ours = next(line for line in done.stdout.splitlines() if "cách dùng trong dịch vụ" in line)
    assert ours.count(f"{12 / 13:.3f}") == 4  # all found first but the one that is nowhere
    queries.write_text("{", "utf-8")
    refused = cchc("bench-retrieval", "--corpus", str(corpus), "--queries", str(queries), env=environment(data))
    assert refused.returncode == 1 and "Không đọc được" in refused.stderr
