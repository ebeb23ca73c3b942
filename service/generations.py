"""The generations that are kept, and going back to one: for the command line and for the API."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from index.encoder import Encoder
from index.errors import GenerationDamaged
from index.generation import open_generation
from index.manifest import read_manifest
from index.members import read_members
from index.publish import current, generation_path, published, rollback
from service import audit
from service.jobs import JobQueue


@dataclass(frozen=True, slots=True)
class Kept:
    """A generation on the disk. `built_at` and `reports` are None where it is too damaged to tell."""

    id: str
    built_at: str | None
    report_ids: frozenset[str] | None


def served_by(data_dir: Path) -> str | None:
    """The generation to serve, if there is one and its name can be read."""
    try:
        return current(data_dir)
    except GenerationDamaged:
        return None


def kept(data_dir: Path) -> list[Kept]:
    """The generation to serve, then those that can be gone back to, the newest first.

    Raises:
        GenerationDamaged: there is no readable list of them.
    """
    return [_describe(name, generation_path(data_dir, name)) for name in published(data_dir)]


def roll_back(
    data_dir: Path,
    to: str | None,
    queue: JobQueue,
    actor: audit.Actor,
    encoder: Encoder | None = None,
    on_wait: Callable[[], None] = lambda: None,
) -> str:
    """Serve an earlier generation, the named one or the one before; gives its name.

    Reports that it holds and that were deleted since stay hidden, and jobs are queued that take them out of it again.

    `on_wait` is called where an indexer is at work, before waiting for it; what it raises ends the call.

    Raises:
        NoGeneration: there is none to go back to.
        GenerationDamaged, EncoderMismatch, IndexOutdated: it can't be served; the one served now stays.
    """
    before = served_by(data_dir)
    served = rollback(
        data_dir, to, check=lambda directory: open_generation(directory, encoder).close(), on_wait=on_wait
    )
    with queue.database.transaction() as db:
        audit.record(db, actor, "index.rollback", served, before)
    held = {member.report_id for member in read_members(generation_path(data_dir, served))}
    queue.delete_again(actor, served, held)
    return served


def _describe(name: str, directory: Path) -> Kept:
    try:
        members = frozenset(member.report_id for member in read_members(directory))
        return Kept(name, read_manifest(directory).created_at, members)
    except GenerationDamaged:
        return Kept(name, None, None)
