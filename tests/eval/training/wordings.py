"""How other provinces word a row of the form: rows are read in these wordings too, so that the reader learns the thing."""

from __future__ import annotations

import re
from dataclasses import replace

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


def _renamed(indicator: Indicator, path: tuple[str, ...]) -> Indicator:
    return replace(indicator, path=path, name=path[-1])


def _name(part: str, wording: str) -> str:
    line = _LINES.get(part.split(" (")[0].strip(" :.").lower())
    if line is None:
        return spelled_out(part) if wording == "long" else part
    return _TAGS.sub("", line.name("long" if wording == "long" else "digital")).strip(" :")
