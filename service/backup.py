"""One file with everything that can't be made again: reports, the served generation, the database, the operator's key.

Both ways work while the service runs. Writing holds the indexer's lock, so that the parts belong together; restoring
publishes the saved generation as the next one, and workers change to it like to any other.
"""

from __future__ import annotations

import errno
import gzip
import os
import shutil
import sqlite3
import tarfile
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path, PurePosixPath

from index.disk import Disk
from index.errors import GenerationDamaged
from index.generation import open_generation
from index.manifest import read_manifest, write_manifest
from index.publish import current, generation_path, indexing, publish, stage, staged_name
from service.database import FILE, Database, connect, migrate, transaction
from service.keys import CHAT_KEY_FILE, OPERATOR_KEY_FILE, Keys

_MARK = "cchc-backup-1"
_GENERATION = "generation"
_REPORTS = "reports"
_UPLOADS = "uploads"
_PIECE = 2**20

Progress = Callable[[int, int], object]


class NotABackup(Exception):
    """The file isn't one that `write` wrote, or is damaged."""


def write(data_dir: Path, file: Path, on_progress: Progress = lambda done, of: None) -> int:
    """Write a backup that only its owner can read; gives its size. It is whole, or it isn't there.

    Raises:
        FileExistsError: such a file is there.
        GenerationDamaged: what is served can't be read.
    """
    if file.exists():
        raise FileExistsError(file)
    part = file.with_name(f".{file.name}.part")
    try:
        with indexing(data_dir), tempfile.TemporaryDirectory(dir=data_dir, prefix=".backup-") as work:
            copy = Path(work) / FILE
            _copy_database(data_dir, copy)
            parts = list(_parts(data_dir, copy))
            os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            with tarfile.open(part, "w:gz", compresslevel=1) as archive:
                archive.addfile(tarfile.TarInfo(_MARK))
                for done, (path, name) in enumerate(parts):
                    archive.add(path, name, recursive=False)
                    on_progress(done + 1, len(parts))
            disk = Disk()
            disk.fsync(part)
            disk.replace(part, file)
            disk.fsync(file.absolute().parent)
    finally:
        part.unlink(missing_ok=True)
    return file.stat().st_size


def restore(data_dir: Path, file: Path) -> str | None:
    """Put everything back; gives the generation that is served now. Reports that came later stay on the disk.

    What the audit log has written since stays in it, and keys that were revoked since stay revoked.

    Raises:
        NotABackup: with what is wrong; nothing was changed then.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=data_dir, prefix=".restore-") as work:
        root = Path(work)
        _unpack(file, root)
        with closing(connect(root / FILE)) as saved:
            if saved.execute("PRAGMA quick_check").fetchone()[0] != "ok":
                raise NotABackup("cơ sở dữ liệu trong đó bị hỏng")
            migrate(saved)
            saved.execute("UPDATE jobs SET state = 'queued', stage = 'queued', progress = 0 WHERE state = 'running'")
        generation = root / _GENERATION
        if generation.exists():
            _check(generation)
        with indexing(data_dir):
            for folder in (_REPORTS, _UPLOADS):
                _merge(root / folder, data_dir / folder)
            name = _publish(data_dir, generation) if generation.exists() else None
            database = Database(data_dir)
            with database.connection() as live, closing(connect(root / FILE)) as saved:
                _keep_what_came_since(live, saved)
                saved.backup(live)
            if (data_dir / CHAT_KEY_FILE).exists():  # the chat that is running goes on asking with it
                Keys(database).ensure_chat_key(data_dir)
            database.close()
            key = root / OPERATOR_KEY_FILE
            if key.exists():
                key.chmod(0o600)
                Disk().replace(key, data_dir / OPERATOR_KEY_FILE)
    return name


def _keep_what_came_since(live: sqlite3.Connection, saved: sqlite3.Connection) -> None:
    entries = "SELECT at, actor, address, action, target, generation, detail FROM audit ORDER BY seq"
    known = {tuple(row) for row in saved.execute(entries)}
    since = [row for row in live.execute(entries) if tuple(row) not in known]
    revoked = live.execute("SELECT revoked_at, id FROM keys WHERE revoked_at IS NOT NULL").fetchall()
    with transaction(saved):
        saved.executemany(
            "INSERT INTO audit (at, actor, address, action, target, generation, detail) VALUES (?, ?, ?, ?, ?, ?, ?)",
            since,
        )
        saved.executemany("UPDATE keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", revoked)


def _parts(data_dir: Path, database: Path) -> Iterator[tuple[Path, str]]:
    yield database, FILE
    key = data_dir / OPERATOR_KEY_FILE
    if key.exists():
        yield key, OPERATOR_KEY_FILE
    served = current(data_dir)
    folders = [(data_dir / folder, folder) for folder in (_REPORTS, _UPLOADS)]
    if served is not None:
        folders.append((generation_path(data_dir, served), _GENERATION))
    for folder, name in folders:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.name.endswith((".part", ".lock")):
                yield path, f"{name}/{path.relative_to(folder).as_posix()}"


def _copy_database(data_dir: Path, target: Path) -> None:
    database = Database(data_dir)
    try:
        with database.connection() as live, closing(sqlite3.connect(target)) as copy:
            live.backup(copy)
    finally:
        database.close()


def _unpack(file: Path, root: Path) -> None:
    try:
        with gzip.open(file) as stream:
            with tarfile.open(fileobj=stream) as archive:
                if _MARK not in (first.name for first in [archive.next()] if first):
                    raise NotABackup("không có dấu của bản sao lưu")
                _extract(archive, root)
            while stream.read(_PIECE):  # to the checksum at the end, before which an archive ends
                pass
    except (OSError, EOFError, zlib.error, tarfile.TarError) as error:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise NotABackup("tệp hỏng hoặc không đọc được") from error
    if not (root / FILE).is_file():
        raise NotABackup("thiếu cơ sở dữ liệu")


def _extract(archive: tarfile.TarFile, root: Path) -> None:
    """What `extractall` does with its filter for data, which Debian 12's Python doesn't have: files, all of them inside."""
    for member in archive:
        name = PurePosixPath(member.name)
        source = archive.extractfile(member) if member.isfile() else None
        if source is None or name.is_absolute() or ".." in name.parts:
            raise NotABackup(f"trong đó có “{member.name}”")
        target = root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            shutil.copyfileobj(source, file)


def _check(generation: Path) -> None:
    try:
        open_generation(generation, None).close()
    except GenerationDamaged as error:
        raise NotABackup("bản chỉ mục trong đó bị hỏng") from error


def _merge(source: Path, target: Path) -> None:
    """Files go by their contents, so what is there already is the same, or the damaged copy of it."""
    for path in source.rglob("*"):
        if path.is_file():
            place = target / path.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            Disk().replace(path, place)


def _publish(data_dir: Path, generation: Path) -> str:
    manifest = read_manifest(generation)
    disk = Disk()
    staged = stage(data_dir, disk)
    shutil.copytree(generation, staged, dirs_exist_ok=True)
    write_manifest(staged, manifest.model_copy(update={"generation": staged_name(staged)}))
    return publish(data_dir, staged, disk)
