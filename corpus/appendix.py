"""The statistics appendix (phụ lục số liệu): printed lines of cells in, indicator rows out.

Every source format ends here: readers give lines of cells, this module drops repeated headers, joins
rows that were split over a page, infers codes and parents, and reads values.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from corpus.codes import Code, format_code, infer_code, parse_code
from corpus.model import Box, Cell, Document, IndicatorRow, Span, Table, TableRow
from corpus.numbers import parse_value
from corpus.text import collapse, fold, plain

_CAPTION = re.compile(r"^[\s#*_]*(phụ lục|phu luc|biểu|mẫu)\b[^\n]{0,80}", re.I | re.M)
_HEADINGS = frozenset(
    (
        "chi tieu",
        "chi tieu thong ke",
        "noi dung",
        "don vi tinh",
        "don vi",
        "dvt",
        "so lieu",
        "ghi chu",
        "ket qua",
        "ket qua thong ke",
    )
)
_AMONG = re.compile(r"(trong đó|trong do|bao gồm)\b\s*:?\s*", re.I)


@dataclass(frozen=True, slots=True)
class _Columns:
    code: int = 0
    name: int = 1
    unit: int = 2
    value: int = 3
    note: int | None = 4

    @property
    def count(self) -> int:
        return max(self.code, self.name, self.unit, self.value, self.note or 0) + 1


@dataclass(slots=True)
class _Draft:
    """A row while its lines are still being collected."""

    code: Code | None
    printed: str | None
    name: str
    unit: str
    value: str
    note: str
    span: Span
    page: int | None
    box: Box | None = None
    confidences: list[float] = field(default_factory=list)
    readings: tuple[str, ...] = ()

    def trust(self, row: TableRow, columns: _Columns) -> None:
        """Take in how sure the row number and the value of a line are, and where the value stands."""
        for column in (columns.code, columns.value):
            if column < len(row.cells) and (confidence := row.cells[column].confidence) is not None:
                self.confidences.append(confidence)
        if columns.value < len(row.cells) and (self.box is None or not self.value):
            value = row.cells[columns.value]
            self.box = value.box
            self.readings = value.readings if len(set(value.readings)) > 1 else ()

    def extend(self, name: str, unit: str, value: str, note: str, span: Span) -> None:
        self.name, self.unit = collapse(f"{self.name} {name}"), collapse(f"{self.unit} {unit}")
        self.value, self.note = collapse(f"{self.value} {value}"), collapse(f"{self.note} {note}")
        self.span = Span(self.span.start, span.end)


def _tidy(name: str) -> str:
    return collapse(re.sub(r"\(\s+", "(", re.sub(r"\s+([),;:.])", r"\1", name)))


def _folded(cell: Cell) -> str:
    return fold(cell.text).lower()


def _texts(row: TableRow) -> list[str]:
    return [cell.text for cell in row.cells]


def is_header(texts: Iterable[str]) -> bool:
    """Whether cells head the columns of an appendix; a scan may have one of them misread."""
    cells = [fold(collapse(text)).lower() for text in texts]
    filled = [cell for cell in cells if cell]
    if any(cell in ("stt", "tt", "so tt") for cell in cells) and any("chi tieu" in c or "noi dung" in c for c in cells):
        return True
    return sum(cell in _HEADINGS for cell in filled) >= 2


def _columns(headers: list[TableRow]) -> _Columns:
    """Which column holds what, read from the header lines of the table."""
    found: dict[str, int] = {}
    for row in headers:
        for at, cell in enumerate(row.cells):
            text = _folded(cell)
            if text in ("stt", "tt", "so tt"):
                found["code"] = at
            elif "chi tieu" in text or "noi dung" in text:
                found.setdefault("name", at)
            elif text.startswith("don vi") or text == "dvt":
                found["unit"] = at
            elif text == "so lieu":
                found["value"] = at
            elif "ghi chu" in text:
                found["note"] = at
    for row in headers:
        for at, cell in enumerate(row.cells):
            if "ket qua" in _folded(cell) and at != found.get("unit"):
                found.setdefault("value", at)
    if not {"name", "value"} <= found.keys():
        return _Columns()
    return _Columns(
        found.get("code", 0), found["name"], found.get("unit", found["value"] - 1), found["value"], found.get("note")
    )


def is_appendix(table: Table) -> bool:
    """Whether a table is a statistics appendix: its header names a row number and an indicator."""
    return any(is_header(_texts(row)) for row in table.rows[:4]) and any(
        parse_code(r.cells[0].text) for r in table.rows
    )


def _caption(text: str, table_start: int) -> str:
    label = "Phụ lục"
    for match in _CAPTION.finditer(text, max(0, table_start - 1500), table_start):
        label = plain(match.group(0)).rstrip(":. ")
    return label


def _text_at(row: TableRow, column: int | None) -> str:
    return row.cells[column].text if column is not None and column < len(row.cells) else ""


def _collect(rows: Iterable[TableRow], columns: _Columns) -> list[_Draft]:
    drafts: list[_Draft] = []
    after_header = False
    for row in rows:
        if is_header(_texts(row)):
            after_header = True
            continue
        label = _text_at(row, columns.code)
        name, unit = _text_at(row, columns.name), _text_at(row, columns.unit)
        value, note = _text_at(row, columns.value), _text_at(row, columns.note)
        if not any((label, name, unit, value, note)):
            continue
        code = parse_code(label)
        goes_on = code is None and not _AMONG.match(label) and drafts
        if goes_on and (not name or (not unit and not value and (after_header or name[0].islower()))):
            drafts[-1].extend(name, unit, value, note, row.span)
            drafts[-1].trust(row, columns)
            continue
        if code is None and _AMONG.fullmatch(label) and not name:
            continue
        printed = re.sub(r"\s", "", label).rstrip(".") if code else None
        draft = _Draft(code, printed, name, unit, value, note, row.span, row.page)
        draft.trust(row, columns)
        drafts.append(draft)
        after_header = False
    return drafts


def _finish(drafts: list[_Draft], appendix: str, first_row: int) -> list[IndicatorRow]:
    rows: list[IndicatorRow] = []
    names: dict[Code, str] = {}
    previous: Code | None = None
    uncoded = 0
    for draft in drafts:
        name = _tidy(draft.name)
        if draft.code is not None:
            previous = infer_code(draft.code, previous)
            uncoded = 0
            code = previous
        else:
            uncoded += 1
            code = (*(previous or ()), uncoded)
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


def read_appendices(document: Document) -> tuple[tuple[IndicatorRow, ...], tuple[str, ...]]:
    """All indicator rows of a document in printed order, and warnings about tables that are something else."""
    groups: list[tuple[str, list[TableRow]]] = []
    warnings: list[str] = []
    for table in document.tables:
        first = table.rows[0].span.start
        continued = groups and len(table.rows[0].cells) == len(groups[-1][1][-1].cells)
        if is_appendix(table):
            label = _caption(document.text, first)
            if groups and (label == groups[-1][0] or label == "Phụ lục"):
                groups[-1][1].extend(table.rows)
            else:
                groups.append((label, list(table.rows)))
        elif continued and any(parse_code(row.cells[0].text) for row in table.rows):
            groups[-1][1].extend(table.rows)
        elif len(table.rows) > 1:
            heading = collapse(" | ".join(cell.text for cell in table.rows[0].cells if cell.text))[:80]
            warnings.append(f"Có bảng không theo mẫu phụ lục số liệu, chỉ đọc như văn bản: {heading}")
    rows: list[IndicatorRow] = []
    for label, lines in groups:
        headers = [row for row in lines[:4] if is_header(_texts(row))]
        rows.extend(_finish(_collect(lines, _columns(headers)), label, len(rows)))
    return tuple(rows), tuple(warnings)
