"""One generation of the index, opened to be read: everything that the service answers from."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from corpus.model import Box, Report, Section, Span
from corpus.text import collapse, fold
from index.amendments import (
    AmendedText,
    Amendments,
    amended_figures,
    amended_record,
    no_amendments,
    with_reviews,
)
from index.catalogue_schema import SCHEMA_VERSION
from index.chunks import Chunk
from index.errors import EncoderMismatch, GenerationDamaged, IndexOutdated, NoGeneration
from index.manifest import Manifest, check_files, read_manifest
from index.parts import Parts, file_parts
from index.publish import generation_path, published
from index.readings import Reading
from index.records import Figure, Indicator, Mention, ReportRecord, Review, Vocabulary
from index.vectors import Vector
from index.words import passage_tokens

if TYPE_CHECKING:
    from index.encoder import Encoder

_CACHED_REPORTS = 64


class _Shelf:
    """The reports in their order, as they are described by one state of the amendments."""

    def __init__(self, records: Sequence[ReportRecord], amendments: Amendments) -> None:
        self.amendments = amendments
        said = amendments.metadata
        if said:
            records = [amended_record(r, said[r.id]) if r.id in said else r for r in records]
            records = sorted(records, key=lambda r: (*r.recency, r.id), reverse=True)
        self.reports = list(records)
        self.by_id = {report.id: report for report in records}
        self.issuers = {report.id: _issuer_key(report.metadata.issuer or "") for report in records}


class Generation:
    """Reports, figures and passages of one generation, with what people have amended laid over them. Thread-safe.

    Where a method takes `report_ids`, None means all reports, and an empty collection none.
    """

    def __init__(self, parts: Parts, manifest: Manifest, amendments: Callable[[], Amendments] = no_amendments) -> None:
        self.manifest = manifest
        self._amendments = amendments
        self._parts = parts
        self._catalogue = parts.catalogue
        self._vectors = parts.vectors
        self._words = parts.words
        self._reports = self._catalogue.reports()
        self._last_shelf = _Shelf(self._reports, no_amendments())
        self._cached_text = lru_cache(_CACHED_REPORTS)(self._catalogue.text)
        self._cached_sections = lru_cache(_CACHED_REPORTS)(self._catalogue.sections)
        self._cached_rows = lru_cache(_CACHED_REPORTS)(self._catalogue.rows)
        self._cached_layout = lru_cache(_CACHED_REPORTS)(self._catalogue.layout)
        self._reviewed = lru_cache(_CACHED_REPORTS)(self._with_reviews)

    @property
    def id(self) -> str:
        return self.manifest.generation

    @property
    def encoder_name(self) -> str:
        return self.manifest.encoder

    @property
    def encoder_fingerprint(self) -> str:
        return self.manifest.encoder_fingerprint

    def close(self) -> None:
        """Let go of the catalogue's connections; only for a generation that no request uses any more."""
        self._catalogue.close()

    # Reports

    def reports(
        self, issuer: str | None = None, year: int | None = None, period: str | None = None
    ) -> list[ReportRecord]:
        """Reports, the most recent period first. `issuer` is compared without case and diacritics."""
        shelf = self._shelf()
        if issuer is None and year is None and period is None:
            return list(shelf.reports)
        name = _issuer_key(issuer) if issuer is not None else None
        return [
            report
            for report in shelf.reports
            if (name is None or shelf.issuers[report.id] == name)
            and (year is None or report.metadata.year == year)
            and (period is None or report.metadata.period == period)
        ]

    def report(self, report_id: str) -> ReportRecord | None:
        return self._shelf().by_id.get(report_id)

    def reviews(self, report_id: str) -> tuple[Review, ...]:
        """What people have found on looking at this report's recognised figures, in order."""
        return self._amendments().reviews.get(report_id, ())

    def text(self, report_id: str) -> str:
        """The text that spans of this report count characters of: what was read, then a line for each review.

        Raises:
            KeyError: there is no such report.
        """
        reviews = self.reviews(report_id)
        return self._reviewed(report_id, reviews).text if reviews else self.text_as_read(report_id)

    def text_as_read(self, report_id: str) -> str:
        """
        Raises:
            KeyError: there is no such report.
        """
        text = self._cached_text(report_id)
        if text is None:
            raise KeyError(report_id)
        return text

    def sections(self, report_id: str) -> list[Section]:
        return list(self._cached_sections(report_id))

    def page_at(self, report_id: str, offset: int) -> int | None:
        """The page that holds a character of the report's text."""
        pages, _ = self._cached_layout(report_id)
        return max((page.number for page in pages if page.start <= offset), default=None)

    def boxes_of(self, report_id: str, span: Span) -> tuple[Box, ...]:
        """Where on their pages the lines stand that a span of the text as read touches."""
        _, boxes = self._cached_layout(report_id)
        return tuple(b.box for b in boxes if b.span.start < span.end and span.start < b.span.end)

    def document(self, report_id: str) -> Report:
        """The whole report as it was read, with the values that people have corrected.

        Raises:
            KeyError: there is no such report.
        """
        record = self._shelf().by_id[report_id]
        pages, boxes = self._cached_layout(report_id)
        return Report(
            id=report_id,
            sha256=record.sha256,
            format=record.format,
            text=self.text_as_read(report_id),
            metadata=record.metadata,
            sections=tuple(self.sections(report_id)),
            rows=tuple(replace(f.row, span=f.as_read.span) for f in self.rows(report_id)),
            pages=pages,
            warnings=record.warnings,
            boxes=boxes,
        )

    def source_path(self, report_id: str) -> Path | None:
        """The file as it was handed in."""
        record = self._shelf().by_id.get(report_id)
        return self._parts.source(record.sha256) if record else None

    # Figures

    def rows(self, report_id: str) -> list[Figure]:
        return self._amended(list(self._cached_rows(report_id)))

    def row(self, report_id: str, row: int) -> Figure | None:
        """The row of a report; None where there is no such row or no such report."""
        found = self._catalogue.row(report_id, row) if report_id in self._shelf().by_id else None
        return next(iter(self._amended([found])), None) if found is not None else None

    def rows_of_indicators(
        self, indicator_ids: Collection[int], report_ids: Collection[str] | None = None
    ) -> list[Figure]:
        """Rows of these indicators, by report and place in it."""
        return self._amended(self._catalogue.rows_of_indicators(indicator_ids, report_ids))

    def indicators(self) -> list[Indicator]:
        """The distinct indicators, in the order of the form."""
        return self._indicators

    def indicator_vectors(self) -> Vector:
        """The embedding of each indicator's path and unit; row i is `indicators()[i]`'s."""
        return self._indicator_vectors

    @cached_property
    def _indicators(self) -> list[Indicator]:
        return self._catalogue.indicators()

    @cached_property
    def _indicator_vectors(self) -> Vector:
        return self._parts.indicator_vectors()

    def _amended(self, figures: list[Figure]) -> list[Figure]:
        """Rows, in order of their reports, with what reviews say of them."""
        said = self._amendments().reviews
        if not said:
            return figures
        found: list[Figure] = []
        for report_id, group in groupby(figures, lambda figure: figure.report_id):
            reviews, rows = said.get(report_id, ()), list(group)
            found += amended_figures(rows, reviews, self._reviewed(report_id, reviews).spans) if reviews else rows
        return found

    def _with_reviews(self, report_id: str, reviews: tuple[Review, ...]) -> AmendedText:
        return with_reviews(self.text_as_read(report_id), reviews)

    def _shelf(self) -> _Shelf:
        amendments = self._amendments()
        if self._last_shelf.amendments is not amendments:
            self._last_shelf = _Shelf(self._reports, amendments)
        return self._last_shelf

    # Passages

    def passages(self, ids: Sequence[int]) -> list[Chunk]:
        """These passages, in the order asked."""
        return self._catalogue.passages(ids)

    def passages_of(self, report_id: str, section_id: str | None = None) -> list[Chunk]:
        """The passages of a report or of one of its sections (without its subsections), in order."""
        return self._catalogue.passages_of(report_id, section_id)

    def search_vectors(
        self, vector: Vector, k: int, report_ids: Collection[str] | None = None
    ) -> list[tuple[int, float]]:
        """The `k` passages nearest to a vector and their cosines; exact, inside a filter too."""
        return self._vectors.search(vector, k, report_ids)

    def search_words(
        self, tokens: Sequence[str], k: int, report_ids: Collection[str] | None = None, folded: bool = False
    ) -> list[tuple[int, float]]:
        """The `k` passages that hold most of `words.tokenize(question)`; `folded` for one typed without diacritics."""
        return self._words.search(tokens, k, report_ids, folded)

    def passage_vectors(self, ids: Sequence[int]) -> Vector:
        return self._vectors.vectors(ids)

    def document_frequency(self, token: str, folded: bool = False) -> int:
        """In how many passages, of `manifest.counts.passages`, a token stands."""
        return self._words.document_frequency(token, folded)

    def document_mentions(self, number: str, report_ids: Collection[str] | None = None) -> list[Mention]:
        """Where a document is named, by its number in any spelling, or its beginning up to a mark ("1118/QĐ", "1118")."""
        return self._catalogue.document_mentions(number, report_ids)

    # Rows and sentences, read closely

    def readings(self, texts: Sequence[str]) -> dict[str, Reading]:
        """What was read of these texts before; see `index.readings`."""
        return self._parts.readings.look_up(texts)

    # The corpus as a whole

    def vocabulary(self) -> Vocabulary:
        return self._vocabulary

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        return self._catalogue.vocabulary()

    def check(self) -> None:
        """That the parts belong together and find what is in them: the last look before publication.

        Raises:
            GenerationDamaged: they don't.
        """
        counts = self.manifest.counts
        stored = sum(report.passages for report in self._reports)
        lengths = {counts.passages, stored, len(self._vectors), len(self._words)}
        whole = (
            self._catalogue.check()
            and len(lengths) == 1
            and len(self._reports) == counts.reports
            and len(self.indicators()) == len(self.indicator_vectors()) == counts.indicators
            and all(self._finds(report.id) for report in self._reports[:1] + self._reports[-1:] if report.passages)
        )
        if not whole:
            raise GenerationDamaged(f"Bản chỉ mục {self.id} vừa lập không nhất quán nên không được dùng; hãy lập lại.")

    def _finds(self, report_id: str) -> bool:
        """Whether a passage's own vector and words lead to it."""
        probe = self.passages_of(report_id)[0]
        near = self.search_vectors(self.passage_vectors([probe.id])[0], 3, [report_id])
        worded = self.search_words(passage_tokens(probe), 3, [report_id])
        return probe.id in dict(near) and probe.id in dict(worded)


