"""`cchc bench-retrieval`: the passage retriever alone, on any corpus with known answers.

A document is split, embedded and indexed as a report's prose is, and counts by its best passage. Beside the retriever
stand its two legs and their fusion by reciprocal rank (Cormack et al., 2009).
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from rich.progress import track
from rich.table import Table

from corpus.model import Metadata, Report
from corpus.text import fold
from index.chunks import PASSAGES_PER_REPORT, Chunk, chunk_report, embedding_text, report_key
from index.encoder import Encoder, load_encoder
from index.errors import IndexingError
from index.vectors import VectorIndex, VectorWriter
from index.words import WordIndex, WordWriter, tokenize
from service.commands.console import console, fail
from service.match_model import Vector
from service.retrieval import Leg, retrieve
from service.settings import Settings

_AT = (1, 5, 10)
_DEPTH = 100
_RRF = 60


@dataclass(frozen=True, slots=True)
class Query:
    text: str
    gold: frozenset[str]


class Corpus:
    """The documents' passages, indexed in a directory."""

    def __init__(self, documents: Iterable[tuple[str, str]], encoder: Encoder, directory: Path) -> None:
        self._document: dict[int, str] = {}
        chunks: list[Chunk] = []
        for name, text in documents:
            report = _as_report(name, text)
            self._document[report_key(report.id)] = name
            chunks += chunk_report(report, encoder.count_tokens, encoder.max_tokens)
        self.passages = len(chunks)
        vectors = VectorWriter(directory / "vectors", encoder.dimension)
        for batch in track(_batches(chunks, 64), "Mã hóa văn bản", console=console):
            vectors.add([c.id for c in batch], encoder.encode_passages([embedding_text(c) for c in batch]))
        vectors.close()
        words = WordWriter(directory / "words")
        words.add(chunks)
        words.close()
        self._vectors, self._words = VectorIndex(directory / "vectors"), WordIndex(directory / "words")

    def search_vectors(self, vector: Vector, k: int, report_ids: Collection[str] | None = None) -> Leg:
        return self._vectors.search(vector, k, report_ids)

    def search_words(
        self, tokens: Sequence[str], k: int, report_ids: Collection[str] | None = None, folded: bool = False
    ) -> Leg:
        return self._words.search(tokens, k, report_ids, folded)

    def documents(self, passages: Iterable[int]) -> list[str]:
        """The documents of these passages, each once, in their order."""
        return list(dict.fromkeys(self._document[i // PASSAGES_PER_REPORT] for i in passages))


def bench_retrieval(settings: Settings, corpus: Path, queries: Path) -> None:
    try:
        encoder = load_encoder(settings.data, settings.encoder)
        documents = [(str(d["id"]), str(d["text"])) for d in _lines(corpus)]
        asked = [Query(str(q["text"]), frozenset(str(i) for i in q["gold"])) for q in _lines(queries)]
    except IndexingError as error:
        fail(error.message)
    except (OSError, ValueError, KeyError, TypeError) as error:
        fail(f"Không đọc được bộ câu hỏi: {error}")
    if not documents or not asked:
        fail("Bộ văn bản hoặc bộ câu hỏi trống.")
    with TemporaryDirectory() as folder:
        held = Corpus(documents, encoder, Path(folder))
        ranked = _ranked(held, encoder, asked)
    console.print(f"{len(documents)} văn bản, {held.passages} đoạn, {len(asked)} câu hỏi; bộ mã hóa {encoder.name}")
    table = Table("cách tìm", *(f"recall@{k}" for k in _AT), "MRR@10")
    for name, places in ranked.items():
        table.add_row(name, *(f"{_recall(places, k):.3f}" for k in _AT), f"{_reciprocal(places):.3f}")
    console.print(table)


def _ranked(held: Corpus, encoder: Encoder, queries: Sequence[Query]) -> dict[str, list[int | None]]:
    """For each way of searching, at which place (from 1) each query's first right document comes."""
    places: dict[str, list[int | None]] = defaultdict(list)
    for query in track(queries, "Tìm", console=console):
        vector = encoder.encode_query(query.text)
        folded = fold(query.text) == query.text
        dense = [i for i, _ in held.search_vectors(vector, _DEPTH)]
        words = [i for i, _ in held.search_words(tokenize(query.text), _DEPTH, folded=folded)]
        found = [f.id for f in retrieve(held, query.text, vector, folded=folded)]
        for name, passages in (
            ("theo nghĩa (dense)", dense),
            ("theo từ (BM25)", words),
            ("gộp theo thứ hạng (RRF)", _by_rank(dense, words)),
            ("cách dùng trong dịch vụ", found),
        ):
            documents = held.documents(passages)
            places[name].append(next((at for at, d in enumerate(documents, 1) if d in query.gold), None))
    return places


def _by_rank(*legs: Sequence[int]) -> list[int]:
    fused: dict[int, float] = defaultdict(float)
    for leg in legs:
        for rank, passage in enumerate(leg, 1):
            fused[passage] += 1 / (_RRF + rank)
    return sorted(fused, key=lambda i: (-fused[i], i))


def _recall(places: Sequence[int | None], k: int) -> float:
    return sum(place is not None and place <= k for place in places) / len(places)


def _reciprocal(places: Sequence[int | None]) -> float:
    return sum(1 / place for place in places if place is not None and place <= 10) / len(places)


def _as_report(name: str, text: str) -> Report:
    sha256 = hashlib.sha256(name.encode()).hexdigest()
    return Report(sha256[:16], sha256, "markdown", text, Metadata(), (), ())


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def _batches(chunks: Sequence[Chunk], size: int) -> list[Sequence[Chunk]]:
    return [chunks[at : at + size] for at in range(0, len(chunks), size)]
