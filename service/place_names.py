"""Province names in a question, also with one slip in them: passed over, it would be answered of another province."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import cache

from corpus.places import find_provinces, provinces
from corpus.text import fold
from service.lexicon import Token, tokenize
from service.word_sequences import one_edit, syllables


def place_names(text: str, printed: Collection[tuple[str, str]]) -> dict[int, str]:
    """The syllables of province names by where they stand: a name is what it is, however rare its syllables."""
    found: dict[int, str] = {}
    for name, start, end in find_provinces(text):
        typed, proper = tokenize(text[start:end]), tokenize(name)
        same = [fold(t.text) for t in typed] == [fold(t.text) for t in proper]
        for at, token in enumerate(typed):
            found[start + token.start] = proper[at].text if same else token.text
    return found | _misspelt_places(text, found, printed)


def _misspelt_places(text: str, taken: Collection[int], printed: Collection[tuple[str, str]]) -> dict[int, str]:
    """Names with one slip in one syllable: passed over, the question would be answered of another province.

    What was typed must be no syllable of the language ("lai chauu"), or a name in capitals that no report has printed
    ("Lai Chu"): "Mai Châu" is a district.
    """
    found: dict[int, str] = {}
    by_first, by_second = _two_syllable_provinces()
    for one, other in itertools.pairwise(tokenize(text)):
        if one.start in taken or other.start in taken or other.start - one.end > 1:
            continue
        begin, end = by_first.get(one.folded, ()), by_second.get(other.folded, ())
        if not begin and not end:
            continue
        is_name = text[one.start].isupper() and text[other.start].isupper()
        unheard = is_name and (one.folded, other.folded) not in printed
        near = {name for name in begin if _slip(other, name[1], unheard)}
        near |= {name for name in end if _slip(one, name[0], unheard)}
        if len(near) == 1:
            first, second = near.pop()
            found |= {one.start: first, other.start: second}
    return found


def _slip(typed: Token, meant: str, unheard: bool) -> bool:
    is_syllable = typed.folded in _unmarked_syllables() if typed.unmarked else typed.text in syllables()
    return (unheard or not is_syllable) and one_edit(typed.folded, fold(meant))


_Names = Mapping[str, Sequence[tuple[str, str]]]


@cache
def _two_syllable_provinces() -> tuple[_Names, _Names]:
    """The syllables of provinces that have two, by the first of them and by the second, folded."""
    by_first: dict[str, list[tuple[str, str]]] = defaultdict(list)
    by_second: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name in provinces():
        parts = [token.text for token in tokenize(name)]
        if len(parts) == 2:
            by_first[fold(parts[0])].append((parts[0], parts[1]))
            by_second[fold(parts[1])].append((parts[0], parts[1]))
    return dict(by_first), dict(by_second)


@cache
def _unmarked_syllables() -> frozenset[str]:
    return frozenset(map(fold, syllables()))
