"""Trains the adapter and the weights of a match: contrastively, over the sample report's rows and "none of them"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import structlog
import torch
from torch import nn
from torch.nn import functional

from service.engine import Engine
from service.figures import FigureFinder
from service.indicators import IndicatorMatcher
from service.match_model import MatchModel, Vector, Weights
from service.understand import Question
from tests.eval.training.examples import right_indicator

log = structlog.get_logger(__name__)

_RANK = 64
_SMOOTHNESS = 0.002
_EPOCHS = 160
_FOLDS = 5


class Adapter(nn.Module):  # type: ignore[misc]
    """`normalize(v + U(Vv))`, and the score that "none of them" gets."""

    def __init__(self, dimension: int) -> None:
        super().__init__()
        self.up = nn.Parameter(torch.zeros(dimension, _RANK))
        self.down = nn.Parameter(torch.randn(_RANK, dimension) * 0.05)
        self.scale = nn.Parameter(torch.tensor(3.2))
        self.none = nn.Parameter(torch.tensor(0.8))

    def forward(self, vectors: torch.Tensor) -> torch.Tensor:
        return functional.normalize(vectors + (vectors @ self.down.T) @ self.up.T, dim=1)


def fit_adapter(questions: torch.Tensor, labels: torch.Tensor, indicators: torch.Tensor) -> Adapter:
    """Contrastive training over the indicators and "none" (label = their number)."""
    torch.manual_seed(0)
    adapter = Adapter(indicators.shape[1])
    optimizer = torch.optim.Adam(adapter.parameters(), lr=3e-3)
    for _ in range(_EPOCHS):
        asked, known = adapter(questions), adapter(indicators)
        cosines = torch.cat([asked @ known.T, adapter.none.expand(len(asked), 1)], dim=1)
        loss = (
            functional.cross_entropy(cosines * adapter.scale.exp(), labels)
            + _SMOOTHNESS * ((adapter.up @ adapter.down) ** 2).sum()
        )
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return adapter


def _model(adapter: Adapter, weights: Weights | None = None) -> MatchModel:
    none = float(adapter.none.detach())
    return MatchModel(
        weights or Weights(),
        none - 0.45,
        min(1.0, none + 0.25),
        adapter.up.detach().numpy().astype(np.float32),
        adapter.down.detach().numpy().astype(np.float32),
    )


class AdapterTrainer:
    """Holds the questions against the sample report's rows."""

    def __init__(self, engine: Engine, golds: Sequence[dict[str, Any]]) -> None:
        self.engine = engine
        self.report = engine.generation.reports()[0]
        self.ids = list(engine.finder.view(self.report.id).by_indicator)
        vectors = engine.generation.indicator_vectors()
        position = {indicator.id: at for at, indicator in enumerate(engine.generation.indicators())}
        self.indicators: Vector = np.stack([vectors[position[i]] for i in self.ids])
        self.questions: list[Question] = []
        self.labels: list[int] = []
        for gold in golds:
            if gold["kind"] not in ("figure", "no_evidence", "passage"):
                continue
            right = right_indicator(engine, gold, self.report)
            if gold["kind"] == "figure" and right is None:
                continue
            self.questions.append(engine.understand(gold["question"]))
            self.labels.append(len(self.ids) if right is None else self.ids.index(right))
        self.vectors: Vector = np.stack([engine.encode(q.asked) for q in self.questions])
        log.info("questions", total=len(self.labels), figures=sum(label < len(self.ids) for label in self.labels))

    def train(self) -> MatchModel:
        """Adapter on all questions; weights on questions that their fold's adapter has not seen."""
        labels = torch.tensor(self.labels)
        vectors, indicators = torch.tensor(self.vectors), torch.tensor(self.indicators)
        folds = np.random.default_rng(0).integers(0, _FOLDS, len(labels))
        rows: list[tuple[np.ndarray, int]] = []
        for fold in range(_FOLDS):
            seen = torch.tensor(folds != fold)
            finder = self._finder(_model(fit_adapter(vectors[seen], labels[seen], indicators)))
            rows += [(self._features(finder, int(at)), self.labels[at]) for at in np.flatnonzero(folds == fold)]
            log.info("fold", fold=fold)
        return _model(fit_adapter(vectors, labels, indicators), self._fit_weights(rows))

    def _finder(self, model: MatchModel) -> FigureFinder:
        generation = self.engine.generation
        matcher = IndicatorMatcher(generation.indicators(), generation.indicator_vectors(), self.engine.lexicon, model)
        return FigureFinder(generation, matcher)

    def _features(self, finder: FigureFinder, at: int) -> np.ndarray:
        """For each indicator: coverage, excess, closeness and the rest of its score as it stands."""
        question = self.questions[at]
        percent = question.wants_percent if (question.wants_percent or question.wants_count) else None
        found = np.zeros((len(self.ids), 4), np.float32)
        found[:, 1] = 1.0
        weights = finder.matcher.model.weights
        for c in finder.candidates(question.terms, self.vectors[at], self.report.id, percent):
            m = c.match
            rest = m.score - weights.coverage * m.coverage + weights.excess * m.excess - weights.dense * m.dense
            found[self.ids.index(m.indicator.id)] = (m.coverage, -m.excess, m.dense, rest)
        return found

    def _fit_weights(self, rows: list[tuple[np.ndarray, int]]) -> Weights:
        """Conditional logit: the right row of each question against the others."""
        used = [(torch.tensor(f), label) for f, label in rows if label < len(self.ids)]
        features, labels = torch.stack([f for f, _ in used]), torch.tensor([label for _, label in used])
        free = torch.tensor([1.0, 0.3, 1.0, 1.0], requires_grad=True)
        optimizer = torch.optim.LBFGS([free], max_iter=100)

        def closure() -> torch.Tensor:
            optimizer.zero_grad()
            loss = functional.cross_entropy(features @ (free.abs() * 8), labels) + 0.001 * (free**2).sum()
            loss.backward()
            return loss

        optimizer.step(closure)
        w = free.detach().abs().numpy()
        right = float(((features @ free.detach().abs()).argmax(1) == labels).float().mean())
        plain = Weights()
        ratio = w / w[0]
        log.info("weights", held_out_top1=round(right, 4), ratio=[round(float(x), 3) for x in ratio])
        rest = float(ratio[3])
        return Weights(
            1.0, float(ratio[1]), float(ratio[2]), plain.wrong_kind * rest, plain.total * rest, plain.subject * rest
        )
