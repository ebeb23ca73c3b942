"""Which generation is served: the CURRENT file, and how it comes to name another.

`$CCHC_DATA/generations/` holds one directory for each generation and CURRENT, a list of names: the first is
served, the others are kept to go back to. A generation is built in a hidden directory beside them, synced,
renamed to its number, and only then named in CURRENT, which is replaced atomically. Whatever a killed
indexer leaves behind is not named there and is swept away by the next one.
"""

from __future__ import annotations

import fcntl
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from index.disk import Disk
from index.errors import GenerationDamaged, NoGeneration

KEPT_GENERATIONS = 3
_STAGED = ".building-"
_NAME = re.compile(r"\d{5,}")


def generations_dir(data_dir: Path) -> Path:
    return data_dir / "generations"


def generation_path(data_dir: Path, name: str) -> Path:
    return generations_dir(data_dir) / name


def current(data_dir: Path) -> str | None:
    """The generation to serve, or None where nothing was indexed yet."""
    return next(iter(published(data_dir)), None)


def published(data_dir: Path) -> list[str]:
    """The generation to serve, then those to go back to, the newest first.

    Raises:
        GenerationDamaged: there are generations, but no readable list of them.
    """
    pointer = _pointer(data_dir)
    try:
        names = pointer.read_text("ascii").split()
    except FileNotFoundError:
        if _numbers(data_dir):
            raise _lost(data_dir) from None
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise _lost(data_dir) from error
    if not all(_NAME.fullmatch(name) for name in names):
        raise _lost(data_dir)
    return names


@contextmanager
def indexing(data_dir: Path, on_wait: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Hold the right to change generations: one process at a time, freed when it dies."""
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / "index.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            on_wait()
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def stage(data_dir: Path, disk: Disk) -> Path:
    """An empty directory to build the next generation in; the number after `.building-` will be its name."""
    generations = generations_dir(data_dir)
    generations.mkdir(parents=True, exist_ok=True)
    if not _pointer(data_dir).exists() and not _numbers(data_dir):
        disk.write(_pointer(data_dir), b"")  # an orphan beside an empty list is told from a lost list
    taken = [*_numbers(data_dir), *published(data_dir)]
    name = f"{max((int(n) for n in taken), default=0) + 1:05d}"
    staged = generations / f"{_STAGED}{name}"
    shutil.rmtree(staged, ignore_errors=True)
    staged.mkdir()
    return staged


def staged_name(staged: Path) -> str:
    return staged.name.removeprefix(_STAGED)


def publish(data_dir: Path, staged: Path, disk: Disk) -> str:
    """Make a whole, verified generation the one that is served; only then is it acknowledged."""
    name = staged_name(staged)
    disk.fsync_tree(staged)
    disk.replace(staged, generation_path(data_dir, name))
    disk.fsync(generations_dir(data_dir))
    kept = published(data_dir)[: KEPT_GENERATIONS - 1]
    _point(data_dir, [name, *kept], disk)
    sweep(data_dir)
    return name


def rollback(
    data_dir: Path,
    to: str | None = None,
    disk: Disk | None = None,
    check: Callable[[Path], None] = lambda _: None,
    on_wait: Callable[[], None] = lambda: None,
) -> str:
    """Serve an earlier generation: the one named, or the newest before the one served.

    `check` sees its directory before it is served, and `on_wait` is called before waiting for an indexer at work;
    what either raises ends the call.

    Raises:
        NoGeneration: there is none to go back to.
    """
    with indexing(data_dir, on_wait):
        try:
            names = published(data_dir)
            older = [n for n in names if int(n) < int(names[0])]
        except GenerationDamaged:  # what stands on the disk is all there is to choose from
            names = older = list(_numbers(data_dir))
        to = to or max(older, key=int, default=None)
        if to is None:
            raise NoGeneration("Không có bản chỉ mục nào khác để quay lại.")
        if to not in names:
            raise NoGeneration(f"Không có bản chỉ mục {to}. Đang giữ: {', '.join(sorted(names))}.")
        check(generation_path(data_dir, to))
        _point(data_dir, [to, *sorted((n for n in names if n != to), key=int, reverse=True)], disk or Disk())
        return to


def keep_only_current(data_dir: Path, disk: Disk) -> None:
    """Give up the generations that could be gone back to."""
    _point(data_dir, published(data_dir)[:1], disk)
    sweep(data_dir)


def sweep(data_dir: Path) -> None:
    """Remove what an indexer that died has left, and generations that are no longer kept."""
    try:
        names = set(published(data_dir))
    except GenerationDamaged:
        names = _numbers(data_dir)
    generations = generations_dir(data_dir)
    if not generations.is_dir():
        return
    for path in generations.iterdir():
        if path.name.startswith(_STAGED) or (_NAME.fullmatch(path.name) and path.name not in names):
            shutil.rmtree(path, ignore_errors=True)
    for part in generations.glob(".*.part"):
        part.unlink(missing_ok=True)


def _point(data_dir: Path, names: list[str], disk: Disk) -> None:
    disk.write(_pointer(data_dir), "".join(f"{name}\n" for name in names).encode())


def _pointer(data_dir: Path) -> Path:
    return generations_dir(data_dir) / "CURRENT"


def _numbers(data_dir: Path) -> set[str]:
    generations = generations_dir(data_dir)
    return {p.name for p in generations.iterdir() if _NAME.fullmatch(p.name)} if generations.is_dir() else set()


def _lost(data_dir: Path) -> GenerationDamaged:
    return GenerationDamaged(
        f"Không đọc được {_pointer(data_dir)}. Hãy chạy `cchc rollback` để chọn lại bản chỉ mục trên đĩa, "
        "hoặc `cchc index --rebuild` để lập lại."
    )
