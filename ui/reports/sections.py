"""A report's outline, each heading opening to its own text."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ui.document_text import without_marks
from ui.page_picture import page_address
from ui.records import Heading
from ui.safe import escape


def sections(report_id: str, outline: Sequence[Heading], text: str, *, with_pages: bool) -> str:
    """The outline's HTML; `text` is what the headings count characters of, and stays text."""
    ends = [following.start for _, following in pairwise(outline)] + [len(text)]
    items = "".join(
        _section(report_id, node, text[node.start : min(node.end, end)], with_pages)
        for node, end in zip(outline, ends, strict=True)
    )
    return f'<h2>Đề mục và lời văn</h2><div class="outline">{items}</div>' if items else ""


def _section(report_id: str, node: Heading, text: str, with_pages: bool) -> str:
    own = without_marks(text).strip().removeprefix(node.title).strip()
    level = f"level-{min(node.level, 3)}"
    page = ""
    if with_pages and node.page:
        page = f'<a class="to-page" href="{escape(page_address(report_id, node.page))}" target="_blank">Trang {node.page}</a>'
    if not own:
        return f'<p class="{level}">{escape(node.title)}{page}</p>'
    body = f'<div class="section-text" tabindex="0" role="region" aria-label="Lời văn">{page}{escape(own)}</div>'
    return f'<details class="{level}"><summary>{escape(node.title)}</summary>{body}</details>'
