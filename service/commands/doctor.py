"""`cchc doctor`: what is installed, what is stored, and what to do about what isn't as it should be."""

from __future__ import annotations

import shutil
import sqlite3
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Literal

import httpx
from rich.table import Column, Table
from rich.text import Text

from corpus.errors import UnreadableReport
from index.encoder import load_encoder
from index.errors import IndexingError, NoGeneration
from index.generation import open_generation
from index.publish import current, generation_path
from service.commands.console import console
from service.database import Database, journal_mode
from service.jobs import JobQueue
from service.keys import OPERATOR_KEY_FILE, Keys
from service.settings import Settings

State = Literal["ok", "warning", "error"]

_LEAST_FREE = 2 * 2**30
_SIGNS: dict[State, tuple[str, str]] = {"ok": ("✓", "green"), "warning": ("!", "yellow"), "error": ("✗", "red")}
_LIBRARIES = ("fastapi", "uvicorn", "streamlit", "faiss-cpu", "tantivy", "onnxruntime", "tokenizers", "torch")


@dataclass(frozen=True, slots=True)
class Finding:
    state: State
    what: str
    found: str
    to_do: str = ""


def doctor(settings: Settings) -> None:
    table = Table(
        "", "Mục", Column("Tình trạng", overflow="fold"), Column("Việc cần làm", min_width=26, overflow="fold")
    )
    findings = list(examine(settings))
    for finding in findings:
        sign, color = _SIGNS[finding.state]
        table.add_row(Text(sign, style=color), finding.what, Text(finding.found), Text(finding.to_do))
    console.print(table)
    if any(finding.state == "error" for finding in findings):
        raise SystemExit(1)


def examine(settings: Settings) -> Iterator[Finding]:
    checks: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
        _versions, _disk, _readers, _database, _encoder_and_index, _keys, _running
    )  # fmt: skip
    for check in checks:
        try:
            yield from check(settings)
        except Exception as error:
            yield Finding("error", check.__name__.strip("_"), f"không kiểm tra được: {error}")


def _versions(settings: Settings) -> Iterator[Finding]:
    python = sys.version.split()[0]
    yield Finding("ok" if sys.version_info >= (3, 11) else "error", "Python", python, "")
    for name in _LIBRARIES:
        try:
            yield Finding("ok", name, version(name))
        except PackageNotFoundError:
            yield Finding("error", name, "chưa cài", "Chạy: make install")


def _disk(settings: Settings) -> Iterator[Finding]:
    settings.data.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.data).free
    found = f"{free / 2**30:.1f} GB trống ở {settings.data.resolve()}"
    if free < _LEAST_FREE:
        yield Finding("warning", "Đĩa", found, "Giải phóng chỗ, hoặc chạy: cchc purge")
    else:
        yield Finding("ok", "Đĩa", found)


def _readers(settings: Settings) -> Iterator[Finding]:
    try:
        from corpus.readers.recognition import Recognizer

        with Recognizer.opened():  # as it is for a scan
            yield Finding("ok", "OCR tiếng Việt", "có")
    except (ImportError, UnreadableReport):
        yield Finding(
            "warning", "OCR tiếng Việt", "chưa có, bản quét sẽ bị từ chối", "apt-get install tesseract-ocr-vie"
        )
    if shutil.which("soffice"):
        yield Finding("ok", "LibreOffice", "có")
    else:
        yield Finding(
            "warning", "LibreOffice", "chưa có, tệp .doc sẽ bị từ chối", "apt-get install libreoffice-writer-nogui"
        )


def _database(settings: Settings) -> Iterator[Finding]:
    database = Database(settings.data)
    try:
        with database.connection() as db:
            sound = db.execute("PRAGMA quick_check").fetchone()[0] == "ok"
            mode = db.execute("PRAGMA journal_mode").fetchone()[0]
        found = f"SQLite {sqlite3.sqlite_version}, nhật ký {mode}"
        if not sound:
            yield Finding("error", "Cơ sở dữ liệu", f"{found}, bị hỏng", "Khôi phục: cchc restore TỆP")
        elif mode != journal_mode():
            yield Finding("error", "Cơ sở dữ liệu", f"{found}, cần {journal_mode()}", "Dừng dịch vụ rồi chạy lại")
        else:
            yield Finding("ok", "Cơ sở dữ liệu", found)
        counts = JobQueue(database, settings.data).counts()
        waiting = counts.get("queued", 0) + counts.get("running", 0)
        yield Finding("ok", "Công việc", f"{waiting} đang chờ hoặc đang chạy, {counts.get('failed', 0)} không xong")
    finally:
        database.close()


def _encoder_and_index(settings: Settings) -> Iterator[Finding]:
    encoder = None
    try:
        encoder = load_encoder(settings.data, settings.encoder)
        yield Finding("ok", "Bộ mã hóa", encoder.name)
    except IndexingError as error:
        yield Finding("error", "Bộ mã hóa", error.message, "Chạy: make install")
    try:
        served = current(settings.data)
        if served is None:
            raise NoGeneration("chưa có báo cáo nào")
        generation = open_generation(generation_path(settings.data, served), encoder)
    except NoGeneration as error:
        yield Finding("warning", "Chỉ mục", error.message, "Chạy: cchc index")
        return
    except IndexingError as error:
        yield Finding("error", "Chỉ mục", error.message, "Chạy: cchc rollback hoặc cchc index --rebuild")
        return
    counts = generation.manifest.counts
    generation.close()
    yield Finding("ok", "Chỉ mục", f"bản {served}: {counts.reports} báo cáo, {counts.passages} đoạn")


def _keys(settings: Settings) -> Iterator[Finding]:
    path = settings.data / OPERATOR_KEY_FILE
    database = Database(settings.data)
    keys = Keys(database)
    if not path.exists():
        yield Finding("warning", "Khóa quản trị", "chưa có", "Được tạo khi chạy: cchc serve")
    elif stat.S_IMODE(path.stat().st_mode) & 0o077:
        yield Finding("error", "Khóa quản trị", "người khác đọc được", f"chmod 600 {path}")
    elif keys.caller(path.read_text("ascii").strip()) is None:
        yield Finding("warning", "Khóa quản trị", "đã bị thu hồi", f"Để có khóa mới: xóa {path}, chạy lại cchc serve")
    else:
        yield Finding("ok", "Khóa quản trị", str(path))
    made = keys.any_made()
    database.close()
    if not settings.is_loopback and not made and not settings.allow_anonymous:
        yield Finding("error", "Khóa API", f"chưa có mà CCHC_HOST={settings.host}", "Chạy: cchc keys create TÊN")


def _running(settings: Settings) -> Iterator[Finding]:
    try:
        ready = httpx.get(f"{settings.api_url}/readyz", timeout=2.0, trust_env=False)
    except httpx.HTTPError:
        yield Finding("warning", "Dịch vụ", f"không chạy ở {settings.api_url}", "Chạy: cchc serve")
        return
    if ready.status_code == 200:
        yield Finding("ok", "Dịch vụ", f"sẵn sàng ở {settings.api_url}")
    else:
        yield Finding("warning", "Dịch vụ", ready.json()["error"]["message"], "Xem nhật ký của dịch vụ")
