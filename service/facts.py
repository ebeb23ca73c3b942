"""Which sentences of the prose answer: the kind of thing asked for must be there, and what the question names too."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from corpus.text import fold
from index.chunks import Chunk
from index.generation import Generation
from service.confidence import Confidence
from service.gate import PassageGate
from service.lexicon import LEVELS
from service.match_model import Vector
from service.passages import Evidence, Hit, PassageFinder, says
from service.reader import Reader, sentence_passage
from service.slots import DocumentName
from service.stages import stage
from service.understand import Question
from service.wanted import holds_wanted, lacks_wanted

_MORE = 0.9
_MAX_SENTENCES = 3
_READ = 8
"""How many sentences are read closely."""
_WANTED = 0.3
"""What holding the kind of thing asked for (a date, a number) adds to a sentence's score."""
_SURE = 0.5
_AS_GOOD = 0.8
_ASKED = 0.6
_LOOKED_THROUGH = 5
_SYLLABLE = re.compile(
    r"(?:ngh?|nh|ch|gh?|gi|kh|ph|qu|th|tr|[bcdhklmnprstvx])?[aeiouy]{1,3}(?:ng|nh|ch|[cmnpt])?", re.IGNORECASE
)
"""Of Vietnamese, without marks."""
_ACRONYM = re.compile(r"[A-ZĐ]{3,}")
_INDICES = frozenset({"@papi", "@ddci"})
"""Rankings that are told from each other by name alone, however it is typed."""


class FactFinder:
    """Answers from prose: sentences by evidence, documents by number."""

    def __init__(
        self,
        generation: Generation,
        passages: PassageFinder,
        gate: PassageGate | None = None,
        reader: Reader | None = None,
        confidence: Confidence | None = None,
    ) -> None:
        self._generation = generation
        self.passages = passages
        self._gate = gate or PassageGate()
        self._reader = reader
        self.confidence = confidence

    @stage("passages")
    def find(
        self, question: Question, vector: Vector | None, report_ids: Collection[str], required: Sequence[str] = ()
    ) -> tuple[list[Evidence], list[Hit]]:
        """The sentences that answer, best first, and the passages looked at; no sentences when the gate refuses.

        `required` are literal pieces (folded) that the sentence or its section title must hold.
        """
        beside = sum(term.weight for term in question.terms if term.key not in LEVELS)
        if all(term.key in LEVELS for term in question.naming) and beside < _ASKED:
            return [], []  # "còn cấp huyện?" alone asks for nothing yet
        if not _in_words(question):
            return [], []
        folded = question.restored is not None
        hits = self.passages.search(question.text, vector, report_ids, folded=folded)
        weighed = [e for hit in hits for e in self.passages.weigh(question, hit)]
        if self._reader is not None and self.confidence is not None:
            return self._read(question, [e for e in weighed if _has(e, required)]), hits
        fitting = [e for e in weighed if holds_wanted(question, e.sentence.text) and _has(e, required)]
        fitting.sort(key=lambda e: -e.score)
        if not fitting:
            return [], hits
        best = fitting[0]
        if not self._gate.accepts(best):
            return [], hits
        kept = [
            e
            for e in fitting[:8]
            if e.score >= _MORE * best.score
            and e.coverage >= 0.85 * best.coverage
            and len(e.missing) <= len(best.missing)
        ]
        return kept[:_MAX_SENTENCES], hits

    def read(self, question: Question, weighed: Sequence[Evidence]) -> list[Evidence]:
        """The likeliest sentences read closely, best first."""
        assert self._reader is not None and self.confidence is not None
        scored = [(e.score + _WANTED * holds_wanted(question, e.sentence.text), e) for e in weighed]
        near = sorted(scored, key=lambda item: -item[0])[:_READ]
        texts = [sentence_passage(e.hit.passage.chunk, e.sentence.text) for _, e in near]
        weight = self.confidence.sentence_read_weight
        read = [
            replace(e, read=score, base=base + weight * score)
            for (base, e), score in zip(near, self._reader.scores(question.asked, texts), strict=True)
        ]
        return sorted(read, key=lambda e: -e.score)

    def parts(self, question: Question, read: Sequence[Evidence]) -> dict[str, float]:
        """What tells whether the best sentence, once read, answers: `confidence.SENTENCE_PARTS`."""
        best = read[0]
        words = sum(t.is_concept or " " in t.key for t in best.missing)
        return {
            "read": best.read or 0.0,
            "coverage": best.coverage,
            "own": best.own,
            "words_missing": float(min(3, words)),
            "syllables_missing": float(min(3, len(best.missing) - words)),
            "closeness": (best.hit.dense - 0.86) * 20,
            "wanted": float(holds_wanted(question, best.sentence.text)),
            "margin": min(3.0, best.score - read[1].score) if len(read) > 1 else 3.0,
            "named": float(min(6, len(question.naming))),
        }

    def _read(self, question: Question, weighed: Sequence[Evidence]) -> list[Evidence]:
        assert self.confidence is not None
        may_say = [e for e in weighed if not lacks_wanted(question, e.sentence.text)]
        read = self.read(question, [e for e in may_say if not self._lacks_name(question, e)])
        if not read:
            return []
        sure = self.confidence.of_sentence(self.parts(question, read))
        if sure < _SURE:
            return []
        best = read[0]
        kept = [e for e in read if best.score - e.score <= _AS_GOOD and (e.read or 0.0) > 0]
        return [replace(e, confidence=sure) for e in (kept or [best])[:_MAX_SENTENCES]]

    def _lacks_name(self, question: Question, evidence: Evidence) -> bool:
        """Whether an acronym is asked about and neither the sentence nor its passage has it: PAPI is no other index."""
        passage = evidence.hit.passage
        present = passage.present | passage.title | evidence.sentence.present
        asked = (
            t for t in question.naming if t.key in _INDICES or (not t.is_concept and _ACRONYM.fullmatch(t.surface))
        )
        return any(not self.passages.covers(term, present) for term in asked)

    @stage("passages")
    def documents(self, question: Question, name: DocumentName, report_ids: Sequence[str]) -> list[Evidence]:
        """Sentences that mention a document, the one that says most of what else is asked first."""
        found: list[Evidence] = []
        for chunk in self._mentioning(name, report_ids):
            hit = Hit(self.passages.passage(chunk.id), 0.0, 0.0)
            for evidence in self.passages.weigh(question, hit):
                if _mentions(evidence.sentence.text, name):
                    found.append(evidence)
        order = {report_id: at for at, report_id in enumerate(report_ids)}
        found.sort(key=lambda e: (order.get(e.hit.passage.chunk.report_id, 99), -e.own, e.sentence.span.start))
        return found

    def _mentioning(self, name: DocumentName, report_ids: Sequence[str]) -> list[Chunk]:
        """The first reports are looked through, in which a number may stand in a list ("1117, 1118/QĐ-UBND")."""
        first = (c for report_id in report_ids[:_LOOKED_THROUGH] for c in self._generation.passages_of(report_id))
        chunks = {chunk.id: chunk for chunk in first if _mentions(chunk.text, name)}
        wanted = set(report_ids[_LOOKED_THROUGH:])
        for printed in (f"{name.number}", f"{name.number:02d}") if wanted else ():
            ids = [m.passage_id for m in self._generation.document_mentions(printed, wanted)]
            chunks |= {c.id: c for c in self._generation.passages(ids) if _mentions(c.text, name)}
        return list(chunks.values())


