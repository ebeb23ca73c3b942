"""A conversation as a file to keep: Markdown or Word, every answer with its sources."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO

from docx import Document
from docx.document import Document as DocxDocument
from docx.shared import Pt

from ui.answer_text import plain_answer
from ui.conversations import Conversation, Turn
from ui.records import Answer, Citation
from ui.safe import markdown_text
from ui.scan_mark import scan_note
from ui.wording import day, figure_source, indicator_name, shown_unit

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def answer_with_sources(answer: Answer) -> str:
    """What "copy" puts on the clipboard: the answer, how it was calculated, and its numbered sources."""
    lines = [plain_answer(answer.answer)]
    notes = [f"{indicator_name(f)}, {f.value_text}: {note}" for f in answer.figures if (note := scan_note(f))]
    if answer.status == "answered":
        lines.extend(notes)
    if answer.calculation:
        lines.append(f"Cách tính: {answer.calculation.expression} = {answer.calculation.result_text}")
    if answer.citations:
        lines.append("Nguồn:\n" + "\n".join(f"[{c.id}] {source_line(c)}" for c in answer.citations))
    return "\n\n".join(lines)


def source_line(citation: Citation) -> str:
    """Where a citation stands, then its words on one line."""
    place = [citation.report_number or "chưa rõ số", citation.section_title or ""]
    place.append(f"trang {citation.page}" if citation.page else "")
    cells = [" ".join(cell.split()) for cell in citation.quote.split("\t")]
    quote = " · ".join(cell for cell in cells if cell)
    return f"{', '.join(part for part in place if part)}: “{quote}”"


def as_markdown(conversation: Conversation) -> tuple[bytes, str]:
    """The conversation as Markdown; document text in it is escaped, so that it stays text in any viewer."""
    parts = [f"# {markdown_text(conversation.title)}"]
    for turn in conversation.turns:
        parts.append(f"## {markdown_text(turn.question)}\n\n*Hỏi ngày {day(turn.asked_at)}*")
        parts.extend(markdown_text(line) for line in _body(turn).split("\n") if line.strip())
    return ("\n\n".join(parts) + "\n").encode(), "text/markdown; charset=utf-8"


def as_docx(conversation: Conversation) -> tuple[bytes, str]:
    document = Document()
    document.styles["Normal"].font.name = "Times New Roman"
    document.styles["Normal"].font.size = Pt(13)
    document.add_heading(_printable(conversation.title), level=1)
    for turn in conversation.turns:
        document.add_heading(_printable(turn.question), level=2)
        document.add_paragraph(f"Hỏi ngày {day(turn.asked_at)}").runs[0].italic = True
        _add_turn(document, turn)
    buffer = BytesIO()
    document.save(buffer)
    return buffer.getvalue(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


FORMATS: dict[str, Callable[[Conversation], tuple[bytes, str]]] = {"md": as_markdown, "docx": as_docx}


def _add_turn(document: DocxDocument, turn: Turn) -> None:
    answer = turn.answer
    if answer is not None and answer.status == "answered" and answer.figures:
        table = document.add_table(rows=1, cols=4, style="Table Grid")
        for cell, heading in zip(table.rows[0].cells, ("Chỉ tiêu", "Giá trị", "Đơn vị", "Nguồn"), strict=True):
            cell.text = heading
        for figure in answer.figures:
            values = (indicator_name(figure), figure.value_text, shown_unit(figure), figure_source(figure))
            for cell, value in zip(table.add_row().cells, values, strict=True):
                cell.text = _printable(value)
        document.add_paragraph()
    for line in _body(turn).split("\n"):
        if line.strip():
            document.add_paragraph(_printable(line))


def _body(turn: Turn) -> str:
    if turn.answer is not None:
        return answer_with_sources(turn.answer)
    return turn.error or "(Chưa có câu trả lời.)"


def _printable(text: str) -> str:
    """Without the control characters that a Word file cannot hold."""
    return _CONTROL.sub("", text)