def open_generation(
    directory: Path, encoder: Encoder | None, checksums: bool = True,
    amendments: Callable[[], Amendments] = no_amendments,
) -> Generation:  # fmt: skip
    """A generation whose files are what its manifest says, and whose vectors are this encoder's.

    Without an encoder the generation can be read, not searched with vectors of questions.

    Raises:
        GenerationDamaged: a file is missing or changed.
        EncoderMismatch: it was built with another encoder.
        IndexOutdated: it was written by another version of the product.
    """
    manifest = read_manifest(directory)
    check_files(directory, manifest, checksums)
    if encoder is not None and encoder.fingerprint != manifest.encoder_fingerprint:
        raise encoder_mismatch(manifest, encoder)
    if manifest.schema_version != SCHEMA_VERSION:
        raise IndexOutdated(
            f"Chỉ mục {manifest.generation} do phiên bản khác của chương trình lập. Hãy chạy `cchc index --rebuild`."
        )
    try:
        return Generation(file_parts(directory, manifest), manifest, amendments)
    except Exception as error:
        raise GenerationDamaged(f"Không mở được bản chỉ mục {directory.name}: {error}") from error


def encoder_mismatch(manifest: Manifest, encoder: Encoder) -> EncoderMismatch:
    return EncoderMismatch(
        f"Chỉ mục {manifest.generation} được lập bằng bộ mã hóa {manifest.encoder} "
        f"({manifest.encoder_fingerprint[:12]}), còn đang dùng {encoder.name} ({encoder.fingerprint[:12]}). "
        "Hãy chạy `cchc index --rebuild` để lập lại chỉ mục, hoặc đặt lại CCHC_ENCODER."
    )


