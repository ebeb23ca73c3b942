"""Trains the reader: of a question's candidates the right one, or none of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

import numpy as np
import structlog
import torch
from torch.nn import functional

from index.encoder import OnnxEncoder
from index.readings import KeptReadings, Reading
from service.reader import SCALE, Passage, Read, Reader, alike
from tests.eval.training.aligner import ALIKE, Aligner
from tests.eval.training.examples import Example
from tests.eval.training.wordings import wordings

log = structlog.get_logger(__name__)

EPOCHS = 8
_QUESTIONS = 32
"""Questions in a step."""
_CANDIDATES = 8
_TOGETHER = 8
"""Groups scored in one go."""
_RATE = 2.5e-3
_NOT_PRINTED = 0.12
"""How often the right row is left out, as if the report didn't print it: then none is right."""
_OTHER_WORDING = 0.35
_PROSE_OVER_ROWS = 0.3
"""The weight of "no row answers" for a prose question: sometimes one does."""
_SENTENCES = 1.3


@dataclass(frozen=True)
class _Group:
    """A question's candidates of one kind; `right` is the position of the right one, their number when none is."""

    question: str
    candidates: tuple[Passage, ...]
    right: int
    weight: float


def train_reader(
    encoder: OnnxEncoder, examples: Sequence[Example], readings: Path, epochs: int = EPOCHS
) -> dict[str, np.ndarray]:
    """The trained layers, by the names under which `service.reader` reads them.

    `readings` is a data directory for what is read of the candidates, each of which comes again in every epoch.
    """
    torch.manual_seed(0)
    chance = Random(0)
    model = Aligner(encoder.dimension)
    kept = KeptReadings(readings, encoder.fingerprint, encoder.dimension)

    def look_up(texts: Sequence[str]) -> dict[str, Reading]:
        kept.keep(encoder, texts)
        return kept.look_up(texts)

    layers = {name: p.detach().numpy() for name, p in model.named_parameters()}
    texts = Reader(encoder, cache(encoder.read_query), layers, look_up)
    order = [e for e in examples if len(texts.question(e.question.asked).ids)]  # a number alone has nothing to align
    steps = epochs * (len(order) // _QUESTIONS)
    optimizer = torch.optim.AdamW(model.parameters(), lr=_RATE, weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, _RATE, total_steps=steps + 1, pct_start=0.08)
    for epoch in range(epochs):
        chance.shuffle(order)
        losses: list[float] = []
        for at in range(0, len(order) - _QUESTIONS + 1, _QUESTIONS):
            groups = [g for example in order[at : at + _QUESTIONS] for g in _groups(example, chance)]
            loss = _loss(model, texts, groups)
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            losses.append(float(loss.detach()))
        log.info("reader", epoch=epoch, loss=round(sum(losses) / max(1, len(losses)), 4))
    return {name: parameter.detach().numpy().astype(np.float16) for name, parameter in model.named_parameters()}


def _groups(example: Example, chance: Random) -> list[_Group]:
    asked = example.question.asked
    right = [r for r in example.rows if r.right and chance.random() >= _NOT_PRINTED]
    others = [r for r in example.rows if not r.right]
    kept = [*right, *chance.sample(others[:10], min(len(others), 10, _CANDIDATES - 2)), *others[10:][:1]]
    indicators = [chance.choice([row.indicator, *wordings(row.indicator)]) if chance.random() < _OTHER_WORDING else row.indicator for row in kept]  # fmt: skip
    passages = tuple(type(kept[0])(i, False).passage for i in indicators) if kept else ()
    weight = _PROSE_OVER_ROWS if example.kind == "passage" else 1.0
    found = [_Group(asked, passages, 0 if right else len(passages), weight)] if passages else []
    if example.kind == "figure" or not example.sentences:
        return found
    answers = [s for s in example.sentences if s.right]
    if example.kind == "passage" and not answers:
        return found
    none = [s for s in example.sentences if not s.right and not s.partly][:10]
    chosen = [*([chance.choice(answers)] if answers else []), *chance.sample(none, min(len(none), _CANDIDATES - 1))]
    if chosen:
        passages = tuple(s.passage for s in chosen)
        found.append(_Group(asked, passages, 0 if answers else len(passages), _SENTENCES))
    return found


def _loss(model: Aligner, texts: Reader, groups: Sequence[_Group]) -> torch.Tensor:
    total, weight = torch.zeros(()), 0.0
    for group, scores in _by_length(model, texts, groups):
        of = torch.cat([scores, torch.zeros(1)])
        wanted = torch.tensor([group.right])
        total = total + group.weight * functional.cross_entropy(of[None], wanted, label_smoothing=0.03)
        weight += group.weight
    return total / weight


def _by_length(model: Aligner, texts: Reader, groups: Sequence[_Group]) -> Iterator[tuple[_Group, torch.Tensor]]:
    """Each group with the scores of its candidates. Groups of like length are scored together: rows are much shorter than sentences."""
    ready = [(group, [(texts.question(group.question), c) for c in texts.ready(group.candidates)]) for group in groups]
    ready.sort(key=lambda item: max(len(c.ids) for _, c in item[1]))
    for at in range(0, len(ready), _TOGETHER):
        together = ready[at : at + _TOGETHER]
        scores = _scores(model, [pair for _, pairs in together for pair in pairs])
        yield from zip((g for g, _ in together), scores.split([len(pairs) for _, pairs in together]), strict=True)


def _scores(model: Aligner, pairs: Sequence[tuple[Read, Read]]) -> torch.Tensor:
    longest_q, longest_c = max(len(q.ids) for q, _ in pairs), max(len(c.ids) for _, c in pairs)
    question, question_mask = _padded([q for q, _ in pairs], longest_q)
    candidate, candidate_mask = _padded([c for _, c in pairs], longest_c)
    parts = torch.zeros(len(pairs), longest_c, dtype=torch.long)
    sides = torch.zeros(len(pairs), longest_q, ALIKE), torch.zeros(len(pairs), longest_c, ALIKE)
    for at, (q, c) in enumerate(pairs):
        parts[at, : len(c.ids)] = torch.from_numpy(c.parts)
        question_side, candidate_side = alike(q, [c], np.zeros(1, np.int64))
        for side, of in zip(sides, (question_side[0], candidate_side), strict=True):
            side[at, : len(of)] = torch.from_numpy(of)
    return model(model.project(question), question_mask, model.project(candidate), candidate_mask, parts, *sides)


def _padded(reads: Sequence[Read], length: int) -> tuple[torch.Tensor, torch.Tensor]:
    tokens = torch.zeros(len(reads), length, reads[0].vectors.shape[1])
    mask = torch.zeros(len(reads), length, dtype=torch.bool)
    for at, read in enumerate(reads):
        tokens[at, : len(read.ids)] = torch.from_numpy(read.vectors) * SCALE
        mask[at, : len(read.ids)] = True
    return tokens, mask
