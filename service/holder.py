"""The engine that answers now, and its exchange for the next generation's while questions are being answered."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog

from index.amendments import Amendments, no_amendments
from index.encoder import Encoder, load_encoder
from index.errors import GenerationDamaged, IndexingError, NoGeneration
from index.store import Store
from service.engine import Engine
from service.errors import NotReady

_LOOK_EVERY = 0.25
_RETRY_AFTER = 5.0
_LOAD_SECONDS = 60.0
_WARM_UP = "Số thủ tục hành chính đang có hiệu lực là bao nhiêu?"

log = structlog.get_logger("holder")


class _Held:
    """An engine and how many requests use it; it is closed after the last of them, once it was replaced."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.users = 0
        self.retired = False


class EngineHolder:
    """Loads in the background, looks at the pointer four times a second, and swaps one reference.

    A generation that is damaged or can't be opened is passed over for the last good one, loudly.
    """

    def __init__(
        self, store: Store, data_dir: Path, encoder_name: str | None, hidden: Callable[[], frozenset[str]],
        on_swap: Callable[[str | None], None] = lambda generation: None,
        amendments: Callable[[], Amendments] = no_amendments,
    ) -> None:  # fmt: skip
        self._store = store
        self._data_dir = data_dir
        self._encoder_name = encoder_name
        self._hidden = hidden
        self._on_swap = on_swap
        self._amendments = amendments
        self._encoder: Encoder | None = None
        self._held: _Held | None = None
        self._served: str | None = None  # what CURRENT said when the held engine was loaded
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="engine-holder", daemon=True)
        self.trouble: str | None = None
        """Why the newest generation isn't served, in a sentence for the operator."""

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(timeout=30)

    async def loaded(self) -> None:
        """Wait for a first engine; not for ever, for there may be none to load."""
        deadline = time.monotonic() + _LOAD_SECONDS
        while not self.ready and time.monotonic() < deadline:
            await asyncio.sleep(_LOOK_EVERY)

    @property
    def ready(self) -> bool:
        return self._held is not None

    @property
    def generation(self) -> str | None:
        held = self._held
        return held.engine.generation.id if held else None

    @contextmanager
    def lease(self) -> Iterator[Engine]:
        """The engine for one request, which keeps it to its end even if another takes its place.

        Raises:
            NotReady: nothing is loaded (yet).
        """
        with self._lock:
            held = self._held
            if held is None:
                raise NotReady(
                    self.trouble or "Dịch vụ đang khởi động. Hãy thử lại sau vài giây.", headers={"Retry-After": "2"}
                )
            held.users += 1
        try:
            yield held.engine
        finally:
            with self._lock:
                held.users -= 1
                last = held.retired and not held.users
            if last:
                held.engine.generation.close()

    def _watch(self) -> None:
        while not self._stop.is_set():
            pause = _LOOK_EVERY
            try:
                named = self._store.current()
                if self._held is None or named != self._served:
                    self._load(named)
            except NoGeneration as error:
                self.trouble = error.message
            except Exception as error:
                pause = _RETRY_AFTER
                self._on_swap(None)
                known = isinstance(error, IndexingError)
                trouble = (
                    error.message
                    if isinstance(error, IndexingError)
                    else "Không nạp được chỉ mục; xem nhật ký của dịch vụ."
                )
                repeated, self.trouble = trouble == self.trouble, trouble
                log.error(
                    "generation_not_loaded",
                    serving=self.generation,
                    reason=str(error),
                    exc_info=not (known or repeated),
                )
            self._stop.wait(pause)

    def _load(self, named: str | None) -> None:
        started = time.monotonic()
        if self._encoder is None:
            encoder = load_encoder(self._data_dir, self._encoder_name)
            encoder.encode_query(_WARM_UP)
            self._encoder = encoder
        if named is None:
            raise NoGeneration(
                "Chưa có báo cáo nào được lập chỉ mục. Hãy nạp báo cáo, hoặc chạy `cchc index ĐƯỜNG_DẪN`."
            )
        trouble: list[str] = []

        def damaged(error: GenerationDamaged) -> None:
            trouble.append(error.message)
            self._on_swap(None)
            log.error("generation_damaged", reason=error.message)

        generation = self._store.open(self._encoder, damaged, self._amendments)
        if self._held is not None and self._held.engine.generation.id == generation.id:
            generation.close()
        else:
            try:
                engine = Engine(generation, self._encoder, hidden=self._hidden)
                engine.ask(_WARM_UP)
            except BaseException:
                generation.close()
                raise
            self._swap(engine)
            self._on_swap(generation.id)
            log.info("generation_loaded", generation=generation.id, seconds=round(time.monotonic() - started, 3))
        self._served = named
        self.trouble = trouble[0] if trouble else None

    def _swap(self, engine: Engine) -> None:
        with self._lock:
            before, self._held = self._held, _Held(engine)
            if before is not None:
                before.retired = True
                unused = not before.users
        if before is not None and unused:
            before.engine.generation.close()
