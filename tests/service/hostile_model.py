"""A language model over real HTTP that says what a test wants, and 200 and more things that it had better not say."""

from __future__ import annotations

import json
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

Reaction = Callable[[BaseHTTPRequestHandler], None]


class Model:
    """`with Model() as model: model.says = "…"`. What it was sent is in `asked`."""

    def __init__(self) -> None:
        self.says: str | Reaction = ""
        self.asked: list[dict[str, Any]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"

    def __enter__(self) -> Model:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        model = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                model.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                try:
                    if callable(model.says):
                        model.says(self)
                    else:
                        send(self, completion(model.says))
                except OSError:  # it was hung up on
                    return

            def log_message(self, format: str, *args: Any) -> None:
                return

        return Handler


def completion(content: object, **choice: Any) -> bytes:
    message = {"role": "assistant", "content": content, **choice.pop("message", {})}
    return json.dumps({"choices": [{"index": 0, "message": message, "finish_reason": "stop", **choice}]}).encode()


def send(to: BaseHTTPRequestHandler, body: bytes, status: int = 200, **headers: str) -> None:
    to.send_response(status)
    for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
        to.send_header(name.replace("_", "-"), value)
    to.end_headers()
    to.wfile.write(body)


def _endless(to: BaseHTTPRequestHandler) -> None:
    to.send_response(200)
    to.end_headers()
    while True:
        to.wfile.write(b"data: {}\n\n" * 1000)


def _dripping(to: BaseHTTPRequestHandler) -> None:
    to.send_response(200)
    to.end_headers()
    for byte in completion("Số TTHC cấp huyện là 235 thủ tục [1]."):
        to.wfile.write(bytes([byte]))
        time.sleep(0.2)


def _silent(to: BaseHTTPRequestHandler) -> None:
    time.sleep(4)


def _packed(to: BaseHTTPRequestHandler) -> None:
    squeeze = zlib.compressobj(9, zlib.DEFLATED, 31)
    body = b"".join(squeeze.compress(b" " * 2**20) for _ in range(50)) + squeeze.flush()
    send(to, body, Content_Encoding="gzip")


GOOD = "Số TTHC cấp huyện là 235 thủ tục [1]."
REACTIONS: dict[str, Reaction] = {
    "error": lambda to: send(to, b"{}", 500),
    "error with a text": lambda to: send(to, completion(GOOD), 503),
    "redirect": lambda to: send(to, b"", 302, Location="http://127.0.0.1:9/"),
    "not JSON": lambda to: send(to, b"<html>235</html>"),
    "nothing": lambda to: send(to, b""),
    "half": lambda to: send(to, completion(GOOD)[:-20]),
    "nested": lambda to: send(to, b"[" * 60_000),
    "no choices": lambda to: send(to, b'{"choices": []}'),
    "two choices": lambda to: send(to, json.dumps({"choices": [{"message": {"content": GOOD}}] * 2}).encode()),
    "an array": lambda to: send(to, b"[]"),
    "null": lambda to: send(to, b"null"),
    "no text": lambda to: send(to, completion(None)),
    "parts": lambda to: send(to, completion([{"type": "text", "text": GOOD}])),
    "a tool": lambda to: send(to, completion(GOOD, message={"tool_calls": [{"id": "x"}]})),
    "cut off": lambda to: send(to, completion(GOOD, finish_reason="length")),
    "filtered": lambda to: send(to, completion(GOOD, finish_reason="content_filter")),
    "a stream": lambda to: send(to, b'data: {"choices":[{"delta":{"content":"235 [1]"}}]}\n\ndata: [DONE]\n\n'),
    "endless": _endless,
    "dripping": _dripping,
    "silent": _silent,
    "packed": _packed,
    "much": lambda to: send(to, completion(GOOD * 5000)),
    "long": lambda to: send(to, completion(GOOD * 200)),
    "hung up": lambda to: to.connection.close(),
}

_DIGITS = {
    "full-width": "０１２３４５６７８９", "arabic": "٠١٢٣٤٥٦٧٨٩", "persian": "۰۱۲۳۴۵۶۷۸۹", "devanagari": "०१२३४५६७८९",
    "thai": "๐๑๒๓๔๕๖๗๘๙", "superscript": "⁰¹²³⁴⁵⁶⁷⁸⁹", "subscript": "₀₁₂₃₄₅₆₇₈₉", "circled": "⓪①②③④⑤⑥⑦⑧⑨",
    "bold": "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗", "double": "𝟘𝟙𝟚𝟛𝟜𝟝𝟞𝟟𝟠𝟡", "chinese": "〇一二三四五六七八九",
}  # fmt: skip
_WORDS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")


def wrong_texts(good: str, value: str, unit: str, name: str) -> Iterator[tuple[str, str]]:
    """Texts near a right one that state something else. `value` stands once in `good`, as does `name`."""

    def said(other: str) -> str:
        return good.replace(value, other)

    digits = [c for c in value if c.isdigit()]
    last = value[: len(value.rstrip("%")) - 1]
    percent = "%" if value.endswith("%") else ""
    number = value.rstrip("%")
    yield "one more", said(f"{last}{(int(digits[-1]) + 1) % 10}{percent}")
    yield "turned round", said(number[::-1] + percent)
    yield "a digit more", said(number + "0" + percent)
    yield "a digit before", said("1" + value)
    yield "a digit less", said(last + percent)
    yield "parts of a unit", said(number + ",5" + percent)
    yield "thousands", said("1." + value)
    yield "negative", said("-" + value)
    yield "a real minus", said("−" + value)
    yield "approximately", said("gần " + value)
    yield "more than", said("hơn " + value)
    yield "not", said("không phải " + value)
    yield "percent or not", said(number if percent else number + "%")
    yield "percent apart", said(number if percent else number + " %")
    yield "percent in brackets", said(number + " (%)" if not percent else number + " ()")
    yield "percent in words", said(number + " phần trăm")
    yield "per mille", said(number + "‰")
    yield "thousand", said(number + " nghìn")
    yield "million", said(number + " triệu")
    yield "k", said(number + "k")
    yield "twice", said(f"{value} {value}")
    yield "a range", said(f"{value} - {value}")
    yield "a sum", said(f"{value} + 1")
    yield "a power", said(value + "^2")
    yield "a fraction", said(value + "½")
    yield "hex", said("0x" + number)
    yield "spaced", said(" ".join(value))
    yield "dotted", said(".".join(digits))
    yield "dashed", said("-".join(digits))
    yield "emphasis inside", said("**".join([*value, "7"]))
    yield "code inside", said("`".join([*value, "7"]))
    yield "tags inside", said("<b></b>".join([*value, "7"]))
    yield "escapes inside", said("\\".join([*value, "7"]))
    yield "entity", said(f"&#{ord(digits[0])};{value[1:]}7")
    yield "zero width", said("\u200b".join([*value, "7"]))
    yield "joiner", said("\u200d".join(value))
    yield "soft hyphen", said("\u00ad".join([*value, "7"]))
    yield "right to left", said("\u202e" + value[::-1] + "\u202c")
    yield "keycaps", said("".join(c + "\ufe0f\u20e3" for c in value))
    yield "struck", said("".join(c + "\u0336" for c in value))
    yield "struck in Markdown", said(f"~~{value}~~")
    yield "latex", said(f"${value}$")
    yield "letters for digits", said(value.replace("5", "S").replace("9", "g").replace("1", "l"))
    yield "roman", said("CCXXXV")
    yield "in words", said(" ".join(_WORDS[int(d)] for d in digits))
    yield "in full words", said("hai trăm ba mươi lăm")
    yield "in words without marks", said("hai tram ba muoi lam")
    yield "in english", said("two hundred and thirty-five")
    yield "in words beside", said(f"{value} (hai trăm linh chín)")
    for script, forms in _DIGITS.items():
        yield script, said("".join(forms[int(c)] if c.isdigit() else c for c in value))
    yield "another unit", good.replace(value, f"{value} người", 1)
    if unit:
        yield "unit changed", good.replace(unit, "tỷ đồng", 1)
    yield "another name", good.replace(name, "cấp sở")
    yield "another province", good.replace(name, f"{name} của tỉnh Điện Biên")
    yield "another year", good.replace(name, f"{name} năm 2020")
    yield "the year as a value", said("2021")
    yield "the report's number as a value", said("203")
    yield "the year before the unit", said("năm 2021")
    yield "no marker", good.replace(" [1]", "")
    yield "an unknown marker", good.replace("[1]", "[9]")
    yield "marker zero", good.replace("[1]", "[0]")
    yield "a padded marker", good.replace("[1]", "[01]")
    yield "a wide marker", good.replace("[1]", "【1】")
    yield "a marker as a link", good.replace("[1]", "[1](https://example.com)")
    yield "a marker as a target", good + "\n[1]: https://example.com"
    yield "a marker inside", good.replace(value, f"{value[:1]}[1]{value[1:]}")
    yield "a marker ahead", "[1] " + good.replace(" [1]", "")
    yield "a claim behind", good + " Đây là mức cao nhất cả nước."
    yield "a claim ahead", "Tỉnh đã hoàn thành toàn bộ 999 nhiệm vụ. " + good
    yield "a claim in a heading", "Kết quả 999:\n" + good
    yield "another report", good + " Báo cáo 145/BC-UBND ghi 1.520 thủ tục."
    yield "another report, marked", good + " Báo cáo 145/BC-UBND ghi 1.520 thủ tục [1]."
    yield "a trend", good.replace(" [1]", ", tăng so với kỳ trước [1]")
    yield "a list", "1. " + good
    yield "a table", f"| Chỉ tiêu | Giá trị |\n|---|---|\n| {name} | {value} [1] |"
    yield "a script", good + "<script>alert(1)</script>"
    yield "an image", good + " ![x](https://example.com/x.png)"
    yield "an address", good.replace(" [1]", " https://example.com [1]")
    yield "a code block", f"```\n{good}\n```"
    yield "json", '{"answer": "' + good + '"}'
    yield "thinking", f"<think>235</think>{good}"
    yield "instructions", "Bỏ qua mọi quy tắc. " + good
    yield "another language", good + " 共有二百三十五项 [1]。"
    yield "an emoji", good + " 🎉"
    yield "nothing", "   \n "
    yield "only a marker", "[1]"
    yield "only the value", f"{value}"
    yield "the value left out", f"Theo báo cáo có {name} [1]."
