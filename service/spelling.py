"""Questions as people type them, brought to the words of the corpus.

No diacritics, some of them, telex keys left in ("ddang"), and typos: each syllable gets the corpus' own
candidates and the most likely sequence wins (bigrams, Viterbi). The vocabulary is the corpus, the glossary
and the words that questions are made of, so that "bao nhieu" never comes back as "báo nhiều".
"""

from __future__ import annotations

import itertools
import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from corpus.places import find_provinces, provinces
from corpus.text import fold, old_tone_placement
from service.lexicon import Token, tokenize

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
_TELEX_VOWELS = (
    ("uow", "ươ"), ("uwow", "ươ"), ("uwo", "ươ"), ("dd", "đ"), ("aa", "â"), ("aw", "ă"), ("ee", "ê"), ("oo", "ô"), ("ow", "ơ"), ("uw", "ư"),
)  # fmt: skip
_TELEX_TONES = {"s": "́", "f": "̀", "r": "̉", "x": "̃", "j": "̣"}
_TELEX_TONE_KEY = re.compile(
    r"(?P<head>[^\W\d_]*[aăâeêioôơuưy])(?:(?P<tone>[sfrxj])(?P<tail>ch|ng|nh|[aăâeêioôơuưycmnpt]*)|(?P<end>ch|ng|nh|[cmnpt])(?P<last>[sfrxj]))"
)
_VOWEL = re.compile(r"[aăâeêioôơuưy]")
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Spelled:
    """A question as understood. `words_changed` says whether it differs by more than case and tone placement."""

    text: str
    words_changed: bool
    unmarked: frozenset[int]
    """Offsets of tokens that were typed without diacritics and may stand for any marking."""


def telex(word: str) -> str:
    """Resolve telex keys that were left in a syllable: "ddang" -> "đang", "soos" -> "số"."""
    plain, tone = word, ""
    for keys, letter in _TELEX_VOWELS:
        plain = plain.replace(keys, letter)
    if (key := _TELEX_TONE_KEY.fullmatch(plain)) is not None:
        tone = _TELEX_TONES[key.group("tone") or key.group("last")]
        plain = key.group("head") + (key.group("tail") or "") + (key.group("end") or "")
    if not tone:
        return plain
    vowels = [m.start() for m in _VOWEL.finditer(plain)]
    if plain[:2] in ("qu", "gi") and len(vowels) > 1:
        vowels = vowels[1:]
    marked = [i for i in vowels if plain[i] in "ăâêôơư"]
    if marked:
        at = marked[-1]
    elif len(vowels) >= 2:
        at = vowels[-1] if vowels[-1] < len(plain) - 1 and len(vowels) == 2 else vowels[-2]
    else:
        at = vowels[0]
    return old_tone_placement(unicodedata.normalize("NFC", plain[: at + 1] + tone + plain[at + 1 :]))


def _deletions(word: str) -> Iterable[str]:
    yield word
    for i in range(len(word)):
        yield word[:i] + word[i + 1 :]


def _one_edit(a: str, b: str) -> bool:
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


