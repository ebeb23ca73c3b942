"""How likely a word is behind another: in the reports, in questions, in the language.

Reports tell what things are called, and nothing of how people ask: "thì mấy", "cộng lại", "lẫn". So what stands side by
side in questions is counted too (`data/question_pairs.txt`, from questions that writers wrote; `make train`), and both
weigh in by share, so that a corpus of thousands of reports doesn't drown the questions.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources

from corpus.text import fold
from service.lexicon import compounds, tokenize

WORD = re.compile(r"[^\W\d_]+")
START, BREAK = "^", "#"
"""What stands before the first word of a question, and before one behind a number, a code or a province's name."""

_QUESTION_WORDS = (
    "bao nhiêu", "là bao nhiêu", "đạt mấy", "đạt bao nhiêu", "đạt được mấy", "có bao nhiêu", "có mấy", "được mấy", "là mấy", "tỉnh có", "huyện có", "xã có", "bằng bao nhiêu", "thế nào", "như thế nào", "ra sao", "thì sao", "vì sao", "tại sao",
    "là gì", "cái gì", "những gì", "gì", "ai", "ở đâu", "khi nào", "bao giờ", "ngày nào", "nào", "mấy", "còn", "thế còn", "vậy còn", "tính",
    "so với", "so sánh", "chênh lệch", "hơn", "kém", "cao hơn", "thấp hơn", "cao nhất", "thấp nhất", "tăng hay giảm", "tăng", "giảm", "gấp mấy lần",
    "cho biết", "cho tôi biết", "cho hỏi", "xin hỏi", "hiện nay", "đến nay", "kỳ trước", "quý trước", "năm trước", "năm ngoái", "cùng kỳ", "mới nhất",
    "nói về", "nói gì", "về việc gì", "tổng cộng", "cộng", "tổng của", "trung bình", "bình quân", "tỷ lệ", "tỉ lệ", "phần trăm", "chiếm", "đúng không",
    "đã xong chưa", "xong chưa", "chưa", "không", "sáu tháng đầu năm", "sáu tháng cuối năm", "tháng cuối năm", "thuộc sở", "cộng số", "cộng tổng", "chín tháng đầu năm", "nửa đầu năm", "cả năm", "quý", "tháng", "năm", "tỉnh", "huyện", "xã",
    "thủ tục hành chính", "dịch vụ công", "cán bộ", "công chức", "viên chức", "hồ sơ", "đúng hạn", "quá hạn", "văn bản", "nhiệm vụ", "kế hoạch",
    "nguồn", "số liệu", "lấy ở đâu", "giúp", "liệt kê", "kể tên", "nêu", "hạn chế", "nguyên nhân", "ưu điểm", "người ký", "ai ký", "nơi nhận", "gửi cho ai",
)  # fmt: skip
_HEADS = ("số", "lệ", "nhiêu")
"""The syllables that questions put before a thing asked for: "số …", "tỷ lệ …", "bao nhiêu …"."""
_PHRASE_COUNTS, _HEAD_COUNTS = 8, 4
_OF_QUESTIONS = 0.7
"""The weight of questions, the rest being that of reports."""
_ALONE = 0.2
"""The weight of a word by itself; the rest is that of the word behind the one before it. By itself a word counts as
often as there are different words that it stands behind (Kneser and Ney, 1995): "nhiêu" is everywhere, but only behind
"bao"."""
_OF_COMPOUNDS = 0.01
"""What two syllables count for that are one word of the language."""
_UNHEARD = 0.05
"""What a syllable counts that neither has."""
_MOST_WORDS = 400
"""About the most two-syllable words that one syllable is in."""


class _Counted:
    """Words and neighbours of one kind of text."""

    def __init__(self) -> None:
        self.words: Counter[str] = Counter()
        self.pairs: Counter[tuple[str, str]] = Counter()
        self._behind: Counter[str] = Counter()

    def add(self, pair: tuple[str, str], count: int) -> None:
        first, second = pair
        self.words[second] += count
        self.pairs[pair] += count
        if first in (START, BREAK):
            self.words[first] += count

    def close(self) -> None:
        """To be called once all is counted."""
        self._behind = Counter(second for _, second in self.pairs)

    def chance(self, before: str, word: str) -> float:
        together = self.pairs.get((before, word), 0) / (self.words.get(before, 0) + 1)
        return (1 - _ALONE) * together + _ALONE * self._behind.get(word, 0) / (len(self.pairs) or 1)


