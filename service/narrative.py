"""Whole sections as answers: "những hạn chế là gì" wants every point of that section, in the report's order."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from corpus.model import Section, Span
from corpus.reading import read
from corpus.text import fold
from index.generation import Generation
from service.lexicon import Lexicon, Term
from service.passages import says
from service.stages import stage
from service.understand import Question

# What a question about a section says without narrowing it: the reform itself, and that something was set out.
_NOISE = frozenset({"@cchc", "@ke_hoach_cchc", "@de_ra", "@cai_cach"})
_MAX_POINTS = 14


@dataclass(frozen=True, slots=True)
class Point:
    """One paragraph of a section: reading text and its verbatim span."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class SectionAnswer:
    section: Section
    points: tuple[Point, ...]
    narrowed: bool
    """Whether only the points on a named topic were kept."""


@dataclass(frozen=True, slots=True)
class _Heading:
    section: Section
    keys: frozenset[str]
    naming: frozenset[str]


class SectionFinder:
    """Matches questions against the titles of a report's outline."""

    def __init__(self, generation: Generation, lexicon: Lexicon) -> None:
        self._generation = generation
        self._lexicon = lexicon
        self._headings = lru_cache(maxsize=256)(self._read_headings)

    def _read_headings(self, report_id: str) -> tuple[_Heading, ...]:
        found: list[_Heading] = []
        for section in self._generation.sections(report_id):
            if section.kind != "section" or section.title.endswith("…"):
                continue
            title = re.sub(r"^\s*(?:[IVX]+|\d+(?:\.\d+)*)[.)]?\s*", "", section.title)
            title = title if not title.isupper() else title.lower()
            terms = self._lexicon.terms(re.sub(r"\b20\d\d\b", " ", title))
            naming = frozenset(t.key for t in terms if t.weight == 1.0 and not t.key.isdigit()) - _NOISE
            if naming and len(naming) <= 6:
                found.append(_Heading(section, frozenset(self._lexicon.closure(naming)), naming))
        return tuple(found)

    @stage("passages")
    def find(self, question: Question, report_id: str, required: Sequence[str] = ()) -> SectionAnswer | None:
        """The section whose title the question names, with the points on what else it names; None when there is none.

        The title must be said nearly in full, and everything else that is named must stand in the points kept.
        `required` are literal pieces (folded) that the title must hold.
        """
        headings = self._headings(report_id)
        by_id = {h.section.id: h for h in headings}
        said_terms = [t for t in question.naming if t.key not in _NOISE and not t.key.isdigit()]
        said = set(self._lexicon.closure(t.key for t in said_terms))
        said.update(f"~{fold(t.key)}" for t in said_terms if not t.is_concept)
        fitting: list[tuple[float, _Heading, list[Term]]] = []
        for heading in headings:
            title = fold(heading.section.title).lower()
            if not all(says(title, piece) for piece in required):
                continue
            hit = sum(
                1 for key in heading.naming if key in said or (f"~{fold(key)}" in said and not key.startswith("@"))
            )
            if not hit:
                continue
            keys = heading.keys | self._above(heading, by_id)
            left = [t for t in said_terms if t.key not in keys and not self._folded_in(t, keys)]
            score = (
                hit / len(heading.naming) - 0.25 * len(left) / max(1, len(said_terms)) + 0.02 * heading.section.level
            )
            if question.wanted == "reason" and "@nguyen_nhan" in heading.naming:
                score += 0.5
            if hit / len(heading.naming) >= 0.5:
                fitting.append((score, heading, left))
        for _, heading, left in sorted(fitting, key=lambda item: -item[0]):
            points = self.points(heading.section, report_id)
            kept = [p for p in points if self._speaks_of(p, left)] if left else points
            if kept:
                return SectionAnswer(heading.section, tuple(kept[:_MAX_POINTS]), bool(left))
        return None

    def _above(self, heading: _Heading, by_id: dict[str, _Heading]) -> frozenset[str]:
        """What the titles above a section say: "nguyên nhân" stands below "Tồn tại, hạn chế và nguyên nhân"."""
        parent = by_id.get(heading.section.parent or "")
        return parent.keys | self._above(parent, by_id) if parent is not None else frozenset()

    def _folded_in(self, term: Term, keys: frozenset[str]) -> bool:
        return not term.is_concept and any(fold(key) == fold(term.key) for key in keys if not key.startswith("@"))

    def _speaks_of(self, point: Point, terms: Sequence[Term]) -> bool:
        present = self._lexicon.terms(point.text)
        keys = set(self._lexicon.closure(t.key for t in present)) | {
            f"~{fold(t.key)}" for t in present if not t.is_concept
        }
        return all(t.key in keys or (not t.is_concept and f"~{fold(t.key)}" in keys) for t in terms)

    def points(self, section: Section, report_id: str) -> list[Point]:
        """The paragraphs of a section below its heading, those of its subsections included."""
        text = self._generation.text(report_id)
        start = section.heading.end if section.heading.end < section.span.end else section.span.start
        if not text[start : section.span.end].strip():
            start = section.span.start
        reading = read(text, Span(start, section.span.end))
        found: list[Point] = []
        for match in re.finditer(r"[^\n]+", reading.text):
            if len(match.group(0)) >= 25:
                found.append(Point(match.group(0).strip(), reading.span(match.start(), match.end())))
        return found
