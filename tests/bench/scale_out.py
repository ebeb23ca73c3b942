"""The same corpus in PostgreSQL beside the files: what the way over the network costs an answer, and a publication."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import psycopg
from rich.table import Table

from index.encoder import Encoder
from index.generation import Generation, open_current
from index.postgres.store import PostgresStore
from service.engine import Engine
from tests.bench import questions
from tests.postgres.server import Postgres


def measure(data: Path, encoder: Encoder) -> Table:
    """Copy a data directory to a server of its own, ask both the same, each question once."""
    table = Table("store", "filled in", "nothing new in", "size", "opened in", "ask p50", "of the encoder", title="Files and PostgreSQL", title_justify="left")  # fmt: skip
    server = Postgres.new()
    try:
        files = open_current(data, encoder)
        store = PostgresStore(server.url, data)
        filled, again = _seconds(lambda: store.take(files)), _seconds(lambda: store.take(files))
        with psycopg.connect(server.url) as db:
            size = db.execute("SELECT pg_database_size(current_database())").fetchone()
        rows = (
            ("files", lambda: open_current(data, encoder), "", "", ""),
            ("PostgreSQL", lambda: store.open(encoder), f"{filled:.1f} s", f"{again:.1f} s", f"{(size or (0,))[0] / 2**20:.0f} MB"),
        )  # fmt: skip
        for name, opened, first, second, megabytes in rows:
            start = time.perf_counter()
            generation = opened()
            seconds = time.perf_counter() - start
            ask, ratio = _asked(generation, encoder)
            table.add_row(name, first, second, megabytes, f"{seconds:.2f} s", f"{ask:.1f} ms", f"{ratio:.2f}")
            generation.close()
        store.close()
        files.close()
    finally:
        server.stop()
    return table


def _asked(generation: Generation, encoder: Encoder) -> tuple[float, float]:
    """Median milliseconds of an answer, and as a multiple of the encoder's."""
    engine = Engine(generation, encoder)
    asked = [question for some in questions.gold().values() for question in some]
    engine.ask(asked[0])
    took = [(_seconds(lambda q=q: encoder.encode_query(q)), _seconds(lambda q=q: engine.ask(q))) for q in asked[1:]]
    encoded, answered = np.median(took, axis=0)
    return 1000 * float(answered), float(answered / encoded)


def _seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start
