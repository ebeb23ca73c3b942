"""The kind of thing asked for (a person, a day, a sum of money, a number): whether a sentence or a row has it at all."""

from __future__ import annotations

import re
from functools import lru_cache

from corpus.text import fold
from index.documents import DOCUMENT_NUMBER
from service.understand import Question

_TITLES = re.compile(r"\b(?:đồng chí|ông|bà)\s+[A-ZĐÀ-Ỹ]", re.I)
_DAY = re.compile(r"\b\d{1,2}\s*[/.]\s*\d{1,2}\s*[/.]\s*\d{4}\b|\bngày\s+\d{1,2}\b", re.I)
_DATE = re.compile(rf"{_DAY.pattern}|\btháng\s+\d{{1,2}}\b|\bnăm\s+\d{{4}}\b|\bquý\s+[IV]+\b", re.I)
_NUMBER = re.compile(r"(?<![\w/.,-])\d+(?:[.,]\d+)*%?(?:/\d+)?(?![\w/-])")
_NOT_COUNTS = re.compile(
    rf"{DOCUMENT_NUMBER.pattern}|\b\d{{1,2}}[/.]\d{{1,2}}[/.]\d{{4}}\b|\bngày\s+\d+(?:[/.]\d+)*|\b(?:năm\s+)?20\d\d(?:\s*-\s*20\d\d)?\b|\bsố\s+\d+[\w/-]*|\b6 tháng\b|\b9 tháng\b|\bkhoản \d+|\bĐiều \d+",
    re.I,
)
_NEAR = 60
_IN_WORDS = ("person", "date", "reason", "document", "organisation", "place")
_DAY_ASKED = re.compile(r"\bngay (?:nao|may|thang nao|ban hanh|ky)\b")
_NUMBER_ASKED = re.compile(r"\bso (?:hieu|ky hieu)\b|\bso (?:bao nhieu|may|nao|gi)\b")
_KINDS = {
    "quyet dinh": ("QĐ", "Quyết định"), "ke hoach": ("KH", "Kế hoạch"), "nghi quyet": ("NQ", "Nghị quyết"),
    "nghi dinh": ("NĐ", "Nghị định"), "chi thi": ("CT", "Chỉ thị"), "thong tu": ("TT", "Thông tư"), "ket luan": ("KL", "Kết luận"),
}  # fmt: skip
_OF_KIND = f"({'|'.join(_KINDS)})"
_ITS_DAY = re.compile(rf"^(?:ngay (?:ban hanh|ky) )?{_OF_KIND}\b")
_ITS_NUMBER = re.compile(rf"\b{_OF_KIND} (?:so )?(?:bao nhieu|may|nao|gi)\b")
_MONEY_ASKED = re.compile(
    r"\b(?:kinh phi|so tien|chi phi|ton|von)\b.*\b(?:bao nhieu|may|bn)\b(?=\s*(?:$|[?.,;]|tien\b|dong\b|trieu\b|ty\b|kinh phi\b|nua\b|vay\b))"
    r"|\b(?:bao nhieu|may|bn) (?:kinh phi|tien|trieu|dong|ty dong|von)\b"
)
_MONEY = re.compile(r"\d\s*(?:nghìn|ngàn|triệu|tỷ|tỉ)\b|\d\s*(?:đồng|đ)\b", re.I)
_MONEY_UNIT = re.compile(r"\b(?:đồng|triệu|tỷ|tỉ)\b", re.I)


def holds_wanted(question: Question, sentence: str) -> bool:
    """Whether a sentence has the kind of thing that a question asks for."""
    wanted = question.wanted
    if question.superlative and not re.search(r"\bnhất\b|\bdẫn đầu\b|\bđứng\b", sentence, re.I):
        return False
    if wanted == "person":
        return bool(_TITLES.search(sentence))
    if wanted == "date":
        return bool(_DATE.search(sentence))
    if wanted == "document":
        return bool(DOCUMENT_NUMBER.search(sentence)) or bool(re.search(r"\bsố\s+\d+/", sentence))
    if wanted == "number" or question.wants_percent:
        asked = set(_NUMBER.findall(question.text))
        counts = [(printed, near) for printed, near in _counts(sentence) if printed not in asked]
        if question.wants_percent:
            return any("%" in printed or "/" in printed for printed, _ in counts)
        words = {w for t in question.terms for w in fold(t.surface).lower().split()}
        return any(f" {word}" in near for printed, near in counts if "%" not in printed for word in words)
    return True


@lru_cache(maxsize=1 << 13)
def _counts(sentence: str) -> tuple[tuple[str, str], ...]:
    """The numbers of a sentence that count something, each as printed, with the folded text around it."""
    only_counts = _NOT_COUNTS.sub(lambda m: " " * len(m.group(0)), sentence)
    return tuple(
        (m.group(0), " " + fold(sentence[max(0, m.start() - _NEAR) : m.end() + _NEAR]).lower())
        for m in _NUMBER.finditer(only_counts)
    )


def lacks_wanted(question: Question, sentence: str) -> bool:
    """Whether a sentence can't be the answer, however well its words fit.

    It has no day, no sum of money or no document's number where one is asked for, or no document of the kind whose day
    or number is asked for: that of another one stands there.
    """
    if question.wanted == "date" and _DAY_ASKED.search(question.folded):
        return not _DAY.search(sentence) or _of_other_kind(_ITS_DAY.search(question.folded), sentence)
    if question.wanted == "document" and _NUMBER_ASKED.search(question.folded):
        return not DOCUMENT_NUMBER.search(sentence) or _of_other_kind(_ITS_NUMBER.search(question.folded), sentence)
    return bool(_MONEY_ASKED.search(question.folded)) and not _MONEY.search(sentence)


def _of_other_kind(asked: re.Match[str] | None, sentence: str) -> bool:
    if asked is None or not DOCUMENT_NUMBER.search(sentence):
        return False
    short, long = _KINDS[asked.group(1)]
    return not re.search(rf"/{short}\b|\b{long} số\b", sentence, re.I)


def beyond_rows(question: Question) -> bool:
    """Who, when, why and by which paper are no figures, whatever row speaks of the same thing."""
    return question.wanted in _IN_WORDS and not (question.wants_count or question.wants_percent)


def unlike_unit(question: Question, unit: str | None) -> bool:
    """Whether money is asked for and a row counts something else."""
    return bool(_MONEY_ASKED.search(question.folded)) and not _MONEY_UNIT.search(unit or "")
