"""Document text inside Markdown answers."""

from __future__ import annotations

import re

_MARKDOWN = re.compile(r"([\\`*_\[\]|#~])")


def plain_markdown(text: str) -> str:
    """Document text as it may stand in Markdown: shown as it is, never read as markup."""
    escaped = _MARKDOWN.sub(r"\\\1", text)
    return escaped.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("://", ":\u200b//")
