"""The one place where what went wrong becomes an error in the API's shape: a code, a Vietnamese sentence, no trace."""

from __future__ import annotations

import errno
import sqlite3
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from service.errors import (
    BadRequest,
    InvalidFields,
    MethodNotAllowed,
    NotFound,
    NotReady,
    ServiceError,
    TooLarge,
)

log = structlog.get_logger("http")

_HTTP: dict[int, type[ServiceError]] = {
    400: BadRequest,
    404: NotFound,
    405: MethodNotAllowed,
    413: TooLarge,
    422: InvalidFields,
}
_SENTENCES: dict[int, str] = {
    400: "Yêu cầu không đúng dạng. Hãy kiểm tra lại dữ liệu gửi lên.",
    404: "Không có địa chỉ này.",
    405: "Địa chỉ này không nhận phương thức đã dùng.",
    413: "Yêu cầu quá lớn.",
    422: "Dữ liệu gửi lên không hợp lệ.",
}
_FIELD_SENTENCES: dict[str, str] = {
    "missing": "còn thiếu",
    "string_type": "phải là chuỗi ký tự",
    "int_type": "phải là số nguyên",
    "int_parsing": "phải là số nguyên",
    "int_from_float": "phải là số nguyên",
    "float_parsing": "phải là số",
    "bool_parsing": "phải là true hoặc false",
    "bool_type": "phải là true hoặc false",
    "list_type": "phải là danh sách",
    "dict_type": "phải là đối tượng JSON",
    "model_type": "phải là đối tượng JSON",
    "model_attributes_type": "phải là đối tượng JSON",
    "string_too_long": "quá dài",
    "string_too_short": "quá ngắn",
    "too_long": "có quá nhiều phần tử",
    "too_short": "có quá ít phần tử",
    "literal_error": "có giá trị không được chấp nhận",
    "enum": "có giá trị không được chấp nhận",
    "greater_than_equal": "quá nhỏ",
    "less_than_equal": "quá lớn",
    "string_pattern_mismatch": "không đúng dạng",
    "extra_forbidden": "là trường không được biết đến",
    "string_unicode": "có ký tự không hợp lệ",
}


_OPENAI_PATHS = ("/v1/chat/", "/v1/models")
_OPENAI_TYPES = {401: "authentication_error", 403: "permission_error", 404: "not_found_error", 429: "rate_limit_error"}


def as_response(error: ServiceError, path: str) -> JSONResponse:
    """The error in the shape that callers of `path` expect: OpenAI's for its clients, ours for all others."""
    if path.startswith(_OPENAI_PATHS):
        return _as_openai(error)
    body = {"error": {"code": error.code, "message": error.message, "detail": error.detail}}
    return JSONResponse(body, error.status, headers=error.headers)


def _as_openai(error: ServiceError) -> JSONResponse:
    """Fields that don't fit are a 400 there, and the first of them is `param`."""
    status = 400 if error.status == 422 else error.status
    kind = "server_error" if status >= 500 else _OPENAI_TYPES.get(status, "invalid_request_error")
    fields = error.detail.get("fields")
    body = {"message": error.message, "type": kind, "param": fields[0]["field"] if fields else None, "code": error.code}
    return JSONResponse({"error": body}, status, headers=error.headers)


def from_http(error: HTTPException) -> ServiceError:
    kind = _HTTP.get(error.status_code, ServiceError if error.status_code >= 500 else BadRequest)
    return kind(_SENTENCES.get(error.status_code, _SENTENCES[400]), headers=dict(error.headers or {}))


def from_validation(errors: list[Any]) -> ServiceError:
    """Malformed JSON is one thing, fields that don't fit another; each field gets its words."""
    if any(e["type"] == "json_invalid" for e in errors):
        return BadRequest("Nội dung gửi lên không phải là JSON hợp lệ.")
    problems: dict[str, str] = {}
    for e in errors[:20]:  # of a value that may be of several kinds, the first that it isn't
        problems.setdefault(_field(e["loc"]), _FIELD_SENTENCES.get(e["type"], "không hợp lệ"))
    fields = [{"field": field, "problem": problem} for field, problem in problems.items()]
    listed = "; ".join(f"{f['field']} {f['problem']}" for f in fields[:5])
    return InvalidFields(f"Dữ liệu gửi lên không hợp lệ: {listed}.", {"fields": fields})


def from_unexpected(error: Exception) -> ServiceError:
    full = isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
    if full or (isinstance(error, sqlite3.OperationalError) and "full" in str(error)):
        log.error("disk_full", reason=str(error))
        return NotReady(
            "Máy chủ hết chỗ trên đĩa nên chưa ghi được. Hãy báo quản trị viên.", headers={"Retry-After": "60"}
        )
    if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
        log.error("database_busy", reason=str(error))
        return NotReady("Máy chủ đang bận ghi dữ liệu. Hãy thử lại sau vài giây.", headers={"Retry-After": "2"})
    log.error("request_failed", exc_info=error)
    return ServiceError("Máy chủ gặp lỗi khi xử lý yêu cầu. Hãy thử lại; nếu vẫn lỗi, hãy báo quản trị viên.")


def add_error_handlers(app: FastAPI) -> None:
    async def service_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, ServiceError)
        return as_response(error, request.url.path)

    async def http_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        cause = error.__cause__  # FastAPI wraps what goes wrong while a body arrives
        return as_response(cause if isinstance(cause, ServiceError) else from_http(error), request.url.path)

    async def validation_error(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return as_response(from_validation(list(error.errors())), request.url.path)

    async def unexpected(request: Request, error: Exception) -> Response:
        return as_response(from_unexpected(error), request.url.path)

    app.add_exception_handler(ServiceError, service_error)
    app.add_exception_handler(Exception, unexpected)
    app.add_exception_handler(HTTPException, http_error)
    app.add_exception_handler(RequestValidationError, validation_error)


def _field(location: tuple[str | int, ...]) -> str:
    """The field as its caller wrote it: pydantic also names the kind of value that it tried, "list[Part]" and the like."""
    parts = [str(part) for part in location[1:] if "[" not in str(part)]
    return ".".join(parts) or str(location[0])
