"""Reads a Markdown report's statistics appendix for the validators here.

It is kept apart from `corpus/` on purpose: the gold answers must not be checked with the code they test.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

HEADER = re.compile(r"^(STT\tCh[iỉ] tiêu thống kê|\t\tĐơn vị tính)")
MARKUP = re.compile(r"<[^>]+>|\*")


@dataclass(frozen=True, slots=True)
class Row:
    """One printed line of the appendix that carries a value; `name` joins what a page break cut off."""

    code: str | None
    name: str
    unit: str
    value_text: str
    note: str


def plain(text: str) -> str:
    """What two pieces of text are compared by: no markup, single spaces, lower case, NFC."""
    return " ".join(MARKUP.sub("", unicodedata.normalize("NFC", text)).split()).lower()


def read_rows(path: Path) -> list[Row]:
    """Every appendix row with a printed value, in the report's order."""
    rows: list[list[str]] = []
    for line in path.read_text(encoding="utf8").splitlines():
        if "\t" not in line or HEADER.match(line):
            continue
        cells = [MARKUP.sub("", cell).strip() for cell in line.split("\t")]
        cells += [""] * (5 - len(cells))
        code, name, unit, value, note = cells[:5]
        continued = rows and not code and not value
        if continued:
            for column, text in enumerate((name, unit, value, note), start=1):
                rows[-1][column] = f"{rows[-1][column]} {text}".strip()
            continue
        rows.append([code, name, unit, value, note])
    return [
        Row(code.rstrip(".") if code[:1].isdigit() else None, " ".join(name.split()), unit, value, note)
        for code, name, unit, value, note in rows
        if value
    ]
