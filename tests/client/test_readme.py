"""The examples that README shows, run as they are printed against a real service."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cut import cut
from tests.running import ROOT, Service

README = (ROOT / "README.md").read_text("utf-8")
CURL = re.findall(r"^    (curl (?:.*\\\n)*.*)$", README, flags=re.M)
ADDRESS = re.compile(r"127\.0\.0\.1:8000")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", README, flags=re.M | re.S)


def here(example: str, service: Service) -> str:
    return ADDRESS.sub(service.url.removeprefix("http://"), example)


@pytest.fixture
def folder(service: Service, tmp_path: Path) -> Path:
    """A folder that has what the examples name; the PDF is a page of a report whose number isn't printed on it."""
    (tmp_path / "var").symlink_to(service.data)
    cut(ROOT / "tests/data/203-digital.pdf", [16], tmp_path / "bao-cao.pdf")
    return tmp_path


def run(command: list[str], folder: Path) -> str:
    environment = {**os.environ, "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("example", CURL)
def test_curl(service: Service, folder: Path, example: str) -> None:
    said = json.loads(run(["bash", "-c", here(example, service)], folder))
    assert "error" not in said or said["error"] is None
    if "file=@" not in example:
        assert "235" in json.dumps(said)


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed: apt-get install nodejs")
@pytest.mark.parametrize("example", blocks("js"))
def test_javascript(service: Service, folder: Path, example: str) -> None:
    (folder / "example.mjs").write_text(here(example, service), "utf-8")
    assert run(["node", "example.mjs"], folder).startswith("answered 235 ")


@pytest.mark.parametrize("example", blocks("python"))
def test_python(service: Service, folder: Path, example: str) -> None:
    assert run([sys.executable, "-c", here(example, service)], folder).strip() == "235"


def test_there_are_examples_of_each_kind() -> None:
    assert len(CURL) >= 3 and blocks("js") and blocks("python")
