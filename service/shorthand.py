"""What is typed for whole words in a hurry ("bn", "hs"), spelled out: neither the spelling nor the encoder knows it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from corpus.text import fold

_WORD = re.compile(r"(?<![\w./-])[^\W_]{2,6}(?![\w/-]|\.\d)")


def spelled_out(text: str, words: Mapping[str, str]) -> str:
    """The text with its shorthand in whole words, without diacritics where the text has none."""
    unmarked = fold(text) == text

    def whole(match: re.Match[str]) -> str:
        found = words.get(match.group().lower())
        if found is None:
            return match.group()
        return fold(found) if unmarked else found

    return _WORD.sub(whole, text)
