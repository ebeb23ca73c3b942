"""Which column of a statistics appendix holds what, as its header says; and whether a table is one at all.

Reports carry plans, lists of documents and forms of other ministries in tables that begin with STT, too. A figure
read from a column that means something else is worse than none: what the header leaves open is no appendix.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz.fuzz import ratio

from corpus.codes import parse_code
from corpus.model import TableRow
from corpus.numbers import parse_number
from corpus.text import collapse, fold

_HEADINGS = frozenset(
    (
        "chi tieu",
        "chi tieu thong ke",
        "noi dung",
        "tieu chi",
        "don vi tinh",
        "don vi",
        "dvt",
        "so lieu",
        "ghi chu",
        "ket qua",
        "ket qua thong ke",
        "ket qua thuc hien",
    )
)
_ORDINAL = ("stt", "tt", "so tt")
_NAMES = ("chi tieu", "noi dung", "tieu chi", "chi so", "hang muc")
_VALUES = ("so lieu", "gia tri", "so luong")
_RESULTS = re.compile(
    r"ket qua|^(?:so )?thuc hien\b|^(?:trong )?ky (?:nay|bao cao)$|^(?:nam 20\d\d|quy [iv]{1,3}\b|[69] thang\b)"
)
"""Heads the figures where no column says so more plainly."""
_COLUMN_NUMBER = re.compile(r"\(?(?:\d{1,2}|[A-Ea-e])\)?")
_ALIKE = 85
_HEADER_LINES = 4
_USED = 0.3
"""A column in which more of the lines have a number is one that means something."""


@dataclass(frozen=True, slots=True)
class Columns:
    name: int
    value: int
    code: int | None = 0
    unit: int | None = None
    note: int | None = None


def texts_of(row: TableRow) -> list[str]:
    return [cell.text for cell in row.cells]


def _folded(texts: Iterable[str]) -> list[str]:
    return [fold(collapse(text)).lower() for text in texts]


def is_header(texts: Iterable[str]) -> bool:
    """Whether cells head the columns of an appendix; a scan may have one of them misread."""
    cells = _folded(texts)
    if any(cell in _ORDINAL for cell in cells) and any(word in c for c in cells for word in _NAMES):
        return True
    return sum(cell in _HEADINGS for cell in cells if cell) >= 2


def numbers_columns(texts: Iterable[str]) -> bool:
    """Whether a line below the header only numbers the columns: (1), (2), (3) or A, B, 1."""
    cells = [text.strip() for text in texts]
    return len(cells) > 2 and bool(cells[1]) and all(_COLUMN_NUMBER.fullmatch(cell) for cell in cells if cell)


def begins_table(row: TableRow) -> bool:
    """Whether a line heads a column of ordinals, whatever the table is about."""
    return any(cell in _ORDINAL for cell in _folded(texts_of(row)))


def read_columns(rows: Sequence[TableRow]) -> Columns | None:
    """The columns of the appendix that these lines are; None for another table, or where the header isn't clear."""
    headers = [row for row in rows[:_HEADER_LINES] if is_header(texts_of(row))]
    if not headers or not any(row.cells and parse_code(row.cells[0].text) for row in rows):
        return None
    found = _named(headers)
    if "code" in found and found.get("unit", -1) == found["code"] + 2:
        found.setdefault("name", found["code"] + 1)  # between the ordinals and the units, whatever it is called
    if "name" not in found:
        return None
    if "value" not in found:
        after = found.get("unit", -2) + 1
        if after < 1 or after in found.values() or after >= max(len(row.cells) for row in rows):
            return None
        found["value"] = after
    columns = Columns(found["name"], found["value"], found.get("code"), found.get("unit"), found.get("note"))
    if columns.code is None and 0 not in found.values():
        columns = Columns(columns.name, columns.value, 0, columns.unit, columns.note)
    if columns.unit is None and columns.value - 1 not in (columns.code, columns.name, columns.note):
        columns = Columns(columns.name, columns.value, columns.code, columns.value - 1, columns.note)
    return None if _has_other_figures(rows, headers, columns) else columns


def _named(headers: Sequence[TableRow]) -> dict[str, int]:
    found: dict[str, int] = {}
    results: list[int] = []
    for row in headers:
        for at, text in enumerate(_folded(texts_of(row))):
            if text in _ORDINAL:
                found["code"] = at
            elif any(word in text for word in _NAMES):
                found.setdefault("name", at)
            elif text.startswith("don vi tinh") or text in ("dvt", "don vi"):
                found["unit"] = at
            elif any(word in text or ratio(word, text) >= _ALIKE for word in _VALUES):
                found.setdefault("value", at)
            elif "ghi chu" in text:
                found["note"] = at
            elif _RESULTS.search(text):
                results.append(at)
    for at in results:
        if at not in found.values():
            found.setdefault("value", at)
    return found


def _has_other_figures(rows: Sequence[TableRow], headers: Sequence[TableRow], columns: Columns) -> bool:
    """Whether numbers stand in a column that the header doesn't account for: which is the figure isn't clear then."""
    known = {columns.code, columns.name, columns.unit, columns.value, columns.note}
    body = [row for row in rows if row not in headers]
    others = {at for row in body for at in range(len(row.cells))} - known
    return any(
        sum(at < len(row.cells) and parse_number(row.cells[at].text) is not None for row in body) > _USED * len(body)
        for at in others
    )
