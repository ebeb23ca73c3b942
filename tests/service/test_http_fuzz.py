"""Requests made up from the service's own OpenAPI document: none may end in a 5xx or a status that isn't documented."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.running import ROOT, Service

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"


@pytest.mark.parametrize("with_key", [False, True])
def test_no_made_up_request_breaks_the_service(service: Service, tmp_path: Path, with_key: bool) -> None:
    key = ["--header", f"Authorization: Bearer {service.key}"] if with_key else []
    # What deletes or rebuilds would take the shared service's reports away; those are tested where they may.
    spared = ["--exclude-path", "/v1/reindex"]
    run = subprocess.run(
        [sys.executable, "-m", "schemathesis.cli", "run", f"{service.url}/openapi.json", "--checks", CHECKS, *key, *spared,
         "--max-examples", "12", "--phases", "examples,fuzzing", "--mode", "all", "--seed", "1", "--generation-database", "none",
         "--request-timeout", "60", "--no-color"],
        cwd=tmp_path, env={"PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}, capture_output=True, text=True, timeout=900,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout[-6000:] + run.stderr[-2000:]
