"""What each method of the clients sends, and how its answer is read: the same for both of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Generic, TypedDict, TypeVar, Unpack, cast
from urllib.parse import quote

import httpx

from service.client import types

T = TypeVar("T")


class CchcError(Exception):
    """The service refused or failed. `code` is for programs, `message` a Vietnamese sentence for people."""

    def __init__(
        self, status: int, code: str, message: str, detail: Mapping[str, Any], retry_after: float | None
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.detail = detail
        self.retry_after = retry_after
        """Seconds to wait before the same may be tried again, where the service says so."""


class Wanted(TypedDict, total=False):
    """Which figures: by words, by printed code or by a row (`REPORT_ID:ROW`), and in which reports."""

    q: str
    code: str
    like: str
    report_id: Sequence[str]
    issuer: Sequence[str]
    year: Sequence[int]
    period: Sequence[str]


@dataclass(frozen=True)
class Call(Generic[T]):
    method: str
    path: str
    """With names in braces for what `places` has."""
    read: Callable[[httpx.Response], T]
    places: Mapping[str, str | int] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    files: Mapping[str, Any] | None = None
    data: Mapping[str, str] | None = None

    def request(self, client: httpx.Client | httpx.AsyncClient) -> httpx.Request:
        places = {name: quote(str(value), safe="") for name, value in self.places.items()}
        query = {name: value for name, value in self.query.items() if value is not None}
        return client.build_request(
            self.method, self.path.format(**places), params=query, json=self.body, files=self.files, data=self.data
        )


def refusal(response: httpx.Response) -> CchcError:
    """The error that a response which was read is."""
    retry = response.headers.get("retry-after", "")
    try:
        error = response.json()["error"]
        code, message, detail = str(error["code"]), str(error["message"]), error.get("detail") or {}
    except (ValueError, KeyError, TypeError):
        code, message, detail = "unknown", response.text[:200], {}
    return CchcError(response.status_code, code, message, detail, float(retry) if retry.isdigit() else None)


def _json(kind: type[T]) -> Callable[[httpx.Response], T]:
    return lambda response: cast(T, response.json())


def _text(response: httpx.Response) -> str:
    return response.content.decode("utf-8")


def _bytes(response: httpx.Response) -> bytes:
    return response.content


def _nothing(response: httpx.Response) -> None:
    return None


# Ask


def ask(
    question: str,
    conversation_id: str | None = None,
    history: Sequence[types.Turn] = (),
    filters: types.Filters | None = None,
) -> Call[types.Answer]:
    return Call("POST", "/v1/ask", _json(types.Answer), body=_question(question, conversation_id, history, filters))


def ask_stream(
    question: str,
    conversation_id: str | None = None,
    history: Sequence[types.Turn] = (),
    filters: types.Filters | None = None,
) -> Call[None]:
    return Call("POST", "/v1/ask/stream", _nothing, body=_question(question, conversation_id, history, filters))


def feedback(conversation_id: str, rating: str, reason: str = "") -> Call[None]:
    body = {"conversation_id": conversation_id, "rating": rating, "reason": reason}
    return Call("POST", "/v1/feedback", _nothing, body=body)


def _question(
    question: str, conversation_id: str | None, history: Sequence[types.Turn], filters: types.Filters | None
) -> dict[str, Any]:
    return {
        "question": question, "conversation_id": conversation_id, "history": list(history), "filters": filters or {},
    }  # fmt: skip


class Events:
    """Reads server-sent events line by line: pieces of the text, and the whole answer last."""

    def __init__(self) -> None:
        self._event = ""
        self.complete = False

    def read(self, line: str) -> str | types.Answer | None:
        if line.startswith("event: "):
            self._event = line.removeprefix("event: ")
        elif line.startswith("data: "):
            data = json.loads(line.removeprefix("data: "))
            if self._event == "delta":
                return str(data["text"])
            if self._event == "answer":
                self.complete = True
                return cast(types.Answer, data)
        return None

    def all(self, lines: Iterable[str]) -> Iterator[str | types.Answer]:
        yield from (said for line in lines if (said := self.read(line)) is not None)


# Look things up


def reports(
    issuer: str | None = None, year: int | None = None, period: str | None = None, limit: int = 50, offset: int = 0
) -> Call[types.ReportList]:
    query = {"issuer": issuer, "year": year, "period": period, "limit": limit, "offset": offset}
    return Call("GET", "/v1/reports", _json(types.ReportList), query=query)


def report(report_id: str) -> Call[types.ReportDetail]:
    return Call("GET", "/v1/reports/{report_id}", _json(types.ReportDetail), {"report_id": report_id})


def report_text(report_id: str) -> Call[str]:
    return Call("GET", "/v1/reports/{report_id}/text", _text, {"report_id": report_id})


def report_source(report_id: str) -> Call[bytes]:
    return Call("GET", "/v1/reports/{report_id}/source", _bytes, {"report_id": report_id})


def page_image(report_id: str, number: int) -> Call[bytes]:
    places: dict[str, str | int] = {"report_id": report_id, "number": number}
    return Call("GET", "/v1/reports/{report_id}/pages/{number}.png", _bytes, places)


def checks(report_id: str) -> Call[types.CheckList]:
    return Call("GET", "/v1/reports/{report_id}/checks", _json(types.CheckList), {"report_id": report_id})


def places(report_id: str) -> Call[types.PlaceList]:
    return Call("GET", "/v1/reports/{report_id}/places", _json(types.PlaceList), {"report_id": report_id})


def figures(limit: int = 50, offset: int = 0, **wanted: Unpack[Wanted]) -> Call[types.FigureList]:
    query: dict[str, Any] = {**wanted, "limit": limit, "offset": offset}
    return Call("GET", "/v1/figures", _json(types.FigureList), query=query)


def compare(**wanted: Unpack[Wanted]) -> Call[types.Comparison]:
    return Call("GET", "/v1/figures/compare", _json(types.Comparison), query=wanted)


def figures_csv(**wanted: Unpack[Wanted]) -> Call[bytes]:
    return Call("GET", "/v1/figures.csv", _bytes, query=wanted)


def figures_xlsx(**wanted: Unpack[Wanted]) -> Call[bytes]:
    return Call("GET", "/v1/figures.xlsx", _bytes, query=wanted)


# Change the corpus, with an operator's key


def add_report(name: str, file: bytes | BinaryIO, replace: bool = False) -> Call[types.Job | types.ReportSummary]:
    def read(response: httpx.Response) -> types.Job | types.ReportSummary:
        return cast(types.Job | types.ReportSummary, response.json())

    return Call("POST", "/v1/reports", read, files={"file": (name, file)}, data={"replace": str(replace).lower()})


def describe_report(report_id: str, values: types.DescribeRequest) -> Call[types.ReportSummary]:
    places = {"report_id": report_id}
    return Call(
        "PATCH", "/v1/reports/{report_id}", _json(types.ReportSummary), places, body=cast(dict[str, Any], values)
    )


def delete_report(report_id: str) -> Call[None]:
    return Call("DELETE", "/v1/reports/{report_id}", _nothing, {"report_id": report_id})


def review(report_id: str, limit: int = 50, offset: int = 0) -> Call[types.ReviewList]:
    query = {"limit": limit, "offset": offset}
    return Call("GET", "/v1/reports/{report_id}/review", _json(types.ReviewList), {"report_id": report_id}, query)


def review_crop(report_id: str, row: int) -> Call[bytes]:
    return Call("GET", "/v1/reports/{report_id}/review/{row}/crop.png", _bytes, {"report_id": report_id, "row": row})


def review_figure(report_id: str, row: int, value_text: str) -> Call[types.ReviewItem]:
    places: dict[str, str | int] = {"report_id": report_id, "row": row}
    body = {"value_text": value_text}
    return Call("PUT", "/v1/reports/{report_id}/review/{row}", _json(types.ReviewItem), places, body=body)


def reindex() -> Call[types.Job]:
    return Call("POST", "/v1/reindex", _json(types.Job))


def jobs(limit: int = 50) -> Call[types.JobList]:
    return Call("GET", "/v1/jobs", _json(types.JobList), query={"limit": limit})


def job(job_id: str) -> Call[types.Job]:
    return Call("GET", "/v1/jobs/{job_id}", _json(types.Job), {"job_id": job_id})


def generations() -> Call[types.GenerationList]:
    return Call("GET", "/v1/generations", _json(types.GenerationList))


def rollback(generation: str | None = None) -> Call[types.Generation]:
    return Call("POST", "/v1/rollback", _json(types.Generation), body={"generation": generation})


# How it is going


def health() -> Call[types.Health]:
    return Call("GET", "/healthz", _json(types.Health))


def ready() -> Call[types.Health]:
    return Call("GET", "/readyz", _json(types.Health))


def metrics() -> Call[str]:
    return Call("GET", "/metrics", _text)
