"""The trade's vocabulary applied to text: words in, concepts out.

Both sides of every comparison go through `Lexicon.terms`: "số thủ tục đang áp dụng" and "Tổng số TTHC đang
có hiệu lực" become the same terms. A syllable typed without diacritics matches any marking of it; one typed
with them matches only itself.
"""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from typing import NamedTuple

from corpus.text import fold, nfc, old_tone_placement

_GAP = 3
"""Characters between the words of one phrase, at most: where a period or province was taken out there are more."""
_CACHED_TEXTS = 4096  # the names of a form's rows come again in every report
_TOKEN = re.compile(r"\d+(?:[.,/]\d+)*%?|[^\W\d_]+(?:\d+)?(?:[-/][^\W_]+)*|[^\W_]+", re.U)

SCAFFOLD = "scaffold"
OPERATION = "operation"
LIGHT = "light"
LEVELS = frozenset(
    {"@cap_tinh", "@cap_huyen", "@cap_xa", "@so_nganh", "@ubnd_tinh", "@ubnd_huyen", "@ubnd_xa", "@phong"}
)
"""The concepts that name a level of administration."""
DONE = frozenset({"@hoan_thanh", "@xu_ly_xong"})
"""The concepts that say of something that it is done."""


class Token(NamedTuple):
    """One syllable, number or code of a text, lower-case, with where it stands."""

    text: str
    folded: str
    start: int
    end: int
    wild: bool = False
    """Typed without diacritics: `text` is only the likeliest marking of it."""

    @property
    def unmarked(self) -> bool:
        return self.text == self.folded


@dataclass(frozen=True, slots=True)
class Term:
    """What a piece of text means: a concept of the glossary ("@tthc") or a word as it stands.

    `weight` is 1 for what names something, less for what may be left unsaid; scaffolding is not a term.
    """

    key: str
    surface: str
    start: int
    end: int
    weight: float = 1.0
    wild: bool = False

    @property
    def is_concept(self) -> bool:
        return self.key.startswith("@")


@dataclass(frozen=True, slots=True)
class _Entry:
    tokens: tuple[str, ...]
    meaning: str


def tokenize(text: str) -> list[Token]:
    """Lower-case tokens with offsets into `text`, which must be NFC; old tone placement inside."""
    found: list[Token] = []
    for match in _TOKEN.finditer(text):
        for piece, folded, offset in _pieces(match.group(0)):
            start = match.start() + offset
            found.append(Token(piece, folded, start, start + len(piece)))
    return found


@lru_cache(maxsize=1 << 16)  # a corpus has some ten thousand different words
def _pieces(printed: str) -> tuple[tuple[str, str, int], ...]:
    """A printed word as tokens, each with its folded form and its offset: two where a slash joins two words."""
    word = old_tone_placement(printed.lower())
    parts = [word]
    if "/" in word and not any(c.isdigit() for c in word):
        parts = re.split(r"(?<=[^\W\d])/(?=[^\W\d])", word)
    found = []
    offset = 0
    for part in parts:
        found.append((part, fold(part), offset))
        offset += len(part) + 1
    return tuple(found)


