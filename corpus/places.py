"""The provinces of Vietnam and how documents and officials spell them."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib import resources

from corpus.text import fold, nfc, old_tone_placement


@cache
def provinces() -> dict[str, tuple[str, ...]]:
    """Each province's name and its other spellings."""
    lines = resources.files("corpus").joinpath("data/provinces.txt").read_text("utf-8").splitlines()
    entries = [nfc(line).split("|") for line in lines if line.strip() and not line.startswith("#")]
    return {name: tuple(others) for name, *others in entries}


@cache
def _pattern(folded: bool) -> re.Pattern[str]:
    spellings = sorted({s for name, others in provinces().items() for s in (name, *others)}, key=len, reverse=True)
    key = fold if folded else str
    return re.compile(r"(?<!\w)(" + "|".join(re.escape(key(s)).lower() for s in spellings) + r")(?!\w)")


@cache
def _by_spelling(folded: bool) -> dict[str, str]:
    key = fold if folded else str
    return {key(s).lower(): name for name, others in provinces().items() for s in (name, *others)}


def find_provinces(text: str) -> list[tuple[str, int, int]]:
    """The provinces that a text names, with where each stands.

    Spelled with diacritics first; a spelling without them counts only where the text has none at that
    place either, so that "phú yên" is found in "phu yen" and not in "Phù Yên" (a district of Sơn La).
    "Khánh Hoà" is "Khánh Hòa".
    """
    return list(_found(text))


@lru_cache(maxsize=64)  # a question is looked through several times
def _found(text: str) -> tuple[tuple[str, int, int], ...]:
    lowered = old_tone_placement(text).lower()
    folded = fold(lowered)
    found = [(_by_spelling(False)[m.group(1)], m.start(), m.end()) for m in _pattern(False).finditer(lowered)]
    taken = {i for _, a, b in found for i in range(a, b)}
    for match in _pattern(True).finditer(folded):
        piece = lowered[match.start() : match.end()]
        if piece == match.group(1) and not taken.intersection(range(match.start(), match.end())):
            found.append((_by_spelling(True)[match.group(1)], match.start(), match.end()))
    return tuple(sorted(found, key=lambda item: item[1]))
