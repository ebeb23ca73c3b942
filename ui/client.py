"""The service over HTTP: one method for each thing the pages need, typed results, Vietnamese errors."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar
from urllib.parse import quote

import httpx
from pydantic import ValidationError

from ui.api_errors import ApiError, ApiMissing, refusal, unreachable
from ui.records import (
    Answer,
    CheckList,
    Comparison,
    Figure,
    FigureList,
    Filters,
    GenerationList,
    IndexGeneration,
    Job,
    JobList,
    Place,
    PlaceList,
    Record,
    Report,
    ReportList,
    ReviewList,
)

R = TypeVar("R", bound=Record)
Query = Mapping[str, str | int | Sequence[str | int]]

_PAGE = 500
_LONGEST_ANSWER = httpx.Timeout(60.0, connect=3.0)
_LOOK_UP = httpx.Timeout(20.0, connect=3.0)


class ApiClient:
    """Talks to the service at `api_url`; safe to share between threads.

    An operator's key is given with the call that needs it, never kept here.
    """

    def __init__(self, api_url: str, api_key: str | None = None) -> None:
        self._http = httpx.Client(base_url=api_url, headers=bearer(api_key), timeout=_LOOK_UP, trust_env=False)

    def ask(
        self,
        question: str,
        *,
        conversation_id: str | None = None,
        history: Sequence[tuple[str, str]] = (),
        filters: Filters | None = None,
    ) -> Iterator[str | Answer]:
        """Ask; yields pieces of the answer's text as they come, and the whole `Answer` last.

        `history` is earlier (question, answer) pairs. The service remembers a conversation by its id;
        the history speaks for it where the id is not known to the service, or no longer.

        Raises:
            ApiError: the question was refused, or the answer broke off.
        """
        body: dict[str, Any] = {"question": question, "conversation_id": conversation_id, "history": []}
        body["filters"] = (filters or Filters()).model_dump(mode="json")
        if conversation_id is None:
            body["history"] = _as_messages(history)
        try:
            yield from self._stream(body)
        except ApiMissing:
            if conversation_id is None:
                raise
            yield from self._stream(body | {"conversation_id": None, "history": _as_messages(history)})

    def reports(self) -> tuple[Report, ...]:
        """Every report, page after page."""
        found: list[Report] = []
        while True:
            page = self._get("/v1/reports", ReportList, {"limit": _PAGE, "offset": len(found)})
            found.extend(page.items)
            if not page.items or len(found) >= page.total:
                return tuple(found)

    def report(self, report_id: str) -> Report:
        return self._get(_report(report_id), Report)

    def text(self, report_id: str) -> str:
        """The text that a report's citations count characters of."""
        return self._send("GET", f"{_report(report_id)}/text").content.decode("utf-8")

    def places(self, report_id: str) -> tuple[Place, ...]:
        """Where a report's appendix rows stand on its pages; empty where the file has no pages."""
        return self._get(f"{_report(report_id)}/places", PlaceList).items

    def checks(self, report_id: str) -> CheckList:
        return self._get(f"{_report(report_id)}/checks", CheckList)

    def figures(self, *, limit: int, **query: Any) -> FigureList:
        """The first `limit` figures that fit, and how many there are."""
        found: list[Figure] = []
        while True:
            wanted = min(_PAGE, limit - len(found))
            page = self._get("/v1/figures", FigureList, {**query, "limit": wanted, "offset": len(found)})
            found.extend(page.items)
            if not page.items or len(found) >= min(limit, page.total):
                return FigureList(items=tuple(found), total=page.total)

    def compare(self, **query: Any) -> Comparison:
        return self._get("/v1/figures/compare", Comparison, query)

    def rate(self, conversation_id: str, rating: str, reason: str) -> None:
        self._send(
            "POST",
            "/v1/feedback",
            json={"conversation_id": conversation_id, "rating": rating, "reason": reason},
        )

    def accepts(self, key: str) -> bool:
        """Whether the service takes `key` as an operator's: a job nobody has is "not found" to operators alone."""
        try:
            self.job("kiem-tra-khoa", key)
        except ApiError as error:
            if error.status == 404:
                return True
            if error.status in (401, 403):
                return False
            raise
        return True

    def upload(self, name: str, data: bytes, key: str, *, replace: bool = False) -> Job | Report:
        """Hand in a file: the job that reads it, or the report where these very bytes are already there.

        With `replace` it takes the place of the report with the same number and issuer, if there is one.
        """
        fields = {"replace": "true" if replace else "false"}
        response = self._send("POST", "/v1/reports", files={"file": (name, data)}, data=fields, key=key)
        return _parse(response, Job) if response.status_code == 202 else _parse(response, Report)

    def delete(self, report_id: str, key: str) -> None:
        self._send("DELETE", _report(report_id), key=key)

    def review(self, report_id: str) -> ReviewList:
        """The figures of a scan that somebody should compare with the page, those already compared last."""
        return self._get(f"{_report(report_id)}/review", ReviewList)

    def crop(self, report_id: str, row: int) -> bytes:
        """The picture (PNG) of the cell that a figure was read from."""
        return self._send("GET", f"{_report(report_id)}/review/{row}/crop.png").content

    def confirm(self, report_id: str, row: int, value_text: str, key: str) -> None:
        """Say what the page prints in a row; the value as it was read confirms it."""
        self._send("PUT", f"{_report(report_id)}/review/{row}", json={"value_text": value_text}, key=key)

    def describe(self, report_id: str, changed: Mapping[str, str | int | None], key: str) -> None:
        """Set what a report says about itself; None gives a field back to what its file says."""
        self._send("PATCH", _report(report_id), json=dict(changed), key=key)

    def generations(self, key: str) -> tuple[IndexGeneration, ...]:
        return _parse(self._send("GET", "/v1/generations", key=key), GenerationList).items

    def rollback(self, generation: str, key: str) -> None:
        """Serve an earlier state of the index again."""
        self._send("POST", "/v1/rollback", json={"generation": generation}, key=key)

    def reindex(self, key: str) -> Job:
        return _parse(self._send("POST", "/v1/reindex", key=key), Job)

    def job(self, job_id: str, key: str) -> Job:
        return _parse(self._send("GET", f"/v1/jobs/{quote(job_id, safe='')}", key=key), Job)

    def jobs(self, key: str) -> tuple[Job, ...]:
        """The changes asked for last, the newest first."""
        return _parse(self._send("GET", "/v1/jobs", key=key), JobList).items

    def _get(self, path: str, kind: type[R], query: Query | None = None) -> R:
        given = {name: value for name, value in (query or {}).items() if value not in ("", None, (), [])}
        return _parse(self._send("GET", path, params=given), kind)

    def _send(self, method: str, path: str, *, key: str | None = None, **request: Any) -> httpx.Response:
        try:
            response = self._http.request(method, path, headers=bearer(key), **request)
        except httpx.HTTPError as error:
            raise unreachable(error) from error
        if response.is_error:
            raise refusal(response.status_code, response.content)
        return response

    def _stream(self, body: Mapping[str, Any]) -> Iterator[str | Answer]:
        try:
            with self._http.stream("POST", "/v1/ask/stream", json=body, timeout=_LONGEST_ANSWER) as response:
                if response.is_error:
                    raise refusal(response.status_code, response.read())
                for event, data in _events(response.iter_lines()):
                    if event == "delta":
                        yield str(data.get("text", ""))
                    elif event == "answer":
                        yield Answer.model_validate(data)
                        return
                    elif event == "error":
                        raise refusal(500, json.dumps(data).encode())
        except httpx.HTTPError as error:
            raise unreachable(error) from error
        except ValidationError as error:
            raise ApiError("Dịch vụ trả về câu trả lời không đúng dạng; hãy báo quản trị viên.") from error
        raise ApiError("Câu trả lời bị ngắt giữa chừng; hãy hỏi lại.")


def _report(report_id: str) -> str:
    return f"/v1/reports/{quote(report_id, safe='')}"


def bearer(key: str | None) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"} if key else {}


def _as_messages(history: Sequence[tuple[str, str]]) -> list[dict[str, str]]:
    return [
        {"role": role, "content": content}
        for pair in history
        for role, content in zip(("user", "assistant"), pair, strict=True)
    ]


def _events(lines: Iterable[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Server-sent events: the name and the JSON object of each."""
    event, data = "message", ""
    for line in lines:
        if line.startswith("event:"):
            event = line.removeprefix("event:").strip()
        elif line.startswith("data:"):
            data += line.removeprefix("data:").strip()
        elif not line and data:
            parsed = json.loads(data)
            yield event, parsed if isinstance(parsed, dict) else {"items": parsed}
            event, data = "message", ""


def _parse(response: httpx.Response, kind: type[R]) -> R:
    try:
        return kind.model_validate_json(response.content)
    except ValidationError as error:
        raise ApiError("Dịch vụ trả về dữ liệu không đúng dạng; hãy báo quản trị viên.") from error
