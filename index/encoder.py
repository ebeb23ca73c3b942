"""Texts to unit vectors, behind one Protocol: the exported default encoder, or any SentenceTransformer.

    encoder = load_encoder(Path("var"), None)
    scores = encoder.encode_passages(["Cải cách thủ tục hành chính"]) @ encoder.encode_query("thủ tục hành chính")

Serving imports onnxruntime and tokenizers only (0.3 s); sentence-transformers and torch (10 s)
are imported when another encoder is asked for.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index.encoder_recipe import GRAPH, MANIFEST, MULTILINGUAL_E5_SMALL, TOKENIZER, fingerprint
from index.errors import EncoderMissing

Vector = NDArray[np.float32]
Vectors = NDArray[np.float32]
Progress = Callable[[int, int], None]  # told (passages done, passages in all)

# Two threads take a third off a single query's time; more gain little on a graph this small.
DEFAULT_THREADS = 2

# A worker thread that waits this long for its next piece goes to sleep. Long enough to bridge the operators of one
# query (5.7 ms, against 7.8 ms without spinning), short enough that an idle service uses no processor; onnxruntime's
# own default burns 40 ms of it after every query.
_SPIN_MICROSECONDS = 200

# Passages of similar length go together, as many as fill about this many tokens: more is no faster on a CPU.
_BATCH_TOKENS = 2048

_REBUILD = "Hãy xoá thư mục này rồi chạy: make encoder"


@dataclass(frozen=True, slots=True)
class Tokens:
    """A text as the encoder reads it: its unit vector, and what that was pooled from.

    `vectors` is (tokens, dimension), `ids` the pieces' numbers, `starts` where each piece begins in the text, -1 for
    those of the prompt and the marks around the text.
    """

    vector: Vector
    vectors: Vectors
    ids: NDArray[np.int64]
    starts: NDArray[np.int64]


class Encoder(Protocol):
    """Turns questions and passages into vectors of unit length, so that an inner product is a cosine.

    Safe to call from several threads at once. `fingerprint` tells whether two encoders give the
    same vectors; it goes into every index, and an index is only searched with the encoder that made it.
    """

    @property
    def name(self) -> str: ...

    @property
    def fingerprint(self) -> str: ...

    @property
    def dimension(self) -> int: ...

    @property
    def max_tokens(self) -> int: ...

    def encode_query(self, text: str) -> Vector: ...

    def encode_passages(self, texts: Sequence[str], on_progress: Progress | None = None) -> Vectors: ...

    def count_tokens(self, text: str) -> int:
        """How many of `max_tokens` the passage takes, its prompt and the tokens around it included."""
        ...

    def text_tokens(self, text: str) -> int:
        """How many tokens the text alone is."""
        ...


def load_encoder(data_dir: Path, name: str | None, threads: int = DEFAULT_THREADS) -> Encoder:
    """The default encoder, or the one that `name` gives: a local directory or a hub name."""
    if name is None:
        directory = MULTILINGUAL_E5_SMALL.directory(data_dir)
        if not directory.is_dir():
            raise EncoderMissing(
                f"Chưa có bộ mã hoá mặc định trong {data_dir}. Hãy chạy: CCHC_DATA={data_dir} make encoder"
            )
        return OnnxEncoder(directory, threads)
    if (Path(name) / MANIFEST).is_file():
        return OnnxEncoder(Path(name), threads)
    from index.sentence_transformer_encoder import SentenceTransformerEncoder

    return SentenceTransformerEncoder(name)


class OnnxEncoder:
    """An encoder that `index.encoder_build` exported, run on onnxruntime."""

    def __init__(self, directory: Path, threads: int = DEFAULT_THREADS) -> None:
        try:
            manifest = json.loads((directory / MANIFEST).read_text(encoding="utf-8"))
            actual = fingerprint(directory)
        except (OSError, ValueError) as error:
            raise EncoderMissing(f"Không đọc được bộ mã hoá ở {directory}. {_REBUILD}") from error
        if actual != manifest["fingerprint"]:
            raise EncoderMissing(f"Bộ mã hoá ở {directory} đã bị hỏng. {_REBUILD}")
        self.name: str = manifest["name"]
        self.fingerprint: str = actual
        self.dimension: int = manifest["dimension"]
        self.max_tokens: int = manifest["max_tokens"]
        self._pad: int = manifest["pad"]
        self._query_prompt: str = manifest["prompts"]["query"]
        self._passage_prompt: str = manifest["prompts"]["document"]
        self._tokenizer = Tokenizer.from_file(str(directory / TOKENIZER))
        self._session = _open_session(directory / GRAPH, threads)

    def encode_query(self, text: str) -> Vector:
        return self.read_query(text).vector

    def read_query(self, text: str) -> Tokens:
        """A question with its tokens: no dearer than its vector alone."""
        return self._read(self._query_prompt, [text])[0]

    def read_passages(self, texts: Sequence[str]) -> list[Tokens]:
        """Passages with their tokens, for those few that are read closely."""
        return self._read(self._passage_prompt, texts)

    def _read(self, prompt: str, texts: Sequence[str]) -> list[Tokens]:
        encodings = self._tokenizer.encode_batch([prompt + text for text in texts])
        ids = [self._cut(encoding.ids) for encoding in encodings]
        found: list[Tokens | None] = [None] * len(texts)
        for batch in _batches([len(one) for one in ids]):
            vectors, tokens = self._run([ids[at] for at in batch])
            for at, vector, of in zip(batch, vectors, tokens, strict=True):
                starts = np.array([start for start, _ in encodings[at].offsets[: len(of)]]) - len(prompt)
                starts[0] = starts[-1] = -1
                found[at] = Tokens(vector, of, np.array(ids[at]), np.maximum(starts, -1))
        return [tokens for tokens in found if tokens is not None]

    def encode_passages(self, texts: Sequence[str], on_progress: Progress | None = None) -> Vectors:
        encodings = self._tokenizer.encode_batch_fast([self._passage_prompt + text for text in texts])
        ids = [self._cut(encoding.ids) for encoding in encodings]
        vectors = np.empty((len(texts), self.dimension), np.float32)
        done = 0
        for batch in _batches([len(one) for one in ids]):
            vectors[batch], _ = self._run([ids[at] for at in batch])
            done += len(batch)
            if on_progress is not None:
                on_progress(done, len(texts))
        return vectors

    def count_tokens(self, text: str) -> int:
        return len(self._tokenizer.encode(self._passage_prompt + text))

    def text_tokens(self, text: str) -> int:
        return len(self._tokenizer.encode(text, add_special_tokens=False))

    def _cut(self, ids: list[int]) -> list[int]:
        """Leave out the end of what is too long, and keep the closing token."""
        return ids if len(ids) <= self.max_tokens else [*ids[: self.max_tokens - 1], ids[-1]]

    def _run(self, ids: list[list[int]]) -> tuple[Vectors, list[Vectors]]:
        lengths = [len(one) for one in ids]
        input_ids = np.full((len(ids), max(lengths)), self._pad, np.int64)
        attention_mask = np.zeros_like(input_ids)
        for row, one in enumerate(ids):
            input_ids[row, : len(one)] = one
            attention_mask[row, : len(one)] = 1
        feed = {"input_ids": input_ids, "attention_mask": attention_mask}
        vectors, tokens = self._session.run(["sentence_embedding", "token_embeddings"], feed)
        return cast(Vectors, vectors), [cast(Vectors, one[:n]) for one, n in zip(tokens, lengths, strict=True)]


def _open_session(graph: Path, threads: int) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.add_session_config_entry("session.intra_op.spin_duration_us", str(_SPIN_MICROSECONDS))
    return onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Indexes of texts of similar length, the longest first, so that memory is at its highest at the start."""
    batch: list[int] = []
    for at in sorted(range(len(lengths)), key=lambda at: -lengths[at]):
        if batch and (len(batch) + 1) * lengths[batch[0]] > _BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(at)
    if batch:
        yield batch
