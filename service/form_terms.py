"""The terms of the form's indicators, as columns over all of them: a question is held against every row at once.

A column is an array (indicators,), in the matcher's order. Sums run term by term as they would for one indicator alone,
so that what is accounted for in full comes to 1 exactly.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from corpus.text import fold
from index.records import Indicator
from service.lexicon import Lexicon, Term

Column = npt.NDArray[np.float64]

_BROADER = 0.35
_DEFAULT = 0.05
"""The weight, in a name, of what goes without saying ("đang có hiệu lực")."""
_KEPT_TERMS = 4096


@dataclass(frozen=True, slots=True)
class Entry:
    """An indicator made ready for matching. `own` are the terms of its name, `present` all it accounts for."""

    indicator: Indicator
    own: tuple[Term, ...]
    present: Mapping[str, float]
    total: bool
    percent: bool
    subject: str | None
    """The first administrative level that the name speaks of: "huyện … với tỉnh" is about the huyện."""


def term_keys(term: Term) -> tuple[str, ...]:
    """The keys under which a question's term is looked up: a word typed without diacritics stands for any marking."""
    if term.is_concept or not term.wild:
        return (term.key,)
    return (term.key, f"~{fold(term.key)}")


class FormTerms:
    """How rare each term is on the form, which indicators account for it, and what a question leaves unsaid of each."""

    def __init__(self, entries: Sequence[Entry], lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._nowhere = np.zeros(len(entries))
        self._present: dict[str, Column] = {}
        for at, entry in enumerate(entries):
            for key, value in entry.present.items():
                if key not in self._present:
                    self._present[key] = np.zeros(len(entries))
                self._present[key][at] = value
        count = max(1, len(entries))
        self._idf = {key: math.log(1 + count / np.count_nonzero(column)) for key, column in self._present.items()}
        self._unseen = math.log(1 + count)
        self._covered: dict[tuple[str, bool], Column] = {}
        self._take_names([entry.own for entry in entries])

    def _take_names(self, names: Sequence[Sequence[Term]]) -> None:
        """The names one after the other, each with a weightless term at its end, so that none is empty."""
        keys = dict.fromkeys(term.key for name in names for term in name)
        self._key_at = {key: at for at, key in enumerate(keys)}
        self._says: dict[str, list[int]] = defaultdict(list)
        for term in {term.key: term for name in names for term in name}.values():
            self._says[term.key].append(self._key_at[term.key])
            if not term.is_concept:
                self._says[f"~{fold(term.key)}"].append(self._key_at[term.key])
        self._implying = [(at, implied) for key, at in self._key_at.items() if (implied := self._implied(key))]
        lengths = [len(name) + 1 for name in names]
        self._starts = np.cumsum(lengths, dtype=np.int64) - lengths
        self._name_terms = np.array(
            [at for name in names for at in (*(self._key_at[t.key] for t in name), 0)], np.int64
        )
        self._name_weights = np.array([w for name in names for w in (*map(self.weight_in_name, name), 0.0)])
        self._name_sums = np.array([sum(map(self.weight_in_name, name)) or 1.0 for name in names])

    def _implied(self, key: str) -> tuple[str, ...]:
        return self._lexicon.implies.get(key, ())

    def weight(self, term: Term) -> float:
        """How much a term of a question tells: rare on the form tells most, and most of all what the form never says."""
        known = [self._idf[key] for key in term_keys(term) if key in self._idf]
        return term.weight * (min(known) if known else self._unseen)

    def weight_in_name(self, term: Term) -> float:
        return self.weight(term) * (_DEFAULT if term.key in self._lexicon.defaults else 1.0)

    def knows(self, term: Term) -> bool:
        """Whether any indicator says this."""
        return any(key in self._idf for key in term_keys(term))

    def covered(self, term: Term) -> Column:
        """How far each indicator accounts for a term. Questions share most of their words, so it is kept by the word."""
        found = self._covered.get((term.key, term.wild))
        if found is None:
            found = self._cover(term)
            if len(self._covered) < _KEPT_TERMS:
                self._covered[term.key, term.wild] = found
        return found

    def _cover(self, term: Term) -> Column:
        present = self._present.get
        direct = np.maximum.reduce([present(key, self._nowhere) for key in term_keys(term)])
        if implied := self._implied(term.key):
            weights = [self._idf.get(key, self._unseen) for key in implied]
            met = sum((w * present(key, self._nowhere) for w, key in zip(weights, implied, strict=True)), self._nowhere)
            direct = np.maximum(direct, met / sum(weights))
        if joined := self._lexicon.joins.get(term.key):
            direct = np.maximum(direct, np.minimum.reduce([present(key, self._nowhere) for key in joined]))
        for key in self._lexicon.broader.get(term.key, ()):
            direct = np.maximum(direct, _BROADER * present(key, self._nowhere))
        return np.asarray(direct)

    def _said(self, said: Mapping[str, float]) -> Column:
        """How far each term of the names is said, given what a question says."""
        found = np.zeros(max(1, len(self._key_at)))
        for key, value in said.items():
            for at in self._says.get(key, ()):
                found[at] = max(found[at], value)
        for at, implied in self._implying:
            if any(key in said for key in implied):
                found[at] = max(found[at], sum(said.get(key, 0.0) for key in implied) / len(implied))
        return found

    def unsaid(self, said: Mapping[str, float]) -> Column:
        """The share of each indicator's name, 0…1, that a question leaves unsaid; `said` is what it says, by key."""
        if not len(self._starts):
            return self._nowhere
        left = self._name_weights * (1 - self._said(said)[self._name_terms])
        return np.asarray(np.add.reduceat(left, self._starts) / self._name_sums)

    def unsaid_of(self, said: Mapping[str, float], own: Sequence[Term]) -> float:
        """The same of some terms of one name."""
        by_term = self._said(said)
        weights = [self.weight_in_name(term) for term in own]
        unsaid = sum(w * (1 - float(by_term[self._key_at[t.key]])) for w, t in zip(weights, own, strict=True))
        return unsaid / (sum(weights) or 1.0)
