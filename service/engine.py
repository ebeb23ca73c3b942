"""One index generation, loaded, as the thing that answers. Immutable and thread-safe; a new generation is a new engine."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from functools import lru_cache

import structlog

from corpus.places import provinces
from index.encoder import Encoder, OnnxEncoder
from index.generation import Generation
from index.records import Review
from service import schemas
from service.answering import Answering
from service.calculate import Calculator
from service.checks import Check, check_report
from service.confidence import Confidence
from service.context import Context
from service.draft import Draft
from service.facts import FactFinder
from service.figures import FigureFinder
from service.indicators import IndicatorMatcher
from service.kept_checks import kept_checks
from service.lexicon import lexicon
from service.match_model import MatchModel, Vector
from service.narrative import SectionFinder
from service.passages import PassageFinder
from service.reader import Reader
from service.review import Reviewer
from service.saying import Saying, unsure
from service.spelling import Speller
from service.stages import stage
from service.understand import Understanding
from service.verify import violations

log = structlog.get_logger(__name__)

_CACHED_VECTORS = 2048


class Engine:
    """Answers questions and looks figures up in one generation.

    Raises:
        EncoderMismatch: the encoder isn't the one that the generation was built with (from `open_generation`).
    """

    def __init__(
        self, generation: Generation, encoder: Encoder, hidden: Callable[[], frozenset[str]] = frozenset
    ) -> None:
        self.generation = generation
        self.encoder = encoder
        self.hidden = hidden
        self.lexicon = lexicon()
        self.matcher = IndicatorMatcher(
            generation.indicators(), generation.indicator_vectors(), self.lexicon, MatchModel.shipped(encoder.name)
        )
        self.read_query = (
            lru_cache(maxsize=_CACHED_VECTORS)(encoder.read_query) if isinstance(encoder, OnnxEncoder) else None
        )
        reader = Reader.shipped(encoder, self.read_query, generation.readings) if self.read_query is not None else None
        confidence = Confidence.shipped() if reader is not None else None
        self.finder = FigureFinder(generation, self.matcher, reader=reader, confidence=confidence)
        vocabulary = generation.vocabulary()
        unigrams = {form: count for forms in vocabulary.forms.values() for form, count in forms.items()}
        speller = Speller(unigrams, vocabulary.pairs, [*provinces(), *self.lexicon.phrases])
        years = frozenset(r.metadata.year for r in generation.reports() if r.metadata.year)
        self.understand = Understanding(self.lexicon, speller, self.matcher.base_years, years)
        passages = PassageFinder(generation, self.lexicon)
        self.encode = lru_cache(maxsize=_CACHED_VECTORS)(self._encode)
        self._checked = lru_cache(maxsize=256)(self._check)
        self.reviewer = Reviewer(generation, self.checks)
        self.answering = Answering(
            generation=generation,
            understand=self.understand,
            encode=self.encode,
            finder=self.finder,
            facts=FactFinder(generation, passages, reader=reader, confidence=confidence),
            sections=SectionFinder(generation, self.lexicon),
            calculator=Calculator(self.finder),
            reviewer=self.reviewer,
            say=Saying(generation, self.finder, self.checks),
            hidden=hidden,
        )

    @stage("encode")
    def _encode(self, text: str) -> Vector:
        if self.read_query is not None:
            return self.read_query(text).vector
        return self.encoder.encode_query(text)

    def checks(self, report_id: str) -> tuple[Check, ...]:
        """All arithmetic of a report, with the figures that people have corrected."""
        return self._checked(report_id, self.generation.reviews(report_id))

    def _check(self, report_id: str, reviews: tuple[Review, ...]) -> tuple[Check, ...]:
        record, source = self.generation.report(report_id), self.generation.source_path(report_id)
        if record is not None and source is not None and not reviews:
            kept = kept_checks(source.parent, record.metadata)
            if kept is not None:
                return kept
        return check_report(self.generation.document(report_id), self.lexicon)

    def ask(
        self,
        question: str,
        *,
        filters: schemas.Filters | None = None,
        context: Context | None = None,
        conversation_id: str = "",
    ) -> tuple[schemas.Answer, Context]:
        """Answer one question of a conversation; returns the answer and the conversation's new state."""
        started = time.perf_counter()
        draft, status, after = self.answering.answer(question, filters or schemas.Filters(), context)
        answer = self._finish(draft, status, conversation_id)
        wrong = violations(answer, self.generation.text)
        wrong += [f"rests on deleted report {report_id}" for report_id in answer.reports_used() & self.hidden()]
        if wrong:
            log.error("answer_withheld", question_length=len(question), violations=wrong)
            draft = unsure(self.reviewer, draft.restored)
            answer = self._finish(draft, "no_evidence", conversation_id)
            after = context or Context()
        answer.elapsed_ms = round((time.perf_counter() - started) * 1000, 3)
        return answer, after

    def _finish(self, draft: Draft, status: schemas.Status, conversation_id: str) -> schemas.Answer:
        refused = status == "no_evidence"
        if status == "answered":
            draft.say_reviews()
        return schemas.Answer(
            conversation_id=conversation_id,
            status=status,
            answer="\n".join(draft.lines),
            figures=[] if refused else draft.figures,
            citations=[] if refused else draft.citations,
            calculation=None if refused else draft.calculation,
            conflicts=[] if refused else draft.conflicts,
            suggestions=list(dict.fromkeys(draft.suggestions))[:6],
            generation=self.generation.id,
            elapsed_ms=0.0,
            restored_question=draft.restored,
        )

    def context_of(self, history: Sequence[schemas.Turn]) -> Context | None:
        """The state that a stateless caller's history leads to: its questions, asked again."""
        context: Context | None = None
        for turn in history[-12:]:
            if turn.role == "user" and turn.content.strip():
                _, _, context = self.answering.answer(
                    turn.content[: schemas.QUESTION_LIMIT], schemas.Filters(), context
                )
        return context
