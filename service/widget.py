"""The page that a portal shows in an iframe: a form and an answer, without a script on either side.

All that comes from a question or a report is escaped; the answer's Markdown may make paragraphs, lists, tables and
emphasis, and nothing that leads or loads anything elsewhere.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from functools import cache
from html import escape
from importlib import resources

from markdown_it import MarkdownIt

from corpus.text import collapse
from service.schemas import QUESTION_LIMIT, Answer, Citation

_STATUS = {"answered": "", "no_evidence": "Không có căn cứ", "clarify": "Cần hỏi rõ hơn"}
_MARKER = re.compile(r"\[(\d+)\]")
_EXAMPLES = ("Số thủ tục hành chính cấp huyện đang có hiệu lực là bao nhiêu?",)


@cache
def _style() -> str:
    return resources.files("service").joinpath("data/widget.css").read_text("utf-8")


def policy(origins: Sequence[str]) -> str:
    """The Content-Security-Policy of the page: its own style, its own form, and who may frame it."""
    style = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{style}'; form-action 'self'; base-uri 'none'; "
        f"frame-ancestors {' '.join(origins)}"
    )


def page(question: str = "", answer: Answer | None = None, problem: str = "") -> str:
    """The whole page: what was asked, what is answered or why nothing is, and the form for the next question."""
    said = ""
    if question:
        said += f'<p class="question">{escape(question)}</p>'
    if problem:
        said += f'<p class="problem" role="alert">{escape(problem)}</p>'
    if answer is not None:
        said += _answer(answer)
    if not said:
        said = "<p>Hỏi về số liệu và nội dung các báo cáo; mỗi câu trả lời kèm trích dẫn nguyên văn.</p>"
    suggestions = answer.suggestions if answer is not None else () if problem else _EXAMPLES
    conversation = answer.conversation_id if answer is not None else ""
    return (
        '<!doctype html><html lang="vi"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Trợ lý báo cáo cải cách hành chính</title><style>{_style()}</style></head><body><main>"
        f"<h1>Trợ lý báo cáo cải cách hành chính</h1>{said}"
        f"{_form(conversation, suggestions)}</main></body></html>"
    )


def _form(conversation: str, suggestions: Sequence[str]) -> str:
    kept = f'<input type="hidden" name="conversation_id" value="{escape(conversation)}">'
    buttons = "".join(f'<button name="question" value="{escape(s)}">{escape(s)}</button>' for s in suggestions)
    offered = f'<form method="post" class="suggestions">{kept}{buttons}</form>' if buttons else ""
    return (
        f'{offered}<form method="post" class="ask">{kept}<label for="question">Câu hỏi</label>'
        f'<input id="question" name="question" required maxlength="{QUESTION_LIMIT}" autocomplete="off">'
        "<button>Hỏi</button></form>"
    )


def _answer(answer: Answer) -> str:
    heading = f'<p class="status">{_STATUS[answer.status]}</p>' if _STATUS[answer.status] else ""
    cited = {citation.id for citation in answer.citations}

    def link(match: re.Match[str]) -> str:
        return f'<a href="#c{match[1]}">{match[0]}</a>' if int(match[1]) in cited else match[0]

    text = _MARKER.sub(link, _markdown().render(answer.answer))
    sources = "".join(_source(citation) for citation in answer.citations)
    return f'{heading}<div class="answer">{text}</div>' + (f"<h2>Nguồn</h2>{sources}" if sources else "")


def _source(citation: Citation) -> str:
    page = f"trang {citation.page}" if citation.page is not None else None
    where = [citation.report_number or citation.report_title, citation.section_title, page]
    place = ", ".join(escape(collapse(part)) for part in where if part)
    quote = escape(collapse(citation.quote.replace("\t", " | ")).strip(" |"))
    return f'<details><summary>[{citation.id}] {place}</summary><blockquote id="c{citation.id}">{quote}</blockquote></details>'


@cache
def _markdown() -> MarkdownIt:
    return (
        MarkdownIt("zero", {"html": False, "breaks": True})
        .enable(["list", "table", "emphasis", "escape", "entity", "newline"])
    )  # fmt: skip
