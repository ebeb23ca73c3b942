"""A typed question made ready: spelling, slots, terms and what kind of answer it asks for."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Literal

from corpus.places import find_provinces
from corpus.text import collapse, fold, nfc, old_tone_placement
from service.lexicon import LEVELS, Lexicon, Term, Token, tokenize
from service.shorthand import spelled_out
from service.slots import Slots, extract_slots, without_provinces
from service.spelling import Speller
from service.stages import stage

Operation = Literal["sum", "difference", "share", "ratio", "change", "average"]
Wanted = Literal["person", "date", "document", "organisation", "reason", "number", "list", "place", "statement"]

_NUMBER_WORDS = {
    "một": 1,
    "hai": 2,
    "ba": 3,
    "bốn": 4,
    "năm": 5,
    "sáu": 6,
    "bảy": 7,
    "tám": 8,
    "chín": 9,
    "mười hai": 12,
    "mười": 10,
}
_MONTHS_IN_WORDS = re.compile(r"\b(một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười hai|mười)(?=\s+tháng\b)", re.I)

_PERCENT = re.compile(r"\b(?:ty|ti) (?:le|trong)\b|(?<!\d )\bphan tram\b|(?<!\d)(?<!\d )%|\btl\b")
_RATE = re.compile(r"\b(?:ty|ti) (?:le|trong)\b|\btl\b")
_TOTAL = re.compile(r"\btong so\b")
_COUNT = re.compile(r"\bbao nhieu\b|\bbn\b|\bmay\b|\bso luong\b|(?:^|[:,]\s*)(?:tong )?so\b|\bsl\b")
_COUNTED = re.compile(r"\b(?:bao nhieu|may) (?!phan|%|diem|roi|vay|nhi\b|a\b|la\b|thi\b|muc\b)\w")
_OPERATIONS: tuple[tuple[Operation, re.Pattern[str]], ...] = (
    ("change", re.compile(r"\b(?:tang|giam)(?: them| len| di)? (?:bao nhieu|may) (?:phan tram|%)|\b(?:nhieu|it|cao|thap|lon|nho)? ?(?:hon|kem)\b.*\b(?:bao nhieu|may) (?:phan tram|%)")),
    ("share", re.compile(r"\bchiem\b|\bbang (?:bao nhieu|may) (?:phan tram|%)|\bty trong\b|\bphan tram (?:cua|trong|so voi|tren)\b|\btinh (?:giup )?(?:ra )?(?:phan tram|%|ty le)\b|\b(?:ty|ti) le giua\b|\b(?:ty|ti) le\b.*\b(?:tren|so voi) (?:tong|so|duoc|toan)\b|\b(?:bao nhieu|may) (?:phan tram|%) (?:so|tong|trong)\b.*\bla\b")),
    ("ratio", re.compile(r"\bgap (?:bao nhieu|may)(?: lan)?\b|\b(?:bao nhieu|may) lan\b|\bty so\b|\b(?:trung binh|binh quan) (?:moi|mot) (?!tinh|dia phuong|ky|quy|bao cao|nam)")),
    ("average", re.compile(r"^tb\b|\btrung binh\b(?! mien)|\bbinh quan\b(?! dau nguoi)")),
    ("difference", re.compile(r"\b(?:nhieu|it|cao|thap|lon|nho)(?: \w+){1,6} hon\b.*\b(?:bao nhieu|may)\b|\bchenh(?: lech)?\b|\blech (?:nhau|bao nhieu|may)\b|\bhon kem\b|\b(?:nhieu|it|cao|thap|lon|nho) hon\b.*\b(?:bao nhieu|may)\b|\b(?:hon|kem)\b(?! \d).*\b(?:bao nhieu|may)\b|\bcon thieu\b|\bthieu (?:bao nhieu|may)\b|\btru (?:di )?|\bhieu (?:cua|giua)\b|\bcon (?:lai|ton|trong|bo trong|khuyet) (?:bao nhieu|may)\b|\bcon (?:bao nhieu|may)\b.*\b(?:bo trong|khuyet)\b")),
    ("change", re.compile(r"\btang hay giam\b|\b(?:tang|giam) (?:bao nhieu|may|the nao|ra sao|hay)\b|\b(?:tang|giam) so voi\b|\bthay doi\b|\bbien dong\b|\b(?:them|bot)(?: \w+)? (?:bao nhieu|may)\b.*\bso voi\b|\bso voi\b.*\b(?:them|bot)(?: \w+)? (?:bao nhieu|may)\b")),
)  # fmt: skip
# With its diacritics: "cộng" (add) and "công" (public) are the same letters, and reports are full of the latter.
_SUM = re.compile(
    r"\bcộng (?:lại|gộp|số|hai|cả|tổng|với|vào|thêm|cấp|liên|người)\b|^cộng\b|\bcộng\b.*\b(?:và|với|được|bằng)\b|\btổng (?:cộng )?(?:của|hai|ba|bốn|các|số của)\b"
    r"|\bgộp\b|\btính chung\b|\bcả (?:hai|ba|bốn)\b|\bcả\b.*\b(?:và|lẫn)\b.*\btổng\b|\btổng cộng\b.*\bvà\b|\b(?:và|với|,)\b.*\btổng(?: cộng)?(?! số)\b|(?:,|\bvà\b|\blẫn\b).*\btất cả\b"
)
_SUM_UNMARKED = re.compile(r"cong (?:so|tong|cac|hai|gop|lai|ca|thu tuc|tthc|ho so|van ban|don vi)\b")
_COMPARES = re.compile(
    r"\bso sanh\b|\bso voi\b|\bdien bien\b|\bqua cac (?:ky|quy|nam|thang)\b|\bxu huong\b|\b(?:cao|thap|nhieu|it|lon|nho) hon\b"
    r"|\b(?:nao|dau) (?:\w+ ){0,6}(?:cao|thap|nhieu|it|lon|nho) nhat\b|\b(?:cao|thap|nhieu|it|lon|nho)(?: \w+){0,12} (?:nhat|hon)\b|\btop\b|\bxep hang\b|\bdan dau\b|\bdung dau\b"
)
_TOP = re.compile(r"\btop\s*(\d{1,2})\b|\b(\d{1,2})\s*(?:tinh|dia phuong|ky|bao cao)\s.*\b(?:nhat|dan dau)\b")
_WANTED: tuple[tuple[Wanted, re.Pattern[str]], ...] = (
    ("document", re.compile(r"\b(?:van ban|quyet dinh|ke hoach|nghi quyet|nghi dinh|chi thi|cong van|thong bao|bao cao|ket luan|de an|can cu) (?:so )?(?:nao|may|bao nhieu|gi)\b|\bso (?:hieu|ky hieu)\b|\bcan cu vao dau\b|\bso (?:quyet dinh|ke hoach|nghi quyet|chi thi) (?:la|nao|gi|may)\b|\btheo (?:van ban|quyet dinh|ke hoach|nghi quyet) (?:nao|gi|so)\b|\bqd nao\b|\bqd so may\b|\bkh so may\b|\bkh nao\b")),
    ("organisation", re.compile(r"\b(?:co quan|to chuc|don vi|so|bo|nganh|ban|doan|dia phuong|huyen|xa|sở) nao\b|\bnhung (?:co quan|to chuc|don vi|so|bo|nganh|huyen|xa|dia phuong) nao\b")),
    ("person", re.compile(r"\bla ai\b|\bai (?:la|ky|dung dau|giu|lam (?:chu tich|giam doc|truong))\b|\bnguoi nao\b|\bnguoi ky\b|\bho ten\b|\bten (?:cua )?(?:chu tich|giam doc|lanh dao|nguoi)\b|\b(?:ong|ba) nao\b|\bten gi\b")),
    ("date", re.compile(r"\bkhi nao\b|\bbao gio\b|\bngay (?:nao|may|thang nao)\b|\bluc nao\b|\bthang (?:nao|may)\b|\bthoi (?:gian|diem) nao\b|\bnam nao\b|\bngay ban hanh\b|\bngay ky\b|\btu ngay\b(?=.*\b(?:nao|may)\b)")),
    ("reason", re.compile(r"\bvi sao\b|\btai sao\b|\bnguyen nhan\b|\bly do\b|\bli do\b|\bdo dau\b|\bvi dau\b|\bsao lai\b")),
    ("number", _COUNT),
    ("place", re.compile(r"\bo dau\b|\bnoi nao\b")),
    ("list", re.compile(r"\bnhung .*\b(?:gi|nao)\b|\bcac .*\b(?:gi|nao)\b|\bliet ke\b|\bke ten\b|\bgom (?:nhung )?(?:gi|ai|cac)\b|\bbao gom\b|\bla gi\b|\bneu\b")),
)  # fmt: skip
_HIGHEST = re.compile(r"\b(?:cao|nhieu|lon)(?: \w+){0,12} nhat\b|\bdan dau\b|\bdung dau\b|\btop\b|\bxep hang\b")
_LOWEST = re.compile(r"\b(?:thap|it|nho|kem)(?: \w+){0,12} nhat\b|\bdung cuoi\b|\bdoi so\b")
_BASE_YEARS = frozenset({"@nam_2015"})
_YES_NO = re.compile(r"\b(?:chua|khong|dung khong|phai khong|xong chua)\s*[?.!]*$")
_NEGATION = re.compile(r"\b(?:chua|khong)\s+(?:duoc\s+|phai\s+|con\s+|the\s+|he\s+)?(?=\S)")
_EXCLUDED = re.compile(
    r"\b(?:(?:khong|ko|k|chua) (?:tinh|ke|bao gom|gom|kem)|(?:ngoai|loai) tru)\b(?: (?:ca|den|toi|cac|nhung)\b)*"
    r".+?(?=\s+(?:thi|la|con|co)\b|\s+(?:bao nhieu|may|bn)\b|[;.:?!()]|,(?=.*\b(?:bao nhieu|may|bn|so|thi|la)\b)|$)"
)
"""What is to be left out: "không tính cấp xã, cấp huyện", "ngoại trừ lĩnh vực đất đai"."""
_SOURCE = re.compile(
    r"^\s*(?:theo|căn cứ(?: vào)?|dựa (?:vào|trên|theo)|trong|tại) (?:báo cáo|số liệu|phụ lục|bảng|biểu)[^,?]{0,120},",
    re.I,
)
_LEADING_OVER = re.compile(
    r"^\W*(?:(?:thôi|ok|được rồi|rồi|giờ|bây giờ|tiếp|thế|vậy|à|cho em|cho tôi|cho mình|em|tôi|mình)\W+){0,3}"
    r"(?:hỏi |xem )?(?:chuyển|sang|qua|quay lại|quay sang|trở lại|về)\b[^:?]{0,60}(?::|(?<=chuyện khác)[,.]|(?<=khác)(?: đi| nhé| nha)?[,.])",
    re.I,
)
"""What only leads over to another topic: "thôi sang chuyện khác: …", "chuyển qua văn bản điện tử nhé: …"."""
_SO_MANY = re.compile(
    r"\b(?:của|ở|tại|trong|giữa) (?:cả )?(?:hai|ba|bốn|năm|sáu|\d)(?: tỉnh| địa phương)?(?=\s*(?:[,.;:?!(]|$))", re.I
)
"""What is left of "của bốn tỉnh A, B, C, D" once the provinces are taken out."""
_SHOUTED = 16
_HOW_MANY_REPORTS = re.compile(r"\w+ (?:tinh|ky|bao cao|dia phuong|quy|nhom)\b|\w+\s*,")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


@dataclass(frozen=True, slots=True)
class Question:
    """A question as understood.

    `text` is the corrected question, `restored` the same when correcting changed its words, `asked` the text without
    slots: what is embedded. `terms` are what it names once slots and scaffolding are taken out.
    """

    raw: str
    text: str
    asked: str
    restored: str | None
    folded: str
    terms: tuple[Term, ...]
    slots: Slots
    wanted: Wanted
    wants_percent: bool
    wants_count: bool
    counts_things: bool
    """ "Bao nhiêu xã", "mấy hồ sơ": what is counted is named, so a rate is no answer."""
    operation: Operation | None
    compares: bool
    superlative: Literal["max", "min"] | None
    top: int | None
    negated: bool
    excluded: tuple[Term, ...] = ()
    """What the question leaves out; none of it is among `terms`."""

    @property
    def naming(self) -> tuple[Term, ...]:
        """The terms that name something, light words left out."""
        return tuple(term for term in self.terms if term.weight == 1.0)

    @property
    def held_against(self) -> bool:
        """Whether a relative period ("kỳ trước") is what something is compared with, and not what is asked about."""
        return self.compares or self.operation in ("change", "difference")


def clean(text: str) -> str:
    """NFC, old tone placement, no control characters, single spaces."""
    text = unicodedata.normalize("NFKC", text) if any("\uff00" <= c <= "\uffef" for c in text) else text
    text = text.lower() if len(text) > _SHOUTED and text.isupper() else text
    return old_tone_placement(nfc(collapse(_CONTROL.sub(" ", text))))


def _blanked(text: str, start: int, end: int) -> str:
    return text[:start] + " " * (end - start) + text[end:]


def _digits(text: str) -> str:
    return _MONTHS_IN_WORDS.sub(lambda m: str(_NUMBER_WORDS[m.group(1).lower()]), text)


def _as_typed(tokens: list[Token], unmarked: frozenset[int]) -> list[Token]:
    return [t._replace(wild=True) if t.start in unmarked else t for t in tokens]


def _aside(term: Term, text: str) -> Term:
    """What stands in brackets explains the question and may be missing from the evidence."""
    inside = text.rfind("(", 0, term.start) > text.rfind(")", 0, term.start) and ")" in text[term.end :]
    return replace(term, weight=min(term.weight, 0.2)) if inside else term


def _issuer_is_soft(terms: list[Term], text: str) -> list[Term]:
    """ "… của UBND tỉnh Sơn La" names who reports; "thuộc UBND tỉnh" names a level. The first may be missing from a row."""
    following = {start for _, start, _ in find_provinces(text)}
    return [
        replace(t, weight=0.3) if t.key == "@ubnd_tinh" and any(0 <= start - t.end <= 1 for start in following) else t
        for t in terms
    ]


def _named_offices(terms: list[Term]) -> list[Term]:
    """ "Sở Xây dựng", "Phòng Nội vụ": a capital right behind a level names one office, however light the word."""
    named = list(terms)
    for at in range(1, len(terms)):
        before, term = terms[at - 1], terms[at]
        if (
            before.key in LEVELS
            and term.start - before.end <= 1
            and term.surface[:1].isupper()
            and not term.surface.isupper()
        ):
            named[at] = replace(term, key=term.surface.lower(), weight=1.0)
    return named


def _without_slots(rest: str) -> str:
    """The question without province, period and numbers, and without the words that led up to them."""
    text = _SO_MANY.sub("", collapse(rest))
    text = re.sub(r"(?:\b(?:của|ở|tại|trong|theo|năm|kỳ|và|cho)\s*)+(?=[,.;:?!]|$)", "", collapse(text))
    text = re.sub(r"^[\s,.;:–-]+|(?<=[,;:])\s*[,;:]+", "", text)
    return collapse(text) if len(text.split()) > 1 else ""


def _named(terms: list[Term], folded: str) -> str:
    """What a question about a calculation or comparison names, without what is to be done with it."""
    names = " ".join(term.surface for term in terms)
    if names and _RATE.search(folded):
        return f"tỷ lệ {names}"
    return f"tổng số {names}" if names and _TOTAL.search(folded) else names


class Understanding:
    """Makes a `Question` of what somebody typed. Built once per index generation."""

    def __init__(
        self, lexicon: Lexicon, speller: Speller, base_years: frozenset[int], loaded_years: frozenset[int]
    ) -> None:
        self._lexicon = lexicon
        self._speller = speller
        self._base_years = base_years
        self._loaded_years = loaded_years

    @stage("understand")
    def __call__(self, raw: str) -> Question:
        typed = clean(raw)
        spelled = self._speller.correct(spelled_out(typed, self._lexicon.shorthand))
        text = _digits(spelled.text)
        unmarked = spelled.unmarked if text == spelled.text else frozenset()
        slots, rest = extract_slots(text, self._base_years, self._loaded_years)
        rest = _SOURCE.sub(lambda m: " " * len(m.group(0)), rest)
        rest = _LEADING_OVER.sub(lambda m: " " * len(m.group(0)), rest)
        terms = [_aside(t, rest) for t in self._lexicon.terms_of(rest, _as_typed(tokenize(rest), unmarked))]
        folded = fold(without_provinces(text)).lower()
        terms = _issuer_is_soft(_named_offices(terms), text)
        excluded: list[Term] = []
        if (left_out := _EXCLUDED.search(folded)) is not None:
            start, end = left_out.span()
            left = [t for t in terms if start <= t.start < end]
            terms = [t for t in terms if t not in left]
            excluded = [t for t in left if t.is_concept or t.weight == 1.0]
            rest, folded = _blanked(rest, start, end), _blanked(folded, start, end)
        if (top := _TOP.search(folded)) is not None:
            terms = [t for t in terms if not (top.start() <= t.start < top.end() and t.key.isdigit())]
        terms = [t for t in terms if not (t.key in _NUMBER_WORDS and _HOW_MANY_REPORTS.match(folded, t.start))]
        operation = next((name for name, pattern in _OPERATIONS if pattern.search(folded)), None)
        unmarked_sum = _SUM_UNMARKED.match(folded) if spelled.words_changed else None
        if operation is None and (_SUM.search(text.lower()) or unmarked_sum):
            operation = "sum"
        if unmarked_sum is not None:  # "cong so" is to add up numbers here, no "công sở"
            terms = [t for t in terms if t.start >= unmarked_sum.end()]
        highest, lowest = _HIGHEST.search(folded), _LOWEST.search(folded)
        against_base = any(t.key in _BASE_YEARS for t in terms)
        compares = bool(_COMPARES.search(folded)) and not (against_base and not (slots.names_report or slots.documents))
        if against_base and operation == "change":
            operation = None
        if operation == "change" or compares:
            terms = [t for t in terms if fold(t.surface).lower() not in ("giam", "tang")]
        return Question(
            raw=raw,
            text=text,
            asked=(_named(terms, folded) if operation or compares else _without_slots(rest)) or text,
            restored=spelled.text if spelled.text.lower() != typed.lower() else None,
            folded=folded,
            terms=tuple(terms),
            slots=slots,
            wanted=next((name for name, pattern in _WANTED if pattern.search(folded)), "statement"),
            wants_percent=bool((_RATE if operation == "change" else _PERCENT).search(folded)),
            wants_count=bool(_COUNT.search(folded)),
            counts_things=bool(_COUNTED.search(folded)),
            operation=operation,
            compares=compares,
            superlative="min" if lowest else "max" if highest else None,
            top=int(next(g for g in top.groups() if g)) if top else None,
            negated=bool(_NEGATION.search(_YES_NO.sub("", folded))),
            excluded=tuple(excluded),
        )
