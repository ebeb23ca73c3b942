"""The plain way to do it, beside ours: LangChain's splitter and retriever over FAISS, with the same encoder.

It finds chunks and states nothing. Where it is counted right, the value asked for stands in the first chunk, among
whatever else stands there; ours is right only where the first figure it states is that value, from that row.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import faiss
import numpy as np
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.vectorstores import VectorStore
from langchain_text_splitters import RecursiveCharacterTextSplitter

from index.encoder import Encoder


class SameEncoder(Embeddings):
    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return self._encoder.encode_passages(texts).tolist()

    def embed_query(self, text: str) -> list[float]:
        return self._encoder.encode_query(text).tolist()


class FaissStore(VectorStore):
    """As langchain-community's, which is not installed for this: a flat index and the documents beside it."""

    def __init__(self, embedding: Embeddings, dimension: int) -> None:
        self._embedding = embedding
        self._index: Any = faiss.IndexFlatIP(dimension)
        self._documents: list[Document] = []

    @classmethod
    def from_texts(
        cls, texts: list[str], embedding: Embeddings, metadatas: list[dict[str, Any]] | None = None, **kwargs: Any
    ) -> FaissStore:
        vectors = np.asarray(embedding.embed_documents(texts), dtype=np.float32)
        store = cls(embedding, vectors.shape[1])
        store._index.add(vectors)
        store._documents = [Document(page_content=text) for text in texts]
        return store

    def similarity_search(self, query: str, k: int = 4, **kwargs: Any) -> list[Document]:
        vector = np.asarray([self._embedding.embed_query(query)], dtype=np.float32)
        _, found = self._index.search(vector, k)
        return [self._documents[at] for at in found[0] if at >= 0]


def retriever(files: Iterable[Path], encoder: Encoder) -> Callable[[str], list[Document]]:
    """Chunks of 1,000 characters with 200 of overlap, five of them for a question."""
    splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
    texts = [piece for file in files for piece in splitter.split_text(file.read_text("utf-8"))]
    found = FaissStore.from_texts(texts, SameEncoder(encoder)).as_retriever(search_kwargs={"k": 5})
    return lambda question: list(found.invoke(question))


@dataclass(frozen=True, slots=True)
class InThreads:
    per_second: float
    p50: float
    p95: float


def closed_loop(ask: Callable[[str], object], questions: Sequence[str], clients: int, seconds: float) -> InThreads:
    """Threads that each ask the next question when the last is answered, in this process: no HTTP on either side. No
    question is asked twice: the load ends when there are no more."""
    source, lock = iter(questions), Lock()
    until = time.perf_counter() + seconds

    def client() -> list[float]:
        took: list[float] = []
        while (asked := time.perf_counter()) < until:
            with lock:
                question = next(source, None)
            if question is None:
                break
            ask(question)
            took.append(1000 * (time.perf_counter() - asked))
        return took

    started = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        times = [t for took in pool.map(lambda _: client(), range(clients)) for t in took]
    p50, p95 = np.percentile(times, [50, 95])
    return InThreads(len(times) / (time.perf_counter() - started), float(p50), float(p95))
