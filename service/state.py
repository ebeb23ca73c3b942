"""Everything one worker holds for its requests, opened at start and closed at the end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import anyio

from index.store import Store, open_store
from service.amendments import AmendmentLog
from service.answer_cache import AnswerCache
from service.conversations import Conversations
from service.database import Database
from service.deletions import Deletions
from service.holder import EngineHolder
from service.jobs import JobQueue
from service.keys import Keys
from service.limits import InFlight, RateLimit
from service.metrics import Metrics
from service.settings import Settings
from service.workers import Workers

if TYPE_CHECKING:
    from service.writer import Writer


@dataclass(frozen=True, slots=True)
class State:
    settings: Settings
    database: Database
    deletions: Deletions
    amendments: AmendmentLog
    keys: Keys
    jobs: JobQueue
    conversations: Conversations
    answers: AnswerCache
    metrics: Metrics
    rate: RateLimit
    in_flight: InFlight
    threads: anyio.CapacityLimiter
    store: Store
    engine: EngineHolder
    workers: Workers
    drawing: anyio.CapacityLimiter
    """Drawing pages takes a processor for a second: one page at a time in each worker, the others wait."""
    writer: Writer | None

    @classmethod
    def open(cls, settings: Settings) -> State:
        database = Database(settings.data)
        deletions = Deletions(database)
        amendments = AmendmentLog(database)
        store = open_store(settings.store, settings.data)
        metrics = Metrics(settings.data / "run")

        workers = Workers(settings.data / "run")

        def swapped(generation: str | None) -> None:
            if generation is None:
                metrics.count("cchc_generation_failures_total")
            else:
                metrics.count("cchc_generation_swaps_total")
                workers.serves(generation)

        return cls(
            settings=settings,
            database=database,
            deletions=deletions,
            amendments=amendments,
            keys=Keys(database),
            jobs=JobQueue(database, settings.data),
            conversations=Conversations(settings.data, settings.conversation_days),
            answers=AnswerCache(),
            metrics=metrics,
            rate=RateLimit(settings.data / "run" / "rates", settings.requests_per_minute),
            in_flight=InFlight(settings.max_in_flight),
            threads=anyio.CapacityLimiter(settings.threads),
            store=store,
            engine=EngineHolder(store, settings.data, settings.encoder, deletions.hidden, swapped, amendments.current),
            workers=workers,
            drawing=anyio.CapacityLimiter(1),
            writer=_writer(settings),
        )

    def close(self) -> None:
        self.engine.stop()
        self.workers.leaves()
        self.conversations.close()
        self.rate.close()
        self.metrics.close()
        self.database.close()


def _writer(settings: Settings) -> Writer | None:
    if settings.llm_url is None or settings.llm_model is None:
        return None
    from service.writer import Writer  # what it imports is for those who have a model

    key = settings.llm_key.get_secret_value() if settings.llm_key else None
    return Writer(settings.llm_url, settings.llm_model, key, settings.llm_timeout)
