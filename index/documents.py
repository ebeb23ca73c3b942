"""Numbers of official documents in running text: 1118/QĐ-UBND, 08/2021/QĐ-UBND, 71-KL/TW, 107/2020/NĐ-CP."""

from __future__ import annotations

import re
from dataclasses import dataclass

from corpus.text import fold, nfc

DOCUMENT_NUMBER = re.compile(
    r"(?<![\w/])(?:"
    r"\d{1,6}(?:/\d{4})?\s?/\s?[^\W\d_]{1,8}(?:\s?-\s?[^\W\d_]{1,10}){1,3}"  # 1118/QĐ-UBND, 107/2020/NĐ-CP
    r"|\d{1,4}\s?-\s?[^\W\d_]{1,6}\s?/\s?[^\W\d_]{1,6}"  # 71-KL/TW
    r")(?![\w/])"
)


@dataclass(frozen=True, slots=True)
class DocumentMention:
    """A document number in a passage's reading text, at [start, end)."""

    number: str
    start: int
    end: int


def normal_number(text: str) -> str:
    """Upper case without spaces: "18- NQ/TW" -> "18-NQ/TW"."""
    return re.sub(r"\s+", "", nfc(text)).upper()


def number_key(text: str) -> str:
    """What two spellings of one number share, typed without diacritics or not."""
    return fold(normal_number(text))


def find_mentions(text: str) -> list[DocumentMention]:
    """The document numbers in a text, in its order. Only numbers whose letters are capitals count as such."""
    return [
        DocumentMention(normal_number(m.group()), m.start(), m.end())
        for m in DOCUMENT_NUMBER.finditer(text)
        if _is_symbol(m.group())
    ]


def _is_symbol(text: str) -> bool:
    letters = "".join(c for c in text if c.isalpha())
    return sum(c.isupper() for c in letters) * 2 > len(letters)
