"""How other provinces word a row of the form: rows are read in these wordings too, so that the reader learns the thing.

`row_variants.jsonl` has fifteen wordings of each row of the sample report, written by people who know how offices differ;
the synthetic reports' rows are those of the sample, so theirs are found by the names that `form.py` gives them.
"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

from index.records import Indicator
from tests.eval.synthetic.form import FORM, Line, spelled_out

_TAGS = re.compile(r"<[^>]+>")
_LINES: dict[str, Line] = {}
for _line in FORM:
    _LINES.setdefault(_TAGS.sub("", _line.short).split(" (")[0].strip(" :.").lower(), _line)


def wordings(indicator: Indicator) -> list[Indicator]:
    """The indicator spelled out, with later names, without its chapter, without its unit."""
    found = [
        _renamed(indicator, tuple(_name(part, "long") for part in indicator.path)),
        _renamed(indicator, tuple(_name(part, "digital") for part in indicator.path)),
        _renamed(indicator, indicator.path[-2:]),
        replace(indicator, unit=None),
    ]
    return [other for other in found if (other.path, other.unit) != (indicator.path, indicator.unit)]


def variants(indicator: Indicator) -> list[Indicator]:
    """The indicator as other offices print it, with its parents; none for a row that nobody has written any for."""
    found = _variants().get(_key(indicator.path)) or _variants().get(_key(indicator.path[-1:])) or []
    return [replace(_renamed(indicator, tuple(path)), unit=unit) for path, unit in found]


@cache
def _variants() -> dict[str, list[tuple[list[str], str | None]]]:
    """By the names of a row and its parents, in each wording of `form.py`; by its own name alone where one row has it."""
    found: dict[str, list[tuple[list[str], str | None]]] = {}
    own: dict[str, list[list[tuple[list[str], str | None]]]] = {}
    for line in Path(__file__).with_name("row_variants.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        pairs = [(path, unit) for path, unit in row["variants"]]
        for path in {
            tuple(row["row"]),
            *(tuple(_name(part, how) for part in row["row"]) for how in ("long", "digital")),
        }:
            found[_key(path)] = pairs
            own.setdefault(_key(path[-1:]), []).append(pairs)
    found.update((name, rows[0]) for name, rows in own.items() if all(row is rows[0] for row in rows))
    return found


def _key(path: tuple[str, ...]) -> str:
    return " > ".join(_TAGS.sub("", part).strip(" :.").lower() for part in path)


def _renamed(indicator: Indicator, path: tuple[str, ...]) -> Indicator:
    return replace(indicator, path=path, name=path[-1])


def _name(part: str, wording: str) -> str:
    line = _LINES.get(part.split(" (")[0].strip(" :.").lower())
    if line is None:
        return spelled_out(part) if wording == "long" else part
    return _TAGS.sub("", line.name("long" if wording == "long" else "digital")).strip(" :")
