"""Whether a text that a language model wrote may leave. What isn't shown to be right is taken for wrong.

A text is cut into claims at its markers: what stands before "[2]" is said of citation 2 and of nothing else. A claim of a
row states its value as it is printed, beside its unit and the words that tell the row from its parent, in the words of the
row and a closed list of words that say nothing by themselves; a claim of a passage is a piece of one of its sentences. So a
number in words, in other digits or of another report, and a sentence without its "không", have no way in.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from corpus.text import collapse, nfc
from service.schemas import Answer, Figure
from service.writer_context import is_stretch_of, number_stands_in, word_stands_in
from service.writer_sources import CitedReport, Source, without_phrases
from service.writer_words import (
    ABBREVIATIONS,
    EMPTY_WORDS,
    PHRASE,
    TELLING_WORDS,
    TURNING_WORDS,
    Token,
    tokens_of,
    words_of,
)

MOST_CHARACTERS = 4000
_PUNCTUATION = frozenset(" \n.,;:!?()[]“”\"'‘’…%/-–+=×")
_MARKERS = re.compile(r"\[[1-9]\d{0,3}\](?:\s?,?\s?\[[1-9]\d{0,3}\])*")
_MARKER = re.compile(r"\[(\d+)\]")
_BETWEEN = re.compile(r"[\s.,;:!?)”\"…]*")
_SENTENCE_END = re.compile(r"[.!?…][)”\"]?\s+\S")
_BARE_VALUE = re.compile(r"\d[\d.,]*%?")


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
    sources = {c.id: Source.of(c, answer, reports[c.report_id]) for c in answer.citations}
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


def _line(line: str, sources: Mapping[int, Source], answer: Answer, stated: dict[int, set[str]]) -> str | None:
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


def _heading(line: str, sources: Iterable[Source]) -> str | None:
    """A line like "Theo báo cáo 203/BC-UBND:" may go without a marker, for it says nothing else.

    It names what holds for all that is cited: whatever follows would be taken for the report that it names.
    """
    every, *others = (source.phrases for source in sources)
    phrases = [phrase for phrase in every if all(phrase in other for other in others)]
    for token in tokens_of(without_phrases(line, phrases)):
        if token.text != PHRASE and token.text not in EMPTY_WORDS:
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


def _without_calculation(claim: str, sources: Sequence[Source], answer: Answer) -> str:
    """The claim without the calculation, which may be said as it was made by a claim that cites all its operands."""
    made = answer.calculation
    if made is None or not {answer.figures[at].citation for at in made.figures} <= {s.citation.id for s in sources}:
        return claim
    printed = re.escape(f"{made.expression} = {made.result_text}")
    return re.sub(rf"(?<![\w.,/%+–=×-]){printed}(?![\w/%+–=×-]|[.,]\d|\s[%+/=×–-])", PHRASE, claim)


def _claim(claim: str, sources: Sequence[Source], answer: Answer) -> str | None:
    if not claim.strip():
        return "a marker without words"
    if "[" in claim or "]" in claim or "//" in claim:
        return "brackets or an address"
    if _SENTENCE_END.search(claim):
        return "a sentence without a marker"
    calculated = _without_calculation(claim, sources, answer)
    if calculated != claim:
        others = [token.text for token in tokens_of(calculated) if token.text not in EMPTY_WORDS]
        return None if others == [PHRASE] else "a calculation of something"
    tokens = tokens_of(without_phrases(claim, [phrase for source in sources for phrase in source.phrases]))
    figures = [source.figure for source in sources if source.figure is not None]
    if not figures:
        return _of_passages(tokens, sources)
    if len(sources) > 1:
        return "more than a row in one claim"
    return _of_row(tokens, sources[0], figures[0])


def _of_passages(tokens: Sequence[Token], sources: Sequence[Source]) -> str | None:
    passages = [passage for source in sources for passage in source.passages]
    if not any(is_stretch_of(passage, tokens) for passage in passages):
        return "not a piece of a sentence"
    return next((reason for at in range(len(tokens)) if (reason := _out_of_place(tokens, at, passages))), None)


def _of_row(tokens: Sequence[Token], source: Source, figure: Figure) -> str | None:
    stated = [at for at in range(len(tokens)) if _is_value(source, figure, tokens, at)]
    if len(stated) != 1:
        return f"figure {figure.value_text} stated {len(stated)} times"
    words = source.words | EMPTY_WORDS
    for at, token in enumerate(tokens):
        if token.text == PHRASE:
            after = tokens[at + 1].text if at + 1 < len(tokens) and not token.mark else PHRASE
            if after != PHRASE and after not in EMPTY_WORDS:
                return f"a name or a period before {after!r}"
        elif at not in stated and token.text not in words and not token.counts:
            return f"word {token.text!r}"
        elif at not in stated and (reason := _out_of_place(tokens, at, source.passages, source.wording)):
            return reason
    return "a denial left out" if _drops_a_denial(figure, tokens) else None


def _out_of_place(
    tokens: Sequence[Token], at: int, passages: Sequence[Sequence[Token]], wording: Sequence[Sequence[Token]] = ()
) -> str | None:
    """Why a number, a sign or a telling word may not stand where it does."""
    token = tokens[at]
    if token.counts:
        return None if number_stands_in(passages, tokens, at) else f"number {token.text}"
    if token.is_sign or token.text in TELLING_WORDS:
        return None if word_stands_in(wording or passages, tokens, at) else f"telling word {token.text!r}"
    return None


def _is_value(source: Source, figure: Figure, tokens: Sequence[Token], at: int) -> bool:
    """The row's value as it is printed, with nothing but its unit behind it, in a claim that names the row."""
    if not tokens[at].counts or not _names(source, figure, tokens):
        return False
    if not _BARE_VALUE.fullmatch(figure.value_text):
        return number_stands_in([tokens_of(figure.value_text)], tokens, at)
    percent = (figure.unit or "").strip() == "%"
    if tokens[at].text != (f"{figure.value_text.rstrip('%')}%" if percent else figure.value_text):
        return False
    if at and tokens[at - 1].counts:
        return False
    if at + 1 == len(tokens):
        return True
    if tokens[at].mark:
        return tokens[at + 1].text != PHRASE
    units = {tokens_of(unit)[0].text for unit in re.split(r"[,/]", figure.unit or "") if tokens_of(unit)}
    units |= {short for short, long in ABBREVIATIONS.items() if long.split()[0] in units}
    return tokens[at + 1].text in EMPTY_WORDS | units


def _names(source: Source, figure: Figure, tokens: Sequence[Token]) -> bool:
    """Whether the row is named so that no other row of the report is named as well."""
    own = words_of([figure.name]) - EMPTY_WORDS
    said = own & words_of([" ".join(token.text for token in tokens)])
    return bool(said or not own) and all(said - rival for rival in source.rivals if own - rival)


def _drops_a_denial(figure: Figure, tokens: Sequence[Token]) -> bool:
    """Whether the row's name, or the name of what it belongs to, is said without its "không" or "chưa"."""
    said = {token.text for token in tokens}
    own = words_of([figure.name])
    for text in figure.path:
        words = words_of([text])
        if words & TURNING_WORDS - said and (text == figure.name or (words - own - EMPTY_WORDS) & said):
            return True
    return False
