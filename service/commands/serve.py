"""`cchc serve`: the API, and the indexer beside it."""

from __future__ import annotations

import errno
import shutil
import signal
import socket
import sqlite3
import sys
from types import FrameType
from typing import TYPE_CHECKING

import structlog
import uvicorn

from index.errors import GenerationDamaged
from index.manifest import read_manifest
from index.publish import generation_path
from service.audit import Actor
from service.commands.console import fail
from service.database import Database, journal_mode
from service.generations import served_by
from service.inbox import Inbox
from service.indexer_process import IndexerProcess
from service.jobs import JobQueue
from service.keys import Keys
from service.logging import configure_logging
from service.protocol import Protocol
from service.settings import Settings, secret_bytes

if TYPE_CHECKING:
    from service.webhook import Webhook

# By itself uvicorn kills a worker that is silent for 5 seconds, with the questions it has taken: on a machine that is
# busy with a scan, importing its libraries takes a worker longer than that. One that has died is replaced at once.
_UNRESPONSIVE_SECONDS = 60

log = structlog.get_logger("serve")


def serve(settings: Settings) -> None:
    check_port(settings.host, settings.port, "CCHC_PORT")
    configure_logging("serve")
    database = Database(settings.data)
    log.info("database_opened", sqlite=sqlite3.sqlite_version, journal_mode=journal_mode())
    keys = Keys(database)
    keys.ensure_operator_key(settings.data)
    if not settings.is_loopback and not settings.allow_anonymous and not keys.any_made():
        fail(
            f"Dịch vụ sẽ nhận yêu cầu từ máy khác ({settings.host}) nhưng chưa có khóa API nào. Hãy tạo khóa bằng "
            "`cchc keys create TÊN`, hoặc đặt CCHC_ALLOW_ANONYMOUS=true nếu thật sự muốn cho mọi người hỏi."
        )
    shutil.rmtree(settings.data / "run", ignore_errors=True)  # what the processes of an earlier start left there
    queue = JobQueue(database, settings.data)
    _rebuild_outdated(settings, queue)
    inbox = Inbox(settings.inbox, settings.data, queue, settings.max_upload_mb * 2**20) if settings.inbox else None
    if inbox:
        inbox.start()
    indexer = IndexerProcess(queue, inbox)
    webhook = _webhook(settings, database)
    # uvicorn shuts down on the signal, then raises it again: this lets what follows happen before the process ends.
    signal.signal(signal.SIGTERM, _exit)
    indexer.start()
    if webhook:
        webhook.start()
    try:
        uvicorn.run(
            "service.app:create_app", factory=True, host=settings.host, port=settings.port, workers=settings.workers,
            loop="uvloop", http=Protocol, log_config=None, access_log=False, server_header=False,
            timeout_graceful_shutdown=15, timeout_worker_healthcheck=_UNRESPONSIVE_SECONDS,
        )  # fmt: skip
    except KeyboardInterrupt:
        pass
    finally:
        if webhook:
            webhook.stop()
        indexer.stop()
        database.close()


def _rebuild_outdated(settings: Settings, queue: JobQueue) -> None:
    """What an earlier version has indexed is read anew; it answers until then, if this version can still open it."""
    served = served_by(settings.data)
    if served is None:
        return
    try:
        manifest = read_manifest(generation_path(settings.data, served))
    except GenerationDamaged:
        return  # of which the workers tell
    if not manifest.is_of_this_version:
        log.info("index_outdated", generation=served)
        queue.rebuild(Actor("upgrade"), served)


def check_port(host: str, port: int, setting: str) -> None:
    """End with one sentence if something listens there already, or the address isn't this machine's."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                fail(
                    f"Cổng {port} đang được chương trình khác dùng. Hãy dừng chương trình đó, hoặc đặt {setting} sang cổng khác."
                )
            fail(f"Không lắng nghe được trên địa chỉ {host}. Hãy kiểm tra CCHC_HOST.")


def _webhook(settings: Settings, database: Database) -> Webhook | None:
    if settings.webhook is None or settings.webhook_secret is None:
        return None
    from service.webhook import Webhook  # what it imports is for those who have one

    secret = secret_bytes(settings.webhook_secret.get_secret_value())
    return Webhook(settings.webhook, secret, settings.data, database)


def _exit(number: int, frame: FrameType | None) -> None:
    sys.exit(0)
