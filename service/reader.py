"""Reads a question against a row or a sentence, token by token: does it say what was asked?

Two texts can be close as wholes and differ in the one word that matters. So the tokens that the encoder makes of
both are aligned, each with what the other text has for it, compared, and what is left over on either side weighs in:
decomposable attention (Parikh et al., 2016, https://arxiv.org/abs/1606.01933) over a frozen encoder. It was trained on
questions with known answers and near misses (`make train`), and fits only the encoder it was trained on.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import numpy as np
import numpy.typing as npt

from index.chunks import Chunk
from index.encoder import Encoder, OnnxEncoder, Tokens
from index.indicators import key_text
from index.readings import BELOW, Reading, packed, sentence_text, title_of, unpacked
from index.records import Indicator

Array = npt.NDArray[np.float32]
LookUp = Callable[[Sequence[str]], Mapping[str, Reading]]
"""What was read of texts before."""

PARENTS, NAME, UNIT, TITLE, SENTENCE = 1, 2, 3, 4, 5
"""What a token of a candidate belongs to."""
MAIN = (NAME, UNIT, SENTENCE)
_IS_MAIN = np.isin(np.arange(SENTENCE + 1), MAIN)
_MAX_QUESTION = 44
SCALE = 8.0
"""Tokens are of unit length; the layers were trained on them times this."""
_CACHED_TOKENS = 30_000
"""How many tokens of candidates are kept: 50 MB."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A candidate's text, and where each of its parts begins: (offset, part)."""

    text: str
    parts: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Read:
    """A text made ready: unit vectors (tokens, dimension), the pieces' numbers, their parts, and the projection."""

    vectors: Array
    ids: npt.NDArray[np.int64]
    parts: npt.NDArray[np.int64]
    projected: Array


@lru_cache(maxsize=4096)
def row_passage(indicator: Indicator) -> Passage:
    """A row as it is read: its parents, its name, its unit."""
    above = key_text(indicator.path[:-1], None)
    name = len(above) + len(BELOW) if above else 0
    unit = len(key_text(indicator.path, None)) + 1
    return Passage(key_text(indicator.path, indicator.unit), ((0, PARENTS), (name, NAME), (unit, UNIT)))


def sentence_passage(chunk: Chunk, sentence: str) -> Passage:
    """A sentence as it is read: under the title of its section."""
    title = title_of(chunk)
    return Passage(sentence_text(title, sentence), ((0, TITLE), (len(title) + len(BELOW), SENTENCE)))


