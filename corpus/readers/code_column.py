"""The row numbers of a scanned appendix, decoded as a sequence: a misread "T1." between 1 and 1.1.1 can only be 1.1."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from corpus.codes import Code, format_code, infer_code, parse_code, successors

_BEAM = 40
_QUIRK = 0.35
_JUMP = 2.0
_UNSURE, _SURE = 2.0, 6.0
"""What a wrong character costs: more where all passes read the same."""
_LOOKALIKES = str.maketrans(
    {
        "l": "1",
        "I": "1",
        "i": "1",
        "T": "1",
        "|": "1",
        "O": "0",
        "o": "0",
        "S": "5",
        "B": "8",
        "Z": "2",
        ",": ".",
        ":": ".",
        ";": ".",
    }
)


@dataclass(frozen=True, slots=True)
class _Path:
    cost: float
    last: Code | None
    printed: tuple[str, ...]


def _distance(code: str, readings: Sequence[str]) -> float:
    """How far a code is from what was read, as a share of its length; the readings' mean."""
    seen = [re.sub(r"\s", "", reading).translate(_LOOKALIKES) for reading in readings]
    return sum(Levenshtein.normalized_distance(code, text) for text in seen) / len(seen)


def decode_codes(rows: Sequence[Sequence[str]]) -> list[str]:
    """The likeliest codes, each with a final dot, of rows whose readings are given in order.

    The numbering goes on (a child, or the next sibling of the row or an ancestor); a form whose typist
    slipped is believed too, when the characters say so clearly.
    """
    paths = [_Path(0.0, None, ())]
    for readings in rows:
        grown: list[_Path] = []
        weight = _SURE if len(set(readings)) == 1 and parse_code(readings[0]) else _UNSURE
        read = {code for reading in readings if (code := parse_code(reading.translate(_LOOKALIKES))) is not None}
        for path in paths:
            following = set(successors(path.last)) if path.last else {(1,)}
            for code in following | read:
                meant = infer_code(code, path.last)
                step = 0.0 if code in following else _QUIRK if meant != code else _JUMP if path.last else 0.0
                text = f"{format_code(code)}."
                grown.append(_Path(path.cost + step + weight * _distance(text, readings), meant, (*path.printed, text)))
        best: dict[Code | None, _Path] = {}
        for path in sorted(grown, key=lambda p: p.cost):
            best.setdefault(path.last, path)
        paths = list(best.values())[:_BEAM]
    return list(paths[0].printed)
