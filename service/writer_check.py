"""Whether a text that a language model wrote may leave. What isn't shown to be right is taken for wrong.

A text is cut into claims at its markers: what stands before "[2]" is said of citation 2 and of nothing else. A claim may
use the words of what it cites and a closed list of words that say nothing by themselves, so that a number in words, in
other digits or in another report's name has no way in. A printed number must stand in the citation as it is printed:
a row's value beside its unit and the words that tell the row from its parent, any other number within the words that
surround it there.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus.periods import period_name
from corpus.text import collapse, nfc
from index.records import ReportRecord
from service.schemas import Answer, Citation, Figure
from service.writer_words import ABBREVIATIONS, EMPTY_WORDS, TELLING_WORDS, Token, tokens_of, words_of

MOST_CHARACTERS = 4000
_PUNCTUATION = frozenset(" \n.,;:!?()[]“”\"'‘’…%/-–+=×")
_MARKERS = re.compile(r"\[[1-9]\d{0,3}\](?:\s?,?\s?\[[1-9]\d{0,3}\])*")
_MARKER = re.compile(r"\[(\d+)\]")
_BETWEEN = re.compile(r"[\s.,;:!?)”\"…]*")
_SENTENCE_END = re.compile(r"[.!?…][)”\"]?\s+\S")
_BARE_VALUE = re.compile(r"\d[\d.,]*%?")
_PHRASE = "\x00"  # stands for a name or a date of the cited report, or for the calculation
_LEFT, _AROUND = 3, 5


@dataclass(frozen=True, slots=True)
class CitedReport:
    """What the check needs to know of a report: its names and dates, and what its rows are called."""

    record: ReportRecord
    row_names: tuple[str, ...]


def tidied(text: str) -> str:
    """The text as it would be sent: without emphasis, heading marks and empty lines. This is what is checked."""
    lines = (collapse(line.replace("*", "").lstrip("# ")) for line in nfc(text).strip().splitlines())
    return "\n".join(line for line in lines if line)


def objection(text: str, answer: Answer, reports: Mapping[str, CitedReport]) -> str | None:
    """The first reason why `text` may not take the place of `answer.answer`; None if there is none.

    Args:
        text: as `tidied` gives it.
        reports: the cited reports by their ids.
    """
    if not text or len(text) > MOST_CHARACTERS:
        return "empty or too long"
    if strange := next((c for c in text if not _plain(c)), None):
        return f"character {strange!r}"
    sources = {c.id: _Source.of(c, answer, reports[c.report_id]) for c in answer.citations}
    stated: dict[int, set[str]] = {}
    for line in text.split("\n"):
        line = line.removeprefix("- ")
        reason = _line(line, sources, answer, stated)
        if reason is not None:
            return reason
    return _left_out(answer, stated)


def _plain(char: str) -> bool:
    if char in _PUNCTUATION or char in "0123456789":
        return True
    return char.isalpha() and unicodedata.name(char, "").startswith(("LATIN SMALL LETTER", "LATIN CAPITAL LETTER"))


def _line(line: str, sources: Mapping[int, _Source], answer: Answer, stated: dict[int, set[str]]) -> str | None:
    if line.endswith(":") and not _MARKER.search(line):
        return _heading(line, sources.values())
    start = 0
    for group in _MARKERS.finditer(line):
        cited = [int(ident) for ident in _MARKER.findall(group.group())]
        if not set(cited) <= sources.keys():
            return f"marker {group.group()} without its citation"
        claim = _BETWEEN.sub("", line[start : group.start()], count=1)
        start = group.end()
        if reason := _claim(claim, [sources[ident] for ident in cited], answer):
            return reason
        for ident in cited:
            stated.setdefault(ident, set()).update(token.text for token in tokens_of(claim))
    return None if _BETWEEN.fullmatch(line, start) else "words that no marker follows"


def _heading(line: str, sources: Iterable[_Source]) -> str | None:
    """A line like "Theo báo cáo 203/BC-UBND:" may go without a marker, for it says nothing else."""
    phrases = sorted({phrase for source in sources for phrase in source.phrases}, key=len, reverse=True)
    for token in tokens_of(_without_phrases(line, phrases)):
        if token.text != _PHRASE and token.text not in EMPTY_WORDS:
            return f"heading says {token.text!r}"
    return None


def _left_out(answer: Answer, stated: Mapping[int, set[str]]) -> str | None:
    """Which figures are stated was decided before: none may be missing."""
    for figure in answer.figures:
        values = {token.text for token in tokens_of(figure.value_text) if token.counts}
        if not values <= stated.get(figure.citation or 0, set()) or figure.citation not in stated:
            return f"figure {figure.value_text} left out"
    if answer.calculation is not None:
        operands = [answer.figures[at].citation or 0 for at in answer.calculation.figures]
        results = {token.text for token in tokens_of(answer.calculation.result_text) if token.counts}
        if not all(results <= stated.get(operand, set()) for operand in operands):
            return "result left out"
    return None if stated else "no marker"


@dataclass(frozen=True, slots=True)
class _Source:
    """What one citation allows a claim to say."""

    citation: Citation
    figure: Figure | None
    words: frozenset[str]
    passages: tuple[Sequence[Token], ...]
    """The texts in which a number may be found within its surroundings."""
    phrases: tuple[str, ...]
    """Names and dates of the report, which may be said as they are."""
    rivals: tuple[frozenset[str], ...]
    """The words of the report's other rows."""

    @classmethod
    def of(cls, citation: Citation, answer: Answer, report: CitedReport) -> _Source:
        figure = next((f for f in answer.figures if f.citation == citation.id), None)
        if figure is not None:
            texts = [*figure.path, figure.note or "", figure.unit or "", figure.meaning or ""]
        else:
            texts = [citation.quote] if citation.kind == "passage" else []
        names = report.row_names if figure is not None else ()
        return cls(
            citation=citation,
            figure=figure,
            words=words_of([*texts, citation.quote, citation.section_title or ""]),
            passages=tuple(tokens_of(text) for text in texts if text),
            phrases=_phrases(report.record),
            rivals=tuple(words_of([name]) for name in names if figure is not None and name != figure.name),
        )


