"""The examples of the OpenAPI document, recorded from a real service: `python -m tests.client.examples` does it anew."""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import httpx

from index.builder import Builder
from index.encoder import load_encoder
from tests.running import ROOT, SEED, SYNTHETIC, Service, finished, new_data

FILE = ROOT / "service/data/examples.json"
QUESTION = "Số TTHC cấp huyện đang có hiệu lực?"
_ITEMS = 2
_TEXT = 300

# Of a scan, which takes minutes to read; held against the schema like the others.
_REVIEW_ITEM = {
    "row": 23, "code": "3.1.3", "name": "Tổng số TTHC đang có hiệu lực",
    "path": ["Cải cách thủ tục hành chính", "Thống kê TTHC", "Tổng số TTHC đang có hiệu lực"], "unit": "Thủ tục",
    "value_text": "1.695", "original_value_text": "1.696", "confidence": 0.42, "reasons": ["Độ tin cậy khi nhận dạng thấp"],
    "page": 17, "crop": "/v1/reports/a3f1c2d4e5f60718/review/23/crop.png", "corrected": False, "reviewed": False,
    "reviewed_by": None, "reviewed_at": None,
}  # fmt: skip


def record(client: httpx.Client, key: str) -> dict[str, dict[str, Any]]:
    """One example of each request and what it was answered, by method and path."""
    found: dict[str, dict[str, Any]] = {}
    operator = {"Authorization": f"Bearer {key}"}
    seed = next(r for r in client.get("/v1/reports").json()["items"] if r["number"] == "203/BC-UBND")["id"]

    def note(method: str, path: str, status: int, *, shown: Any = None, query: Any = None, **request: Any) -> Any:
        places = {"report_id": seed, "row": 23, "number": 1, "model": "cchc", "job_id": found_job.get("id", "")}
        response = client.request(method, path.format(**places), params=query, headers=operator, **request)
        assert response.status_code == status, response.text
        example = found.setdefault(f"{method} {path}", {})
        names = {name: value for name, value in places.items() if f"{{{name}}}" in path}
        if names or query:
            example["parameters"] = {**names, **(query or {})}
        if "json" in request or shown is not None:
            example["request"] = shown if shown is not None else request["json"]
        kind = response.headers.get("content-type", "").partition(";")[0]
        if kind == "application/json":
            example[f"{status} {kind}"] = _shortened(response.json())
        elif kind.startswith("text/") and kind != "text/event-stream":
            example[f"{status} {kind}"] = response.text[:_TEXT]
        elif kind == "text/event-stream" and "chat" not in path:
            example[f"{status} {kind}"] = {"event": "delta", "data": json.dumps({"text": "235 "})}
        return response.json() if kind == "application/json" else None

    found_job: dict[str, Any] = {}
    answer = note("POST", "/v1/ask", 200, json={"question": QUESTION})
    note("POST", "/v1/ask/stream", 200, json={"question": QUESTION})
    note("POST", "/v1/feedback", 204, json={"conversation_id": answer["conversation_id"], "rating": "up"})
    chat = {"model": "cchc", "messages": [{"role": "user", "content": QUESTION}]}
    note("POST", "/v1/chat/completions", 200, json=chat)
    found["POST /v1/chat/completions"]["200 text/event-stream"] = (
        'data: {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "cchc", "choices":'
        ' [{"index": 0, "delta": {"content": "235 "}, "finish_reason": null}], "status": "answered"}\n\n'
    )
    note("GET", "/v1/models", 200)
    note("GET", "/v1/models/{model}", 200)
    note("GET", "/v1/reports", 200, query={"issuer": "UBND tỉnh Sơn La", "year": 2021, "period": "H1"})
    for path in ("", "/text", "/source", "/checks", "/places", "/review"):
        note("GET", "/v1/reports/{report_id}" + path, 200)
    figures = {"q": "TTHC cấp huyện đang có hiệu lực", "report_id": [seed]}
    note("GET", "/v1/figures", 200, query={**figures, "limit": 2})
    for path in (".csv", ".xlsx"):
        note("GET", f"/v1/figures{path}", 200, query=figures)
    note("GET", "/v1/figures/compare", 200, query={"code": "3.1.3", "issuer": ["UBND tỉnh Sơn La"]})
    for path in ("/healthz", "/readyz", "/metrics"):
        note("GET", path, 200)
    note("GET", "/v1/generations", 200)
    with SEED.open("rb") as file:
        note("POST", "/v1/reports", 200, shown={"file": "…", "replace": False}, files={"file": (SEED.name, file)})
    note("PATCH", "/v1/reports/{report_id}", 200, json={"issuer": "UBND tỉnh Sơn La"})
    found_job.update(note("POST", "/v1/reindex", 202))
    client.headers.update(operator)
    finished(client, found_job["id"])
    note("GET", "/v1/jobs", 200)
    note("GET", "/v1/jobs/{job_id}", 200)
    note("POST", "/v1/rollback", 200, json={"generation": None})
    note("DELETE", "/v1/reports/{report_id}", 204)

    found["POST /v1/reports"]["202 application/json"] = found["POST /v1/reindex"]["202 application/json"]
    found["GET /v1/reports/{report_id}/review"]["200 application/json"] = {
        "items": [_REVIEW_ITEM],
        "total": 1,
        "unreviewed": 1,
    }
    found["GET /v1/reports/{report_id}/places"]["200 application/json"] = {
        "items": [{"row": 23, "page": 17, "boxes": [{"page": 17, "x0": 0.14, "y0": 0.38, "x1": 0.53, "y1": 0.41}]}]
    }
    for path in ("/review/{row}/crop.png", "/pages/{number}.png"):
        name = "row" if "row" in path else "number"
        found["GET /v1/reports/{report_id}" + path] = {
            "parameters": {"report_id": seed, name: 23 if name == "row" else 1}
        }
    found["PUT /v1/reports/{report_id}/review/{row}"] = {
        "parameters": {"report_id": seed, "row": 23}, "request": {"value_text": "1.695"},
        "200 application/json": {**_REVIEW_ITEM, "corrected": True, "reviewed": True, "reviewed_by": "kiểm tra"},
    }  # fmt: skip
    return found


def _shortened(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _shortened(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_shortened(one) for one in value[:_ITEMS]]
    return value


def main() -> None:
    installed = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "var").resolve()
    with tempfile.TemporaryDirectory() as directory:
        data = new_data(Path(directory) / "data", installed)
        named = [path for path in SYNTHETIC if "son-la-2021-Q1" in path.name]
        Builder(data, load_encoder(data, None)).add([SEED, *named])
        with Service(data) as service, service.client() as client:
            found = record(client, service.key)
    FILE.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
