"""Text out of documents, made safe for where it is shown.

A report, a file name or a note may hold markup, scripts or the address of a picture. Nothing of it is
rendered: HTML goes through `escape`, labels that Streamlit reads as Markdown through `label`, and text for a
Markdown file to keep through `markdown_text`.
"""

from __future__ import annotations

import re
from html import escape

__all__ = ["escape", "label", "markdown_text"]

_LABEL_MARKS = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:@^=&])")
_MARKUP = re.compile(r"([\\`*_\[\]<>#|~$])")


def label(text: str) -> str:
    """Text for a widget's label, where Streamlit would read Markdown: every mark stands for itself."""
    return _LABEL_MARKS.sub(r"\\\1", " ".join(text.split()))


def markdown_text(text: str) -> str:
    """Text for a Markdown file: still easy on the eye, but no link, picture, HTML or emphasis comes of it."""
    return _MARKUP.sub(r"\\\1", text)