class Lexicon:
    """The glossary as longest-match phrases over syllables."""

    def __init__(self, glossary: dict[str, dict[str, object]]) -> None:
        self._entries: dict[tuple[str, ...], list[_Entry]] = {}  # by their syllables without diacritics
        self._terms = lru_cache(maxsize=_CACHED_TEXTS)(self._read_terms)
        self._lengths: dict[str, list[int]] = {}  # of the phrases that begin with a syllable, the longest first
        self.implies: dict[str, tuple[str, ...]] = {}
        self.related: dict[str, dict[str, float]] = {}
        for name, spellings in _lists(glossary["concepts"]):
            for spelling in spellings:
                self._add(spelling, f"@{name}")
        for name, others in _lists(glossary["implies"]):
            self.implies[f"@{name}"] = tuple(f"@{other}" for other in others)
        self.broader: dict[str, tuple[str, ...]] = {
            f"@{name}": tuple(f"@{other}" for other in others) for name, others in _lists(glossary["broader"])
        }
        self.soft: frozenset[str] = frozenset(f"@{name}" for _, names in _lists(glossary["soft"]) for name in names)
        self.joins: dict[str, tuple[str, ...]] = {
            f"@{name}": tuple(f"@{other}" for other in others) for name, others in _lists(glossary["joins"])
        }
        self.shorthand = {short: names[0] for short, names in _lists(glossary["shorthand"])}
        self.contrasts = tuple(frozenset(f"@{name}" for name in names) for _, names in _lists(glossary["contrasts"]))
        self.renamed: dict[str, tuple[str, ...]] = {
            f"@{name}": tuple(names) for name, names in _lists(glossary["renamed"])
        }
        self.specific: frozenset[str] = frozenset(word for _, words in _lists(glossary["specific"]) for word in words)
        self.defaults: frozenset[str] = frozenset(
            f"@{name}" for _, names in _lists(glossary["defaults"]) for name in names
        )
        related = glossary["related"]
        for name, weights in related.items():
            if isinstance(weights, dict):
                self.related[f"@{name}"] = {f"@{other}": float(weight) for other, weight in weights.items()}
        for meaning, words in _lists(glossary["words"]):
            for word in words:
                self._add(word, meaning)
        self.phrases: tuple[str, ...] = tuple(" ".join(e.tokens) for es in self._entries.values() for e in es)

    def _add(self, phrase: str, meaning: str) -> None:
        tokens = tuple(token.text for token in tokenize(nfc(phrase)))
        folded = tuple(fold(t) for t in tokens)
        self._entries.setdefault(folded, []).append(_Entry(tokens, meaning))
        lengths = self._lengths.setdefault(folded[0], [])
        if len(folded) not in lengths:
            lengths.append(len(folded))
            lengths.sort(reverse=True)

    def _match(self, tokens: Sequence[Token], at: int) -> _Entry | None:
        """The longest phrase that starts here; of equals the one with most syllables as they stand.

        A syllable typed without diacritics may stand for any marking inside a longer phrase; alone it is taken
        for the likeliest one.
        """
        for length in self._lengths.get(tokens[at].folded, ()):
            piece = tokens[at : at + length]
            if len(piece) < length or any(b.start - a.end > _GAP for a, b in itertools.pairwise(piece)):
                continue
            found, best = None, -1
            for entry in self._entries.get(tuple(token.folded for token in piece), ()):
                same = [token.text == text for token, text in zip(piece, entry.tokens, strict=True)]
                fits = all(same) or (length > 1 and all(s or token.wild for s, token in zip(same, piece, strict=True)))
                if fits and sum(same) > best:
                    found, best = entry, sum(same)
            if found is not None:
                return found
        return None

    def _compound(self, tokens: Sequence[Token], at: int) -> bool:
        """Whether two syllables here are one word of the language that no phrase of the glossary reaches into."""
        if at + 1 >= len(tokens) or f"{tokens[at].text} {tokens[at + 1].text}" not in compounds():
            return False
        first, following = self._match(tokens, at), self._match(tokens, at + 1)
        if following is not None and len(following.tokens) > 1:
            return False
        return not all(entry is not None and entry.meaning in (SCAFFOLD, OPERATION) for entry in (first, following))

    def terms(self, text: str) -> list[Term]:
        """The terms of a text in order, scaffolding left out."""
        return list(self._terms(text))

    def _read_terms(self, text: str) -> tuple[Term, ...]:
        return tuple(self.terms_of(text, tokenize(text)))

    def terms_of(self, text: str, tokens: Sequence[Token]) -> list[Term]:
        """As `terms`, for tokens already made."""
        found: list[Term] = []
        at = 0
        while at < len(tokens):
            entry = self._match(tokens, at)
            if (entry is None or len(entry.tokens) == 1) and self._compound(tokens, at):
                pair = tokens[at : at + 2]
                found.append(_term(f"{pair[0].text} {pair[1].text}", text, pair))
                at += 2
                continue
            if entry is None:
                found.append(_term(tokens[at].text, text, tokens[at : at + 1]))
                at += 1
                continue
            piece = tokens[at : at + len(entry.tokens)]
            if entry.meaning == LIGHT:
                found.append(_term(" ".join(entry.tokens), text, piece, 0.15))
            elif entry.meaning not in (SCAFFOLD, OPERATION):
                found.append(_term(entry.meaning, text, piece, 0.5 if entry.meaning in self.soft else 1.0))
            at += len(entry.tokens)
        return found

    def closure(self, keys: Iterable[str]) -> dict[str, float]:
        """How much each concept is present when these terms are: themselves and what they imply, 1; related ones less."""
        present: dict[str, float] = {}
        for key in keys:
            present[key] = 1.0
            for implied in (*self.implies.get(key, ()), *self.joins.get(key, ()), *self.broader.get(key, ())):
                present[implied] = 1.0
        for key in list(present):
            for other, weights in self.related.items():
                if key in weights:
                    present[other] = max(present.get(other, 0.0), weights[key])
        return present


def _term(key: str, text: str, tokens: Sequence[Token], weight: float = 1.0) -> Term:
    start, end = tokens[0].start, tokens[-1].end
    return Term(key, text[start:end], start, end, weight, any(token.wild for token in tokens))


def _lists(table: object) -> Iterable[tuple[str, list[str]]]:
    if isinstance(table, dict):
        for name, values in table.items():
            yield str(name), [str(value) for value in values]


@cache
def compounds() -> frozenset[str]:
    """The two-syllable words of the language."""
    lines = resources.files("service").joinpath("data/compounds.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


@cache
def lexicon() -> Lexicon:
    """The glossary that ships with the service."""
    return Lexicon(tomllib.loads(resources.files("service").joinpath("data/glossary.toml").read_text("utf-8")))
