"""Learns the match model from questions with known rows: `python -m service.training DATA_DIR QUESTIONS…`.

A development tool: it needs torch, takes a few minutes on two cores, and writes `service/data/match_model.*`,
which ship. Questions are JSON lines: {"kind": "figure", "question", "value_text", "code", "name_has"} for a row of
the sample report, {"kind": "no_evidence" | "passage", "question"} for what no row answers.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import structlog
import torch
from torch import nn
from torch.nn import functional

from corpus.text import plain
from index.encoder import load_encoder
from index.generation import open_current
from service.draft import figure_schema
from service.engine import Engine
from service.evaluation import fits, read_golds
from service.facts import holds_wanted
from service.figures import FigureFinder
from service.gate import passage_features
from service.indicators import IndicatorMatcher
from service.match_model import GATE_FEATURES, PASSAGE_FEATURES, MatchModel, Vector, Weights
from service.passages import Evidence
from service.understand import Question

log = structlog.get_logger(__name__)

_RANK = 64
_SMOOTHNESS = 0.002
_EPOCHS = 160
_FOLDS = 5
_OUT = Path(__file__).parent / "data"


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


class Trainer:
    """Holds the questions against the sample report's rows."""

    def __init__(self, data_dir: Path, files: list[Path]) -> None:
        encoder = load_encoder(data_dir, None)
        self.engine = Engine(open_current(data_dir, encoder), encoder)
        self.report = self.engine.generation.reports()[0]
        view = self.engine.finder.view(self.report.id)
        self.ids = list(view.by_indicator)
        vectors = self.engine.generation.indicator_vectors()
        position = {indicator.id: at for at, indicator in enumerate(self.engine.generation.indicators())}
        self.indicators: Vector = np.stack([vectors[position[i]] for i in self.ids])
        self.prose: list[tuple[Question, list[str] | None]] = []
        self.questions: list[Question] = []
        self.labels: list[int] = []
        for gold in (g for path in files for g in read_golds(path, "tune")):
            if gold["kind"] in ("figure", "no_evidence", "passage"):
                label = self._label(gold)
                if gold["kind"] != "figure":
                    self.prose.append((self.engine.understand(gold["question"]), gold.get("quotes_have")))
                if label is not None:
                    self.questions.append(self.engine.understand(gold["question"]))
                    self.labels.append(label)
        self.vectors: Vector = np.stack([self.engine.encode(q.asked) for q in self.questions])
        log.info("questions", total=len(self.labels), figures=sum(label < len(self.ids) for label in self.labels))

    def _label(self, gold: dict[str, Any]) -> int | None:
        if gold["kind"] != "figure":
            return len(self.ids)
        view = self.engine.finder.view(self.report.id)
        wanted = {**gold, "report": None}
        found = [
            at
            for at, i in enumerate(self.ids)
            if any(fits(wanted, figure_schema(f, self.report, None)) for f in view.by_indicator[i])
        ]
        return found[0] if len(found) == 1 else None

    def train(self) -> MatchModel:
        """Adapter on all questions; weights and gate on questions that their fold's adapter has not seen."""
        labels = torch.tensor(self.labels)
        vectors, indicators = torch.tensor(self.vectors), torch.tensor(self.indicators)
        folds = np.random.default_rng(0).integers(0, _FOLDS, len(labels))
        rows: list[tuple[int, np.ndarray, int]] = []
        for fold in range(_FOLDS):
            seen = torch.tensor(folds != fold)
            adapter = fit_adapter(vectors[seen], labels[seen], indicators)
            finder = self._finder(_model(adapter))
            for at in np.flatnonzero(folds == fold):
                rows.append((int(at), self._features(finder, int(at)), self.labels[at]))
            log.info("fold", fold=fold)
        weights = self._fit_weights(rows)
        gate, bias = self._fit_gate(folds, vectors, labels, indicators, weights)
        final = _model(fit_adapter(vectors, labels, indicators), weights)
        passage_gate, passage_bias = self._fit_passage_gate()
        return MatchModel(weights, final.low, final.high, final.up, final.down, gate, bias, passage_gate, passage_bias)

    def _fit_passage_gate(self) -> tuple[tuple[float, ...], float]:
        """Is the best sentence's passage the one that answers? Questions that nothing answers are the other side."""
        features: list[tuple[float, ...]] = []
        right: list[float] = []
        for question, wanted in self.prose:
            if not question.naming or question.slots.documents:
                continue
            best = self._best_sentence(question)
            if best is None:
                continue
            there = plain(best.hit.passage.chunk.text).lower()
            if wanted is not None and not all(plain(piece).lower() in there for piece in wanted):
                continue
            features.append(passage_features(best, len(question.naming)))
            right.append(float(wanted is not None))
        log.info("prose", questions=len(right), answerable=sum(right))
        return _logistic_regression("passage gate", torch.tensor(features), torch.tensor(right))

    def _best_sentence(self, question: Question) -> Evidence | None:
        passages = self.engine.answering.passages
        hits = passages.search(
            question.text, self.engine.encode(question.asked), [self.report.id], folded=question.restored is not None
        )
        found = [e for hit in hits for e in passages.weigh(question, hit) if holds_wanted(question, e.sentence.text)]
        return max(found, key=lambda e: e.score, default=None)

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

    def _fit_weights(self, rows: list[tuple[int, np.ndarray, int]]) -> Weights:
        """Conditional logit: the right row of each question against the others."""
        used = [(torch.tensor(f), label) for _, f, label in rows if label < len(self.ids)]
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

    def _fit_gate(
        self, folds: np.ndarray, vectors: torch.Tensor, labels: torch.Tensor, indicators: torch.Tensor, weights: Weights
    ) -> tuple[tuple[float, ...], float]:
        """Logistic regression: is the best row the one that was asked for?"""
        features: list[tuple[float, ...]] = []
        right: list[float] = []
        for fold in range(_FOLDS):
            seen = torch.tensor(folds != fold)
            finder = self._finder(_model(fit_adapter(vectors[seen], labels[seen], indicators), weights))
            for at in np.flatnonzero(folds == fold):
                question = self.questions[at]
                percent = question.wants_percent if (question.wants_percent or question.wants_count) else None
                ranked = finder.candidates(question.terms, self.vectors[at], self.report.id, percent)
                if ranked:
                    features.append(finder.gate_features(question, ranked))
                    best = self.ids.index(ranked[0].match.indicator.id)
                    right.append(float(best == self.labels[at]))
        return _logistic_regression("gate", torch.tensor(features), torch.tensor(right))


