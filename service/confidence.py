"""How sure an answer is: what was measured of the best candidate, weighed as a set of held-out questions taught.

Logistic regressions on few parts that each mean something, fitted on questions that neither the reader nor the match
model was trained on, so that 0.7 is right about seven times in ten (`make train`).
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

FIGURE_PARTS = (
    "read", "coverage", "left_over", "words_left_over", "decisive", "closeness", "excess", "margin", "named",
)  # fmt: skip
SENTENCE_PARTS = (
    "read",
    "coverage",
    "own",
    "words_missing",
    "syllables_missing",
    "closeness",
    "wanted",
    "margin",
    "named",
)


@dataclass(frozen=True)
class Confidence:
    """The weights of each part, and the bias under "bias"."""

    figure: Mapping[str, float]
    sentence: Mapping[str, float]
    read_weight: float
    """What one unit of the reader's score adds to a row's score."""
    sentence_read_weight: float

    @classmethod
    def shipped(cls) -> Confidence:
        stored = json.loads(resources.files("service").joinpath("data/reader.json").read_text("utf-8"))
        return cls(stored["figure"], stored["sentence"], stored["read_weight"], stored["sentence_read_weight"])

    def of_figure(self, parts: Mapping[str, float]) -> float:
        """The probability that the best row is what was asked, from `FIGURE_PARTS`."""
        return _probability(self.figure, parts)

    def of_sentence(self, parts: Mapping[str, float]) -> float:
        """The probability that the best sentence answers, from `SENTENCE_PARTS`."""
        return _probability(self.sentence, parts)


def _probability(weights: Mapping[str, float], parts: Mapping[str, float]) -> float:
    return 1.0 / (1.0 + math.exp(-weights["bias"] - sum(weights[name] * value for name, value in parts.items())))
