"""`/docs`: the OpenAPI document as a page for people, where CCHC_DOCS is on. Without a script, and from this server alone.

The page that FastAPI brings loads its script from another site, which a closed network doesn't reach and the
Content-Security-Policy of every answer here doesn't let in.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from functools import cache
from html import escape
from importlib import resources
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

router = APIRouter(include_in_schema=False)

_SHOWN_EXAMPLE = 4000


@router.get("/docs")
async def show(request: Request) -> HTMLResponse:
    policy = f"default-src 'none'; style-src 'sha256-{_digest(_style())}'; base-uri 'none'; frame-ancestors 'none'"
    return HTMLResponse(page(request.app.openapi()), headers={"Content-Security-Policy": policy})


def page(document: dict[str, Any]) -> str:
    """Each route under its tag: what it is for, its parameters, an example of its request and of its answer."""
    title = escape(document["info"]["title"])
    return (
        '<!doctype html><html lang="vi"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}: API</title><style>{_style()}</style></head><body><main><h1>{title}: API</h1>"
        f"<p>{escape(document['info'].get('description', ''))}</p>"
        '<p>Bản cho máy đọc: <a href="/openapi.json">/openapi.json</a></p>'
        f"{''.join(_group(document, tag) for tag in document['tags'])}</main></body></html>"
    )


def _group(document: dict[str, Any], tag: dict[str, str]) -> str:
    routes = "".join(
        _route(f"{method.upper()} {path}", operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if tag["name"] in operation["tags"]
    )
    return f"<h2>{escape(tag['description'])}</h2>{routes}"


def _route(name: str, operation: dict[str, Any]) -> str:
    return (
        f"<details><summary><code>{escape(name)}</code></summary><p>{escape(operation['description'])}</p>"
        f"{_parameters(operation.get('parameters', ()))}{''.join(_bodies(operation))}</details>"
    )


def _parameters(parameters: Any) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(p['name'])}</code></td><td>{escape(p['in'])}{', bắt buộc' if p.get('required') else ''}"
        f"</td><td>{escape(p.get('description', ''))}</td><td>{escape(str(p.get('example', '')))}</td></tr>"
        for p in parameters
    )
    head = "<tr><th>Tham số</th><th>Nơi đặt</th><th>Ý nghĩa</th><th>Ví dụ</th></tr>"
    return f"<table>{head}{rows}</table>" if rows else ""


def _bodies(operation: dict[str, Any]) -> Iterator[str]:
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        yield f"<h3>Gửi ({escape(kind)})</h3>{_example(content)}"
    for status, response in sorted(operation["responses"].items()):
        yield f"<h3>{escape(status)}: {escape(response['description'])}</h3>"
        if int(status) < 400:
            yield "".join(_example(content) for content in response.get("content", {}).values())


def _example(content: dict[str, Any]) -> str:
    if "example" not in content:
        return ""
    example = content["example"]
    text = example if isinstance(example, str) else json.dumps(example, ensure_ascii=False, indent=1)
    return f"<pre>{escape(text[:_SHOWN_EXAMPLE])}{'…' if len(text) > _SHOWN_EXAMPLE else ''}</pre>"


@cache
def _style() -> str:
    return resources.files("service").joinpath("data/docs.css").read_text("utf-8")


def _digest(style: str) -> str:
    return base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