def _in_words(question: Question) -> bool:
    """Whether a third of what a question says, at least, are words of the language: what isn't, the reader was never taught."""
    said = [t for t in question.terms if not t.key.isdigit()]
    words = [t for t in said if t.is_concept or all(_SYLLABLE.fullmatch(fold(s)) for s in t.key.lower().split())]
    return bool(words) and 3 * len(words) >= len(said)


def _has(evidence: Evidence, required: Sequence[str]) -> bool:
    if not required:
        return True
    text = fold(f"{evidence.sentence.text} {evidence.hit.passage.chunk.section_title or ''} ").lower()
    return all(says(text, piece) for piece in required)


def _mentions(text: str, name: DocumentName) -> bool:
    """Whether a text names a document; a suffix or kind that was given must agree."""
    if str(name.number) not in text:
        return False
    folded = fold(text).upper()
    for match in re.finditer(
        rf"(?<![\d/.,])0*{name.number}(?:\s*,\s*\d+)*\s*(?:/\s*(20\d\d))?\s*[/-]\s*([A-Z]{{2,}}(?:\s*[-/]\s*[A-Z]+)*)",
        folded,
    ):
        year, suffix = match.group(1), re.sub(r"\s+", "", match.group(2))
        if name.year and year and int(year) != name.year:
            continue
        if name.suffix and not suffix.startswith(name.suffix):
            continue
        if name.kind and not name.suffix and name.kind not in ("CV", "") and not _is_kind(suffix, name.kind):
            continue
        return True
    return False


def _is_kind(suffix: str, kind: str) -> bool:
    return re.split(r"[-/]", suffix)[0] == fold(kind).upper()
