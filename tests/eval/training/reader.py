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
from index.records import Indicator
from service.reader import SCALE, Passage, Read, Reader, alike
from tests.eval.training.aligner import ALIKE, Aligner
from tests.eval.training.examples import Example
from tests.eval.training.wordings import variants, wordings
from tests.eval.training.written import Written

log = structlog.get_logger(__name__)

Item = Example | Written

_EPOCHS, _RATE = 5, 2.5e-3
"""On the reports' own questions."""
_LAST_EPOCHS, _LAST_RATE, _AGAIN = 2, 1.2e-3, 0.5
"""Then on what was written for reading, with some of the reports' questions again."""
_QUESTIONS = 32
"""Questions in a step."""
_CANDIDATES = 8
_TOGETHER = 8
"""Groups scored in one go."""
_NOT_PRINTED = 0.12
"""How often the right row is left out, as if the report didn't print it: then none is right."""
_OTHER_WORDING = 0.2
_OTHER_OFFICE = 0.6
"""How often a row is read as another office words it: else the rows are learned by heart, not what they say."""
_OTHER_CASE = 0.35
"""People begin with a capital or don't, and the encoder tells one from the other."""
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
    encoder: OnnxEncoder, examples: Sequence[Example], others: Sequence[Written], readings: Path
) -> dict[str, np.ndarray]:
    """The trained layers, by the names under which `service.reader` reads them.

    `readings` is a data directory for what is read of the candidates, each of which comes again in every epoch.
    """
    torch.manual_seed(0)
    trainer = ReaderTrainer(encoder, readings)
    trainer.train(trainer.with_words(examples), _EPOCHS, _RATE)
    again = trainer.chance.sample(list(examples), round(_AGAIN * len(examples)))
    trainer.train(trainer.with_words([*again, *others]), _LAST_EPOCHS, _LAST_RATE)
    return trainer.layers()


class ReaderTrainer:
    """The layers as they are learned, and the texts that they are learned from."""

    def __init__(self, encoder: OnnxEncoder, readings: Path) -> None:
        self.chance = Random(0)
        self.model = Aligner(encoder.dimension)
        kept = KeptReadings(readings, encoder.fingerprint, encoder.dimension)

        def look_up(texts: Sequence[str]) -> dict[str, Reading]:
            kept.keep(encoder, texts)
            return kept.look_up(texts)

        layers = {name: p.detach().numpy() for name, p in self.model.named_parameters()}
        self._texts = Reader(encoder, cache(encoder.read_query), layers, look_up)

    def with_words(self, items: Sequence[Item]) -> list[Item]:
        """A number alone has nothing to align."""
        return [item for item in items if len(self._texts.question(_asked(item)).ids)]

    def train(self, items: Sequence[Item], epochs: int, rate: float) -> None:
        order = list(items)
        optimizer = torch.optim.AdamW(self.model.parameters(), lr=rate, weight_decay=0.02)
        steps = epochs * (len(order) // _QUESTIONS)
        schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=steps + 1, pct_start=0.08)
        for epoch in range(epochs):
            self.chance.shuffle(order)
            losses: list[float] = []
            for at in range(0, len(order) - _QUESTIONS + 1, _QUESTIONS):
                groups = [g for item in order[at : at + _QUESTIONS] for g in _groups(item, self.chance)]
                loss = _loss(self.model, self._texts, groups)
                optimizer.zero_grad()
                loss.backward()
                torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
                optimizer.step()
                schedule.step()
                losses.append(float(loss.detach()))
            log.info("reader", epoch=epoch, loss=round(sum(losses) / max(1, len(losses)), 4))

    def layers(self) -> dict[str, np.ndarray]:
        return {name: p.detach().numpy().astype(np.float16) for name, p in self.model.named_parameters()}


def _asked(item: Item) -> str:
    return item.asked if isinstance(item, Written) else item.question.asked


def _groups(item: Item, chance: Random) -> list[_Group]:
    asked = _asked(item)
    if chance.random() < _OTHER_CASE:
        asked = asked[:1].swapcase() + asked[1:]
    if isinstance(item, Written):
        right = len(item.candidates) if item.right is None else item.right
        return [_Group(asked, item.candidates, right, _SENTENCES if item.is_prose else 1.0)]
    return _of_example(item, asked, chance)


def _of_example(example: Example, asked: str, chance: Random) -> list[_Group]:
    right = [r for r in example.rows if r.right and chance.random() >= _NOT_PRINTED]
    others = [r for r in example.rows if not r.right]
    kept = [*right, *chance.sample(others[:10], min(len(others), 10, _CANDIDATES - 2)), *others[10:][:1]]
    indicators = [_worded(row.indicator, chance) for row in kept]
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


def _worded(indicator: Indicator, chance: Random) -> Indicator:
    drawn = chance.random()
    if drawn < _OTHER_OFFICE and (others := variants(indicator)):
        return chance.choice(others)
    if drawn < _OTHER_OFFICE + _OTHER_WORDING:
        return chance.choice([indicator, *wordings(indicator)])
    return indicator


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
