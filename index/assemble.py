"""Writing the files of one generation: the last one's brought up to date, or all of them anew."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from corpus.model import Report
from index.catalogue import Catalogue
from index.catalogue_writer import CatalogueWriter
from index.indicators import key_text
from index.kept import Passages
from index.layout import CATALOGUE, INDICATOR_VECTORS, VECTORS, WORDS
from index.manifest import Counts, Manifest, describe_files, library_versions, write_manifest
from index.members import Member, write_members
from index.publish import staged_name
from index.records import Indicator
from index.vectors import Vector, VectorWriter
from index.words import WordWriter

if TYPE_CHECKING:
    from index.encoder import Encoder

_DELETED_SHARE = 0.1
"""Removed passages weigh on the lexical index's word statistics until it is written anew."""


@dataclass(frozen=True, slots=True)
class Base:
    """A sound generation to start from: its directory and manifest."""

    directory: Path
    manifest: Manifest


@dataclass(frozen=True, slots=True)
class Entry:
    """A report to be added, read and embedded."""

    member: Member
    report: Report
    passages: Passages


def assemble(
    staged: Path,
    encoder: Encoder,
    base: Base | None,
    members: Sequence[Member],
    add: Iterable[Entry],
    remove: Collection[str],
    known_indicators: Path | None,
    embed: Callable[[Sequence[str]], Vector],
) -> None:
    """Write a whole generation to an empty directory.

    `members` are the reports it will hold; without a `base`, `add` must give them all. Vectors of indicators that the
    generation in `known_indicators` has are taken from there, `embed` gives the others'.
    """
    start = base.directory if base else None
    catalogue = CatalogueWriter(staged / CATALOGUE, start and start / CATALOGUE)
    vectors = VectorWriter(staged / VECTORS, encoder.dimension, start and start / VECTORS)
    if start:
        shutil.copytree(start / WORDS, staged / WORDS, ignore=shutil.ignore_patterns("*.lock"))
    words = WordWriter(staged / WORDS)
    for report_id in remove:
        catalogue.remove(report_id)
        vectors.remove(report_id)
        words.remove(report_id)
    for entry in add:
        chunks = entry.passages.chunks
        catalogue.add(entry.report, chunks, entry.member.indexed_at, entry.member.file_name)
        vectors.add([chunk.id for chunk in chunks], entry.passages.vectors)
        words.add(chunks)
    catalogue.close()
    vectors.close()
    words.close()
    write_members(staged, list(members))

    written = Catalogue(staged / CATALOGUE)
    try:
        reports = written.reports()
        passages = sum(report.passages for report in reports)
        removed = _passages(base, remove)
        deleted = (base.manifest.counts.deleted if base else 0) + removed
        if deleted > _DELETED_SHARE * passages:
            _rewrite_words(staged / WORDS, written, [report.id for report in reports])
            deleted = 0
        indicators = written.indicators()
        np.save(staged / INDICATOR_VECTORS, _indicator_vectors(indicators, encoder.dimension, known_indicators, embed))
    finally:
        written.close()
    write_manifest(
        staged,
        Manifest(
            generation=staged_name(staged),
            created_at=datetime.now(UTC).isoformat(timespec="seconds"),
            encoder=encoder.name,
            encoder_fingerprint=encoder.fingerprint,
            dimension=encoder.dimension,
            libraries=library_versions(),
            counts=Counts(
                reports=len(reports),
                passages=passages,
                rows=sum(report.rows for report in reports),
                indicators=len(indicators),
                deleted=deleted,
            ),
            files=describe_files(staged),
        ),
    )


def _passages(base: Base | None, report_ids: Collection[str]) -> int:
    if base is None or not report_ids:
        return 0
    catalogue = Catalogue(base.directory / CATALOGUE)
    try:
        return sum(report.passages for report in catalogue.reports() if report.id in report_ids)
    finally:
        catalogue.close()


def _rewrite_words(directory: Path, catalogue: Catalogue, report_ids: Iterable[str]) -> None:
    shutil.rmtree(directory)
    words = WordWriter(directory)
    for report_id in report_ids:
        words.add(catalogue.passages_of(report_id))
    words.close()


def _indicator_vectors(
    indicators: Sequence[Indicator], dimension: int, source: Path | None, embed: Callable[[Sequence[str]], Vector]
) -> Vector:
    """The embedding of each indicator; only those that the source generation doesn't have cost anything."""
    known: dict[str, Vector] = {}
    if source is not None:
        catalogue = Catalogue(source / CATALOGUE)
        try:
            texts = [key_text(i.path, i.unit) for i in catalogue.indicators()]
        finally:
            catalogue.close()
        known = dict(zip(texts, np.load(source / INDICATOR_VECTORS, allow_pickle=False), strict=True))
    texts = [key_text(i.path, i.unit) for i in indicators]
    new = [text for text in dict.fromkeys(texts) if text not in known]
    if new:
        known.update(zip(new, embed(new), strict=True))
    if not texts:
        return np.zeros((0, dimension), dtype=np.float32)
    return np.stack([known[text] for text in texts]).astype(np.float32)
