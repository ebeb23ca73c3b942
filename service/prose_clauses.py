"""What a clause says around a count, as terms: in the clause itself, beside it, before it, and over its section."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from corpus.model import Report
from service.check_rules import LEVELS, naming
from service.lexicon import Lexicon, Term
from service.prose_figures import EVENT, RATIO, Count, Prose, Sentence

_SUBJECT = re.compile(
    r"^\s*(?:(?:Chủ tịch|Thường trực|Văn phòng)\s+)?(?:UBND|HĐND|Ủy ban nhân dân|Hội đồng nhân dân)\s+tỉnh\b",
    re.IGNORECASE,
)
_ELSEWHERE = re.compile(
    r"sai phạm|khắc phục|kết luận|dự kiến|phấn đấu|mục tiêu|\blại\b|cùng kỳ|kỳ trước", re.IGNORECASE
)
_NOT_THE_PERIOD = re.compile(
    r"(?:^|[,;:])\s*(?:trong |tính )?(?:giai đoạn|nhiệm kỳ|l[ũu]y kế|luỹ kế|từ)\b|\btháng \d", re.IGNORECASE
)
_QUARTER = re.compile(r"\bquý\b", re.IGNORECASE)
_UNDONE = re.compile(r"\b(?:chưa|không)\b", re.IGNORECASE)
_YEAR = re.compile(r"(?<!so với )\bnăm (\d{4})\b", re.IGNORECASE)
_ONE_BODY = re.compile(
    r"\b(?:Sở|Cục|Chi cục|Phòng|Trung tâm|Ban Quản lý|[Hh]uyện|[Tt]hành phố|[Tt]hị xã|[Tt]hị trấn|[Xx]ã|[Pp]hường)"
    r"\s+[A-ZĐÀ-Ỹ]"
)


@dataclass(frozen=True, slots=True)
class Clause:
    """The naming terms around one count.

    `local` are those of the count's own clause, `beside` of the clauses before it up to a semicolon, `before` of the
    sentence's earlier parts, `title` of the section's heading, `topic` of what stands before a colon, `after` of what
    follows up to the semicolon where that counts nothing of its own.
    """

    count: Count
    local: frozenset[str]
    light: frozenset[str]
    beside: frozenset[str]
    before: frozenset[str]
    title: frozenset[str]
    topic: frozenset[str]
    after: frozenset[str]
    levels: frozenset[str]
    """The administrative levels named since the last count."""
    doer: bool
    """The clause names who did it, which may be one of several."""

    @property
    def context(self) -> frozenset[str]:
        return self.local | self.beside | self.before | self.title


class ClauseReader:
    """Reads the clauses of one report's prose."""

    def __init__(self, report: Report, prose: Prose, lexicon: Lexicon) -> None:
        self._metadata = report.metadata
        self._prose = prose
        self._lexicon = lexicon
        self.terms = cache(lexicon.terms)
        place = (report.metadata.issuer or "").removeprefix("UBND ")
        name = place.removeprefix("tỉnh ").removeprefix("thành phố ")
        self._place = re.compile("|".join(map(re.escape, (place, name)))) if name else None

    def naming(self, text: str) -> frozenset[str]:
        return frozenset(naming(self.terms(text)))

    def with_implied(self, keys: Iterable[str]) -> frozenset[str]:
        """The keys and what they are put together from or a kind of; not what is merely related."""
        found = set(keys)
        for key in tuple(found):
            found.update(self._lexicon.implies.get(key, ()), self._lexicon.broader.get(key, ()))
        return frozenset(found)

    def _everywhere(self, text: str) -> str:
        """Without the name of the place the whole report is about."""
        return self._place.sub(" ", text) if self._place else text

    def read(self, sentence: Sentence, count: Count, known: frozenset[str]) -> Clause | None:
        """The clause around a count, None where it says that its number is not the period's or the place's.

        Nor is there one where the clause names what is not `known`.
        """
        if count.group is not None or count.approximate or self._counts_elsewhere(count):
            return None
        lead = _SUBJECT.sub(" ", count.lead)
        terms: list[Term] = self._lexicon.terms(self._everywhere(f"{lead} ; {count.phrase}"))
        local = frozenset(naming(terms))
        if not local or not local <= known:
            return None
        words, part, piece = self._prose.words, count.part, count.piece
        peers = [c for c in sentence.counts if c.part == part]
        counted = max((c.piece[1] for c in peers if c.piece < piece), default=part[0])
        rest = words[piece[1] : part[1]]
        goes_on = not any(c.start >= piece[1] for c in peers) and not RATIO.search(rest)
        return Clause(
            count=count,
            local=local,
            light=frozenset(t.key for t in terms if t.weight < 1.0 and not t.is_concept),
            beside=self.naming(words[part[0] : piece[0]]),
            before=self.naming(words[sentence.start : part[0]]),
            title=self.naming(sentence.section.title) if sentence.section else frozenset(),
            topic=self.naming(words[sentence.start : part[0]].rpartition(":")[0]),
            after=self.naming(rest) if goes_on else frozenset(),
            levels=self.naming(words[counted : piece[0]]) & LEVELS - {"@ubnd_tinh"},
            doer=lead != count.lead,
        )

    def _counts_elsewhere(self, count: Count) -> bool:
        """Whether the clause says that its number is of one event, one office, another time, or not of what was done."""
        start, at = count.part[0], count.start
        lead = self._prose.words[start:at]
        text = self._everywhere(f"{lead} {count.phrase}")
        in_quarter = (self._metadata.period or "").startswith("Q")
        return bool(
            {int(year) for year in _YEAR.findall(text)} - {self._metadata.year}
            or any(mask == EVENT and word != " " for mask, word in zip(self._prose.masked[start:at], lead, strict=True))
            or _ELSEWHERE.search(text)
            or _NOT_THE_PERIOD.search(text)
            or _ONE_BODY.search(text)
            or _UNDONE.search(f"{count.lead} ; {count.phrase}")
            or (not in_quarter and _QUARTER.search(text))
        )