def _phrases(report: ReportRecord) -> tuple[str, ...]:
    about = report.metadata
    issuer = about.issuer or ""
    said = [about.number, issuer, issuer.removeprefix("UBND "), issuer.removeprefix("UBND tỉnh "), about.title]
    said.append(period_name(about.period, about.year))
    if about.year:
        said.append(f"năm {about.year}")
    if about.signed_on:
        said.append(f"ngày {about.signed_on:%d/%m/%Y}")
    return tuple(sorted({collapse(phrase) for phrase in said if phrase}, key=len, reverse=True))


def _without_phrases(claim: str, phrases: Iterable[str]) -> str:
    for phrase in phrases:
        claim = re.sub(rf"(?<![\w.,/%+–-]){re.escape(phrase)}(?![\w/%+–-]|[.,]\d)", _PHRASE, claim, flags=re.I)
    return claim


def _without_calculation(claim: str, sources: Sequence[_Source], answer: Answer) -> str:
    """A calculation may be said as it was made, with its result, by a claim that cites all its operands."""
    made = answer.calculation
    if made is None or not {answer.figures[at].citation for at in made.figures} <= {s.citation.id for s in sources}:
        return claim
    printed = re.escape(f"{made.expression} = {made.result_text}")
    return re.sub(rf"(?<![\w.,/%+–=×-]){printed}(?![\w/%+–=×-]|[.,]\d|\s[%+/=×–-])", _PHRASE, claim)


