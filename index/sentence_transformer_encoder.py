"""Any SentenceTransformer as an `Encoder`: what `CCHC_ENCODER` names, and what the export is held to."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from threading import Lock

import numpy as np
from sentence_transformers import SentenceTransformer

from index.encoder import Progress, Vector, Vectors
from index.errors import EncoderMissing

# What sentence-transformers itself looks for, in its order, when a document is encoded.
_PASSAGE_PROMPTS = ("document", "passage", "corpus")

_PASSAGES_A_STEP = 256


class SentenceTransformerEncoder:
    """A SentenceTransformer directory or a hub name, with the prompts and the length it brings along."""

    def __init__(self, name_or_path: str) -> None:
        try:
            self._model = SentenceTransformer(name_or_path)
        except (OSError, ValueError) as error:
            raise EncoderMissing(
                f"Không nạp được bộ mã hoá “{name_or_path}” nêu ở CCHC_ENCODER. Hãy nêu một thư mục SentenceTransformer "
                "hoặc một tên mô hình tải được, hoặc bỏ CCHC_ENCODER để dùng bộ mã hoá mặc định."
            ) from error
        prompts = self._model.prompts
        self._passage_prompt = next((prompts[key] for key in _PASSAGE_PROMPTS if prompts.get(key)), "")
        # Its tokenizer keeps state while it pads, so one thread at a time.
        self._lock = Lock()
        self.name = name_or_path
        self.fingerprint = _fingerprint(self._model)
        self.dimension: int = self._model.get_embedding_dimension()
        self.max_tokens: int = self._model.max_seq_length

    def encode_query(self, text: str) -> Vector:
        with self._lock:
            vector: Vector = self._model.encode_query(text, normalize_embeddings=True, show_progress_bar=False)
        return vector

    def encode_passages(self, texts: Sequence[str], on_progress: Progress | None = None) -> Vectors:
        vectors = np.empty((len(texts), self.dimension), np.float32)
        for start in range(0, len(texts), _PASSAGES_A_STEP):
            step = list(texts[start : start + _PASSAGES_A_STEP])
            with self._lock:
                vectors[start : start + len(step)] = self._model.encode_document(
                    step, normalize_embeddings=True, show_progress_bar=False
                )
            if on_progress is not None:
                on_progress(start + len(step), len(texts))
        return vectors

    def count_tokens(self, text: str) -> int:
        with self._lock:
            return len(self._model.tokenizer(self._passage_prompt + text, truncation=False)["input_ids"])

    def text_tokens(self, text: str) -> int:
        with self._lock:
            return len(self._model.tokenizer(text, truncation=False, add_special_tokens=False)["input_ids"])


def _fingerprint(model: SentenceTransformer) -> str:
    """The sha256 of the weights and the tokenizer, wherever they were loaded from."""
    digest = hashlib.sha256()
    for name, tensor in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(tensor.cpu().contiguous().view(-1).numpy().tobytes())
    digest.update(model.tokenizer.backend_tokenizer.to_str().encode())
    return digest.hexdigest()
