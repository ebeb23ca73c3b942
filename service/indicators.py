"""Which indicator a question is about, out of the distinct indicators of the form.

A question's terms are held against each indicator's own name, its parents and its unit. Two things count
apart: how much of the question an indicator accounts for (coverage), and how much of the indicator's name
the question never said (excess). Siblings differ in one word, so that word decides, and when the question
has none of the words in which two candidates differ, it is a case for asking back.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from corpus.text import fold
from index.records import Indicator
from service.form_terms import Column, Entry, FormTerms, term_keys
from service.lexicon import LEVELS, Lexicon, Term
from service.match_model import MatchModel, Vector

_ASIDE = re.compile(r"\(|(?<=[a-zà-ỹ]) (?=[A-ZĐ][^:(]{0,40}: \S)")
_PATH_WEIGHT = 0.9
_UNIT_WEIGHT = 0.55
_ASIDE_WEIGHT = 0.6
_HARD = 0.4
"""Below this a term of the question counts as not accounted for."""


@dataclass(frozen=True, slots=True)
class Match:
    """One indicator against one question. All parts lie in 0…1 but `score`, which ranks."""

    indicator: Indicator
    score: float
    coverage: float
    excess: float
    dense: float
    uncovered: tuple[Term, ...]
    """The question's naming terms that nothing of the indicator accounts for."""
    read: float | None = None
    """What the reader says, in log-odds; None where it wasn't asked."""


