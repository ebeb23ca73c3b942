"""A new version of the product over the data of an earlier one."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from index.manifest import read_manifest, write_manifest
from index.publish import current, generation_path
from service import audit
from service.database import Database
from tests.running import Service, ask


@pytest.mark.parametrize("version", ["parser", "chunker", "schema_version"])
def test_what_an_earlier_version_has_indexed_is_indexed_anew(data: Path, version: str) -> None:
    name = current(data)
    assert name is not None
    old = generation_path(data, name)
    write_manifest(old, read_manifest(old).model_copy(update={version: "0"}))
    with Service(data) as service, service.client() as client:
        assert ask(client)["figures"][0]["value_text"] == "235"
        deadline = time.monotonic() + 120
        while ask(client)["generation"] == name:
            assert time.monotonic() < deadline
            time.sleep(0.2)
        assert ask(client)["figures"][0]["value_text"] == "235"
    database = Database(data)
    assert [(e.actor, e.action) for e in audit.entries(database, 9)] == [("upgrade", "index.rebuild")]
    database.close()