def open_current(
    data_dir: Path, encoder: Encoder | None, on_damaged: Callable[[GenerationDamaged], None] = lambda _: None,
    amendments: Callable[[], Amendments] = no_amendments,
) -> Generation:  # fmt: skip
    """The generation to serve: the one that CURRENT names, or the newest sound one before it.

    `on_damaged` hears of each generation that had to be passed over. `amendments` is asked on every look at a report,
    and gives the same object as long as nothing has changed.

    Raises:
        NoGeneration: nothing was indexed yet.
        GenerationDamaged: no generation is sound.
        EncoderMismatch: it was built with another encoder.
    """
    names = published(data_dir)
    if not names:
        raise NoGeneration("Chưa có báo cáo nào được lập chỉ mục. Hãy chạy `cchc index ĐƯỜNG_DẪN`.")
    damages: list[GenerationDamaged] = []
    for name in names:
        try:
            return open_generation(generation_path(data_dir, name), encoder, amendments=amendments)
        except GenerationDamaged as error:
            if published(data_dir) != names:  # it is not damaged: an indexer has published, and deleted it
                return open_current(data_dir, encoder, on_damaged, amendments)
            on_damaged(error)
            damages.append(error)
    raise damages[0]


def _issuer_key(issuer: str) -> str:
    return fold(collapse(issuer)).lower()