def _logistic_regression(name: str, x: torch.Tensor, y: torch.Tensor) -> tuple[tuple[float, ...], float]:
    """Weights and bias; logs what each threshold would answer rightly and wrongly."""
    weight = torch.zeros(x.shape[1], requires_grad=True)
    bias = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.LBFGS([weight, bias], max_iter=200)

    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        loss = functional.binary_cross_entropy_with_logits(x @ weight + bias, y) + 0.002 * (weight**2).sum()
        loss.backward()
        return loss

    optimizer.step(closure)
    probability = torch.sigmoid(x @ weight + bias).detach()
    for threshold in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
        said = probability >= threshold
        rates = [round(float(said[y == side].float().mean()), 4) for side in (1, 0)]
        log.info(name, threshold=threshold, right_answered=rates[0], wrong_answered=rates[1])
    return tuple(float(v) for v in weight.detach()), float(bias.detach())


def main() -> None:
    data_dir, *files = (Path(argument) for argument in sys.argv[1:])
    trainer = Trainer(data_dir, files)
    model = trainer.train()
    assert model.up is not None and model.down is not None
    np.savez_compressed(_OUT / "match_model.npz", up=model.up.astype(np.float16), down=model.down.astype(np.float16))
    about = {
        "encoder": trainer.engine.encoder.name,
        "weights": asdict(model.weights),
        "low": model.low,
        "high": model.high,
        "gate_features": GATE_FEATURES,
        "gate": model.gate,
        "gate_bias": model.gate_bias,
        "passage_features": PASSAGE_FEATURES,
        "passage_gate": model.passage_gate,
        "passage_bias": model.passage_bias,
        "questions": len(trainer.labels),
    }
    (_OUT / "match_model.json").write_text(json.dumps(about, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
