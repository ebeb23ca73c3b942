"""Words as the check of a written text sees them: lower case, one spelling, punctuation apart, and what some words do."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from corpus.text import old_tone_placement

PHRASE = "\x00"
"""Stands for a name or the period of the cited report, or for the calculation."""
_EDGES = "(“\"'‘)”’.,;:!?…"
_WORDS = re.compile(r"[^\w%+=×–/\x00-]+|(?<=\w)[-–](?=\w)|(/)")


@dataclass(frozen=True, slots=True)
class Token:
    """A word, or a number with all that is printed together with it ("44,68%", "459/QĐ-UBND")."""

    text: str
    mark: str = ""
    """The punctuation that follows."""

    @property
    def counts(self) -> bool:
        return any(c.isdigit() for c in self.text)

    @property
    def is_sign(self) -> bool:
        """A minus, a slash and the like, which change what stands beside them."""
        return self.text != PHRASE and not any(c.isalnum() for c in self.text)

    @property
    def ends_sentence(self) -> bool:
        return any(c in ".;:!?…" for c in self.mark)


def tokens_of(text: str) -> list[Token]:
    found: list[Token] = []
    for piece in old_tone_placement(text).lower().replace(" %", "%").split():
        bare = piece.strip(_EDGES)
        mark = piece[len(piece.rstrip(_EDGES)) :]
        whole = any(c.isdigit() for c in bare)
        words = [bare] if whole else [word for word in _WORDS.split(bare) if word]
        found += [Token(word) for word in words[:-1]]
        found += [Token(word, mark) for word in words[-1:]]
    return found


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


EMPTY_WORDS = _set(
    "theo báo cáo của và là có được trong tại ở với về các những này đó cho như sau thì mà do gồm nêu ghi rằng cụ thể"
    " đây kỳ số hiện phụ lục mục liệu thông tin nội dung tính ra"
)
"""What a claim may add: none of it changes what is counted, how much it is, or whether it is so."""

OPENING_WORDS = _set("theo báo cáo của trong tại ở nêu ghi rằng cụ thể thì là như sau kỳ nội dung thông tin số")
"""Those of them that may stand before a piece of a sentence: the others could change who does what in it."""

TELLING_WORDS = _set(
    "không chưa chẳng chả hết hơn kém dưới trên khoảng gần ít nhiều tăng giảm vượt thiếu thừa cao thấp nhất bằng gấp nửa"
    " rưỡi đôi cả mỗi từng đến từ một mốt hai ba bốn tư năm lăm nhăm sáu bảy bẩy tám chín mười mươi chục trăm nghìn ngàn"
    " vạn triệu tỷ tỉ linh lẻ phần đã sẽ phải"
)
"""Numerals, denials, comparisons, tenses: they may stand only between the words between which the citation has them."""

TURNING_WORDS = _set("không chưa chẳng chả đừng hết thiếu trừ ngoài tránh ngừng chống chậm sẽ phải cần nếu kiến phấn")
"""Denials, exceptions and intentions ("dự kiến", "phấn đấu"): without them what stands beside them says something else."""

ABBREVIATIONS = {
    "tthc": "thủ tục hành chính", "cchc": "cải cách hành chính", "ubnd": "ủy ban nhân dân", "hđnd": "hội đồng nhân dân",
    "qppl": "quy phạm pháp luật", "vbqppl": "văn bản quy phạm pháp luật", "dvc": "dịch vụ công",
}  # fmt: skip


def words_of(texts: Iterable[str]) -> frozenset[str]:
    """The words of texts; abbreviations and what they are short for count as one another."""
    said = " ".join(token.text for text in texts for token in tokens_of(text))
    words = set(said.split())
    for short, long in ABBREVIATIONS.items():
        if short in words or f" {long} " in f" {said} ":
            words |= {short, *long.split()}
    return frozenset(words)


def spelled_out(tokens: Iterable[Token]) -> list[Token]:
    """The tokens with each abbreviation as the words that it is short for."""
    found: list[Token] = []
    for token in tokens:
        *words, last = ABBREVIATIONS.get(token.text, token.text).split()
        found += [*(Token(word) for word in words), Token(last, token.mark)]
    return found
