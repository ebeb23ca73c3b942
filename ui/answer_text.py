"""An answer's Markdown as HTML that cannot do anything.

The service composes answers from its own sentences and from quotes out of documents. Paragraphs, lists, tables,
quotes, bold and italics are rendered; links, pictures, HTML and headings are not part of the grammar and stay the
characters they are. `[n]` becomes the chip that opens citation n.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from ui.safe import escape

_MARKER = re.compile(r"\[(\d{1,3})\]")


def chip(turn: int, citation: int) -> str:
    """The numbered button that opens citation `citation` of turn `turn`; the page's script does the opening."""
    return (
        f'<button type="button" class="chip" data-cite="{turn}-{citation}" '
        f'aria-label="Mở nguồn {citation}">{citation}</button>'
    )


class _AnswerRenderer(RendererHTML):
    def text(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        turn: int = env["turn"]
        known: Collection[int] = env["citations"]
        return _MARKER.sub(
            lambda marker: chip(turn, int(marker[1])) if int(marker[1]) in known else marker[0],
            escape(tokens[idx].content),
        )


_MARKDOWN = MarkdownIt("zero", {"html": False, "breaks": True}, renderer_cls=_AnswerRenderer).enable(
    ["blockquote", "emphasis", "escape", "list", "newline", "table"]
)


def render_answer(text: str, turn: int, citations: Collection[int]) -> str:
    """The answer's text with chips for the citations that exist."""
    return str(_MARKDOWN.render(text, {"turn": turn, "citations": citations}))


def plain_answer(text: str) -> str:
    """The answer as one would paste it: without the marks of bold, the [n] kept."""
    return text.replace("**", "").strip()
