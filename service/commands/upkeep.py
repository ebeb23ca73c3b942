"""`cchc rollback`, `purge`, `audit`, `backup` and `restore`: what an operator does to a running service."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from rich.progress import Progress

from index.errors import IndexingError
from service import audit as audit_log
from service import backup as backups
from service.commands.console import console, fail, local_actor
from service.database import Database
from service.generations import roll_back, served_by
from service.jobs import JobQueue
from service.settings import Settings


def rollback(settings: Settings, generation: str | None) -> None:
    before = served_by(settings.data)
    try:
        served = roll_back(settings.data, generation, JobQueue(Database(settings.data), settings.data), local_actor())
    except IndexingError as error:
        fail(error.message)
    console.print(
        f"Đã quay lại bản chỉ mục {served} (trước đó: {before or 'không rõ'}). Dịch vụ đang chạy tự chuyển theo."
    )


def purge(settings: Settings) -> None:
    from index.builder import Builder
    from index.encoder import load_encoder

    try:
        gone = Builder(settings.data, load_encoder(settings.data, settings.encoder)).purge()
    except IndexingError as error:
        fail(error.message)
    with Database(settings.data).transaction() as db:
        for report_id in gone:
            audit_log.record(db, local_actor(), "report.purge", report_id)
    console.print(f"Đã xóa hẳn tệp của {len(gone)} báo cáo và các bản chỉ mục cũ.")


def audit(settings: Settings, last: int, as_json: bool) -> None:
    found = audit_log.entries(Database(settings.data), last)
    if as_json:
        for entry in found:
            console.print(json.dumps(asdict(entry), ensure_ascii=False), soft_wrap=True)
        return
    for e in found:
        who = f"{e.actor} ({e.address})" if e.address else e.actor
        detail = "; ".join(f"{name}: {value}" for name, value in e.detail.items())
        parts = (e.at[:19], who, f"{e.action} {e.target or ''}".rstrip(), f"bản {e.generation or '-'}", detail)
        console.print("  ".join(part for part in parts if part), soft_wrap=True)


def backup(settings: Settings, file: Path) -> None:
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("Sao lưu", total=None)
        try:
            size = backups.write(settings.data, file, lambda done, of: bar.update(task, completed=done, total=of))
        except IndexingError as error:
            fail(error.message)
        except FileExistsError:
            fail(f"Tệp {file} đã có; hãy chọn tên khác.")
        except OSError as error:
            fail(f"Không ghi được {file}: {error.strerror}. Hãy chọn một thư mục có thật, ghi được và còn chỗ.")
    with Database(settings.data).transaction() as db:
        audit_log.record(db, local_actor(), "backup", str(file), served_by(settings.data))
    console.print(
        f"Đã sao lưu vào {file} ({size / 2**20:.1f} MB). Tệp này chứa khóa của quản trị viên; hãy cất giữ cẩn thận."
    )


def restore(settings: Settings, file: Path) -> None:
    try:
        generation = backups.restore(settings.data, file)
    except backups.NotABackup as error:
        fail(f"{file} không phải là bản sao lưu dùng được: {error}.")
    except OSError as error:
        fail(f"Không khôi phục được vào {settings.data}: {error.strerror}. Hãy giải phóng chỗ trên đĩa rồi chạy lại.")
    with Database(settings.data).transaction() as db:
        audit_log.record(db, local_actor(), "restore", str(file), generation)
    console.print(f"Đã khôi phục; bản chỉ mục đang dùng: {generation or 'chưa có'}. Dịch vụ đang chạy tự chuyển theo.")
