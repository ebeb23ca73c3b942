"""Questions with the rows and sentences that compete for them, as the service finds them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random
from typing import Any

from corpus.text import collapse, plain
from index.records import Indicator, ReportRecord
from service.engine import Engine
from service.evaluation import phrase
from service.passages import Evidence
from service.reader import Passage, row_passage, sentence_passage
from service.telling_apart import Candidate
from service.understand import Question

_SEED = "203/BC-UBND"
_HARD = 16
_RANDOM = 4
_SENTENCES = 14
_UNMARKED, _MISTYPED = 0.12, 0.08


@dataclass(frozen=True)
class Row:
    indicator: Indicator
    right: bool

    @property
    def passage(self) -> Passage:
        return row_passage(self.indicator)


@dataclass(frozen=True)
class Sentence:
    evidence: Evidence
    right: bool
    partly: bool
    """One of several fragments stands in it: neither an answer nor none."""

    @property
    def passage(self) -> Passage:
        return sentence_passage(self.evidence.hit.passage.chunk, self.evidence.sentence.text)


@dataclass(frozen=True)
class Example:
    """A question of `kind` "figure", "passage" or "no_evidence" and its candidates, the likeliest first."""

    kind: str
    question: Question
    ranked: tuple[Candidate, ...]
    rows: tuple[Row, ...]
    sentences: tuple[Sentence, ...] = field(default=())


def examples(engine: Engine, golds: Iterable[dict[str, Any]], seed: int = 0, spoilt: bool = True) -> list[Example]:
    """Examples for an engine's reports; `spoilt` adds some questions a second time without diacritics or with a typo."""
    chance = Random(seed)
    reports = {r.metadata.number: r for r in engine.generation.reports()}
    found: list[Example] = []
    for gold in golds:
        report = reports.get(gold.get("report", _SEED))
        if gold["kind"] not in ("figure", "passage", "no_evidence") or report is None:
            continue
        asked = [gold["question"]]
        draw = chance.random() if spoilt else 1.0
        if draw < _UNMARKED + _MISTYPED:
            asked.append(phrase(gold["question"], "no_diacritics" if draw < _UNMARKED else "typos"))
        found += [e for text in asked if (e := _example(engine, gold, text, report, chance)) is not None]
    return found


def _example(engine: Engine, gold: dict[str, Any], text: str, report: ReportRecord, chance: Random) -> Example | None:
    question = engine.understand(text)
    right = right_indicator(engine, gold, report)
    if not question.naming or (gold["kind"] == "figure" and right is None):
        return None
    vector = engine.encode(question.asked)
    percent = question.wants_percent if (question.wants_percent or question.wants_count) else None
    ranked = tuple(engine.finder.candidates(question.terms, vector, report.id, percent))
    indicators = list(dict.fromkeys(c.match.indicator for c in ranked))
    kept, rest = indicators[:_HARD], indicators[_HARD:]
    kept += [i for i in rest if i.id == right] or []
    kept += chance.sample([i for i in rest if i.id != right], min(_RANDOM, len(rest) - (len(kept) > _HARD)))
    rows = tuple(Row(i, i.id == right) for i in kept)
    if question.slots.documents:
        return Example(gold["kind"], question, ranked, rows)
    hits = engine.answering.facts.passages.search(
        question.text, vector, [report.id], folded=question.restored is not None
    )
    weighed = sorted(
        (e for hit in hits for e in engine.answering.facts.passages.weigh(question, hit)), key=lambda e: -e.score
    )
    return Example(gold["kind"], question, ranked, rows, tuple(_judged(e, gold) for e in weighed[:_SENTENCES]))


def right_indicator(engine: Engine, gold: dict[str, Any], report: ReportRecord) -> int | None:
    if gold["kind"] != "figure":
        return None
    name = collapse(plain(gold.get("name_has") or "")).lower()
    ids = {
        f.indicator_id
        for f in engine.generation.rows(report.id)
        if f.row.value.text == gold["value_text"]
        and gold.get("code") in (None, f.row.code)
        and name in collapse(plain(f.row.name)).lower()
    }
    return ids.pop() if len(ids) == 1 else None


def _judged(evidence: Evidence, gold: dict[str, Any]) -> Sentence:
    there = collapse(plain(evidence.sentence.text)).lower()
    wanted = [collapse(plain(piece)).lower() in there for piece in gold.get("quotes_have", ())]
    right = bool(wanted) and all(wanted)
    return Sentence(evidence, right, any(wanted) and not right)