class Reader:
    """Scores candidates for a question: log-odds that the candidate says what was asked. Thread-safe."""

    def __init__(
        self,
        encoder: OnnxEncoder,
        read_query: Callable[[str], Tokens],
        layers: dict[str, Array],
        look_up: LookUp = lambda texts: {},
    ) -> None:
        self._encoder = encoder
        self._read_query = read_query
        self._layers = _by_part(layers)
        self._look_up = look_up
        self.question = lru_cache(maxsize=256)(self._ready_question)
        self._candidates: dict[Passage, Read] = {}

    @classmethod
    def shipped(cls, encoder: Encoder, read_query: Callable[[str], Tokens], look_up: LookUp) -> Reader | None:
        """The trained reader that ships with the service, if it was trained on this encoder."""
        folder = resources.files("service").joinpath("data")
        if not isinstance(encoder, OnnxEncoder) or not folder.joinpath("reader.json").is_file():
            return None
        if json.loads(folder.joinpath("reader.json").read_text("utf-8"))["encoder"] != encoder.name:
            return None
        with folder.joinpath("reader.npz").open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            layers = {name: arrays[name].astype(np.float32) for name in arrays.files}
        return cls(encoder, read_query, layers, look_up)

    def scores(self, question: str, candidates: Sequence[Passage]) -> list[float]:
        """One score a candidate; above 0 more likely an answer than not."""
        asked = self.question(question)
        if not len(asked.ids) or not candidates:
            return [-9.0] * len(candidates)
        return self._score(asked, self.ready(candidates))

    def _ready_question(self, text: str) -> Read:
        tokens = self._read_query(text)
        inside = tokens.starts >= 0
        vectors = _unit(tokens.vectors[inside])[:_MAX_QUESTION]
        ids = tokens.ids[inside][:_MAX_QUESTION]
        return Read(vectors, ids, np.zeros(len(ids), np.int64), self._project(vectors))

    def ready(self, candidates: Sequence[Passage]) -> list[Read]:
        """Candidates with their tokens; those that were read before cost nothing."""
        known = self._candidates  # other threads put other dictionaries in its place, and change none
        new = [c for c in dict.fromkeys(candidates) if c not in known]
        fresh = dict(zip(new, self._ready(new), strict=True)) if new else {}
        found = [fresh[c] if c in fresh else known[c] for c in candidates]
        if fresh:
            kept = sum(len(read.ids) for read in (*known.values(), *fresh.values()))
            self._candidates = fresh if kept > _CACHED_TOKENS else {**known, **fresh}
        return found

    def _readings(self, texts: Sequence[str]) -> dict[str, Reading]:
        found = dict(self._look_up(texts)) if texts else {}
        new = [text for text in dict.fromkeys(texts) if text not in found]
        if new:  # kept coarsely like all others, so that a text scores the same whenever it was read
            made = zip(new, self._encoder.read_passages(new), strict=True)
            found.update((text, unpacked(packed(tokens), self._encoder.dimension)) for text, tokens in made)
        return found

    def _ready(self, candidates: Sequence[Passage]) -> list[Read]:
        found = self._readings([c.text for c in candidates])
        readings = [found[c.text] for c in candidates]
        parts = [np.zeros(len(reading.ids), np.int64) for reading in readings]
        for candidate, reading, own in zip(candidates, readings, parts, strict=True):
            for start, part in candidate.parts:
                own[reading.starts >= start] = part
        projected = self._project(np.concatenate([reading.vectors for reading in readings]))
        projected += self._layers["seg.weight"][np.concatenate(parts)]
        ends = np.cumsum([len(own) for own in parts])
        return [
            Read(reading.vectors, reading.ids, own, projected[end - len(own) : end])
            for reading, own, end in zip(readings, parts, ends, strict=True)
        ]

    def _project(self, vectors: Array) -> Array:
        return _gelu(np.asarray(vectors * SCALE @ self._layers["proj.weight"].T, np.float32))

    def _score(self, asked: Read, reads: Sequence[Read]) -> list[float]:
        """All candidates at once: their tokens stand one after the other, a candidate's from `starts[i]` on."""
        w = self._layers
        q, c = asked.projected, np.concatenate([read.projected for read in reads])
        lengths = np.array([len(read.ids) for read in reads])
        starts = np.cumsum(lengths) - lengths
        alike_q, alike_c = alike(asked, reads, starts)
        alignment = (q @ (w["att.weight"].T * (w["scale"] / np.float32(q.shape[1] ** 0.5)))) @ c.T
        of_candidate = _softmax_within(alignment, starts, lengths)
        for_question = np.stack([
            of_candidate[:, start : start + length] @ c[start : start + length]
            for start, length in zip(starts, lengths, strict=True)
        ])  # fmt: skip
        compared_q = self._compare("cq", q, for_question, alike_q)
        compared_c = self._compare("cd", c, _softmax(alignment.T) @ q, alike_c)
        weight_q = _softmax((q @ w["iq.weight"].T + w["iq.bias"]).T)
        weight_c = _softmax_within((c @ w["idoc.weight"].T + w["idoc.bias"]).T, starts, lengths)
        pooled = np.concatenate(
            [
                (weight_q @ compared_q)[:, 0],
                compared_q.max(1),
                np.add.reduceat(compared_c * weight_c.T, starts),
                np.maximum.reduceat(compared_c, starts),
            ],
            axis=1,
        )
        hidden = _gelu(_gelu(pooled) @ w["o1.weight"].T + w["o1.bias"])
        scores: list[float] = (hidden @ w["o2.weight"].T + w["o2.bias"])[:, 0].tolist()
        return scores

    def _compare(self, name: str, own: Array, other: Array, alike: Array) -> Array:
        """One layer over (own, other, own - other, own * other, alike), without putting them side by side.

        `own` may lack the first dimension of the others: the question's tokens are the same for every candidate.
        """
        w = self._layers
        hidden = other @ w[f"{name}1.other"]
        hidden += own @ w[f"{name}1.own"]
        hidden += (own * other) @ w[f"{name}1.product"]
        hidden += alike @ w[f"{name}1.alike"]
        hidden += w[f"{name}1.bias"]
        return np.asarray(_gelu(hidden) @ w[f"{name}2.weight"].T + w[f"{name}2.bias"], np.float32)


