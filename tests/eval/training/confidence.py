"""Fits how much the reader counts, and how sure the best candidate is, on questions that nothing was trained on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import structlog
import torch
from torch.nn import functional

from service.confidence import FIGURE_PARTS, SENTENCE_PARTS, Confidence
from service.engine import Engine
from tests.eval.training.examples import Example

log = structlog.get_logger(__name__)

START = Confidence(
    {**dict.fromkeys(FIGURE_PARTS, 0.0), "bias": 0.0}, {**dict.fromkeys(SENTENCE_PARTS, 0.0), "bias": 0.0}, 0.2, 0.2
)
_WEIGHTS = (0.05, 0.1, 0.2, 0.4, 0.8)
_RIDGE = 0.15
_NEAR_MISS = 1.5
"""A near miss that is answered weighs more than an answer that is refused."""


def fit_confidence(held: Sequence[tuple[Engine, Example]]) -> Confidence:
    """`held` are examples with the engine that they were made with; its finders must have a reader."""
    figures = [(e, x) for e, x in held if x.kind == "figure"]
    best = START
    best = max((replace(best, read_weight=w) for w in _WEIGHTS), key=lambda c: _right(figures, c, _right_row))
    passages = [(e, x) for e, x in held if x.kind == "passage" and x.sentences]
    best = max(
        (replace(best, sentence_read_weight=w) for w in _WEIGHTS), key=lambda c: _right(passages, c, _right_sentence)
    )
    rows, of_rows, sentences, of_sentences = [], [], [], []
    for engine, example in held:
        _use(engine, best)
        weight = _NEAR_MISS if example.kind == "no_evidence" else 1.0
        ranked = engine.finder.read(example.question, example.ranked)
        if ranked:
            rows.append(engine.finder.parts(example.question, ranked))
            of_rows.append((_right_row(engine, example), weight))
        if example.kind != "figure" and example.sentences:
            facts = engine.answering.facts
            read = facts.read(example.question, [s.evidence for s in example.sentences])
            sentences.append(facts.parts(example.question, read))
            of_sentences.append((_right_sentence(engine, example), weight))
    return replace(
        best,
        figure=_logistic("figure", rows, of_rows, FIGURE_PARTS),
        sentence=_logistic("sentence", sentences, of_sentences, SENTENCE_PARTS),
    )


def _use(engine: Engine, confidence: Confidence) -> None:
    engine.finder.confidence = confidence
    engine.answering.facts.confidence = confidence


def _right(
    held: Sequence[tuple[Engine, Example]], confidence: Confidence, judge: Callable[[Engine, Example], bool]
) -> int:
    for engine, _ in held:
        _use(engine, confidence)
    right = sum(judge(engine, example) for engine, example in held)
    log.info(
        "weights", read=confidence.read_weight, sentence=confidence.sentence_read_weight, right=right, of=len(held)
    )
    return right


def _right_row(engine: Engine, example: Example) -> bool:
    ranked = engine.finder.read(example.question, example.ranked)
    return bool(ranked) and any(r.right and r.indicator.id == ranked[0].figure.indicator_id for r in example.rows)


def _right_sentence(engine: Engine, example: Example) -> bool:
    read = engine.answering.facts.read(example.question, [s.evidence for s in example.sentences])
    return any(s.right and s.evidence.sentence == read[0].sentence for s in example.sentences)


def _logistic(
    name: str, parts: Sequence[Mapping[str, float]], judged: Sequence[tuple[bool, float]], names: Sequence[str]
) -> dict[str, float]:
    x = torch.tensor([[of[n] for n in names] for of in parts])
    y = torch.tensor([float(right) for right, _ in judged])
    weights = torch.tensor([weight for _, weight in judged])
    slope, bias = torch.zeros(len(names), requires_grad=True), torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.LBFGS([slope, bias], max_iter=300)

    def closure() -> Any:
        optimizer.zero_grad()
        loss = functional.binary_cross_entropy_with_logits(x @ slope + bias, y, weight=weights, reduction="sum")
        loss = loss + _RIDGE * (slope**2).sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    sure = torch.sigmoid(x @ slope + bias).detach()
    for threshold in (0.3, 0.4, 0.5, 0.6, 0.7):
        said = sure >= threshold
        log.info(name, threshold=threshold, right_said=_share(said[y == 1]), wrong_said=_share(said[y == 0]))
    return {
        **{n: round(float(w), 4) for n, w in zip(names, slope.detach(), strict=True)},
        "bias": round(float(bias), 4),
    }


def _share(said: torch.Tensor) -> float:
    return round(float(said.float().mean()), 4) if len(said) else 0.0
