"""`cchc up`: everything from a cold start, the API and the chat as child processes, and nothing left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx

from index.encoder_recipe import MULTILINGUAL_E5_SMALL
from index.errors import GenerationDamaged
from index.publish import current
from service.commands.console import console, errors, fail
from service.commands.serve import check_port
from service.database import Database
from service.keys import Keys
from service.parent import end_with_parent
from service.settings import Settings

FIRST_QUESTION = "Số thủ tục hành chính cấp huyện đang có hiệu lực là bao nhiêu?"
_READY_SECONDS = 90.0
_END_SECONDS = 20.0
_LOG_BYTES = 10 * 2**20


def up(settings: Settings) -> None:
    check_port(settings.host, settings.port, "CCHC_PORT")
    check_port(settings.host, settings.ui_port, "CCHC_UI_PORT")
    if settings.port == settings.ui_port:
        fail("CCHC_PORT và CCHC_UI_PORT phải là hai cổng khác nhau.")
    _prepare(settings)
    signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(0))
    children: dict[str, subprocess.Popen[bytes]] = {}
    try:
        children["api"] = _start(settings, "api", _environment(settings), "-m", "service.cli", "serve")
        children["ui"] = _start(settings, "ui", _ui_environment(settings), "-m", "ui.launch")
        _wait_until_ready(settings, children)
        console.print(f"Trang chat:  {settings.ui_url}", f"API:         {settings.api_url}", sep="\n", soft_wrap=True)
        console.print(f"Hỏi thử:     {FIRST_QUESTION}", soft_wrap=True)
        console.print("Ctrl-C để dừng.")
        while (ended := _ended(children)) is None:
            time.sleep(0.2)
        _tell_end(settings, ended)
    except KeyboardInterrupt:
        pass
    finally:
        _end(children)


def run_ui(settings: Settings) -> None:
    """This process becomes the chat."""
    check_port(settings.host, settings.ui_port, "CCHC_UI_PORT")
    os.execve(sys.executable, [sys.executable, "-m", "ui.launch"], _ui_environment(settings))


def _prepare(settings: Settings) -> None:
    """The encoder and a first index, where they aren't there yet."""
    if settings.encoder is None and not MULTILINGUAL_E5_SMALL.directory(settings.data).is_dir():
        console.print("Dựng bộ mã hóa (chỉ lần đầu)…")
        _run(settings, "-m", "index.encoder_build")
    try:
        served = current(settings.data)
    except GenerationDamaged as error:
        fail(error.message)
    if served is None:
        console.print("Lập chỉ mục các báo cáo mẫu (chỉ lần đầu)…")
        _run(settings, "-m", "service.cli", "index")


def _run(settings: Settings, *arguments: str) -> None:
    if subprocess.run([sys.executable, *arguments], env=_environment(settings), check=False).returncode:
        fail("Không chuẩn bị được; xem thông báo phía trên.")


def _environment(settings: Settings) -> dict[str, str]:
    return {**os.environ, "CCHC_DATA": str(settings.data)}


def _ui_environment(settings: Settings) -> dict[str, str]:
    key = os.environ.get("CCHC_API_KEY", "")
    if settings.keys_required and not key:
        database = Database(settings.data)
        key = Keys(database).ensure_chat_key(settings.data)
        database.close()
    return {
        **_environment(settings),
        "CCHC_API_KEY": key,
        "CCHC_HOST": settings.host,
        "CCHC_UI_PORT": str(settings.ui_port),
        "CCHC_API_URL": os.environ.get("CCHC_API_URL", settings.api_url),
    }


def _start(settings: Settings, name: str, env: dict[str, str], *arguments: str) -> subprocess.Popen[bytes]:
    path = _log_path(settings, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > _LOG_BYTES:
        path.replace(path.with_suffix(".log.1"))
    with path.open("ab") as log:
        return subprocess.Popen(
            [sys.executable, *arguments], env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            start_new_session=True,  # Ctrl-C reaches this process alone, which ends the others in order
            preexec_fn=end_with_parent,
        )  # fmt: skip


def _wait_until_ready(settings: Settings, children: dict[str, subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + _READY_SECONDS
    waiting = {"api": f"{settings.api_url}/readyz", "ui": f"{settings.ui_url}/"}
    while waiting:
        if (ended := _ended(children)) is not None:
            _tell_end(settings, ended)
        if time.monotonic() > deadline:
            name = next(iter(waiting))
            errors.print(_last_lines(_log_path(settings, name)), soft_wrap=True)
            fail(f"Quá {_READY_SECONDS:.0f} giây mà {_NAMES[name]} chưa sẵn sàng.")
        for name, url in list(waiting.items()):
            try:
                if httpx.get(url, timeout=2.0, trust_env=False).status_code == 200:
                    del waiting[name]
            except httpx.HTTPError:
                continue
        time.sleep(0.1)


_NAMES = {"api": "dịch vụ API", "ui": "trang chat"}


def _ended(children: dict[str, subprocess.Popen[bytes]]) -> str | None:
    return next((name for name, child in children.items() if child.poll() is not None), None)


def _tell_end(settings: Settings, name: str) -> None:
    path = _log_path(settings, name)
    errors.print(_last_lines(path), soft_wrap=True)
    fail(f"{_NAMES[name].capitalize()} đã dừng ngoài ý muốn; nhật ký đầy đủ ở {path}.")


def _log_path(settings: Settings, name: str) -> Path:
    return settings.data / "logs" / f"{name}.log"


def _last_lines(path: Path, count: int = 15) -> str:
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 20_000))
        return "\n".join(file.read().decode("utf-8", "replace").splitlines()[-count:])


def _end(children: dict[str, subprocess.Popen[bytes]]) -> None:
    """Ask each to end, wait, and kill what is left of its session."""
    for child in children.values():
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + _END_SECONDS
    for child in children.values():
        try:
            child.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
