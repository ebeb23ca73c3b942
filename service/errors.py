"""What can go wrong for a caller, each with its HTTP status, a code for programs and a sentence for people."""

from __future__ import annotations

from typing import Any


class ServiceError(Exception):
    """Base of all errors that reach a caller. `message` is Vietnamese and says what the user can do."""

    status = 500
    code = "internal_error"

    def __init__(
        self, message: str, detail: dict[str, Any] | None = None, headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.detail = detail or {}
        self.headers = headers or {}


class BadRequest(ServiceError):
    status, code = 400, "malformed"


class Unauthorized(ServiceError):
    status, code = 401, "unauthorized"


class Forbidden(ServiceError):
    status, code = 403, "forbidden"


class NotFound(ServiceError):
    status, code = 404, "not_found"


class MethodNotAllowed(ServiceError):
    status, code = 405, "method_not_allowed"


class Timeout(ServiceError):
    status, code = 408, "timeout"


class Conflict(ServiceError):
    status, code = 409, "conflict"


class TooLarge(ServiceError):
    status, code = 413, "too_large"


class UnsupportedFormat(ServiceError):
    status, code = 415, "unsupported_format"


class InvalidFields(ServiceError):
    status, code = 422, "invalid_fields"


class ReportUnreadable(ServiceError):
    status, code = 422, "report_unreadable"


class TooManyRequests(ServiceError):
    status, code = 429, "too_many_requests"


class NotReady(ServiceError):
    status, code = 503, "not_ready"
