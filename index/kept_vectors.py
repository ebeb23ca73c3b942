"""Vectors of texts by what they say: a passage that stands in a thousand reports is embedded once.

One cache for each encoder below `$CCHC_DATA/vectors/`, in half precision as the index keeps them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.text_cache import TextCache
from index.vectors import Vector

if TYPE_CHECKING:
    from index.encoder import Encoder, Progress


class KeptVectors:
    def __init__(self, data_dir: Path) -> None:
        self._root = data_dir / "vectors"

    def encode(self, encoder: Encoder, texts: Sequence[str], on_progress: Progress | None = None) -> Vector:
        """The vector of each text, (texts, dimension); only texts that were never seen cost the encoder's time."""

        def make(new: list[str]) -> list[bytes]:
            return [vector.tobytes() for vector in encoder.encode_passages(new, on_progress).astype(np.float16)]

        made = TextCache(self._root / f"{encoder.fingerprint[:16]}.sqlite").made(texts, make)
        if not texts:
            return np.zeros((0, encoder.dimension), dtype=np.float32)
        return np.stack([np.frombuffer(made[text], dtype=np.float16) for text in texts]).astype(np.float32)

    def clear(self) -> None:
        """Forget all: what reports said that are to leave no trace."""
        for path in self._root.glob("*.sqlite*"):
            path.unlink()
