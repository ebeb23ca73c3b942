"""The two clients. Each method is a call of `calls`, sent now or awaited; signatures and results are the calls' own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from types import TracebackType
from typing import Any, Generic, ParamSpec, Self, TypeVar

import httpx

from service.client import calls, types
from service.client.calls import Call, CchcError, Events, refusal

P = ParamSpec("P")
T = TypeVar("T")

_BROKEN = CchcError(0, "broken_off", "Câu trả lời bị ngắt giữa chừng; hãy hỏi lại.", {}, None)


class _Sent(Generic[P, T]):
    """A method that sends what `call` makes of its arguments."""

    def __init__(self, call: Callable[P, Call[T]]) -> None:
        self._call = call
        self.__doc__ = call.__doc__

    def __get__(self, client: Client, owner: type[Client]) -> Callable[P, T]:
        return lambda *args, **kwargs: client.send(self._call(*args, **kwargs))


class _Awaited(Generic[P, T]):
    def __init__(self, call: Callable[P, Call[T]]) -> None:
        self._call = call
        self.__doc__ = call.__doc__

    def __get__(self, client: AsyncClient, owner: type[AsyncClient]) -> Callable[P, Awaitable[T]]:
        return lambda *args, **kwargs: client.send(self._call(*args, **kwargs))


def _options(url: str, key: str | None, timeout: float, options: dict[str, Any]) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    return {"base_url": url, "headers": headers, "timeout": timeout, **options}


class Client:
    """Talks to the service at `url`. Other options are httpx.Client's. Safe to share between threads.

    Raises:
        CchcError: the service refused or failed.
        httpx.HTTPError: it could not be reached.
    """

    def __init__(self, url: str, key: str | None = None, timeout: float = 60.0, **options: Any) -> None:
        self._http = httpx.Client(**_options(url, key, timeout, options))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def send(self, call: Call[T]) -> T:
        response = self._http.send(call.request(self._http))
        if response.is_error:
            raise refusal(response)
        return call.read(response)

    def ask_stream(self, question: str, **more: Any) -> Iterator[str | types.Answer]:
        """Like `ask`: yields the text piece by piece, and the whole answer last."""
        response = self._http.send(calls.ask_stream(question, **more).request(self._http), stream=True)
        try:
            if response.is_error:
                response.read()
                raise refusal(response)
            events = Events()
            yield from events.all(response.iter_lines())
        finally:
            response.close()
        if not events.complete:
            raise _BROKEN

    ask = _Sent(calls.ask)
    feedback = _Sent(calls.feedback)
    reports = _Sent(calls.reports)
    report = _Sent(calls.report)
    report_text = _Sent(calls.report_text)
    report_source = _Sent(calls.report_source)
    page_image = _Sent(calls.page_image)
    checks = _Sent(calls.checks)
    places = _Sent(calls.places)
    figures = _Sent(calls.figures)
    compare = _Sent(calls.compare)
    figures_csv = _Sent(calls.figures_csv)
    figures_xlsx = _Sent(calls.figures_xlsx)
    add_report = _Sent(calls.add_report)
    describe_report = _Sent(calls.describe_report)
    delete_report = _Sent(calls.delete_report)
    review = _Sent(calls.review)
    review_crop = _Sent(calls.review_crop)
    review_figure = _Sent(calls.review_figure)
    reindex = _Sent(calls.reindex)
    jobs = _Sent(calls.jobs)
    job = _Sent(calls.job)
    generations = _Sent(calls.generations)
    rollback = _Sent(calls.rollback)
    health = _Sent(calls.health)
    ready = _Sent(calls.ready)
    metrics = _Sent(calls.metrics)


class AsyncClient:
    """The same to be awaited. Other options are httpx.AsyncClient's."""

    def __init__(self, url: str, key: str | None = None, timeout: float = 60.0, **options: Any) -> None:
        self._http = httpx.AsyncClient(**_options(url, key, timeout, options))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        await self._http.aclose()

    async def send(self, call: Call[T]) -> T:
        response = await self._http.send(call.request(self._http))
        if response.is_error:
            raise refusal(response)
        return call.read(response)

    async def ask_stream(self, question: str, **more: Any) -> AsyncIterator[str | types.Answer]:
        """Like `ask`: yields the text piece by piece, and the whole answer last."""
        response = await self._http.send(calls.ask_stream(question, **more).request(self._http), stream=True)
        try:
            if response.is_error:
                await response.aread()
                raise refusal(response)
            events = Events()
            async for line in response.aiter_lines():
                if (said := events.read(line)) is not None:
                    yield said
        finally:
            await response.aclose()
        if not events.complete:
            raise _BROKEN

    ask = _Awaited(calls.ask)
    feedback = _Awaited(calls.feedback)
    reports = _Awaited(calls.reports)
    report = _Awaited(calls.report)
    report_text = _Awaited(calls.report_text)
    report_source = _Awaited(calls.report_source)
    page_image = _Awaited(calls.page_image)
    checks = _Awaited(calls.checks)
    places = _Awaited(calls.places)
    figures = _Awaited(calls.figures)
    compare = _Awaited(calls.compare)
    figures_csv = _Awaited(calls.figures_csv)
    figures_xlsx = _Awaited(calls.figures_xlsx)
    add_report = _Awaited(calls.add_report)
    describe_report = _Awaited(calls.describe_report)
    delete_report = _Awaited(calls.delete_report)
    review = _Awaited(calls.review)
    review_crop = _Awaited(calls.review_crop)
    review_figure = _Awaited(calls.review_figure)
    reindex = _Awaited(calls.reindex)
    jobs = _Awaited(calls.jobs)
    job = _Awaited(calls.job)
    generations = _Awaited(calls.generations)
    rollback = _Awaited(calls.rollback)
    health = _Awaited(calls.health)
    ready = _Awaited(calls.ready)
    metrics = _Awaited(calls.metrics)
