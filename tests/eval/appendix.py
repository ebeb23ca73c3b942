"""Reads a report's text and statistics appendix for the validators here.

Of a Markdown report the appendix is read, for a Word file its rows were written down beside it by who made it.

It is kept apart from `corpus/` on purpose: the gold answers must not be checked with the code they test.
"""

from __future__ import annotations

import json
import re
import unicodedata
import zipfile
from dataclasses import dataclass
from html import unescape
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


def read_text(path: Path) -> str:
    """All of a report's text, plain."""
    if path.suffix != ".docx":
        return plain(path.read_text(encoding="utf8"))
    with zipfile.ZipFile(path) as archive:
        body = archive.read("word/document.xml").decode("utf8")
    lines = re.split(r"</w:p>|<w:br/>|<w:tab/>", body)
    return plain(unescape(" ".join("".join(re.findall(r"<w:t(?: [^>]*)?>([^<]*)</w:t>", line)) for line in lines)))


def read_rows(path: Path) -> list[Row]:
    """Every appendix row with a printed value, in the report's order."""
    if path.suffix == ".docx":
        lines = path.with_suffix(".rows.jsonl").read_text(encoding="utf8").splitlines()
        return [Row(r["code"], r["name"], r["unit"] or "", r["value_text"], "") for r in map(json.loads, lines)]
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
