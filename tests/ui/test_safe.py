"""Labels that Streamlit reads as Markdown show a document's text as it is."""

from __future__ import annotations

from markdown_it import MarkdownIt

from tests.ui.samples import HOSTILE
from ui.safe import label


def test_a_label_is_one_paragraph_of_text() -> None:
    for text in (
        HOSTILE,
        "**đậm** _nghiêng_ `mã` :red[đỏ] $x$",
        "# Đề mục",
        "1. mục",
        "- mục",
        "> trích",
        "a | b\n---|---",
    ):
        rendered = MarkdownIt().enable("table").render(label(text))
        assert rendered.startswith("<p>") and rendered.endswith("</p>\n")
        assert "<" not in rendered[3:-5]
