"""`cchc keys`: make, list and revoke API keys."""

from __future__ import annotations

from rich.table import Table

from service.commands.console import console, fail, local_actor
from service.database import Database
from service.keys import ROLES, Keys
from service.settings import Settings


def create(settings: Settings, name: str, role: str) -> None:
    if role not in ROLES:
        fail(f"Vai trò phải là một trong: {', '.join(ROLES)}.")
    secret = Keys(Database(settings.data)).create(name, role, local_actor())
    console.print(f"Khóa của {name} ({role}), chỉ hiện ra một lần:", soft_wrap=True)
    console.print(secret, soft_wrap=True)


def show(settings: Settings) -> None:
    table = Table("Mã", "Tên", "Vai trò", "Tạo lúc", "Thu hồi lúc")
    for key in Keys(Database(settings.data)).all():
        table.add_row(key.id, key.name, key.role, key.created_at[:19], (key.revoked_at or "")[:19])
    console.print(table)


def revoke(settings: Settings, name: str) -> None:
    revoked = Keys(Database(settings.data)).revoke(name, local_actor())
    if not revoked:
        fail(f"Không có khóa nào đang dùng mang tên hoặc mã “{name}”.")
    console.print(f"Đã thu hồi {len(revoked)} khóa; có hiệu lực ngay.")
