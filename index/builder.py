"""Bringing the index up to date: reports in, one new generation out."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.model import Report
from corpus.report import read_report
from index.amendments import Amendments, no_amendments
from index.assemble import Base, Entry, assemble
from index.change import Change
from index.chunks import chunk_report, embedding_text
from index.disk import Disk
from index.errors import GenerationDamaged, NoGeneration, SourceMissing
from index.generation import encoder_mismatch, open_generation
from index.kept import KeptReports, Passages
from index.kept_vectors import KeptVectors
from index.manifest import Manifest, check_files, read_manifest
from index.members import Member, described_member, member_of, read_members
from index.publish import current, generation_path, indexing, keep_only_current, publish, published, stage, sweep
from index.readings import KeptReadings, TokenEncoder, texts_of

if TYPE_CHECKING:
    from index.encoder import Encoder

ReportReader = Callable[[bytes, str], Report]
"""Reads a file's bytes, given its name: `corpus.report.read_report`, or the same in a child process."""

Progress = Callable[[str, float], None]
"""Hears of the stage (waiting, reading, embedding, writing, publishing) and the share of the whole that is done."""

Source = Path | tuple[bytes, str]
"""A file, or its bytes and its name."""

_PREPARING = 0.9  # the share of the work that reading and embedding are


@dataclass(frozen=True, slots=True)
class Publication:
    """What one call changed. `generation` is the one served now; nothing changed if the lists are empty."""

    generation: str
    added: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


def _silent(stage: str, fraction: float) -> None:
    pass


