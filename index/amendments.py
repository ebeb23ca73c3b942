"""What people have said about reports after they were read: a recognised figure looked at, a number that the file lacks.

A generation never changes, so this is laid over it as it is read from. It goes by the report's id, which comes from
the file's bytes, and so outlasts every rebuilding of the index.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import NamedTuple

from corpus.metadata import MISSING
from corpus.model import IndicatorRow, Metadata, Span
from corpus.numbers import parse_value
from index.records import Figure, ReportRecord, Review

Described = str | int | date
"""A value of `Metadata` that an operator has set."""

_HEADING = "Số liệu đã được người đối chiếu với bản quét"


@dataclass(frozen=True, eq=False, slots=True)
class Amendments:
    """All that holds now, by report id: reviews in the order they were made, and the metadata that was set.

    One state is one object, and equal to no other: what was worked out from it is kept by it.
    """

    reviews: Mapping[str, tuple[Review, ...]] = field(default_factory=dict)
    metadata: Mapping[str, Mapping[str, Described]] = field(default_factory=dict)


_NONE = Amendments()


def no_amendments() -> Amendments:
    return _NONE


class AmendedText(NamedTuple):
    """A report's text with the lines of its reviews after it; `spans[i]` is where the i-th review's line stands."""

    text: str
    spans: tuple[Span, ...]


def with_reviews(text: str, reviews: Sequence[Review]) -> AmendedText:
    """Append a line for each review, so that a corrected figure can be quoted verbatim like any other.

    Lines only ever follow: what was recognised stays as it is, and no span that was handed out before moves.
    """
    parts = [text, "\n\n", _HEADING, "\n"]
    at = sum(map(len, parts))
    spans: list[Span] = []
    for review in reviews:
        spans.append(Span(at, at + len(review.line)))
        parts += [review.line, "\n"]
        at += len(review.line) + 1
    return AmendedText("".join(parts), tuple(spans))


def review_line(row: IndicatorRow, value_text: str) -> str:
    """One appendix line as a person has read it, with what had been recognised beside it."""
    recognised = row.value.text or "(trống)"
    remark = "Đúng như máy đọc" if value_text == row.value.text else f"Đã sửa, máy đọc: {recognised}"
    return "\t".join((row.code or "", row.name, row.unit or "", value_text, row.note or "", remark))


def amended_figures(figures: Iterable[Figure], reviews: Sequence[Review], spans: Sequence[Span]) -> list[Figure]:
    """Rows of one report as they are after its reviews. A corrected value is cited by its review's line."""
    latest = {review.row: (review, span) for review, span in zip(reviews, spans, strict=True)}
    found: list[Figure] = []
    for figure in figures:
        row = figure.row
        review, span = latest.get(row.row, (None, None))
        if review is None or span is None or not review.is_of(row):
            found.append(figure)
        elif review.value_text == row.value.text:
            found.append(replace(figure, review=review))
        else:
            value = parse_value(review.value_text, row.unit)
            found.append(replace(figure, row=replace(row, value=value, span=span), review=review, recognised=row))
    return found


def amended_record(record: ReportRecord, said: Mapping[str, Described]) -> ReportRecord:
    """A report as an operator has described it, without the warnings that asked for what is there now."""
    metadata: Metadata = replace(record.metadata, **said)  # type: ignore[arg-type]
    answered = {MISSING[name] for name in said if name in MISSING}
    return replace(record, metadata=metadata, warnings=tuple(w for w in record.warnings if w not in answered))
