"""What goes wrong between the pages and the service, as sentences for the reader."""

from __future__ import annotations

import json

import httpx


class ApiError(Exception):
    """The service refused or failed; `message` is a sentence for the reader."""

    def __init__(self, message: str, status: int = 0, code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.code = code


class ApiUnavailable(ApiError):
    """Nobody answers, or the service is not ready yet: worth trying again by itself."""


class ApiMissing(ApiError):
    """This service does not offer what was asked for, or the thing is gone."""


def unreachable(error: httpx.HTTPError) -> ApiUnavailable:
    if isinstance(error, httpx.ReadTimeout):
        return ApiUnavailable("Dịch vụ đang bận, chưa kịp trả lời; hãy thử lại sau giây lát.")
    return ApiUnavailable("Chưa kết nối được với dịch vụ trả lời.")


def refusal(status: int, content: bytes) -> ApiError:
    """The service's own sentence, in the class that says what a page can do about it."""
    message, code = "", ""
    try:
        error = json.loads(content)["error"]
        message, code = str(error["message"]), str(error.get("code", ""))
    except (ValueError, KeyError, TypeError):
        message = f"Dịch vụ báo lỗi {status}; hãy thử lại, nếu vẫn lỗi thì báo quản trị viên."
    if status == 503:
        return ApiUnavailable(message, status, code)
    if status in (404, 405, 501):
        return ApiMissing(message, status, code)
    return ApiError(message, status, code)