class Builder:
    """The one writer of a data directory's index.

    Every call takes the indexer's lock, leaves the served generation as it is until the new one is whole, and
    may be killed at any moment: the next call starts from the last generation that was published. `begin` is called
    once the lock is held; what it raises ends the call with nothing changed. `examine` gets each report that is read
    closely and the directory of what is kept of it, for what else is to be made once of a report.

        builder = Builder(Path("var"), encoder)
        builder.add([Path("corpus/reports/203-BC-UBND-son-la-2021-H1.md")])
    """

    def __init__(
        self, data_dir: Path, encoder: Encoder, read: ReportReader = read_report, disk: Disk | None = None,
        amendments: Callable[[], Amendments] = no_amendments, begin: Callable[[], None] = lambda: None,
        examine: Callable[[Report, Path], None] = lambda report, directory: None,
    ) -> None:  # fmt: skip
        self._data_dir = data_dir
        self._encoder = encoder
        self._read = read
        self._disk = disk or Disk()
        self._kept = KeptReports(data_dir, self._disk)
        self._amendments = amendments
        self._begin = begin
        self._examine = examine
        self._vectors = KeptVectors(data_dir)
        self._readings = KeptReadings(data_dir, encoder.fingerprint, encoder.dimension)

    def add(
        self,
        sources: Iterable[Source],
        on_progress: Progress = _silent,
        replace: bool = False,
        on_error: Callable[[str, Exception], None] | None = None,
    ) -> Publication:
        """Index new reports. A file that is there already, byte for byte, costs nothing and changes nothing.

        With `replace`, a report takes the place of one with the same number, issuer and year. `on_error` hears the
        name of each file that can't be indexed, and the others go on; without it the first error ends the call.

        Raises:
            DuplicateReport: a report with that number is there, with other contents.
            EncoderMismatch: the index was built with another encoder; `rebuild` is the way to this one.
        """
        files = list(sources)
        with self._exclusively(on_progress):
            served = self._served()
            self._require_its_encoder(served)
            change = Change(served.members, replace, self._described)
            for at, source in enumerate(files):
                try:
                    self._take(source, change, _part(on_progress, at, len(files)))
                except Exception as error:
                    if on_error is None:
                        raise
                    on_error(_name(source), error)
            if not change.added and served.is_up_to_date:
                return Publication(current(self._data_dir) or "", unchanged=change.unchanged)
            return self._publish(served, change, on_progress)

    def remove(self, report_ids: str | Collection[str], on_progress: Progress = _silent) -> Publication:
        """Publish a generation without these reports. What is kept of them stays on the disk until `purge`.

        Raises:
            UnknownReport: one of them isn't there.
            EncoderMismatch: the index was built with another encoder.
        """
        leaving = {report_ids} if isinstance(report_ids, str) else set(report_ids)
        with self._exclusively(on_progress):
            served = self._served()
            self._require_its_encoder(served)
            change = Change(served.members)
            for report_id in sorted(leaving):
                change.remove(report_id)
            return self._publish(served, change, on_progress)

    def rebuild(self, on_progress: Progress = _silent) -> Publication:
        """Build all files anew, with this encoder, from what is kept of each report.

        Raises:
            NoGeneration: there is nothing to rebuild.
        """
        with self._exclusively(on_progress):
            served = self._served()
            if not served.members:
                raise NoGeneration("Chưa có báo cáo nào để lập lại chỉ mục. Hãy chạy `cchc index ĐƯỜNG_DẪN`.")
            return self._publish(dataclasses.replace(served, base=None), Change(served.members), on_progress)

    def report_ids(self) -> frozenset[str]:
        """The reports of the served generation."""
        return frozenset(member.report_id for member in self._served().members)

    def purge(self) -> tuple[str, ...]:
        """Delete the generations that are not served, and the files of reports that the served one doesn't hold.

        Gives the ids of those reports. What other versions of the product or other encoders have made goes, too.
        """
        with self._exclusively(_silent):
            held = {m.sha256 for m in self._served().members}
            keep_only_current(self._data_dir, self._disk)
            gone = [sha256 for sha256 in self._kept if sha256 not in held]
            for sha256 in gone:
                shutil.rmtree(self._kept.directory(sha256))
            if gone:
                self._vectors.clear()
                self._readings.keep_only(self._texts_read(held))
            for sha256 in held:
                self._kept.drop_other_versions(sha256, self._encoder.fingerprint)
            return tuple(sha256[:16] for sha256 in gone)

    def _take(self, source: Source, change: Change, part: Progress) -> None:
        """Read and embed one file, unless it is there, and keep what comes of it."""
        data, name = (source.read_bytes(), source.name) if isinstance(source, Path) else source
        sha256 = self._kept.put_source(data, name)
        if change.already_holds(sha256):
            return
        report = self._report(sha256, data, name, part)
        member = member_of(report, name, datetime.now(UTC).isoformat(timespec="seconds"))
        change.check(member)  # before the time is spent on vectors
        self._read_closely(report, self._passages(report, part), part)
        change.add(member)

    def _described(self, member: Member) -> Member:
        return described_member(member, self._amendments().metadata.get(member.report_id, {}))

    def _publish(self, served: _Served, change: Change, on_progress: Progress) -> Publication:
        """Build on the served generation where it can be built on, and anew where it can't."""
        base = served.base
        staged = stage(self._data_dir, self._disk)
        try:
            assemble(
                staged=staged,
                encoder=self._encoder,
                base=base,
                members=change.members,
                add=self._entries(change, base is None, on_progress),
                remove=change.removed if base else (),
                known_indicators=served.indicators,
                embed=lambda texts: self._vectors.encode(self._encoder, texts),
            )
            on_progress("publishing", 0.97)
            verify(staged)
            name = publish(self._data_dir, staged, self._disk)
        except BaseException:
            shutil.rmtree(staged, ignore_errors=True)
            raise
        on_progress("publishing", 1.0)
        return Publication(name, tuple(m.report_id for m in change.added), change.unchanged, change.removed)

    def _entries(self, change: Change, anew: bool, on_progress: Progress) -> Iterator[Entry]:
        """Each report as it is kept; what isn't kept in today's version, or is damaged, is made again."""
        members = change.members if anew else change.added
        for at, member in enumerate(members):
            part = _part(on_progress, at, len(members))
            report = self._report(member.sha256, None, member.file_name, part)
            passages = self._passages(report, part)
            if anew:  # what was just added has been read
                self._read_closely(report, passages, part)
            yield Entry(member, report, passages)
        on_progress("writing", _PREPARING)

    def _report(self, sha256: str, data: bytes | None, file_name: str, part: Progress) -> Report:
        kept = self._kept.report(sha256)
        if kept is not None:
            return kept
        part("reading", 0.0)
        data = data if data is not None else self._kept.source(sha256)
        if data is None:
            raise SourceMissing(file_name)
        report = self._read(data, file_name)
        self._kept.put_report(report)
        return report

    def _passages(self, report: Report, part: Progress) -> Passages:
        kept = self._kept.passages(report.sha256, self._encoder.fingerprint)
        if kept is not None:
            return kept
        part("embedding", 0.3)
        chunks = chunk_report(report, self._encoder.count_tokens, self._encoder.max_tokens)
        texts = [embedding_text(chunk) for chunk in chunks]
        vectors = self._vectors.encode(self._encoder, texts, lambda done, of: part("embedding", 0.3 + 0.3 * done / of))
        passages = Passages(chunks, vectors)
        self._kept.put_passages(report.sha256, self._encoder.fingerprint, passages)
        return passages

    def _read_closely(self, report: Report, passages: Passages, part: Progress) -> None:
        self._examine(report, self._kept.directory(report.sha256))
        if isinstance(self._encoder, TokenEncoder):
            texts = texts_of(report, passages.chunks)
            self._readings.keep(self._encoder, texts, lambda done, of: part("embedding", 0.6 + 0.4 * done / of))

    def _texts_read(self, held: Collection[str]) -> Iterator[str]:
        for sha256 in held:
            report, passages = self._kept.report(sha256), self._kept.passages(sha256, self._encoder.fingerprint)
            if report is not None and passages is not None:
                yield from texts_of(report, passages.chunks)

    def _require_its_encoder(self, served: _Served) -> None:
        if served.manifest and served.manifest.encoder_fingerprint != self._encoder.fingerprint:
            raise encoder_mismatch(served.manifest, self._encoder)

    def _served(self) -> _Served:
        """What there is to build on. A damaged generation gives its list of reports, and is built anew.

        Raises:
            GenerationDamaged: no generation even tells which reports it holds.
        """
        damage: GenerationDamaged | None = None
        for name in published(self._data_dir):
            directory = generation_path(self._data_dir, name)
            try:
                return self._describe(directory, read_members(directory), is_served=damage is None)
            except GenerationDamaged as error:
                damage = damage or error
        if damage is not None:
            raise damage
        return _Served(None, None, [], None)

    def _describe(self, directory: Path, members: list[Member], is_served: bool) -> _Served:
        try:
            manifest = read_manifest(directory)
        except GenerationDamaged:
            return _Served(None, None, members, None)
        try:
            check_files(directory, manifest)
        except GenerationDamaged:
            return _Served(manifest, None, members, None)
        fingerprint = self._encoder.fingerprint
        base = Base(directory, manifest) if is_served and manifest.is_current(fingerprint) else None
        return _Served(manifest, base, members, directory if manifest.has_vectors_of(fingerprint) else None)

    @contextmanager
    def _exclusively(self, on_progress: Progress) -> Iterator[None]:
        with indexing(self._data_dir, lambda: on_progress("waiting", 0.0)):
            self._begin()
            sweep(self._data_dir)
            yield


@dataclass(frozen=True, slots=True)
class _Served:
    """The served generation's manifest and reports, and itself if it is sound and of this version and encoder.

    `indicators` is its directory if the vectors of its indicators are this encoder's, whatever else has changed.
    """

    manifest: Manifest | None
    base: Base | None
    members: list[Member]
    indicators: Path | None

    @property
    def is_up_to_date(self) -> bool:
        return self.base is not None or not self.members


def verify(staged: Path) -> None:
    """That a generation can be opened, its counts agree and a probe finds its passage.

    Raises:
        GenerationDamaged: something is wrong with it.
    """
    generation = open_generation(staged, None, checksums=False)
    try:
        generation.check()
    finally:
        generation.close()


def _part(on_progress: Progress, at: int, of: int) -> Progress:
    """Progress of one file among several, as a share of the whole."""
    return lambda stage, share: on_progress(stage, _PREPARING * (at + share) / of)


def _name(source: Source) -> str:
    return source.name if isinstance(source, Path) else source[1]
