"""What a text that a language model wrote may say of each citation: its words, its numbers' surroundings, its names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpus.periods import period_name
from corpus.text import collapse
from index.records import ReportRecord
from service.schemas import Answer, Citation, Figure
from service.writer_words import PHRASE, TURNING_WORDS, Token, tokens_of, words_of

_BRACKETS = re.compile(r"\s*\([^()]*\)")


@dataclass(frozen=True, slots=True)
class CitedReport:
    """What the check needs to know of a report: its names, its period, and what its rows are called."""

    record: ReportRecord
    row_names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """What one citation allows a claim to say."""

    citation: Citation
    figure: Figure | None
    words: frozenset[str]
    passages: tuple[Sequence[Token], ...]
    """The texts in which a number may be found within its surroundings, and a sentence word by word."""
    wording: tuple[Sequence[Token], ...]
    """The texts in which a denial or a sign may be found between its neighbours."""
    phrases: tuple[str, ...]
    """Names of the report and its period, which may be said as they are."""
    rivals: tuple[frozenset[str], ...]
    """The words of the report's other rows."""

    @classmethod
    def of(cls, citation: Citation, answer: Answer, report: CitedReport) -> Source:
        figure = next((f for f in answer.figures if f.citation == citation.id), None)
        phrases = _phrases(report.record)
        if figure is None:
            quote = without_phrases(citation.quote, phrases)
            passages = tuple(tokens_of(text) for text in dict.fromkeys((quote, _BRACKETS.sub(_left_out, quote))))
            return cls(citation, None, words_of([quote]), passages, passages, phrases, ())
        texts = [*figure.path, figure.note or "", figure.meaning or ""]
        if figure.value_kind == "choice":  # its unit and its quote name what was not chosen as well
            texts.append(figure.value_text)
            said = texts
        else:
            texts.append(figure.unit or "")
            said = [*texts, citation.quote]
        return cls(
            citation=citation,
            figure=figure,
            words=words_of([*said, citation.section_title or ""]),
            passages=tuple(tokens_of(text) for text in texts if text),
            wording=tuple(tokens_of(text) for text in said if text),
            phrases=phrases,
            rivals=tuple(words_of([name]) for name in report.row_names if name != figure.name),
        )


def _left_out(brackets: re.Match[str]) -> str:
    return brackets.group() if TURNING_WORDS & words_of([brackets.group()]) else ""


def _phrases(report: ReportRecord) -> tuple[str, ...]:
    about = report.metadata
    issuer = about.issuer or ""
    said = [about.number, issuer, issuer.removeprefix("UBND "), issuer.removeprefix("UBND tỉnh "), about.title]
    said.append(period_name(about.period, about.year))
    return tuple(sorted({collapse(phrase) for phrase in said if phrase}, key=len, reverse=True))


def without_phrases(claim: str, phrases: Iterable[str]) -> str:
    for phrase in phrases:
        claim = re.sub(rf"(?<![\w.,/%+–-]){re.escape(phrase)}(?![\w/%+–-]|[.,]\d)", PHRASE, claim, flags=re.I)
    return claim