class IndicatorMatcher:
    """Ranks indicators for a question. Built once per index generation; grows with distinct indicators only."""

    def __init__(
        self, indicators: Sequence[Indicator], vectors: Vector, lexicon: Lexicon, model: MatchModel | None = None
    ) -> None:
        self._lexicon = lexicon
        self._model = model or MatchModel.identity()
        self._plain = vectors
        self._vectors = self._model.adapt(vectors)
        self.entries: list[Entry] = [self._prepare(indicator) for indicator in indicators]
        self._position = {entry.indicator.id: at for at, entry in enumerate(self.entries)}
        # A comparison over 63 provinces holds a row against every row of each: pairs of the form, again and again.
        self._alike: dict[tuple[int, int], float] = {}
        self._paths: dict[int, tuple[Term, ...]] = {}
        self._terms = FormTerms(self.entries, lexicon)
        self._percent = np.array([entry.percent for entry in self.entries], bool)
        self._total = np.array([entry.total for entry in self.entries], bool)
        self._subjects: dict[str, Column] = {}
        self.base_years = frozenset(
            int(year) for indicator in indicators for year in re.findall(r"\b20\d\d\b", indicator.name)
        )

    def _present(self, text: str) -> dict[str, float]:
        terms = self._lexicon.terms(text)
        present = self._lexicon.closure(term.key for term in terms)
        for term in terms:
            if not term.is_concept:
                present[f"~{fold(term.key)}"] = 1.0
        return present

    def _prepare(self, indicator: Indicator) -> Entry:
        name, *aside = _ASIDE.split(indicator.name)
        present: dict[str, float] = {}
        for text, weight in (
            (indicator.unit or "", _UNIT_WEIGHT),
            (" ; ".join(indicator.path[:-1]), _PATH_WEIGHT),
            (" ; ".join(aside), _ASIDE_WEIGHT),
            (name, 1.0),
        ):
            for key, value in self._present(text).items():
                present[key] = max(present.get(key, 0.0), value * weight)
        own = tuple(term for term in self._lexicon.terms(name) if term.weight == 1.0)
        folded = fold(name).lower()
        percent = (indicator.unit or "").strip() == "%" or folded.startswith("ty le")
        return Entry(indicator, own, present, folded.startswith(("tong so", "tong ")), percent, self._subject(own))

    def _subject(self, terms: Sequence[Term]) -> str | None:
        return next((t.key for t in terms if t.key in LEVELS), None)

    def speaks_of_level(self, terms: Sequence[Term], entry: Entry) -> bool:
        """Whether question and name are first about the same administrative level."""
        subject = self._subject(terms)
        return subject is not None and entry.subject is not None and self._same_level(subject, entry.subject)

    def speaks_of_other_level(self, terms: Sequence[Term], entry: Entry) -> bool:
        subject = self._subject(terms)
        return subject is not None and entry.subject is not None and not self._same_level(subject, entry.subject)

    def _same_level(self, a: str, b: str) -> bool:
        return a == b or bool(set(self.implied(a)) & {b, *self.implied(b)} - {"@ubnd"}) or a in self.implied(b)

    def entry(self, indicator_id: int) -> Entry:
        return self.entries[self._position[indicator_id]]

    def weight(self, term: Term) -> float:
        """How much a term of a question tells."""
        return self._terms.weight(term)

    def covers(self, entry: Entry, term: Term) -> float:
        """How far an indicator accounts for one term of a question."""
        return float(self._terms.covered(term)[self._position[entry.indicator.id]])

    def rank(
        self,
        terms: Sequence[Term],
        vector: Vector | None,
        *,
        wants_percent: bool | None = None,
        among: Collection[int] | None = None,
        hints: Mapping[int, str] | None = None,
        most: int | None = None,
    ) -> list[Match]:
        """The indicators (of `among`, ids) that account for some of the question, best first: all, or the `most` best.

        `hints` are words that the rows of one report add: "07 nhiệm vụ trọng tâm" says what a row without unit counts.
        """
        at = self._positions(among)
        weights = [self.weight(term) for term in terms]
        whole = sum(weights) or 1.0
        parts = [self._terms.covered(term)[at] for term in terms]
        for row, words in self._hinted(at, hints or {}):
            for term, part in zip(terms, parts, strict=True):
                part[row] = max(float(part[row]), *(words.get(key, 0.0) for key in term_keys(term)))
        covered = sum((w * part for w, part in zip(weights, parts, strict=True)), np.zeros(len(at)))
        excess = self._terms.unsaid(self._closure(terms))[at]
        closeness = np.zeros(len(at))
        if vector is not None:
            closeness = self._model.closeness((self._vectors @ self._model.adapt(vector))[at].astype(np.float64))
        weigh = self._model.weights
        score = weigh.coverage * covered / whole - weigh.excess * excess + weigh.dense * closeness
        if wants_percent is not None:
            score = score - weigh.wrong_kind * (self._percent[at] != wants_percent)
        score = score + weigh.total * self._total[at]
        if (subject := self._subject(terms)) is not None:
            score = score + weigh.subject * self._subject_column(subject)[at]
        naming = [(t, (part < _HARD).tolist()) for t, part in zip(terms, parts, strict=True) if t.weight == 1.0]
        order = np.argsort(-score, kind="stable")
        if vector is None:
            order = order[covered[order] > 0]
        return [
            Match(
                self.entries[at[row]].indicator,
                float(score[row]),
                float(covered[row]) / whole,
                float(excess[row]),
                float(closeness[row]),
                tuple(t for t, uncovered in naming if uncovered[row]),
            )
            for row in order[:most].tolist()
        ]

    def _positions(self, among: Collection[int] | None) -> npt.NDArray[np.int64]:
        if among is None:
            return np.arange(len(self.entries))
        return np.array(sorted(self._position[i] for i in among), np.int64)

    def _hinted(self, at: npt.NDArray[np.int64], hints: Mapping[int, str]) -> Iterator[tuple[int, Mapping[str, float]]]:
        """What hints add, by the place of their indicators in `at`."""
        for indicator_id, words in hints.items():
            row = int(np.searchsorted(at, self._position[indicator_id]))
            if row < len(at) and at[row] == self._position[indicator_id]:
                yield row, self._present(words)

    def _subject_column(self, subject: str) -> Column:
        """1 where a name speaks of the same level, -1 where it speaks of another, 0 where of none."""
        if subject not in self._subjects:
            of = [entry.subject for entry in self.entries]
            self._subjects[subject] = np.array(
                [0.0 if s is None else 1.0 if self._same_level(subject, s) else -1.0 for s in of]
            )
        return self._subjects[subject]

    def _closure(self, terms: Sequence[Term]) -> dict[str, float]:
        said = self._lexicon.closure(term.key for term in terms)
        for term in terms:
            if term.wild and not term.is_concept:
                said[f"~{fold(term.key)}"] = 1.0
        return said

    def unsaid(self, terms: Sequence[Term], indicator: Indicator, beyond_parents: bool = False) -> float:
        """The share of a name that a question leaves unsaid; what the parents say too may be left out of account."""
        own = self.entry(indicator.id).own
        if beyond_parents:
            parents = self._lexicon.closure(t.key for t in self._lexicon.terms(" ; ".join(indicator.path[:-1])))
            own = tuple(t for t in own if t.key not in parents)
        return self._terms.unsaid_of(self._closure(terms), own)

    def said_exactly(self, terms: Sequence[Term], indicator: Indicator, other: Indicator) -> set[str]:
        """Terms that one name has as said, and the other only inside a composite ("mức độ 4" in "mức độ 3, 4")."""
        own, composites = {t.key for t in self.entry(indicator.id).own}, {t.key for t in self.entry(other.id).own}
        inside = {key for composite in composites for key in self.composed_of(composite)}
        return {t.key for t in terms if t.key in own and t.key in inside and t.key not in composites}

    def parent_keys(self, indicator: Indicator) -> frozenset[str]:
        """What the parents of a row say that its own name doesn't."""
        own = {t.key for t in self.entry(indicator.id).own}
        keys = self._lexicon.closure(t.key for t in self._lexicon.terms(" ; ".join(indicator.path[:-1])))
        return frozenset(keys) - own

    @property
    def model(self) -> MatchModel:
        return self._model

    def decisive(self, question: Sequence[Term], term: Term) -> bool:
        """Whether a term left over makes it another question.

        A concept or a word of the form does, so does a word that divides or measures (glossary, `specific`), a name
        written with a capital, and what stands right behind a level: "huyện Sông Mã", "sở xây dựng".
        """
        if (
            term.is_concept
            or self._terms.knows(term)
            or term.key in self._lexicon.specific
            or re.search(r"\d", term.key)
        ):
            return True
        if term.surface[:1].isupper() and term.start > 0:
            return True
        before = next((t for t in reversed(question) if t.end <= term.start), None)
        return before is not None and before.key in LEVELS and term.start - before.end <= 1

    def left_over(self, terms: Sequence[Term], match: Match) -> float:
        """The share of a question's weight that names something the match doesn't account for."""
        whole = sum(self.weight(term) for term in terms) or 1.0
        return sum(self.weight(term) for term in match.uncovered) / whole

    def alike(self, a: Indicator, b: Indicator) -> float:
        """How far two indicators of different reports are the same thing, 0…1: their names first, then parents."""
        if a.id == b.id:
            return 1.0
        if (a.id, b.id) not in self._alike:
            self._alike[a.id, b.id] = self._compared(a, b)
        return self._alike[a.id, b.id]

    def _compared(self, a: Indicator, b: Indicator) -> float:
        first, second = self.entry(a.id), self.entry(b.id)
        names = self._overlap(first.own, second.own)
        whole = self._overlap(self._path_terms(a), self._path_terms(b))
        dense = float(self._plain[self._position[a.id]] @ self._plain[self._position[b.id]])
        closeness = min(1.0, max(0.0, (dense - 0.82) / 0.15))
        penalty = 0.4 if first.percent != second.percent else 0.0
        return 0.55 * names + 0.25 * whole + 0.2 * closeness - penalty

    def _path_terms(self, indicator: Indicator) -> tuple[Term, ...]:
        if indicator.id not in self._paths:
            terms = self._lexicon.terms(" ; ".join(indicator.path))
            self._paths[indicator.id] = tuple(t for t in terms if t.weight == 1.0)
        return self._paths[indicator.id]

    def _overlap(self, a: Sequence[Term], b: Sequence[Term]) -> float:
        left, right = self._lexicon.closure(t.key for t in a), self._lexicon.closure(t.key for t in b)
        weights = {t.key: self.weight(t) for t in (*a, *b)}
        shared = sum(w * min(left.get(k, 0.0), right.get(k, 0.0)) for k, w in weights.items())
        return shared / (sum(weights.values()) or 1.0)

    def same_words(self, a: str, b: str) -> bool:
        """Whether two short texts say the same thing: units "TTHC" and "Thủ tục"."""
        return {t.key for t in self._lexicon.terms(a)} == {t.key for t in self._lexicon.terms(b)}

    def holds_more(self, terms: Sequence[Term], indicator: Indicator) -> bool:
        """Whether a name joins what a question asks for with what it doesn't: "mức độ 3, 4" holds more than mức độ 4."""
        asked = {t.key for t in terms}
        composites = {t.key: set(self.composed_of(t.key)) for t in self.entry(indicator.id).own}
        return any(0 < len(asked & parts) < len(parts) and key not in asked for key, parts in composites.items())

    def contradicts(self, terms: Sequence[Term], indicator: Indicator) -> bool:
        """Whether a name says one thing where a question says another that excludes it: "đúng hạn" for "trước hạn"."""
        asked, own = {t.key for t in terms}, {t.key for t in self.entry(indicator.id).own}
        return any(asked & group and own & group and not asked & own & group for group in self._lexicon.contrasts)

    def composed_of(self, key: str) -> tuple[str, ...]:
        return self._lexicon.joins.get(key, ())

    def implied(self, key: str) -> tuple[str, ...]:
        """What a concept of the question says besides itself."""
        return (
            *self._lexicon.implies.get(key, ()),
            *self._lexicon.joins.get(key, ()),
            *self._lexicon.broader.get(key, ()),
        )

    def differing(self, a: Indicator, b: Indicator) -> tuple[frozenset[str], frozenset[str]]:
        """The terms that only `a` has and those that only `b` has: anywhere, or in its own name."""
        return self._only(a, b), self._only(b, a)

    def _only(self, a: Indicator, b: Indicator) -> frozenset[str]:
        first, second = self.entry(a.id), self.entry(b.id)
        anywhere = {key for key, value in first.present.items() if value >= 0.5 > second.present.get(key, 0.0)}
        theirs = self._lexicon.closure(t.key for t in second.own)
        return frozenset(anywhere | {t.key for t in first.own if t.key not in theirs})
