"""A report to passages, along its outline.

A passage is what is embedded, searched and quoted from: one to a few paragraphs of one section, in reading
text (paragraphs that a page break tore are whole again), with the span of the verbatim text it came from.
Appendix rows are figures, not passages; the captions and remarks around the table are passages.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from corpus.model import Report, Section, Span
from corpus.reading import Reading, read
from corpus.text import collapse, plain

CHUNKER_VERSION = "2"
"""Changes whenever the same report may give other passages; kept passages of an older version are made anew."""

MAX_WORDS = 220
MIN_WORDS = 40
MAX_TOKENS = 512
PASSAGES_PER_REPORT = 1 << 20
_HEADING_WORDS = 18
_TITLE_CHARACTERS = 200
_REMARK_WORDS = 6
_SEPARATORS = ["\n", ". ", "; ", ", ", " ", ""]


@dataclass(frozen=True, slots=True)
class Chunk:
    """One passage. `text` is for reading, `report.text[span.start:span.end]` its verbatim piece."""

    id: int
    report_id: str
    section_id: str | None
    section_title: str | None
    text: str
    span: Span
    page: int | None


def report_key(report_id: str) -> int:
    """The report as a number of 42 bits: what rows and passages refer to it by inside an index."""
    return int(report_id[:16], 16) >> 22


def passage_range(report_id: str) -> tuple[int, int]:
    """Passage ids of a report lie in [first, last): they depend on the report alone, in whatever order it came."""
    first = report_key(report_id) * PASSAGES_PER_REPORT
    return first, first + PASSAGES_PER_REPORT


def embedding_text(chunk: Chunk) -> str:
    """What the encoder sees: the section's title stands before a passage that doesn't begin with it."""
    title = _short(chunk.section_title or "")
    if not title or chunk.text.startswith(title[:40]):
        return chunk.text
    return f"{title}\n{chunk.text}"


def _short(title: str) -> str:
    return title[:_TITLE_CHARACTERS].rstrip("… ")


def chunk_report(report: Report, count_tokens: Callable[[str], int], max_tokens: int = MAX_TOKENS) -> list[Chunk]:
    """All passages of a report, in its order, each with its title within `max_tokens` of the encoder."""
    chunks: list[Chunk] = []
    first, _ = passage_range(report.id)
    for section, span in _pieces(report):
        title = section.title if section else None
        reading = read(report.text, span)
        for start, end in _split(reading, title, count_tokens, max_tokens):
            verbatim = reading.span(start, end)
            chunks.append(
                Chunk(
                    id=first + len(chunks),
                    report_id=report.id,
                    section_id=section.id if section else None,
                    section_title=title,
                    text=reading.text[start:end],
                    span=verbatim,
                    page=report.page_at(verbatim.start),
                )
            )
    return chunks


def _pieces(report: Report) -> Iterator[tuple[Section | None, Span]]:
    """Each section's own text, without its subsections', in the report's order."""
    if not report.sections:
        yield None, Span(0, len(report.text))
        return
    by_start = sorted(report.sections, key=lambda s: (s.span.start, s.level))
    for section in by_start:
        below = min((s.span.start for s in report.sections if s.parent == section.id), default=section.span.end)
        own = Span(section.span.start, below)
        if section.kind == "appendix":
            if any(own.start <= row.span.start < own.end for row in report.rows):
                yield from ((section, remark) for remark in _remarks(report, own))
            else:
                yield section, own
        elif section.kind == "section" and not _is_prose(report.text, section, own):
            own = Span(section.heading.end, below)
            if own.of(report.text).strip():
                yield section, own
        else:
            yield section, own


def _is_prose(text: str, section: Section, own: Span) -> bool:
    """Whether the heading's line is a numbered paragraph and so part of the text, not only its title."""
    heading = collapse(plain(section.heading.of(text)))
    return heading.endswith((".", ";")) or len(heading.split()) > _HEADING_WORDS


def _remarks(report: Report, own: Span) -> Iterator[Span]:
    """The runs of lines in an appendix that are not lines of its table."""
    rows = [row.span for row in report.rows]
    start: int | None = None
    at = own.start
    for line in own.of(report.text).splitlines(keepends=True):
        span = Span(at, at + len(line))
        at = span.end
        tabular = "\t" in line or any(r.start < span.end and span.start < r.end for r in rows)
        if not tabular and start is None:
            start = span.start
        if tabular and start is not None:
            yield from _worth(report.text, Span(start, span.start))
            start = None
    if start is not None:
        yield from _worth(report.text, Span(start, own.end))


def _worth(text: str, span: Span) -> Iterator[Span]:
    if len(read(text, span).text.split()) >= _REMARK_WORDS:
        yield span


def _split(
    reading: Reading, title: str | None, count_tokens: Callable[[str], int], max_tokens: int
) -> Iterator[tuple[int, int]]:
    """Ranges of the reading text, broken at ends of paragraphs, then of sentences, then of clauses."""
    ranges = _recursive(reading.text, _words, MAX_WORDS)
    if len(ranges) > 1 and _words(reading.text[slice(*ranges[-1])]) < MIN_WORDS:
        last = ranges.pop()
        ranges[-1] = (ranges[-1][0], last[1])
    room = max_tokens - (count_tokens(f"{_short(title)}\n") if title else 0)
    for start, end in ranges:
        yield from _fitting(reading.text, start, end, count_tokens, room)


def _fitting(
    text: str, start: int, end: int, count_tokens: Callable[[str], int], room: int
) -> Iterator[tuple[int, int]]:
    """The range itself, or as many pieces of it as the encoder needs."""
    tokens = count_tokens(text[start:end])
    if tokens <= room:
        yield start, end
        return
    size = int((end - start) * room / tokens * 0.9)
    for a, b in _recursive(text[start:end], len, max(size, 1)):
        yield from _fitting(text, start + a, start + b, count_tokens, room)


def _words(text: str) -> int:
    return len(text.split())


def _recursive(text: str, length: Callable[[str], int], size: int) -> list[tuple[int, int]]:
    documents = _splitter(length, size).create_documents([text])
    return [(d.metadata["start_index"], d.metadata["start_index"] + len(d.page_content)) for d in documents]


def _splitter(length: Callable[[str], int], size: int) -> Any:
    # Imported here: the serving process reads passages and never splits.
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    return RecursiveCharacterTextSplitter(
        separators=_SEPARATORS,
        keep_separator="end",
        chunk_size=size,
        chunk_overlap=0,
        length_function=length,
        add_start_index=True,
    )
