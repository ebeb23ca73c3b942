"""A document's own words, for showing: without the marks of a text file, and as text that cannot do anything."""

from __future__ import annotations

import re

from ui.safe import escape

_MARKS = re.compile(
    r"</?(?:b|i|u|em|strong|sup|sub|br|p)\s*/?>|\*{1,3}|(?m:^[ \t]*#{1,6}[ \t]+)|(?<=\n)\n+", re.IGNORECASE
)
"""How a text file writes bold, headings and empty lines: formatting, left out where the words are shown."""


def without_marks(text: str) -> str:
    return _MARKS.sub("", text)


def words(text: str) -> str:
    """The text's HTML."""
    return escape(without_marks(text))
