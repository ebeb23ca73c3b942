"""The webhook against a receiver that is away, refuses and comes back, over kills and restarts of the service."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import shutil
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.running import SEED, Service, cchc, environment, finished, free_port, upload
from tests.service.test_http_lookup import SEED_ID

KEY = b"0123456789abcdef0123456789abcdef"
SECRET = f"whsec_{base64.b64encode(KEY).decode()}"


class Receiver:
    """Answers with `status`; what it acknowledged is in `taken`, all that it was sent in `sent`."""

    def __init__(self) -> None:
        self.port = free_port()
        self.status = 204
        self.sent: list[tuple[str, dict[str, Any]]] = []
        self.taken: list[dict[str, Any]] = []
        self._server: ThreadingHTTPServer | None = None

    def open(self) -> None:
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                identity, at = self.headers["webhook-id"], self.headers["webhook-timestamp"]
                assert abs(time.time() - int(at)) < 60
                signed = hmac.digest(KEY, f"{identity}.{at}.".encode() + body, hashlib.sha256)
                assert self.headers["webhook-signature"] == f"v1,{base64.b64encode(signed).decode()}"
                message = json.loads(body)
                receiver.sent.append((identity, message))
                if receiver.status < 300:
                    receiver.taken.append(message["data"])
                self.send_response(receiver.status)
                if receiver.status == 302:
                    self.send_header("Location", f"http://127.0.0.1:{receiver.port}/elsewhere")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.close()


def until(condition: Any, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "not in time"
        time.sleep(0.05)


def test_changes_are_told_whatever_happens_meanwhile(service: Service, receiver: Receiver, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(service.data, data, symlinks=True, ignore=shutil.ignore_patterns("run", "*.log"))
    settings = {"webhook": f"http://127.0.0.1:{receiver.port}/hook", "webhook_secret": SECRET}

    with Service(data, **settings) as running:  # nobody listens yet
        until(lambda: "webhook_not_delivered" in running.tail())
        running.kill()
    receiver.status = 500
    receiver.open()
    with Service(data, **settings) as running:
        until(lambda: len(receiver.sent) >= 2)
        receiver.status = 302
        until(lambda: len(receiver.sent) >= 3)
        running.kill()
    receiver.status = 204
    with Service(data, **settings) as running:
        until(lambda: receiver.taken)
        assert len({identity for identity, _ in receiver.sent}) == 1, "one message, however often it was sent"
        (first,) = receiver.taken
        assert (
            first["previous"] is None
            and len(first["added"]) == 3
            and SEED_ID in first["added"]
            and not first["removed"]
        )

        with running.operator() as operator:
            assert operator.delete(f"/v1/reports/{SEED_ID}").status_code == 204
            until(lambda: any(SEED_ID in taken["removed"] for taken in receiver.taken))
            until(lambda: receiver.taken[-1]["generation"] != first["generation"])

            receiver.close()  # two changes while it is away are one message
            short = tmp_path / "ngan.md"
            short.write_text(SEED.read_text("utf-8").split("## 2.2.")[0], "utf-8")
            job = upload(operator, short).raise_for_status().json()
            assert finished(operator, job["id"])["state"] == "done"
            other = next(i for i in first["added"] if i != SEED_ID)
            operator.delete(f"/v1/reports/{other}")
            before = len(receiver.taken)
            running.kill()
    receiver.open()
    with Service(data, **settings):
        until(lambda: len(receiver.taken) > before)
        state = set(first["added"])
        for taken in receiver.taken[1:]:
            state = state - set(taken["removed"]) | set(taken["added"])
        assert state == set(first["added"]) - {SEED_ID, other} | {job["report_id"]}
        assert receiver.taken[-1]["reports"] == len(state)


@pytest.mark.parametrize(
    "setting",
    [{"webhook": "http://127.0.0.1:9/x"}, {"webhook": "x", "webhook_secret": SECRET}, {"webhook_secret": "mật khẩu"},
     {"webhook_secret": "c2hvcnQ="}],
)  # fmt: skip
def test_a_webhook_without_an_address_or_a_secret_is_refused(tmp_path: Path, setting: dict[str, str]) -> None:
    run = cchc("doctor", env=environment(tmp_path, **setting))
    assert run.returncode == 2 and "CCHC_WEBHOOK" in run.stderr
    assert all(value not in run.stderr for name, value in setting.items() if name == "webhook_secret")
