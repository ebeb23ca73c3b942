"""The OpenAPI document as others are to read it: an example of each request, answer and error."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

from fastapi import FastAPI

from service.errors import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidFields,
    NotFound,
    NotReady,
    ServiceError,
    Timeout,
    TooLarge,
    TooManyRequests,
    Unauthorized,
    UnsupportedFormat,
)  # fmt: skip
from service.problems import as_response

_RETRY = {"retry_after": 2}
_ERRORS: tuple[ServiceError, ...] = (
    BadRequest("Nội dung gửi lên không phải là JSON hợp lệ."),
    Unauthorized("Cần có khóa API để dùng dịch vụ này: gửi kèm “Authorization: Bearer …”."),
    Forbidden("Khóa này chỉ được phép hỏi và xem; việc này cần khóa của quản trị viên."),
    NotFound("Không có báo cáo này."),
    Timeout("Không nhận đủ dữ liệu trong thời gian cho phép. Hãy gửi lại."),
    Conflict("Báo cáo cùng số, cùng cơ quan đã có với nội dung khác."),
    TooLarge("Câu hỏi dài quá 2000 ký tự. Hãy hỏi ngắn gọn hơn.", {"limit": 2000, "length": 5000}),
    UnsupportedFormat("Không đọc được định dạng của tệp này."),
    InvalidFields("Hãy nhập câu hỏi.", {"fields": [{"field": "question", "problem": "còn trống"}]}),
    TooManyRequests("Bạn gửi quá nhiều yêu cầu. Hãy thử lại sau 2 giây.", _RETRY, {"Retry-After": "2"}),
    NotReady("Máy chủ đang bận. Hãy thử lại sau vài giây.", _RETRY, {"Retry-After": "2"}),
)
_TAGS = {
    "ask": "Hỏi và nhận câu trả lời có trích dẫn.",
    "openai": "Giao diện tương thích OpenAI.",
    "reports": "Các báo cáo đang có: danh sách, đề mục, văn bản, tệp gốc, kiểm tra số học.",
    "figures": "Số liệu trong phụ lục: tra cứu, so sánh, tải về.",
    "review": "Xem lại số liệu đọc từ bản quét.",
    "corpus": "Thêm, xóa, lập lại chỉ mục; dành cho quản trị viên.",
    "operation": "Tình trạng của dịch vụ.",
}


def document_with_examples(app: FastAPI) -> None:
    """Have the application give its document with what FastAPI doesn't know."""
    plain = app.openapi

    def documented() -> dict[str, Any]:
        if app.openapi_schema is None:
            _complete(plain())
        assert app.openapi_schema is not None
        return app.openapi_schema

    app.openapi = documented  # type: ignore[method-assign]


def _complete(document: dict[str, Any]) -> None:
    document["servers"] = [{"url": "/"}]
    used = {
        tag for methods in document["paths"].values() for operation in methods.values() for tag in operation["tags"]
    }
    document["tags"] = [{"name": tag, "description": _TAGS.get(tag, tag)} for tag in sorted(used)]
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            operation.setdefault("description", operation["summary"])
            _add_examples(operation, path, recorded().get(f"{method.upper()} {path}", {}))


def _add_examples(operation: dict[str, Any], path: str, examples: dict[str, Any]) -> None:
    for parameter in operation.get("parameters", ()):
        if parameter["name"] in examples.get("parameters", {}):
            parameter["example"] = examples["parameters"][parameter["name"]]
    for content in operation.get("requestBody", {}).get("content", {}).values():
        if "request" in examples:
            content["example"] = examples["request"]
    for status, response in list(operation["responses"].items()):
        if int(status) >= 400:
            _add_error(operation["responses"], status, path)
        else:
            for kind, content in response.get("content", {}).items():
                if f"{status} {kind}" in examples:
                    content["example"] = examples[f"{status} {kind}"]


def _add_error(responses: dict[str, Any], status: str, path: str) -> None:
    error = next((error for error in _ERRORS if error.status == int(status)), None)
    if error is None:
        return
    shown = as_response(error, path)
    if str(shown.status_code) != status:  # OpenAI's clients are told a 400 where others are told a 422
        del responses[status]
        return
    for content in responses[status].get("content", {}).values():
        content["example"] = json.loads(bytes(shown.body))
    if error.headers:
        described = {"schema": {"type": "integer"}, "description": "Seconds to wait.", "example": 2}
        responses[status].setdefault("headers", {})["Retry-After"] = described


@cache
def recorded() -> dict[str, dict[str, Any]]:
    """What a service with the sample report was asked and answered: `python -m tests.client.examples` records it."""
    file = resources.files("service").joinpath("data/examples.json")
    found: dict[str, dict[str, Any]] = json.loads(file.read_text("utf-8"))
    return found
