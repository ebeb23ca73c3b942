"""The real service and the real chat, each its own process, and Debian's Chromium in front of them."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.running import free_port, new_data

ROOT = Path(__file__).parents[2]
CHROMIUM = shutil.which("chromium")
WAIT_MS = 20_000
_START_SECONDS = 60.0
_PR_SET_PDEATHSIG = 1
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if CHROMIUM is None:
        here = Path(__file__).parent
        missing = pytest.mark.skip(reason="chromium is not installed: apt-get install chromium")
        for item in items:
            if here in item.path.parents:
                item.add_marker(missing)


@dataclass
class Running:
    """The service and the chat over a data directory of their own."""

    data: Path
    api_port: int
    ui_port: int
    portal_port: int = 0
    """Of another site, which may show the widget."""
    _processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.ui_port}"

    @property
    def operator_key(self) -> str:
        return (self.data / "operator.key").read_text(encoding="ascii").strip()

    def operator(self) -> httpx.Client:
        """The service as an operator's program asks it."""
        return httpx.Client(
            base_url=f"http://127.0.0.1:{self.api_port}", headers={"Authorization": f"Bearer {self.operator_key}"},
            timeout=60.0, trust_env=False,
        )  # fmt: skip

    def cchc(self, *arguments: str) -> subprocess.Popen[bytes]:
        environment = {
            **os.environ,
            "CCHC_DATA": str(self.data),
            "CCHC_PORT": str(self.api_port),
            "CCHC_UI_PORT": str(self.ui_port),
            "CCHC_HOST": "127.0.0.1",
            "CCHC_WIDGET_ORIGINS": f"http://127.0.0.1:{self.portal_port}",
        }
        with (self.data / f"{arguments[0]}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "service.cli", *arguments],
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=log,
                preexec_fn=_end_with_the_tests,
            )

    def start(self, name: str) -> None:
        """Start `serve` or `ui` and wait until it answers."""
        path = "/readyz" if name == "serve" else "/"
        port = self.api_port if name == "serve" else self.ui_port
        self._processes[name] = self.cchc(name)
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            if self._processes[name].poll() is not None:
                break
            try:
                if httpx.get(f"http://127.0.0.1:{port}{path}", trust_env=False).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.1)
        raise AssertionError(f"`cchc {name}` did not start:\n{(self.data / f'{name}.log').read_text()}")

    def pid(self, name: str) -> int:
        return self._processes[name].pid

    def stop(self, name: str) -> None:
        process = self._processes.pop(name, None)
        if process is not None:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _end_with_the_tests() -> None:
    """In the child: should the tests be killed, the kernel ends it too."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


@pytest.fixture(scope="package")
def running(tmp_path_factory: pytest.TempPathFactory, installed_data: Path) -> Iterator[Running]:
    data = new_data(tmp_path_factory.mktemp("browser") / "data", installed_data)
    running = Running(data, free_port(), free_port(), free_port())
    assert running.cchc("index").wait(timeout=300) == 0, (data / "index.log").read_text()
    try:
        running.start("serve")
        running.start("ui")
        yield running
    finally:
        running.stop("ui")
        running.stop("serve")


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=_FLAGS)
        expect.set_options(timeout=WAIT_MS)
        yield browser
        browser.close()


def new_context(chromium: Browser, url: str, *, height: int = 768, scheme: str = "light") -> BrowserContext:
    """Another reader's browser, with nothing of anybody's in it."""
    context = chromium.new_context(
        base_url=url, viewport={"width": 1366, "height": height}, locale="vi-VN", color_scheme=scheme
    )
    context.set_default_timeout(WAIT_MS)
    return context


@pytest.fixture
def context(chromium: Browser, running: Running) -> Iterator[BrowserContext]:
    """A reader's browser. Whatever the test does, no page may ask anyone but the chat for anything."""
    context = new_context(chromium, running.url)
    requested: list[str] = []
    context.on("request", lambda request: requested.append(request.url))
    yield context
    context.close()
    allowed = (running.url, "data:", "blob:")
    assert [url for url in requested if not url.startswith(allowed)] == []


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()
