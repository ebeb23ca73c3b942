"""`cchc eval`: gold questions asked, answers judged as a caller would judge them.

The judgement is the contract's: the first figure must be the row, every fragment must stand in the quotes, a
refusal must cite nothing, every number must stand in what is cited.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corpus.text import collapse, fold, plain
from service.context import Context
from service.schemas import Answer, Figure
from service.verify import violations

Ask = Callable[[str, Context | None], tuple[Answer, Context]]
Gold = dict[str, Any]

GOOD = frozenset({"exact", "cited_and_said", "refused_rightly", "clarified_rightly"})
PHRASINGS = ("as_typed", "no_diacritics", "typos")


def typo(question: str, seed: int) -> str:
    """One slip of the fingers in a longer word: a letter lost, doubled or swapped with its neighbour."""
    chance = random.Random(f"{seed}:{question}")  # nosec B311  # the same slip each time
    words = question.split(" ")
    at = [i for i, w in enumerate(words) if w.isalpha() and len(w) >= 4 and not w.isupper()]
    if not at:
        return question
    i = chance.choice(at)
    word, k = words[i], chance.randrange(1, len(words[i]) - 1)
    slips = (
        word[:k] + word[k + 1 :],
        word[:k] + word[k] + word[k:],
        word[: k - 1] + word[k] + word[k - 1] + word[k + 1 :],
    )
    words[i] = chance.choice(slips)
    return " ".join(words)


def phrase(question: str, phrasing: str) -> str:
    if phrasing == "no_diacritics":
        return fold(question)
    return typo(question, 7) if phrasing == "typos" else question


def _plain(text: str) -> str:
    return collapse(plain(text)).lower()


@dataclass
class Scores:
    """Outcomes by kind, and what went wrong."""

    outcomes: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    misses: list[tuple[str, str, str]] = field(default_factory=list)
    loose: int = 0
    false_refusals: int = 0
    answerable: int = 0

    def add(self, kind: str, outcome: str, question: str, said: str) -> None:
        self.outcomes[kind][outcome] += 1
        if kind != "no_evidence":
            self.answerable += 1
            self.false_refusals += outcome == "refused"
        if outcome not in GOOD:
            self.misses.append((kind, outcome, f"{question} => {said}"))

    def summary(self) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for kind, counts in sorted(self.outcomes.items()):
            total = sum(counts.values())
            good = sum(n for outcome, n in counts.items() if outcome in GOOD)
            if kind == "passage":
                result["passage_cited"] = _share(good + counts["cited"], total)
                result["passage_said"] = _share(good, total)
            else:
                result[kind] = _share(good, total)
            result[f"{kind}_outcomes"] = dict(counts)
        result["false_refusals"] = _share(self.false_refusals, self.answerable)
        result["loose_numbers"] = self.loose
        return result


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 1.0


class Evaluation:
    """Asks gold questions of one engine and judges the answers."""

    def __init__(self, ask: Ask, text_of: Callable[[str], str]) -> None:
        self._ask, self._text_of = ask, text_of

    def run(self, golds: Iterable[Gold], phrasing: str = "as_typed") -> Scores:
        scores = Scores()
        for gold in golds:
            judge = getattr(self, f"_{gold['kind']}")
            judge(gold, phrasing, scores)
        return scores

    def _answer(
        self, question: str, phrasing: str, scores: Scores, context: Context | None = None
    ) -> tuple[Answer, Context]:
        answer, after = self._ask(phrase(question, phrasing), context)
        scores.loose += len(violations(answer, self._text_of))
        return answer, after

    def _figure(self, gold: Gold, phrasing: str, scores: Scores) -> None:
        answer, _ = self._answer(gold["question"], phrasing, scores)
        if answer.status == "answered":
            outcome = (
                "exact" if answer.figures and fits(gold, answer.figures[0]) else "wrong" if answer.figures else "prose"
            )
        elif answer.status == "clarify":
            outcome = "clarified" if any(fits(gold, f) for f in answer.figures) else "clarified_without_it"
        else:
            outcome = "refused"
        scores.add("figure", outcome, gold["question"], _said(answer))

    def _passage(self, gold: Gold, phrasing: str, scores: Scores) -> None:
        answer, _ = self._answer(gold["question"], phrasing, scores)
        quotes = _plain(" ".join(c.quote for c in answer.citations))
        want = [_plain(piece) for piece in gold["quotes_have"]]
        if answer.status == "answered" and all(piece in quotes for piece in want):
            outcome = "cited_and_said" if all(piece in _plain(answer.answer) for piece in want) else "cited"
        else:
            outcome = {"answered": "missed", "clarify": "clarified", "no_evidence": "refused"}[answer.status]
        scores.add("passage", outcome, gold["question"], _said(answer))

    def _no_evidence(self, gold: Gold, phrasing: str, scores: Scores) -> None:
        answer, _ = self._answer(gold["question"], phrasing, scores)
        good = answer.status == "no_evidence" and not answer.figures and not answer.citations
        scores.add("no_evidence", "refused_rightly" if good else answer.status, gold["question"], _said(answer))

    def _clarify(self, gold: Gold, phrasing: str, scores: Scores) -> None:
        answer, _ = self._answer(gold["question"], phrasing, scores)
        there = sum(any(fits(c, f) for f in answer.figures) for c in gold["candidates"]) > 1
        outcome = "clarified_rightly" if answer.status == "clarify" and there else answer.status
        scores.add("clarify", outcome, gold["question"], _said(answer))

    def _dialog(self, gold: Gold, phrasing: str, scores: Scores) -> None:
        context: Context | None = None
        for turn in gold["turns"]:
            answer, context = self._answer(turn["question"], phrasing, scores, context)
            if "value_text" in turn:
                good = answer.status == "answered" and bool(answer.figures) and fits(turn, answer.figures[0])
            elif "result_text" in turn:
                good = answer.calculation is not None and turn["result_text"] in answer.calculation.result_text
            elif "quotes_have" in turn:
                quotes = _plain(" ".join(c.quote for c in answer.citations))
                good = answer.status == "answered" and all(_plain(w) in quotes for w in turn["quotes_have"])
            else:
                good = answer.status == turn.get("status", "answered")
            label = " / ".join(t["question"] for t in gold["turns"][: gold["turns"].index(turn) + 1])
            scores.add(
                "dialog",
                "exact" if good else "refused" if answer.status == "no_evidence" else "missed",
                label,
                _said(answer),
            )

    def _derived(self, gold: Gold, phrasing: str, scores: Scores) -> None:
        answer, _ = self._answer(gold["question"], phrasing, scores)
        good = answer.calculation is not None and gold["result_text"] in answer.calculation.result_text
        outcome = "exact" if good else "refused" if answer.status == "no_evidence" else "missed"
        scores.add("derived", outcome, gold["question"], _said(answer))

    def _compare(self, gold: Gold, phrasing: str, scores: Scores) -> None:
        answer, _ = self._answer(gold["question"], phrasing, scores)
        cells = [c for c in gold["cells"] if c["value_text"] is not None]
        good = answer.status == "answered" and all(any(fits(c, f) for f in answer.figures) for c in cells)
        if good and gold.get("difference"):
            shown = f"{answer.calculation.result_text} {answer.calculation.expression}" if answer.calculation else ""
            good = re.search(rf"(?<![\d.,]){re.escape(gold['difference'])}(?!\d|[.,]\d)", shown) is not None
        if good and gold.get("first"):
            good = answer.figures[0].report_number == gold["first"] or gold.get("difference") is not None
        outcome = "exact" if good else "refused" if answer.status == "no_evidence" else "missed"
        scores.add("compare", outcome, gold["question"], _said(answer))


def fits(gold: Gold, figure: Figure) -> bool:
    """Whether a figure is the row that a gold question means."""
    right_report = gold.get("report") in (None, figure.report_number)
    name = _plain(gold.get("name_has") or "")
    return (
        right_report
        and figure.value_text == gold["value_text"]
        and gold.get("code") in (None, figure.code)
        and name in _plain(figure.name)
    )


def _said(answer: Answer) -> str:
    figures = [(f.report_number, f.code, f.name[:50], f.value_text) for f in answer.figures[:3]]
    calculation = answer.calculation.result_text if answer.calculation else ""
    return f"{answer.status} {figures} {calculation} {answer.answer[:160]!r}"


def read_golds(path: Path, split: str | None = None) -> list[Gold]:
    golds = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return [g for g in golds if split is None or g.get("split", split) == split]
