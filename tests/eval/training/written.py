"""Rows and sentences that were written together with questions about them, unlike any report's: for reading, not by heart.

`row_groups.jsonl` and `prose_groups.jsonl` hold some ten rows of one form, or sentences of one section, that are easily taken for each
other, and questions that one of them answers or none. Their writers saw neither the gold questions nor the reports of `forms/`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from index.readings import BELOW, sentence_text
from index.records import Indicator
from service.engine import Engine
from service.reader import SENTENCE, TITLE, Passage, row_passage

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Written:
    """A question as the service reads it, what competes for it, and the position of the right one (None: none is)."""

    asked: str
    candidates: tuple[Passage, ...]
    right: int | None
    is_prose: bool


def written(engine: Engine) -> list[Written]:
    """All of them; `engine` reads the questions as it reads any."""
    return [*_read(engine, "row_groups.jsonl", False), *_read(engine, "prose_groups.jsonl", True)]


def _read(engine: Engine, name: str, is_prose: bool) -> Iterator[Written]:
    for line in (_HERE / name).read_text("utf-8").splitlines():
        group = json.loads(line)
        if is_prose:
            candidates = tuple(_sentence(group["title"], sentence) for sentence in group["sentences"])
        else:
            candidates = tuple(row_passage(_row(row["path"], row["unit"])) for row in group["rows"])
        for question in group["questions"]:
            yield Written(engine.understand(question["q"]).asked, candidates, question["right"], is_prose)


def _sentence(title: str, sentence: str) -> Passage:
    return Passage(sentence_text(title, sentence), ((0, TITLE), (len(title) + len(BELOW), SENTENCE)))


def _row(path: list[str], unit: str | None) -> Indicator:
    return Indicator(0, path[-1], tuple(path), unit)