class WordSequences:
    """Counts of the words and neighbours of reports and of questions, with those of `phrases` among the latter."""

    def __init__(
        self, unigrams: Mapping[str, int], bigrams: Mapping[tuple[str, str], int], phrases: Iterable[str]
    ) -> None:
        self._reports, self._questions = _Counted(), _Counted()
        self._reports.words.update({word: count for word, count in unigrams.items() if WORD.fullmatch(word)})
        self._reports.pairs.update(
            {pair: count for pair, count in bigrams.items() if all(WORD.fullmatch(word) for word in pair)}
        )
        for phrase in (*_QUESTION_WORDS, *phrases):
            words = [token.text for token in tokenize(phrase) if WORD.fullmatch(token.text)]
            self._questions.words.update(dict.fromkeys(words, _PHRASE_COUNTS))
            self._questions.pairs.update(dict.fromkeys(itertools.pairwise(words), _PHRASE_COUNTS))
            self._questions.pairs.update({(head, words[0]): _HEAD_COUNTS for head in _HEADS if words})
        self.known = self._reports.words + self._questions.words
        """How often each word is in the reports and in the trade's own phrases; 0 for the other syllables of the
        language."""
        self.neighbours = frozenset((fold(a), fold(b)) for a, b in (*self._reports.pairs, *self._questions.pairs))
        """The words that stand beside each other there, folded."""
        for pair, count in question_pairs().items():
            self._questions.add(pair, count)
        for word in (*sorted(syllables()), *self._questions.words):
            if WORD.fullmatch(word):
                self.known.setdefault(word, 0)
        self._total = sum(self._reports.words.values()) or 1
        self._reports.close()
        self._questions.close()

    def log_chance(self, before: str, word: str) -> float:
        """The logarithm of how likely a word is behind another, or behind `START`; what is no word is a `BREAK`."""
        before = before if before == START or WORD.fullmatch(before) else BREAK
        chance = _UNHEARD * (1 + _words_with().get(word, 0) / _MOST_WORDS) / self._total
        chance += (1 - _OF_QUESTIONS) * self._reports.chance(before, word)
        chance += _OF_QUESTIONS * self._questions.chance(before, word)
        if f"{before} {word}" in compounds():
            heard = self._reports.words.get(before, 0) + self._questions.words.get(before, 0)
            chance += _OF_COMPOUNDS / (1 + heard)
        return math.log(chance)


@cache
def syllables() -> frozenset[str]:
    """The syllables of the language: what is one of them was meant, even if no report has it."""
    lines = resources.files("service").joinpath("data/syllables.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


@cache
def question_pairs() -> Mapping[tuple[str, str], int]:
    """How often two words stand side by side in questions."""
    lines = resources.files("service").joinpath("data/question_pairs.txt").read_text("utf-8").splitlines()
    split = (line.split() for line in lines if line and not line.startswith("#"))
    return {(first, second): int(count) for first, second, count in split}


@cache
def _words_with() -> Mapping[str, int]:
    """In how many two-syllable words of the language a syllable is: how common it is, where nothing else tells."""
    return Counter(syllable for compound in compounds() for syllable in compound.split())


def one_edit(a: str, b: str) -> bool:
    """Whether two words differ by one insertion, deletion, substitution or swap of neighbours."""
    if abs(len(a) - len(b)) > 1 or a == b:
        return a == b
    if len(a) == len(b):
        differing = [i for i in range(len(a)) if a[i] != b[i]]
        return len(differing) == 1 or (
            len(differing) == 2
            and differing[1] == differing[0] + 1
            and a[differing[0]] == b[differing[1]]
            and a[differing[1]] == b[differing[0]]
        )
    short, long = sorted((a, b), key=len)
    return any(long[:i] + long[i + 1 :] == short for i in range(len(long)))
