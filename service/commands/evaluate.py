"""`cchc eval`: gold questions asked of the engine in this process, and the share answered as they should be."""

from __future__ import annotations

import json
from pathlib import Path

import corpus
from index.encoder import load_encoder
from index.errors import IndexingError
from index.generation import open_current
from service.commands.console import console, fail
from service.context import Context
from service.database import Database
from service.deletions import Deletions
from service.engine import Engine
from service.evaluation import Evaluation, read_golds
from service.schemas import Answer
from service.settings import Settings


def evaluate(settings: Settings, file: Path | None) -> None:
    path = file or Path(corpus.__file__).resolve().parent.parent / "tests" / "eval" / "seed.jsonl"
    try:
        golds = read_golds(path)
    except (OSError, ValueError) as error:
        fail(f"Không đọc được bộ câu hỏi {path}: {error}")
    try:
        encoder = load_encoder(settings.data, settings.encoder)
        generation = open_current(settings.data, encoder)
    except IndexingError as error:
        fail(error.message)
    engine = Engine(generation, encoder, hidden=Deletions(Database(settings.data)).hidden)

    def ask(question: str, context: Context | None) -> tuple[Answer, Context]:
        return engine.ask(question, context=context)

    scores = Evaluation(ask, generation.text).run(golds)
    for kind, question, said in scores.misses:
        console.print(f"✗ {kind}: {question}\n    {said}", soft_wrap=True)
    console.print(json.dumps(scores.summary(), ensure_ascii=False, indent=2))
