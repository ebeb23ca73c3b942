"""The last gate: no number leaves that isn't in what it cites, no marker without its citation, no quote that differs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from corpus.text import collapse
from service.schemas import Answer
from service.stages import stage

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_WHOLE_NUMBER = re.compile(rf"(?<![\d.,]){_NUMBER.pattern}")
_MARKER = re.compile(r"\[(\d+)\]")
_NOT_CLAIMS = re.compile(r"\[\d+\]|^\s*\d+[.)]\s", re.M)
_TAGS = re.compile(r"<[^>]+>|\*")


@stage("verify")
def violations(answer: Answer, text_of: Callable[[str], str]) -> list[str]:
    """What is wrong with an answer; empty for one that may leave."""
    found: list[str] = []
    for citation in answer.citations:
        if text_of(citation.report_id)[citation.start : citation.end] != citation.quote:
            found.append(f"quote {citation.id} differs from the text")
    ids = [citation.id for citation in answer.citations]
    markers = {int(marker) for marker in _MARKER.findall(answer.answer)}
    if len(set(ids)) != len(ids) or not markers <= set(ids):
        found.append("marker without its citation")
    if answer.status == "answered" and not markers:
        found.append("an answer without citations")
    for figure in answer.figures:
        if answer.status != "clarify" and figure.citation not in ids:
            found.append(f"figure {figure.row} isn't cited")
    if answer.status != "no_evidence":
        cited = set(_WHOLE_NUMBER.findall(_pool(answer)))
        for number in _NUMBER.findall(_NOT_CLAIMS.sub(" ", answer.answer)):
            if number not in cited:
                found.append(f"number {number} stands in no citation")
    return found


def _pool(answer: Answer) -> str:
    parts: list[str] = []
    for c in answer.citations:
        parts.append(f"{c.quote} {c.report_number} {c.report_title} {c.section} {c.section_title} {c.page}")
    if answer.calculation:
        parts.append(answer.calculation.model_dump_json())
    parts.append(json.dumps([f.model_dump() for f in answer.figures], ensure_ascii=False))
    return collapse(_TAGS.sub("", " ".join(parts)))
