"""Citations that open to the quoted words, marked in the text around them.

Everything shown here is a document's text and is escaped; an appendix row is shown as the row of a table.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ui.api_errors import ApiError
from ui.document_text import words
from ui.page_picture import page_pictures
from ui.records import Citation
from ui.safe import escape

_AROUND = 400
"""Characters shown before and after a quoted passage."""

_ROWS_AROUND = 5
"""Appendix rows shown before and after a quoted one."""

TextOf = Callable[[Citation], str]
"""The text of the report that a citation is of."""


def citation_list(citations: Sequence[Citation], turn: int, text_of: TextOf) -> str:
    """The sources of one answer, folded; `data-cite` is what a chip looks for."""
    items = "".join(_citation(citation, turn, text_of) for citation in citations)
    return f'<div class="citations"><h3>Nguồn trích dẫn</h3>{items}</div>'


def _citation(citation: Citation, turn: int, text_of: TextOf) -> str:
    number = citation.report_number or "chưa rõ số"
    where = [citation.section_title or "", f"trang {citation.page}" if citation.page else ""]
    place = "".join(f" · {escape(part)}" for part in where if part)
    try:
        text = text_of(citation)
    except ApiError:
        text = ""
    if text[citation.start : citation.end] == citation.quote:
        body = _table(text, citation) if citation.kind == "appendix_row" else _passage(text, citation)
    else:
        body = (
            f'<p class="context"><mark>{escape(citation.quote)}</mark></p>'
            '<p class="hint">Chưa mở được phần văn bản xung quanh; báo cáo có thể đã được gỡ khỏi kho.</p>'
        )
    return (
        f'<details class="citation" data-cite="{turn}-{citation.id}"><summary>'
        f'<span class="citation-number">{citation.id}</span>'
        f'<span class="citation-place"><b>{escape(number)}</b>{place}</span></summary>{body}'
        f"{page_pictures(citation.report_id, citation.report_number, citation.boxes)}"
        f'<button type="button" class="copy" data-link="{turn}-{citation.id}">Sao chép liên kết đến nguồn này</button>'
        "</details>"
    )


def _passage(text: str, citation: Citation) -> str:
    start = _word_start(text, max(0, citation.start - _AROUND))
    end = _word_end(text, min(len(text), citation.end + _AROUND))
    before = ("… " if start else "") + words(text[start : citation.start]).lstrip()
    after = words(text[citation.end : end]).rstrip() + (" …" if end < len(text) else "")
    return f'<p class="context">{before}<mark>{words(text[citation.start : citation.end])}</mark>{after}</p>'


def _table(text: str, citation: Citation) -> str:
    """The appendix lines around the row: one line of text a table row, a tab between its cells."""
    first = text.rfind("\n", 0, citation.start) + 1
    last = text.find("\n", citation.end)
    last = len(text) if last == -1 else last
    before = text[:first].rstrip("\n").split("\n")[-_ROWS_AROUND:]
    after = text[last + 1 :].split("\n", _ROWS_AROUND)[:_ROWS_AROUND]
    rows = [
        *(_row(line, quoted=False) for line in before),
        *(_row(line, quoted=True) for line in text[first:last].split("\n")),
        *(_row(line, quoted=False) for line in after),
    ]
    return (
        '<div class="scroll" tabindex="0" role="region" aria-label="Các dòng phụ lục">'
        f'<table class="context-table"><tbody>{"".join(rows)}</tbody></table></div>'
    )


def _row(line: str, *, quoted: bool) -> str:
    cells = [words(cell.strip()) for cell in line.split("\t")]
    if not any(cells):
        return ""
    if len(cells) == 1:
        return f'<tr><td colspan="5">{cells[0]}</td></tr>'
    if quoted:
        cells = [f"<mark>{cell}</mark>" if cell else "" for cell in cells]
    return f'<tr class="{"quoted" if quoted else ""}">{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>'


def _word_start(text: str, position: int) -> int:
    space = text.find(" ", position)
    return position if position == 0 or space == -1 or space - position > 40 else space + 1


def _word_end(text: str, position: int) -> int:
    space = text.rfind(" ", 0, position)
    return position if position == len(text) or position - space > 40 else space
