"""Questions as people type them, brought to the words of the corpus.

No diacritics, some of them, telex keys left in ("ddang"), and typos: each syllable gets the corpus' own
candidates and the most likely sequence wins (bigrams, Viterbi; `word_sequences.py`). The vocabulary is the corpus,
the glossary and the words that questions are made of, so that "bao nhieu" never comes back as "báo nhiều".
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from corpus.text import fold, old_tone_placement
from service.lexicon import tokenize
from service.place_names import place_names
from service.word_sequences import BREAK, START, WORD, WordSequences, one_edit

_TELEX_VOWELS = (
    ("uow", "ươ"), ("uwow", "ươ"), ("uwo", "ươ"), ("dd", "đ"), ("aa", "â"), ("aw", "ă"), ("ee", "ê"), ("oo", "ô"), ("ow", "ơ"), ("uw", "ư"),
)  # fmt: skip
_TELEX_TONES = {"s": "́", "f": "̀", "r": "̉", "x": "̃", "j": "̣"}
_TELEX_TONE_KEY = re.compile(
    r"(?P<head>[^\W\d_]*[aăâeêioôơuưy])(?:(?P<tone>[sfrxj])(?P<tail>ch|ng|nh|[aăâeêioôơuưycmnpt]*)|(?P<end>ch|ng|nh|[cmnpt])(?P<last>[sfrxj]))"
)
_VOWEL = re.compile(r"[aăâeêioôơuưy]")


@dataclass(frozen=True, slots=True)
class Spelled:
    """A question as understood. `words_changed` says whether it differs by more than case and tone placement."""

    text: str
    words_changed: bool
    unmarked: frozenset[int]
    """Offsets of tokens that were typed without diacritics and may stand for any marking."""


def telex(word: str) -> str:
    """Resolve telex keys that were left in a syllable: "ddang" -> "đang", "soos" -> "số"."""
    plain, tone = word, ""
    for keys, letter in _TELEX_VOWELS:
        plain = plain.replace(keys, letter)
    if (key := _TELEX_TONE_KEY.fullmatch(plain)) is not None:
        tone = _TELEX_TONES[key.group("tone") or key.group("last")]
        plain = key.group("head") + (key.group("tail") or "") + (key.group("end") or "")
    if not tone:
        return plain
    vowels = [m.start() for m in _VOWEL.finditer(plain)]
    if plain[:2] in ("qu", "gi") and len(vowels) > 1:
        vowels = vowels[1:]
    marked = [i for i in vowels if plain[i] in "ăâêôơư"]
    if marked:
        at = marked[-1]
    elif len(vowels) >= 2:
        at = vowels[-1] if vowels[-1] < len(plain) - 1 and len(vowels) == 2 else vowels[-2]
    else:
        at = vowels[0]
    return old_tone_placement(unicodedata.normalize("NFC", plain[: at + 1] + tone + plain[at + 1 :]))


def _deletions(word: str) -> Iterable[str]:
    yield word
    for i in range(len(word)):
        yield word[:i] + word[i + 1 :]


_MOSTLY, _ALL = 0.34, 0.55
"""Shares of marked syllables from which a question was typed partly with diacritics, and wholly: three of four bear some."""
_IN_PARTLY_MARKED_TEXT, _IN_MARKED_TEXT = -3.5, -7.0
_OTHER_MARKS = -8.0
"""Of having typed a syllable of the language with marks, and meant others."""


_SHORT_NAME = 3
"""In capitals, as ODA and API are, such a word has no neighbour that it could be a slip of."""


class Speller:
    """Restores and corrects against a vocabulary of syllables and their neighbours."""

    def __init__(
        self, unigrams: Mapping[str, int], bigrams: Mapping[tuple[str, str], int], phrases: Iterable[str]
    ) -> None:
        self._sequences = WordSequences(unigrams, bigrams, phrases)
        self._known = self._sequences.known
        self._forms: dict[str, list[str]] = defaultdict(list)
        for word in self._known:
            self._forms[fold(word)].append(word)
        self._near: dict[str, list[str]] = defaultdict(list)
        for folded in self._forms:
            if len(folded) >= 3:
                for key in _deletions(folded):
                    self._near[key].append(folded)

    def _typo_candidates(self, folded: str) -> list[str]:
        if len(folded) < 3:
            return []
        found = {near for key in _deletions(folded) for near in self._near.get(key, ()) if one_edit(folded, near)}
        return [form for near in sorted(found) for form in self._forms[near]]

    def _candidates(self, word: str, unmarked_cost: float) -> dict[str, float]:
        """Possible forms of a typed syllable with the log-cost of having typed it so.

        `unmarked_cost` is that of leaving out the marks of one that is a syllable without them, too.
        """
        folded = fold(word)
        if word != folded and self._known.get(word, 0) > 0:
            return {word: 0.0}
        found: dict[str, float] = {}
        if word != folded and word in self._known:
            # A syllable of the language that no report has: meant as typed, unless its neighbours say otherwise.
            found = {form: _OTHER_MARKS for form in self._forms.get(folded, ()) if self._known[form] > 0}
            return {**found, word: 0.0}
        if word == folded:
            for form in self._forms.get(folded, ()):
                found[form] = 0.0 if form == word else (unmarked_cost if word in self._known else -0.3)
        else:
            for form in self._forms.get(folded, ()):
                found[form] = -2.0
        if not found:
            resolved = telex(word)
            if resolved != word and resolved in self._known:
                return {resolved: -0.5}
            if fold(resolved) != folded:
                for form in self._forms.get(fold(resolved), ()):
                    found[form] = -1.0
        if not found:
            for form in self._typo_candidates(folded):
                shared = sum(a == b for a, b in zip(word, form, strict=False))
                found[form] = -4.0 - 0.1 * (len(form) - shared)
        found.setdefault(word, -9.0 if found else 0.0)
        return found

    def correct(self, text: str) -> Spelled:
        """The most likely reading of a question. The text must be NFC with old tone placement."""
        tokens = tokenize(text)
        words = [token for token in tokens if WORD.fullmatch(token.text)]
        marked = sum(not token.unmarked for token in words)
        mostly_marked = marked >= _MOSTLY * max(1, len(words))
        unmarked_cost = -0.3
        if mostly_marked:
            unmarked_cost = _IN_MARKED_TEXT if marked >= _ALL * len(words) else _IN_PARTLY_MARKED_TEXT
        paths: dict[str, tuple[float, list[str]]] = {START: (0.0, [])}
        step = self._sequences.log_chance
        places = place_names(text, self._sequences.neighbours)
        for token, following_token in itertools.zip_longest(tokens, tokens[1:]):
            short_name = len(token.text) <= _SHORT_NAME and not text.isupper()
            if token.start in places:
                options = {places[token.start]: 0.0}
            elif token.text == "cua" and following_token is not None and following_token.start in places:
                options = {"của": 0.0}  # never "cửa", however often "một cửa điện tử" is printed
            elif not WORD.fullmatch(token.text) or (short_name and text[token.start : token.end].isupper()):
                options = {token.text: 0.0}
            else:
                options = self._candidates(token.text, unmarked_cost)
            is_place = token.start in places
            following: dict[str, tuple[float, list[str]]] = {}
            for option, cost in options.items():
                score, path = max(
                    (
                        (so_far + (0.0 if is_place else step(before, option)), path)
                        for before, (so_far, path) in paths.items()
                    ),
                    key=lambda item: item[0],
                )
                following[BREAK if is_place else option] = (score + cost, [*path, option])
            paths = following
        chosen = max(paths.values(), key=lambda item: item[0])[1]
        pieces: list[str] = []
        unmarked: set[int] = set()
        at = length = 0
        for token, word in zip(tokens, chosen, strict=True):
            gap = text[at : token.start]
            pieces.append(gap)
            length += len(gap)
            typed = text[token.start : token.end]
            out = typed if typed.lower() == word else word
            typed_so = mostly_marked and token.text in self._known and self._known[token.text] > 0
            if token.unmarked and fold(out).lower() == token.folded and not (typed_so and out.lower() == token.text):
                unmarked.add(length)
            pieces.append(out)
            length += len(out)
            at = token.end
        pieces.append(text[at:])
        result = "".join(pieces)
        return Spelled(result, result.lower() != text.lower(), frozenset(unmarked))
