"""The OpenAPI document: an example of everything, each of the shape that it says, and nothing that a linter calls wrong."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest

from tests.client.types import document as current_document
from tests.running import ROOT

SPECTRAL = "@stoplight/spectral-cli@6.16.3"
BINARY = {"application/octet-stream", "image/png", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return current_document()


def test_everything_has_an_example_that_fits(document: dict[str, Any]) -> None:
    missing: list[str] = []
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            name = f"{method.upper()} {path}"
            contents = [("request", operation.get("requestBody", {}).get("content", {}))]
            contents += [(status, answer.get("content", {})) for status, answer in operation["responses"].items()]
            for where, content in contents:
                for kind, about in content.items():
                    if "example" in about and kind == "application/json":
                        check(document, about["schema"], about["example"], f"{name} {where}")
                    elif "example" not in about and kind not in BINARY:
                        missing.append(f"{name} {where} {kind}")
            missing += [
                f"{name} {p['name']}"
                for p in operation.get("parameters", ())
                if p["in"] == "path" and "example" not in p
            ]
    assert missing == [], "record them: python -m tests.client.examples"


def check(document: dict[str, Any], schema: dict[str, Any], example: Any, where: str) -> None:
    whole = {**schema, "components": document["components"]}
    problems = list(jsonschema.Draft202012Validator(whole).iter_errors(example))
    assert not problems, f"{where}: {problems[0].message}"


def test_errors_are_shown_in_the_shape_of_their_path(document: dict[str, Any]) -> None:
    ours = document["paths"]["/v1/ask"]["post"]["responses"]["429"]
    assert set(ours["content"]["application/json"]["example"]["error"]) == {"code", "message", "detail"}
    assert "Retry-After" in ours["headers"]
    theirs = document["paths"]["/v1/chat/completions"]["post"]["responses"]
    assert set(theirs["400"]["content"]["application/json"]["example"]["error"]) == {"message", "type", "param", "code"}
    assert "422" not in theirs


def test_the_proxy_lets_all_of_it_through(document: dict[str, Any]) -> None:
    """What the Caddyfile doesn't name as the API's goes to the chat, which has no such page."""
    said = (ROOT / "deploy/Caddyfile").read_text("utf-8")
    matched = [path for line in re.findall(r"^\s*@\w+ path (.+)$", said, flags=re.M) for path in line.split()]
    paths = [*document["paths"], "/mcp", "/widget", "/openapi.json"]
    assert [path for path in paths if not any(fnmatchcase(path, pattern) for pattern in matched)] == []


@pytest.mark.slow
def test_a_linter_finds_nothing_wrong(document: dict[str, Any], tmp_path: Path) -> None:
    npx = shutil.which("npx")
    if npx is None:
        pytest.skip("npx is not installed: apt-get install npm")
    registry = subprocess.run(
        ["npm", "config", "get", "registry"], capture_output=True, text=True, check=True
    ).stdout.strip()
    try:
        httpx.get(f"{registry.rstrip('/')}/@stoplight%2fspectral-cli", timeout=10.0).raise_for_status()
    except httpx.HTTPError as error:
        pytest.skip(f"npm's registry is not reachable: {error!r}")
    (tmp_path / "openapi.json").write_text(json.dumps(document), "utf-8")
    (tmp_path / ".spectral.yaml").write_text('extends: ["spectral:oas"]\n', "utf-8")
    run = subprocess.run(
        [npx, "--yes", "--package", SPECTRAL, "spectral", "lint", "openapi.json", "--format", "json", "--quiet",
         "--fail-severity", "error"],
        cwd=tmp_path, capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    found = json.loads(run.stdout or "[]")
    wrong = [
        f"{item['code']} {'.'.join(map(str, item['path']))}: {item['message']}"
        for item in found
        if item["severity"] <= 1
    ]
    assert wrong == [] and run.returncode == 0, wrong or run.stderr
