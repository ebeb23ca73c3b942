"""The statistics appendix (phụ lục số liệu): printed lines of cells in, indicator rows out.

Every source format ends here: readers give lines of cells, this module drops repeated headers, joins
rows that were split over a page, infers codes and parents, and reads values.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from rapidfuzz.fuzz import ratio

from corpus.codes import Code, format_code, infer_code, parse_chapter, parse_code, parse_item, parse_part
from corpus.columns import Columns, begins_table, is_header, numbers_columns, read_columns, texts_of
from corpus.model import Box, Document, IndicatorRow, Span, Table, TableRow
from corpus.numbers import parse_value
from corpus.text import collapse, plain

_CAPTION = re.compile(r"^[\s#*_]*(phụ lục|phu luc|biểu|mẫu)\b[^\n]{0,80}", re.I | re.M)
_STRAY_LETTERS = 120
"""Running heads and what recognition makes of a signature between two pages of a table; a caption is longer or said so."""
_SAME_HEADER = 90
_HEADING = re.compile(r"(?P<number>[IVX]+|[A-HĐ]|\d{1,2}(?:\.\d{1,3})*)\s*[.)]\s+(?P<name>\D.+)")
_AMONG = re.compile(r"(trong đó|trong do|bao gồm)\b\s*:?\s*", re.I)


@dataclass(slots=True)
class _Draft:
    """A row while its lines are still being collected."""

    code: Code | None
    part: int | None
    """Of "B.", above what is numbered."""
    chapter: int | None
    """Of "II.", which may be the first number of its rows."""
    item: int | None
    """Of "b)", below what is numbered."""
    printed: str | None
    name: str
    unit: str
    value: str
    note: str
    span: Span
    page: int | None
    last_page: int | None
    box: Box | None = None
    confidences: list[float] = field(default_factory=list)
    readings: tuple[str, ...] = ()

    def trust(self, row: TableRow, columns: Columns) -> None:
        """Take in how sure the row number and the value of a line are, and where the value stands."""
        for column in (columns.code, columns.value):
            if (
                column is not None
                and column < len(row.cells)
                and (confidence := row.cells[column].confidence) is not None
            ):
                self.confidences.append(confidence)
        if columns.value < len(row.cells) and (self.box is None or not self.value):
            value = row.cells[columns.value]
            self.box = value.box
            self.readings = value.readings if len(set(value.readings)) > 1 else ()

    def extend(self, name: str, unit: str, value: str, note: str, row: TableRow) -> None:
        self.name, self.unit = collapse(f"{self.name} {name}"), collapse(f"{self.unit} {unit}")
        self.value, self.note = collapse(f"{self.value} {value}"), collapse(f"{self.note} {note}")
        self.span, self.last_page = Span(self.span.start, row.span.end), row.page

    def goes_on_overleaf(self, name: str, unit: str, value: str, row: TableRow) -> bool:
        """Whether the first line of a page is the rest of this row, though it has a name and a unit or a value."""
        overleaf = row.page is not None and self.last_page is not None and row.page > self.last_page
        return overleaf and (name[:1].islower() or unit[:1].islower()) and not (value and self.value)


def _tidy(name: str) -> str:
    return collapse(re.sub(r"\(\s+", "(", re.sub(r"\s+([),;:.])", r"\1", name)))


def _caption(text: str, table_start: int) -> str:
    label = "Phụ lục"
    for match in _CAPTION.finditer(text, max(0, table_start - 1500), table_start):
        label = plain(match.group(0)).rstrip(":. ")
    return label


def _text_at(row: TableRow, column: int | None, merged: bool = False) -> str:
    """What stands in a column; where `merged`, what a cell says too that reaches down to this line."""
    if column is None or column >= len(row.cells):
        return ""
    cell = row.cells[column]
    return cell.text or (cell.above if merged else "")


def _collect(drafts: list[_Draft], rows: Iterable[TableRow], columns: Columns) -> None:
    """Make rows of the lines of one table, the first of which may go on with the last row of the table before."""
    after_header = False
    for row in rows:
        if is_header(texts_of(row)) or numbers_columns(texts_of(row)):
            after_header = True
            continue
        label = _text_at(row, columns.code)
        name, unit = _text_at(row, columns.name), _text_at(row, columns.unit)
        value, note = _text_at(row, columns.value), _text_at(row, columns.note)
        if not any((label, name, unit, value, note)):
            continue
        heading = _HEADING.fullmatch(label) if not (name or unit or value) else None
        if heading is not None:  # its line is one cell
            label, name = heading.group("number"), heading.group("name")
        code = parse_code(label)
        heads = bool(name) and not value
        part, chapter = (parse_part(label), parse_chapter(label)) if heads else (None, None)
        item = parse_item(label)
        if code is None and not (part or chapter or item) and not _AMONG.match(label) and drafts:
            last = drafts[-1]
            rest_of_name = not unit and not value and (after_header or name[:1].islower())
            if not name or rest_of_name or last.goes_on_overleaf(name, unit, value, row):
                last.extend(name, unit, value, note, row)
                last.trust(row, columns)
                continue
        if code is None and _AMONG.fullmatch(label) and not name:
            continue
        printed = re.sub(r"\s", "", label).rstrip(".") if code or part or chapter or item else None
        unit, note = _text_at(row, columns.unit, merged=True), _text_at(row, columns.note, merged=True)
        draft = _Draft(code, part, chapter, item, printed, name, unit, value, note, row.span, row.page, row.page)
        draft.trust(row, columns)
        drafts.append(draft)
        after_header = False


def _numbered_anew(drafts: Sequence[_Draft]) -> bool:
    """Whether rows are counted from 1 under each chapter: I, 1, 2, II, 1. Else the chapter is their first number."""
    in_chapter = itertools.dropwhile(lambda draft: draft.part is None and draft.chapter is None, drafts)
    return any(draft.code is not None and len(draft.code) == 1 for draft in in_chapter)


def _codes(drafts: Sequence[_Draft]) -> Iterator[Code]:
    """What the numbering of each row means; one without a number is counted below the row that it follows."""
    anew = _numbered_anew(drafts)
    part: Code = ()
    above: Code = ()
    previous: Code | None = None
    holder: Code = ()
    uncoded = 0
    for draft in drafts:
        if draft.part is not None:
            part = above = holder = (draft.part,)
            previous = part
        elif draft.chapter is not None:
            above = holder = (*part, draft.chapter)
            previous = above
        elif draft.code is not None:
            previous = holder = infer_code((*(above if anew else ()), *draft.code), previous)
        elif draft.item is not None:
            holder = (*(previous or ()), draft.item)
        else:
            uncoded += 1
            yield (*holder, uncoded)
            continue
        uncoded = 0
        yield holder


def _finish(drafts: list[_Draft], appendix: str, first_row: int) -> list[IndicatorRow]:
    rows: list[IndicatorRow] = []
    names: dict[Code, str] = {}
    for draft, code in zip(drafts, _codes(drafts), strict=True):
        name = _tidy(draft.name)
        names[code] = name
        path = tuple(names[code[:n]] for n in range(1, len(code)) if code[:n] in names)
        unit = draft.unit or None
        rows.append(
            IndicatorRow(
                row=first_row + len(rows),
                code=draft.printed,
                inferred_code=format_code(code),
                name=name,
                path=(*path, name),
                unit=unit,
                value=parse_value(draft.value, unit),
                note=draft.note or None,
                span=draft.span,
                appendix=appendix,
                page=draft.page,
                confidence=min(draft.confidences, default=None),
                box=draft.box,
                readings=draft.readings,
            )
        )
    return rows


@dataclass(slots=True)
class _Group:
    """The tables of one appendix: what its caption says, its rows so far, and the columns of its last table."""

    label: str
    columns: Columns
    width: int
    end: int
    header: str = ""
    drafts: list[_Draft] = field(default_factory=list)

    def take(self, rows: Sequence[TableRow], columns: Columns) -> None:
        _collect(self.drafts, rows, columns)
        self.columns, self.width, self.end = columns, len(rows[-1].cells), rows[-1].span.end
        self.header = _header(rows) or self.header


@dataclass(frozen=True, slots=True)
class Appendices:
    """All indicator rows in printed order, warnings about tables that are something else, and where the first begins."""

    rows: tuple[IndicatorRow, ...]
    warnings: tuple[str, ...]
    start: int | None


def read_appendices(document: Document) -> Appendices:
    """The statistics appendices of a document, each numbered by itself."""
    groups: list[_Group] = []
    warnings: list[str] = []
    start: int | None = None
    for rows in (part for table in document.tables for part in _parts(table)):
        at = rows[0].span.start
        last = groups[-1] if groups else None
        columns = read_columns(rows)
        if columns is not None:
            start = at if start is None else start
            label = _caption(document.text, at)
            if last is None or label not in (last.label, "Phụ lục") or _starts_anew(rows, columns):
                last = _Group(label, columns, 0, 0)
                groups.append(last)
            last.take(rows, columns)
        elif last is not None and _continues(last, rows, document.text):
            last.take(rows, last.columns)
        elif len(rows) > 1:
            heading = collapse(" | ".join(cell.text for cell in rows[0].cells if cell.text))[:80]
            warnings.append(f"Có bảng không theo mẫu phụ lục số liệu, chỉ đọc như văn bản: {heading}")
    found: list[IndicatorRow] = []
    for group in groups:
        found.extend(_finish(group.drafts, group.label, len(found)))
    return Appendices(tuple(found), tuple(warnings), start)


def _parts(table: Table) -> Iterator[Sequence[TableRow]]:
    """A table in parts, each from one header to the next: pages may run two tables together."""
    starts = [
        at for at, row in enumerate(table.rows)
        if at and begins_table(row) and not begins_table(table.rows[at - 1])
    ]  # fmt: skip
    for first, end in itertools.pairwise((0, *starts, len(table.rows))):
        yield table.rows[first:end]


def _starts_anew(rows: Sequence[TableRow], columns: Columns) -> bool:
    codes = (parse_code(_text_at(row, columns.code)) for row in rows if not is_header(texts_of(row)))
    return next((code for code in codes if code), None) == (1,)


def _header(rows: Sequence[TableRow]) -> str:
    """The lines that head a table, as one text."""
    return "|".join(
        text for row in itertools.takewhile(lambda row: is_header(texts_of(row)), rows) for text in texts_of(row)
    )


def _continues(last: _Group, rows: Sequence[TableRow], text: str) -> bool:
    """Whether a table is the next page of an appendix: as wide, numbered or under the same header, nothing between them.

    A page may hold no row number at all: the rest of a note, and rows that have none.
    """
    between = text[last.end : rows[0].span.start]
    if begins_table(rows[0]):
        goes_on = ratio(_header(rows), last.header) >= _SAME_HEADER
    else:
        first = [row.cells[0].text for row in rows]
        goes_on = not any(first) or any(map(parse_code, first))
    return (
        goes_on
        and len(rows[0].cells) == last.width
        and not _CAPTION.search(between)
        and sum(map(str.isalpha, between)) < _STRAY_LETTERS
    )
