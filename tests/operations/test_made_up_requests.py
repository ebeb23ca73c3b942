"""Requests made up from the service's own OpenAPI document: none may end in a 5xx or a status that isn't documented."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.running import Service, ask, finished

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


@pytest.mark.parametrize("role", [pytest.param("nobody", marks=pytest.mark.slow), "operator"])
def test_no_made_up_request_breaks_the_service(data: Path, tmp_path: Path, role: str) -> None:
    with Service(data) as service:
        key = ["--header", f"Authorization: Bearer {service.key}"] if role == "operator" else []
        run = subprocess.run(
            [sys.executable, "-m", "schemathesis.cli", "run", f"{service.url}/openapi.json", "--checks", CHECKS, *key,
             "--max-examples", "12", "--phases", "examples,fuzzing", "--mode", "all", "--seed", "1",
             "--generation-database", "none", "--request-timeout", "60", "--no-color"],
            cwd=tmp_path, env={"PATH": os.defpath}, capture_output=True, text=True, timeout=900,
        )  # fmt: skip
        assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
        with service.operator() as client:
            job = client.post("/v1/reindex").json()["id"]
            assert finished(client, job)["state"] == "done"
            assert ask(client)["status"] in ("answered", "no_evidence")  # a made-up request may have deleted the report