@cache
def syllables() -> frozenset[str]:
    """The syllables of the language: what is one of them was meant, even if no report has it."""
    lines = resources.files("service").joinpath("data/syllables.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def _place_names(text: str, printed: Collection[tuple[str, str]]) -> dict[int, str]:
    """The syllables of province names by where they stand: a name is what it is, however rare its syllables."""
    found: dict[int, str] = {}
    for name, start, end in find_provinces(text):
        typed, proper = tokenize(text[start:end]), tokenize(name)
        same = [fold(t.text) for t in typed] == [fold(t.text) for t in proper]
        for at, token in enumerate(typed):
            found[start + token.start] = proper[at].text if same else token.text
    return found | _misspelt_places(text, found, printed)


def _misspelt_places(text: str, taken: Collection[int], printed: Collection[tuple[str, str]]) -> dict[int, str]:
    """Names with one slip in one syllable: passed over, the question would be answered of another province.

    What was typed must be no syllable of the language ("lai chauu"), or a name in capitals that no report has printed
    ("Lai Chu"): "Mai Châu" is a district.
    """
    found: dict[int, str] = {}
    by_first, by_second = _two_syllable_provinces()
    for one, other in itertools.pairwise(tokenize(text)):
        if one.start in taken or other.start in taken or other.start - one.end > 1:
            continue
        begin, end = by_first.get(one.folded, ()), by_second.get(other.folded, ())
        if not begin and not end:
            continue
        is_name = text[one.start].isupper() and text[other.start].isupper()
        unheard = is_name and (one.folded, other.folded) not in printed
        near = {name for name in begin if _slip(other, name[1], unheard)}
        near |= {name for name in end if _slip(one, name[0], unheard)}
        if len(near) == 1:
            first, second = near.pop()
            found |= {one.start: first, other.start: second}
    return found


def _slip(typed: Token, meant: str, unheard: bool) -> bool:
    is_syllable = typed.folded in _unmarked_syllables() if typed.unmarked else typed.text in syllables()
    return (unheard or not is_syllable) and _one_edit(typed.folded, fold(meant))


_Names = Mapping[str, Sequence[tuple[str, str]]]


@cache
def _two_syllable_provinces() -> tuple[_Names, _Names]:
    """The syllables of provinces that have two, by the first of them and by the second, folded."""
    by_first: dict[str, list[tuple[str, str]]] = defaultdict(list)
    by_second: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for name in provinces():
        parts = [token.text for token in tokenize(name)]
        if len(parts) == 2:
            by_first[fold(parts[0])].append((parts[0], parts[1]))
            by_second[fold(parts[1])].append((parts[0], parts[1]))
    return dict(by_first), dict(by_second)


@cache
def _unmarked_syllables() -> frozenset[str]:
    return frozenset(map(fold, syllables()))


_MOSTLY, _ALL = 0.34, 0.55
"""Shares of marked syllables from which a question was typed partly with diacritics, and wholly: three of four bear some."""
_IN_PARTLY_MARKED_TEXT, _IN_MARKED_TEXT = -3.5, -7.0
_OTHER_MARKS = -8.0
"""Of having typed a syllable of the language with marks, and meant others."""


class Speller:
    """Restores and corrects against a vocabulary of syllables and their neighbours."""

    def __init__(
        self,
        unigrams: Mapping[str, int],
        bigrams: Mapping[tuple[str, str], int],
        phrases: Iterable[str],
        keep: Iterable[str] = (),
    ) -> None:
        self._unigrams: Counter[str] = Counter()
        self._bigrams: Counter[tuple[str, str]] = Counter()
        for word, count in unigrams.items():
            if _WORD.fullmatch(word):
                self._unigrams[word] += count
        for pair, count in bigrams.items():
            if all(_WORD.fullmatch(word) for word in pair):
                self._bigrams[pair] += count
        for phrase in (*_QUESTION_WORDS, *phrases):
            words = [token.text for token in tokenize(phrase) if _WORD.fullmatch(token.text)]
            self._unigrams.update(dict.fromkeys(words, 8))
            self._bigrams.update(dict.fromkeys(itertools.pairwise(words), 8))
            self._bigrams.update(dict.fromkeys(((head, words[0]) for head in _HEADS if words), 4))
        self._printed = frozenset((fold(a), fold(b)) for a, b in self._bigrams)
        self._unigrams.update(dict.fromkeys(_HEADS, 200))
        for syllable in syllables():
            self._unigrams.setdefault(syllable, 0)
        self._total = sum(self._unigrams.values()) or 1
        self._forms: dict[str, list[str]] = defaultdict(list)
        for word in self._unigrams:
            self._forms[fold(word)].append(word)
        self._near: dict[str, list[str]] = defaultdict(list)
        for folded in self._forms:
            if len(folded) >= 3:
                for key in _deletions(folded):
                    self._near[key].append(folded)
        self._keep = frozenset(keep)

    def _typo_candidates(self, folded: str) -> list[str]:
        if len(folded) < 3:
            return []
        found = {near for key in _deletions(folded) for near in self._near.get(key, ()) if _one_edit(folded, near)}
        return [form for near in found for form in self._forms[near]]

    def _candidates(self, word: str, unmarked_cost: float) -> dict[str, float]:
        """Possible forms of a typed syllable with the log-cost of having typed it so.

        `unmarked_cost` is that of leaving out the marks of one that is a syllable without them, too.
        """
        folded = fold(word)
        if word in self._keep:
            return {word: 0.0}
        if word != folded and self._unigrams.get(word, 0) > 0:
            return {word: 0.0}
        found: dict[str, float] = {}
        if word != folded and word in self._unigrams:
            # A syllable of the language that no report has: meant as typed, unless its neighbours say otherwise.
            found = {form: _OTHER_MARKS for form in self._forms.get(folded, ()) if self._unigrams[form] > 0}
            return {**found, word: 0.0}
        if word == folded:
            for form in self._forms.get(folded, ()):
                found[form] = 0.0 if form == word else (unmarked_cost if word in self._unigrams else -0.3)
        else:
            for form in self._forms.get(folded, ()):
                found[form] = -2.0
        if not found:
            resolved = telex(word)
            if resolved != word and resolved in self._unigrams:
                return {resolved: -0.5}
            if fold(resolved) != folded:
                for form in self._forms.get(fold(resolved), ()):
                    found[form] = -1.0
        if not found:
            for form in self._typo_candidates(folded):
                shared = sum(a == b for a, b in zip(word, form, strict=False))
                found[form] = -4.0 - 0.1 * (len(form) - shared)
        found.setdefault(word, -9.0 if found else 0.0)
        return found

    def _step(self, before: str | None, word: str) -> float:
        unigram = (self._unigrams.get(word, 0) + 0.05) / self._total
        if before is None:
            return math.log(unigram)
        pair = self._bigrams.get((before, word), 0)
        context = self._unigrams.get(before, 0) + 1.0
        return math.log(0.75 * pair / context + 0.25 * unigram)

    def correct(self, text: str) -> Spelled:
        """The most likely reading of a question. The text must be NFC with old tone placement."""
        tokens = tokenize(text)
        words = [token for token in tokens if _WORD.fullmatch(token.text)]
        marked = sum(not token.unmarked for token in words)
        mostly_marked = marked >= _MOSTLY * max(1, len(words))
        unmarked_cost = -0.3
        if mostly_marked:
            unmarked_cost = _IN_MARKED_TEXT if marked >= _ALL * len(words) else _IN_PARTLY_MARKED_TEXT
        paths: dict[str, tuple[float, list[str]]] = {}
        started = False
        places = _place_names(text, self._printed)
        for token, following_token in itertools.zip_longest(tokens, tokens[1:]):
            if token.start in places:
                options = {places[token.start]: 0.0}
            elif token.text == "cua" and following_token is not None and following_token.start in places:
                options = {"của": 0.0}  # never "cửa", however often "một cửa điện tử" is printed
            elif not _WORD.fullmatch(token.text):
                options = {token.text: 0.0}
            else:
                options = self._candidates(token.text, unmarked_cost)
            following: dict[str, tuple[float, list[str]]] = {}
            for option, cost in options.items():
                if not started:
                    following[option] = (cost + self._step(None, option), [option])
                    continue
                best = max(
                    ((score + self._step(before, option), path) for before, (score, path) in paths.items()),
                    key=lambda item: item[0],
                )
                following[option] = (best[0] + cost, [*best[1], option])
            paths, started = following, True
        chosen = max(paths.values(), key=lambda item: item[0])[1] if paths else []
        pieces: list[str] = []
        unmarked: set[int] = set()
        at = length = 0
        for token, word in zip(tokens, chosen, strict=True):
            gap = text[at : token.start]
            pieces.append(gap)
            length += len(gap)
            typed = text[token.start : token.end]
            out = typed if typed.lower() == word else word
            typed_so = mostly_marked and token.text in self._unigrams and self._unigrams[token.text] > 0
            if token.unmarked and fold(out).lower() == token.folded and not (typed_so and out.lower() == token.text):
                unmarked.add(length)
            pieces.append(out)
            length += len(out)
            at = token.end
        pieces.append(text[at:])
        result = "".join(pieces)
        return Spelled(result, result.lower() != text.lower(), frozenset(unmarked))
