"""A real service for tests: `cchc serve` as its own process, on a free port, over a data directory of its own."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx

from index.builder import Builder
from index.encoder import load_encoder

ROOT = Path(__file__).parents[1]
SEED = ROOT / "corpus/reports/203-BC-UBND-son-la-2021-H1.md"
SYNTHETIC = sorted((ROOT / "tests/eval/reports").glob("*.md"))
QUESTION = "Số TTHC cấp huyện đang có hiệu lực là bao nhiêu?"
_READY_SECONDS = 120.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(data: Path, **settings: object) -> dict[str, str]:
    """This process' environment with only these settings of ours."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("CCHC_")}
    return {**clean, "CCHC_DATA": str(data), **{f"CCHC_{name.upper()}": str(value) for name, value in settings.items()}}


def cchc(*arguments: str, env: dict[str, str], **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "service.cli", *arguments], env=env, cwd=ROOT, capture_output=True, text=True, timeout=300, **options
    )  # fmt: skip


def new_data(path: Path, installed: Path) -> Path:
    """An empty data directory that borrows the installed encoder and has seen the words of the test reports."""
    path.mkdir(parents=True, exist_ok=True)
    (path / "encoder").symlink_to((installed / "encoder").resolve())
    for made in ("vectors", "readings"):
        shutil.copytree(seen(installed) / made, path / made)
    return path


@cache
def seen(installed: Path) -> Path:
    """A data directory in which the test reports were read, once for all tests: indexing them there costs no encoding."""
    home = installed.resolve() / "tests"
    home.mkdir(exist_ok=True)
    builder = Builder(home, load_encoder(installed, None))
    builder.add([SEED, *SYNTHETIC])
    if not (home / "readings").exists():  # made by a version that read nothing closely
        builder.rebuild()
    return home


class Service:
    """`with Service(data) as service:`; every process of it is gone afterwards."""

    def __init__(self, data: Path, wait: bool = True, **settings: object) -> None:
        self.data = data
        self.url = f"http://127.0.0.1:{settings.setdefault('port', free_port())}"
        self.log = data / "serve.log"
        self._environment = environment(data, **settings)
        self._wait = wait
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Service:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "service.cli", "serve"],
                env=self._environment, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        try:
            self.wait_for("/readyz" if self._wait else "/healthz")
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def key(self) -> str:
        return (self.data / "operator.key").read_text().strip()

    def client(self, key: str | None = None, timeout: float = 60.0) -> httpx.Client:
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        return httpx.Client(base_url=self.url, headers=headers, timeout=timeout, trust_env=False)

    def operator(self) -> httpx.Client:
        return self.client(self.key)

    def wait_for(self, path: str) -> None:
        assert self._process is not None
        deadline = time.monotonic() + _READY_SECONDS
        with self.client(timeout=5.0) as client:
            while time.monotonic() < deadline:
                if self._process.poll() is not None:
                    raise AssertionError(f"the service ended:\n{self.tail()}")
                try:
                    if client.get(path).status_code == 200:
                        return
                except httpx.HTTPError:
                    pass
                time.sleep(0.05)
        raise AssertionError(f"not ready in time:\n{self.tail()}")

    def tail(self) -> str:
        return self.log.read_text("utf-8", "replace")[-4000:]

    def stop(self) -> int:
        """End it in order; its session must be empty then."""
        assert self._process is not None
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(timeout=40)
            except subprocess.TimeoutExpired:
                self.kill()
                raise
        deadline = time.monotonic() + 10
        while (left := session_members(self._process.pid)) and time.monotonic() < deadline:
            time.sleep(0.05)
        self._kill_session()
        assert not left, f"left running: {left}"
        return self._process.returncode

    def kill(self) -> None:
        """As a power cut would: everything at once."""
        assert self._process is not None
        self._kill_session()
        self._process.wait()

    def _kill_session(self) -> None:
        for pid in session_members(self.pid):
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue


def session_members(session: int) -> list[int]:
    """The processes of a session that are still alive."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, _, of = path.read_text().rpartition(")")[2].split()[:4]
        except OSError:
            continue
        if int(of) == session and state != "Z":
            found.append(int(path.parent.name))
    return found


def report_id(path: Path) -> str:
    """The id that a file's report has or would have."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def upload(client: httpx.Client, path: Path, name: str | None = None, **fields: str) -> httpx.Response:
    with path.open("rb") as file:
        return client.post("/v1/reports", files={"file": (name or path.name, file)}, data=fields)


def finished(client: httpx.Client, job_id: str, seconds: float = 120.0) -> dict[str, Any]:
    """The job once it is done or failed."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        job: dict[str, Any] = client.get(f"/v1/jobs/{job_id}").raise_for_status().json()
        if job["state"] in ("done", "failed"):
            return job
        time.sleep(0.1)
    raise AssertionError(f"job not finished: {job}")


def ask(client: httpx.Client, question: str = QUESTION, **body: Any) -> dict[str, Any]:
    answer: dict[str, Any] = client.post("/v1/ask", json={"question": question, **body}).raise_for_status().json()
    return answer