def alike(asked: Read, reads: Sequence[Read], starts: npt.NDArray[np.int64]) -> tuple[Array, Array]:
    """For each token how near the other text comes to it: by cosine, and whether the piece itself stands there.

    Of the question's tokens (reads, tokens, 3) and of all candidates' one after the other (tokens, 3). A candidate's main
    part counts once more on its own.
    """
    cosines = np.concatenate([asked.vectors @ read.vectors.T for read in reads], axis=1)
    same = asked.ids[:, None] == np.concatenate([read.ids for read in reads])
    main = _IS_MAIN[np.concatenate([read.parts for read in reads])]
    near_main = np.maximum.reduceat(np.where(main, cosines, -np.inf), starts, axis=1)
    has_main = np.maximum.reduceat(main, starts)
    question = np.empty((len(reads), len(asked.ids), 3), np.float32)
    question[..., 0] = (np.maximum.reduceat(cosines, starts, axis=1).T - 0.8) * 5
    question[..., 1] = np.where(has_main, (near_main - 0.8) * 5, 0.0).T
    question[..., 2] = np.logical_or.reduceat(same, starts, axis=1).T
    candidate = np.empty((len(main), 3), np.float32)
    candidate[:, 0], candidate[:, 1], candidate[:, 2] = (cosines.max(0) - 0.8) * 5, main, same.any(0)
    return question, candidate


def _by_part(layers: dict[str, Array]) -> dict[str, Array]:
    """The layers, with the comparing ones cut into what each part of their input is multiplied by."""
    found = dict(layers)
    for name in ("cq", "cd"):
        weight = found.pop(f"{name}1.weight").T
        n = layers["att.weight"].shape[0]
        own, other, difference, product, alike = np.split(weight, [n, 2 * n, 3 * n, 4 * n])
        found |= {
            f"{name}1.own": own + difference,
            f"{name}1.other": other - difference,
            f"{name}1.product": np.ascontiguousarray(product),
            f"{name}1.alike": np.ascontiguousarray(alike),
        }
    return found


def _unit(vectors: Array) -> Array:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)


def _softmax(x: Array) -> Array:
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return np.asarray(e / e.sum(axis=-1, keepdims=True), np.float32)


def _softmax_within(x: Array, starts: npt.NDArray[np.int64], lengths: npt.NDArray[np.int64]) -> Array:
    """The softmax of each row (…, tokens) over each candidate's tokens apart."""
    e = np.exp(x - np.repeat(np.maximum.reduceat(x, starts, axis=-1), lengths, axis=-1))
    return np.asarray(e / np.repeat(np.add.reduceat(e, starts, axis=-1), lengths, axis=-1), np.float32)


def _gelu(x: Array) -> Array:
    """The tanh form, worked out in two arrays: it is called on some ten thousand numbers for each candidate."""
    inner = x * x
    inner *= 0.044715
    inner += 1.0
    inner *= x
    inner *= 0.7978845608
    np.tanh(inner, out=inner)
    inner += 1.0
    inner *= x
    inner *= 0.5
    return inner
