"""The lexical index: which passages hold the words of a question.

Every passage is searched in four fields: its words as written, its words without diacritics, and the pairs
of neighbouring syllables ("thủ_tục") of both. Most Vietnamese words are two syllables long, so a pair says
what its halves don't; a question typed without diacritics still has the folded fields.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import tantivy

from corpus.text import fold, old_tone_placement
from index.chunks import Chunk, embedding_text
from index.documents import DOCUMENT_NUMBER

_TOKEN = re.compile(rf"{DOCUMENT_NUMBER.pattern}|\d+(?:[.,/]\d+)*%?(?!\w)|[^\W_]+")
_WRITER_MEMORY = 64 << 20

FIELDS = ("exact", "pairs", "folded", "folded_pairs")

WEIGHTS = {
    False: {"exact": 1.0, "pairs": 0.6, "folded": 0.2},
    True: {"folded": 1.0, "folded_pairs": 0.5},
}
"""Weight of each field, for a question with diacritics and for one without."""


def tokenize(text: str) -> list[str]:
    """Words in lower case and one spelling. Document numbers, figures, percentages and dates stay whole."""
    found = _TOKEN.findall(old_tone_placement(text).lower())
    return [token if token.isalnum() else "".join(token.split()) for token in found]


def pairs(tokens: Sequence[str]) -> list[str]:
    """Neighbouring syllables as one token each: ["thủ", "tục", "cấp"] -> ["thủ_tục", "tục_cấp"]."""
    return [f"{a}_{b}" for a, b in pairwise(tokens) if a.isalpha() and b.isalpha()]


@lru_cache(maxsize=256)  # the lexical index and the vocabulary want them one after the other
def passage_tokens(chunk: Chunk) -> tuple[str, ...]:
    """The words a passage is found by: its section's title and its own."""
    return tuple(tokenize(embedding_text(chunk)))


_fold = lru_cache(maxsize=1 << 16)(fold)  # a corpus has some ten thousand different words


def fields_of(tokens: Sequence[str]) -> dict[str, Sequence[str]]:
    """What a passage, or a question, has in each field."""
    bare = [_fold(t) for t in tokens]
    return {"exact": tokens, "pairs": pairs(tokens), "folded": bare, "folded_pairs": pairs(bare)}


def field_of(token: str, folded: bool) -> str:
    """The field that a token is counted in; a pair of syllables is "thủ_tục"."""
    if "_" in token:
        return "folded_pairs" if folded else "pairs"
    return "folded" if folded else "exact"


class WordIndex:
    """A read-only index of passages' words. Thread-safe."""

    def __init__(self, directory: Path) -> None:
        self._schema = _schema()
        self._index = _open(directory)
        self._searcher = self._index.searcher()

    def __len__(self) -> int:
        return int(self._searcher.num_docs)

    def search(
        self, tokens: Sequence[str], k: int, report_ids: Collection[str] | None = None, folded: bool = False
    ) -> list[tuple[int, float]]:
        """The `k` best passages and their scores, best first, ties by passage id.

        `report_ids` limits the search to these reports. `folded` is for a question typed without diacritics.
        """
        if not tokens or (report_ids is not None and not report_ids):
            return []
        query = self._query(tokens, folded)
        if report_ids is not None:
            within = tantivy.Query.term_set_query(self._schema, "report_id", sorted(report_ids))
            query = tantivy.Query.boolean_query(
                [(tantivy.Occur.Must, query), (tantivy.Occur.Must, tantivy.Query.const_score_query(within, 0.0))]
            )
        hits = self._searcher.search(query, limit=k, count=False).hits
        ids = self._searcher.fast_field_values("id", [address for _, address in hits])
        return sorted(((int(i), float(s)) for i, (s, _) in zip(ids, hits, strict=True)), key=lambda h: (-h[1], h[0]))

    def document_frequency(self, token: str, folded: bool = False) -> int:
        """In how many passages a token stands; a pair of syllables is "thủ_tục"."""
        return int(self._searcher.doc_freq(field_of(token, folded), fold(token) if folded else token))

    def _query(self, tokens: Sequence[str], folded: bool) -> tantivy.Query:
        terms = fields_of(tokens)
        clauses = []
        for field, weight in WEIGHTS[folded].items():
            for term in dict.fromkeys(terms[field]):
                query = tantivy.Query.term_query(self._schema, field, term, "freq")
                clauses.append((tantivy.Occur.Should, tantivy.Query.boost_query(query, weight)))
        return tantivy.Query.boolean_query(clauses)


class WordWriter:
    """Adds passages to the index in a directory, made where there is none, and removes whole reports from it."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._directory = directory
        self._writer = _open(directory).writer(heap_size=_WRITER_MEMORY, num_threads=1)

    def add(self, chunks: Iterable[Chunk]) -> None:
        for chunk in chunks:
            self._writer.add_document(_document(chunk))

    def remove(self, report_id: str) -> None:
        self._writer.delete_documents_by_term("report_id", report_id)

    def close(self) -> None:
        self._writer.commit()
        self._writer.wait_merging_threads()
        for lock in self._directory.glob("*.lock"):
            lock.unlink()


def _document(chunk: Chunk) -> tantivy.Document:
    fields = {field: " ".join(terms) for field, terms in fields_of(passage_tokens(chunk)).items()}
    return tantivy.Document(id=chunk.id, report_id=chunk.report_id, **fields)


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("id", fast=True)
    builder.add_text_field("report_id", tokenizer_name="raw", index_option="basic")
    for field in FIELDS:
        builder.add_text_field(field, tokenizer_name="words", index_option="freq")
    return builder.build()


def _open(directory: Path) -> tantivy.Index:
    index = tantivy.Index(_schema(), path=str(directory), reuse=True)
    index.register_tokenizer("words", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
    return index
