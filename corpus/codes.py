"""What a printed row number means, given the rows before it.

Forms are typed by hand: the children of 1.2 are printed 1.1.1 to 1.1.4. The numbering itself says
what was meant: after a row, only its first child or the next sibling of it or of an ancestor can follow.
"""

from __future__ import annotations

import itertools
import re

CODE = re.compile(r"\d{1,2}(?:\s*\.\s*\d{1,3})*\s*\.?")
_CHAPTER = re.compile(r"(?:Phần\s+)?(X{0,2}(?:IX|IV|V?I{0,3}))\s*[.)]?", re.I)
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50}
_PART = re.compile(r"([A-HĐ])\s*[.)/]?")
_ITEM = re.compile(r"([a-hđ])\s*[.)]")
_LETTERS = "ABCDĐEGH"
"""As Vietnamese lists are lettered; F is left out by most."""

Code = tuple[int, ...]


def parse_code(text: str) -> Code | None:
    """ "1.1.3." -> (1, 1, 3); None when the cell is not a row number."""
    text = text.strip()
    if not CODE.fullmatch(text):
        return None
    return tuple(int(part) for part in re.findall(r"\d+", text))


def roman_number(text: str) -> int:
    """ "IV" -> 4; the text must be of the letters I, V, X and L."""
    digits = [_ROMAN[letter] for letter in text]
    return sum(-a if a < b else a for a, b in itertools.zip_longest(digits, digits[1:], fillvalue=0))


def parse_chapter(text: str) -> int | None:
    """ "IV." -> 4; None when the cell is not a Roman number."""
    match = _CHAPTER.fullmatch(text.strip())
    return roman_number(match.group(1).upper()) or None if match else None


def parse_part(text: str) -> int | None:
    """ "Đ." -> 5; None when the cell is not a capital letter."""
    match = _PART.fullmatch(text.strip())
    return _LETTERS.find(match.group(1)) + 1 or None if match else None


def parse_item(text: str) -> int | None:
    """ "b)" -> 2; None when the cell is not a small letter."""
    match = _ITEM.fullmatch(text.strip())
    return _LETTERS.find(match.group(1).upper()) + 1 or None if match else None


def format_code(code: Code) -> str:
    return ".".join(map(str, code))


def successors(previous: Code) -> list[Code]:
    """The codes that may follow: the first child, then the next sibling of the row and of each ancestor."""
    return [(*previous, 1)] + [(*previous[:n], previous[n] + 1) for n in range(len(previous) - 1, -1, -1)]


def infer_code(printed: Code, previous: Code | None) -> Code:
    """The code that was meant by `printed` after `previous`."""
    if previous is None:
        return printed
    allowed = successors(previous)
    if printed in allowed:
        return printed
    for candidate in allowed:
        if len(candidate) == len(printed) and candidate[-1] == printed[-1] and printed <= previous:
            return candidate
    return printed
