"""The primary dies under writes: whatever was acknowledged is on the standby, and readers go on."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from index.encoder import Encoder
from index.errors import StoreUnavailable
from index.generation import open_generation
from index.postgres.store import PostgresStore
from index.publish import generation_path, published
from tests.postgres.server import Postgres
from tests.running import Service, ask

pytestmark = pytest.mark.slow


def test_nothing_acknowledged_is_lost_and_reading_goes_on(data: Path, tmp_path: Path, encoder: Encoder) -> None:
    states = [open_generation(generation_path(data, name), encoder) for name in published(data)]
    primary = Postgres.new()
    standby = primary.standby()
    empty = tmp_path / "api"
    empty.mkdir()
    (empty / "encoder").symlink_to((data / "encoder").resolve())
    try:
        writer = PostgresStore(primary.url_with(standby, "any"), tmp_path / "writer")
        acknowledged: dict[str, int] = {writer.take(states[0]): 0}
        failures: list[Exception] = []

        def write() -> None:
            for at in range(1, 10_000):
                try:
                    acknowledged[writer.take(states[at % len(states)])] = at % len(states)
                except StoreUnavailable as error:
                    failures.append(error)
                    return

        with Service(empty, store=standby.url_with(primary, "any")) as service, service.client() as client:
            assert ask(client)["status"] == "answered"
            writing = threading.Thread(target=write)
            writing.start()
            while len(acknowledged) < 8:
                time.sleep(0.01)
            primary.kill()
            writing.join(timeout=60)
            assert failures, "the writer never noticed"
            assert ask(client, "Số TTHC cấp xã đang có hiệu lực?")["status"] == "answered"
            standby.promote()
            survivor = PostgresStore(primary.url_with(standby, "any"), tmp_path / "survivor")
            last = max(acknowledged)
            served = survivor.current()
            assert served is not None and served >= last
            if served == last:
                wanted = {r.id for r in states[acknowledged[last]].reports()}
                assert {r.id for r in survivor.open(encoder).reports()} == wanted
            assert survivor.take(states[0]) > served
            assert {r.id for r in survivor.open(encoder).reports()} == {r.id for r in states[0].reports()}
            assert ask(client, "Số TTHC cấp tỉnh đang có hiệu lực?")["status"] == "answered"
    finally:
        primary.stop()
        standby.stop()
