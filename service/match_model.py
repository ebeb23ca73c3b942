"""What was learned about matching questions to indicators: a small adapter over the encoder, and weights.

The adapter is a low-rank residual on the frozen encoder's vectors, `normalize(v + U(Vv))`, trained contrastively
on questions that officials might ask about the form's rows (`make train`). It turns "how close in
meaning" into "how likely the same indicator" and costs two small products a question. It only fits the encoder it
was trained on; with another encoder the plain vectors are used, and the weights that were set by hand.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import resources

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Weights:
    """What each part of a match adds to its score."""

    coverage: float = 1.0
    excess: float = 0.32
    dense: float = 0.30
    wrong_kind: float = 0.18
    total: float = 0.04
    subject: float = 0.06


@dataclass(frozen=True)
class MatchModel:
    """Adapter and score weights. `low` and `high` are the cosines that mean nothing and everything."""

    weights: Weights
    low: float
    high: float
    up: Vector | None = None
    down: Vector | None = None

    @classmethod
    def identity(cls) -> MatchModel:
        """Without training: plain cosines."""
        return cls(Weights(), 0.78, 0.95)

    @classmethod
    def shipped(cls, encoder_name: str) -> MatchModel:
        """The trained model that ships with the service, if it was trained on this encoder."""
        folder = resources.files("service").joinpath("data")
        about = folder.joinpath("match_model.json")
        if not about.is_file():
            return cls.identity()
        stored = json.loads(about.read_text("utf-8"))
        if stored["encoder"] != encoder_name:
            return cls.identity()
        with folder.joinpath("match_model.npz").open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            up, down = arrays["up"].astype(np.float32), arrays["down"].astype(np.float32)
        return cls(
            Weights(**stored["weights"]),
            stored["low"],
            stored["high"],
            up,
            down,
        )

    def adapt(self, vectors: Vector) -> Vector:
        """Vectors (…, dimension) of unit length, moved to where questions and their indicators meet."""
        if self.up is None or self.down is None:
            return vectors
        moved = vectors + (vectors @ self.down.T) @ self.up.T
        length: Vector = np.linalg.norm(moved, axis=-1, keepdims=True)
        return np.asarray(moved / length, dtype=np.float32)

    def closeness(self, cosines: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Cosines on the scale 0…1."""
        return np.clip((cosines - self.low) / (self.high - self.low), 0.0, 1.0)