def _claim(claim: str, sources: Sequence[_Source], answer: Answer) -> str | None:
    if not claim.strip():
        return "a marker without words"
    if "[" in claim or "]" in claim or "//" in claim:
        return "brackets or an address"
    if _SENTENCE_END.search(claim):
        return "a sentence without a marker"
    claim = _without_calculation(claim, sources, answer)
    tokens = tokens_of(_without_phrases(claim, [phrase for source in sources for phrase in source.phrases]))
    words = frozenset().union(*(source.words for source in sources)) | EMPTY_WORDS
    for at, token in enumerate(tokens):
        if token.text == _PHRASE:
            after = tokens[at + 1].text if at + 1 < len(tokens) and not token.mark else _PHRASE
            if after != _PHRASE and after not in EMPTY_WORDS:
                return f"a name or a date before {after!r}"
        elif token.counts:
            alone = len(sources) == 1
            if not any((alone and _is_value(s, tokens, at)) or _stands_in(s.passages, tokens, at) for s in sources):
                return f"number {token.text}"
        elif token.text not in words:
            return f"word {token.text!r}"
        elif token.text in TELLING_WORDS and not any(_tells(source, tokens, at) for source in sources):
            return f"telling word {token.text!r}"
    return None


def _is_value(source: _Source, tokens: Sequence[Token], at: int) -> bool:
    """The row's value as it is printed, with nothing but its unit behind it, in a claim that names the row."""
    figure = source.figure
    if figure is None or not _names(source, tokens):
        return False
    if not _BARE_VALUE.fullmatch(figure.value_text):
        return _stands_in([tokens_of(figure.value_text)], tokens, at)
    percent = (figure.unit or "").strip() == "%"
    if tokens[at].text != (f"{figure.value_text.rstrip('%')}%" if percent else figure.value_text):
        return False
    if at and tokens[at - 1].counts:
        return False
    if at + 1 == len(tokens) or tokens[at].mark:
        return True
    units = {tokens_of(unit)[0].text for unit in re.split(r"[,/]", figure.unit or "") if tokens_of(unit)}
    units |= {short for short, long in ABBREVIATIONS.items() if long.split()[0] in units}
    return tokens[at + 1].text in EMPTY_WORDS | units | {_PHRASE}


def _names(source: _Source, tokens: Sequence[Token]) -> bool:
    """Whether the row is named so that no other row of the report is named as well."""
    assert source.figure is not None
    own = words_of([source.figure.name]) - EMPTY_WORDS
    said = own & words_of([" ".join(token.text for token in tokens)])
    return bool(said or not own) and all(said - rival for rival in source.rivals if own - rival)


def _stands_in(passages: Iterable[Sequence[Token]], tokens: Sequence[Token], at: int) -> bool:
    """Whether a passage has the number among the same words: three before it, and five in all.

    Where the passage's sentence begins or ends before that, so may the claim.
    """
    for passage in passages:
        for place, token in enumerate(passage):
            if token.text == tokens[at].text:
                before = _same(_before(passage, place)[:_LEFT], _before(tokens, at))
                after = _after(passage, place)
                wanted = max(_AROUND - _LEFT, _AROUND - len(_before(passage, place)[:_LEFT]))
                if before and _same(after[:wanted], _after(tokens, at)):
                    return True
    return False


def _before(tokens: Sequence[Token], at: int) -> list[str]:
    """The words before a place in its sentence, the nearest first."""
    found: list[str] = []
    for token in reversed(tokens[:at]):
        if token.ends_sentence:
            break
        found.append(token.text)
    return found


def _after(tokens: Sequence[Token], at: int) -> list[str]:
    found: list[str] = []
    for token, following in pairwise(tokens[at:]):
        if token.ends_sentence:
            break
        found.append(following.text)
    return found


def _same(wanted: Sequence[str], found: Sequence[str]) -> bool:
    return list(wanted) == list(found[: len(wanted)])


def _tells(source: _Source, tokens: Sequence[Token], at: int) -> bool:
    """Whether the source has the word between the same two words."""
    for passage in (*source.passages, tokens_of(source.citation.quote)):
        for place, token in enumerate(passage):
            if (
                token.text == tokens[at].text
                and _same(_before(passage, place)[:1], _before(tokens, at))
                and _same(_after(passage, place)[:1], _after(tokens, at))
            ):
                return True
    return False
