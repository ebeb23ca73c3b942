"""What is read closely to answer, token by token: rows and sentences, and the tokens that the encoder makes of them.

They are read when a report is indexed, so that a question costs its own reading only. One cache for each encoder below
`$CCHC_DATA/readings/`; what it doesn't hold (after a restore, on a machine that doesn't index) is read when it is asked about.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from corpus.model import Report, Span
from corpus.reading import read, sentences
from corpus.text import collapse
from index.chunks import Chunk
from index.encoder import Progress, Tokens
from index.indicators import key_text
from index.text_cache import TextCache

READ_TOKENS = 130
"""The tokens of a text that are looked at; few sentences are longer."""
BELOW = " › "
_SHORTEST_SENTENCE = 20
_TITLE_LENGTH = 80
_TEXT_LENGTH = 600
_STEPS = 127


@runtime_checkable
class TokenEncoder(Protocol):
    """An encoder that shows the tokens of what it has read."""

    @property
    def fingerprint(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    def read_passages(self, texts: Sequence[str]) -> list[Tokens]: ...


@dataclass(frozen=True, slots=True)
class Reading:
    """The tokens of a text: unit vectors (tokens, dimension), the pieces' numbers, and where in the text each begins."""

    vectors: npt.NDArray[np.float32]
    ids: npt.NDArray[np.int64]
    starts: npt.NDArray[np.int64]


def sentences_of(text: str, chunk: Chunk) -> Iterator[tuple[str, Span]]:
    """The sentences of a passage, for reading and where they stand in its report's text."""
    reading = read(text, chunk.span)
    for start, end in sentences(reading):
        if end - start >= _SHORTEST_SENTENCE:
            yield reading.text[start:end], reading.span(start, end)


def title_of(chunk: Chunk) -> str:
    """The title that a passage's sentences are read under."""
    return collapse(chunk.section_title or "")[:_TITLE_LENGTH]


def sentence_text(title: str, sentence: str) -> str:
    """A sentence as it is read: "Thủ tục hành chính › Đã rà soát 30 thủ tục."."""
    return f"{title}{BELOW}{collapse(sentence)}"[:_TEXT_LENGTH]


def texts_of(report: Report, chunks: Iterable[Chunk]) -> list[str]:
    """All that may be read closely of a report."""
    rows = [key_text(row.path, row.unit) for row in report.rows]
    prose = [sentence_text(title_of(c), sentence) for c in chunks for sentence, _ in sentences_of(report.text, c)]
    return list(dict.fromkeys([*rows, *prose]))


class KeptReadings:
    """A data directory's readings by one encoder. Several threads may `look_up` at once."""

    def __init__(self, data_dir: Path, fingerprint: str, dimension: int) -> None:
        self._root, self._name = data_dir / "readings", f"{fingerprint[:16]}.sqlite"
        self._cache = TextCache(self._root / self._name)
        self._dimension = dimension

    def keep(self, encoder: TokenEncoder, texts: Sequence[str], on_progress: Progress | None = None) -> None:
        """Read those texts that were never read."""

        def make(new: list[str]) -> list[bytes]:
            made: list[bytes] = []
            for at in range(0, len(new), 64):
                made += [packed(tokens) for tokens in encoder.read_passages(new[at : at + 64])]
                if on_progress is not None:
                    on_progress(len(made), len(new))
            return made

        self._cache.made(texts, make)

    def look_up(self, texts: Sequence[str]) -> dict[str, Reading]:
        return {text: unpacked(made, self._dimension) for text, made in self._cache.look_up(texts).items()}

    def keep_only(self, texts: Iterable[str]) -> None:
        """Forget what other texts said, and all that other encoders have read."""
        self._cache.keep_only(set(texts))
        for path in self._root.glob("*.sqlite*"):
            if not path.name.startswith(self._name):
                path.unlink()


def packed(tokens: Tokens) -> bytes:
    """The first tokens of the text itself: numbers, beginnings, and the vectors in 255 steps of their largest part."""
    inside = np.flatnonzero(tokens.starts >= 0)[:READ_TOKENS]
    vectors = tokens.vectors[inside]
    largest = np.abs(vectors).max(axis=1, keepdims=True, initial=1e-9)
    return b"".join(
        (
            tokens.ids[inside].astype("<i4").tobytes(),
            tokens.starts[inside].astype("<i2").tobytes(),
            np.rint(vectors * (_STEPS / largest)).astype(np.int8).tobytes(),
        )
    )


def unpacked(made: bytes, dimension: int) -> Reading:
    n = len(made) // (4 + 2 + dimension)
    vectors = np.frombuffer(made, np.int8, n * dimension, 6 * n).reshape(n, dimension).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return Reading(
        vectors,
        np.frombuffer(made, "<i4", n).astype(np.int64),
        np.frombuffer(made, "<i2", n, 4 * n).astype(np.int64),
    )
