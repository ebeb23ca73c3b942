"""Vietnamese text: normal forms and folding that every door of the product applies alike."""

from __future__ import annotations

import re
import unicodedata

_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>|\*+|^\s*#+\s*|\[([^\]\[]*)\]\([^)(]*\)", re.M)
_SPACES = re.compile(r"\s+")
# Normalizing takes time in the square of the marks that stand on one letter.
_STACKED_MARKS = re.compile("([\u0300-\u036f]{6})[\u0300-\u036f]+")

# Old tone placement (hòa, thủy) and the new one (hoà, thuỷ) are the same word. Both become the old form,
# which is the one that administrative documents print.
_TONES = {"̀": 0, "́": 1, "̉": 2, "̃": 3, "̣": 4}
_OPEN_CLUSTER = re.compile(r"\b(\w*?)(o)([aàáảãạeèéẻẽẹ])(?!\w)|\b(\w*?)(u)([yỳýỷỹỵ])(?!\w)", re.I)


def nfc(text: str) -> str:
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _STACKED_MARKS.sub(r"\1", text))


def _fold_char(char: str) -> str:
    if char in "đĐ":
        return "d" if char == "đ" else "D"
    base = unicodedata.normalize("NFD", char)[0]
    return base if not unicodedata.combining(base) else char


class _Folded(dict[int, str]):
    """Code points to what they fold to, each worked out once: `str.translate` does the rest without Python."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        self[code] = folded = char if char < "\x80" else _fold_char(char)
        return folded


_FOLDED = _Folded()


def fold(text: str) -> str:
    """Strip diacritics, one character for one, so that offsets in NFC text keep their meaning."""
    return text if text.isascii() else text.translate(_FOLDED)


def collapse(text: str) -> str:
    """Whitespace to single spaces."""
    return _SPACES.sub(" ", text).strip()


def plain(text: str) -> str:
    """Text without Markdown emphasis, heading marks, link targets and HTML tags."""
    return collapse(_MARKUP.sub(lambda m: m.group(1) or " " if m.group(0).startswith("<") else m.group(1) or "", text))


def old_tone_placement(text: str) -> str:
    """ "hoà", "thuỷ" -> "hòa", "thủy": one spelling of each word, as older documents print it."""

    def move(match: re.Match[str]) -> str:
        head, first, second = (match.group(1), match.group(2), match.group(3))
        if first is None:
            head, first, second = (match.group(4), match.group(5), match.group(6))
            if head.lower().endswith("q"):
                return match.group(0)
        decomposed = unicodedata.normalize("NFD", second)
        mark = next((c for c in decomposed if c in _TONES), None)
        if mark is None:
            return match.group(0)
        bare = unicodedata.normalize("NFC", decomposed.replace(mark, ""))
        return head + unicodedata.normalize("NFC", first + mark) + bare

    return _OPEN_CLUSTER.sub(move, nfc(text))
