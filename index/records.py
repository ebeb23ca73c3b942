"""What a generation hands out besides passages: reports, figures, indicators, mentions of documents, vocabulary."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from corpus.model import PERIODS, IndicatorRow, Metadata, ReportFormat, Span

_LAST_MONTH = {"Q1": 3, "Q2": 6, "H1": 6, "Q3": 9, "M9": 9, "Q4": 12, "YEAR": 12}


@dataclass(frozen=True, slots=True)
class ReportRecord:
    """One report as the index lists it. `figures` counts the appendix rows with a printed value."""

    id: str
    sha256: str
    format: ReportFormat
    metadata: Metadata
    pages: int | None
    passages: int
    rows: int
    figures: int
    warnings: tuple[str, ...]
    indexed_at: str
    file_name: str
    recency: tuple[int, int, int, str] = field(init=False, repr=False, compare=False)
    """Sorts reports by the end of what they cover, a longer period after a shorter, then by signing date."""

    def __post_init__(self) -> None:
        # Every question sorts all reports by it, so it is worked out once.
        object.__setattr__(self, "recency", _recency(self.metadata))


def _recency(about: Metadata) -> tuple[int, int, int, str]:
    period = about.period or ""
    month = int(period[6:]) if period.startswith("MONTH-") else _LAST_MONTH.get(period, 0)
    length = PERIODS.index(period) if period in PERIODS[:7] else -1
    return about.year or 0, month, length, str(about.signed_on or "")


@dataclass(frozen=True, slots=True)
class Review:
    """What a person found on looking at one recognised figure: `value_text` is what the page prints.

    `name` and `inferred_code` say which row it was, so that it never reaches another when a later version of the
    readers counts rows differently. `line` is what the report's text shows of it.
    """

    row: int
    name: str
    inferred_code: str
    value_text: str
    recognised: str
    line: str
    actor: str
    at: str

    def is_of(self, row: IndicatorRow) -> bool:
        return row.row == self.row and (row.name == self.name or row.inferred_code == self.inferred_code)


@dataclass(frozen=True, slots=True)
class Figure:
    """An appendix row of a report, and which indicator it is.

    `review` is a person's last look at a recognised row; where it corrected the value, `recognised` is the row as read.
    """

    report_id: str
    indicator_id: int
    row: IndicatorRow
    review: Review | None = None
    recognised: IndicatorRow | None = None

    @property
    def as_read(self) -> IndicatorRow:
        return self.recognised or self.row


@dataclass(frozen=True, slots=True)
class Indicator:
    """What a row of the form counts, the same in every report that prints its path and unit.

    `figures` says how many rows in the whole index have a value of it; a mere heading has none.
    """

    id: int
    name: str
    path: tuple[str, ...]
    unit: str | None
    figures: int = 0


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a passage names a document; `span` counts characters of the report's text."""

    number: str
    report_id: str
    passage_id: int
    span: Span


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The syllables of all reports: what diacritics are restored from.

    `forms` leads from a syllable without diacritics to how often each form of it stands in the reports,
    `pairs` counts two forms beside each other.
    """

    forms: dict[str, Counter[str]] = field(default_factory=dict)
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
