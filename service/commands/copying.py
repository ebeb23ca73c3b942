"""`cchc copy`: a corpus from one store to another, with the files as handed in; nothing is read or embedded again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from index.builder import Builder
from index.disk import Disk
from index.encoder import load_encoder
from index.errors import IndexingError, SourceMissing
from index.generation import Generation
from index.kept import KeptReports, Passages
from index.store import Store, open_store
from service.commands.console import console, fail
from service.settings import Settings


def copy(settings: Settings, source: str, target: str) -> None:
    """Make `target` hold what `source` holds. Either is a PostgreSQL URL or a data directory."""
    try:
        generation = _store(settings, source).open(None)
        try:
            if _is_url(target):
                from index.postgres.store import PostgresStore

                name = PostgresStore(target, settings.data).take(generation)
            else:
                name = _to_files(settings, generation, Path(target))
        finally:
            generation.close()
    except IndexingError as error:
        fail(error.message)
    console.print(f"Đã chép {generation.manifest.counts.reports} báo cáo; bản chỉ mục ở đích: {name}.")


def _to_files(settings: Settings, generation: Generation, directory: Path) -> str:
    builder = Builder(directory, load_encoder(settings.data, settings.encoder))
    wanted = {report.id for report in generation.reports()}
    published = builder.add(_kept(generation, KeptReports(directory, Disk())))
    extra = builder.report_ids() - wanted
    return builder.remove(extra).generation if extra else published.generation


def _kept(generation: Generation, kept: KeptReports) -> Iterator[tuple[bytes, str]]:
    """Each report's own file, after what was made of it was put where the builder looks first."""
    for report in generation.reports():
        path = generation.source_path(report.id)
        if path is None:
            raise SourceMissing(report.file_name)
        data = path.read_bytes()
        chunks = generation.passages_of(report.id)
        vectors = generation.passage_vectors([chunk.id for chunk in chunks])
        kept.put_source(data, report.file_name)
        kept.put_report(generation.document(report.id))
        kept.put_passages(report.sha256, generation.encoder_fingerprint, Passages(chunks, vectors))
        yield data, report.file_name


def _store(settings: Settings, name: str) -> Store:
    return open_store(name, settings.data) if _is_url(name) else open_store(None, Path(name))


def _is_url(name: str) -> bool:
    return name.startswith(("postgresql://", "postgres://"))
