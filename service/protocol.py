"""HTTP as uvicorn speaks it, but for one thing: a request that reaches no application is refused in the API's own shape.

That is what isn't HTTP, or has an address of more than 64 KB.
"""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from service.errors import BadRequest
from service.problems import as_response

_REFUSAL = bytes(as_response(BadRequest("Yêu cầu không đúng dạng HTTP, hoặc địa chỉ quá dài."), "").body)


class Protocol(HttpToolsProtocol):
    def send_400_response(self, msg: str) -> None:
        head = (
            b"content-type: application/json\r\nx-content-type-options: nosniff\r\nconnection: close\r\n"
            b"content-length: %d\r\n\r\n" % len(_REFUSAL)
        )
        self.transport.write(STATUS_LINE[400] + head + _REFUSAL)
        self.transport.close()
