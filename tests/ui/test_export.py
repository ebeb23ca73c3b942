"""What a reader takes away: copied answers, Markdown and Word files."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

from docx import Document
from markdown_it import MarkdownIt

from tests.ui.samples import HOSTILE, answer, citation, figure
from ui.conversations import Conversation, Turn
from ui.export import answer_with_sources, as_docx, as_markdown
from ui.records import Calculation, Filters

ASKED = datetime(2026, 11, 23, tzinfo=UTC)


def _conversation(*turns: Turn) -> Conversation:
    return Conversation("c", "Thủ tục cấp huyện", "an", turns)


def test_a_copied_answer_names_its_sources() -> None:
    calculation = Calculation(kind="share", expression="42 / 94 × 100", result_text="44,68%")
    assert answer_with_sources(answer(calculation=calculation)) == (
        "Số TTHC cấp huyện: 235 thủ tục [1].\n\n"
        "Cách tính: 42 / 94 × 100 = 44,68%\n\n"
        "Nguồn:\n[1] 203/BC-UBND, 2.2. Cải cách thủ tục hành chính: “Số TTHC cấp huyện: · Thủ tục · 235”"
    )


def test_the_markdown_file_holds_no_markup_of_a_document() -> None:
    hostile = answer(f"Báo cáo viết: “{HOSTILE}” [1].", citations=(citation(HOSTILE, HOSTILE),))
    content, media_type = as_markdown(_conversation(Turn(1, HOSTILE, Filters(), ASKED, answer=hostile)))
    rendered = MarkdownIt().render(content.decode())
    assert media_type.startswith("text/markdown")
    assert not any(tag in rendered for tag in ("<script", "<img", "<a "))
    assert "23/11/2026" in rendered


def test_the_word_file_holds_question_figures_answer_and_sources() -> None:
    odd = answer(figures=(figure(value_text="235\x0b"),))
    turns = (
        Turn(1, "Số TTHC cấp huyện?", Filters(), ASKED, answer=odd),
        Turn(2, "Còn cấp xã?", Filters(), ASKED, error="Dịch vụ báo lỗi."),
    )
    document = Document(BytesIO(as_docx(_conversation(*turns))[0]))
    lines = [paragraph.text for paragraph in document.paragraphs]
    assert [cell.text for cell in document.tables[0].rows[1].cells][:3] == ["Số TTHC cấp huyện", "235", "thủ tục"]
    assert "Số TTHC cấp huyện?" in lines
    assert "Số TTHC cấp huyện: 235 thủ tục [1]." in lines
    assert "Dịch vụ báo lỗi." in lines
