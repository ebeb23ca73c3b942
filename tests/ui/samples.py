"""Records as the API sends them, around the seed report's row on district procedures."""

from __future__ import annotations

from typing import Any

from ui.records import Answer, Citation, Figure

TEXT = "Mở đầu\n\nBáo cáo nêu 235 thủ tục cấp huyện. Câu sau.\n1.\tSố TTHC cấp tỉnh:\tThủ tục\t1.342\t\n\tSố TTHC cấp huyện:\tThủ tục\t235\t\n"
HOSTILE = '<script>alert(1)</script> ![x](http://hostile.invalid/a.png) <img src="http://hostile.invalid/b.png"> [y](javascript:alert(1))'


def figure(**changes: Any) -> Figure:
    values: dict[str, Any] = {
        "report_id": "r1",
        "report_number": "203/BC-UBND",
        "issuer": "UBND tỉnh Sơn La",
        "year": 2021,
        "period": "H1",
        "appendix": "Phụ lục I",
        "row": 30,
        "name": "Số TTHC cấp huyện:",
        "path": ("Thống kê TTHC", "Số TTHC cấp huyện:"),
        "unit": "Thủ tục",
        "value_text": "235",
        "value": 235,
        "value_kind": "number",
        "citation": 1,
    }
    return Figure.model_validate(values | changes)


def citation(quote: str, text: str = TEXT, **changes: Any) -> Citation:
    start = text.index(quote)
    values: dict[str, Any] = {
        "id": 1,
        "kind": "passage",
        "report_id": "r1",
        "report_number": "203/BC-UBND",
        "section_title": "2.2. Cải cách thủ tục hành chính",
        "quote": quote,
        "start": start,
        "end": start + len(quote),
    }
    return Citation.model_validate(values | changes)


def answer(text: str = "Số TTHC cấp huyện: **235** thủ tục [1].", **changes: Any) -> Answer:
    values: dict[str, Any] = {
        "conversation_id": "c1",
        "status": "answered",
        "answer": text,
        "figures": (figure(),),
        "citations": (citation("\tSố TTHC cấp huyện:\tThủ tục\t235\t", kind="appendix_row"),),
    }
    return Answer.model_validate(values | changes)
