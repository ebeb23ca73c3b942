"""`cchc eval`: gold questions asked of the engine in this process, as typed, without diacritics and with typos.

Without a file it runs the sets of tests/eval, those that name several reports with the synthetic ones beside the sample
report, those of other offices with one report of theirs, the others with the sample report alone. Their indexes are kept under DATA/eval, so that the second run only asks.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from rich.table import Table

import corpus
from index.builder import Builder
from index.encoder import Encoder, load_encoder
from index.errors import IndexingError
from index.generation import open_current
from service.commands.console import console, fail
from service.context import Context
from service.engine import Engine
from service.evaluation import PHRASINGS, Ask, Evaluation, Scores, read_golds
from service.schemas import Answer
from service.settings import Settings

ROOT = Path(corpus.__file__).resolve().parent.parent
_SETS = {
    "seed": "seed", "hurried": "seed", "official": "seed", "personas": "seed", "multi": "multi", "several": "multi",
    "prose": "multi", "counts": "multi", "sums": "seed", "sums_several": "multi",
    "lao_cai": "lao-cai", "quang_binh": "quang-binh", "bac_giang": "bac-giang", "tra_vinh": "tra-vinh",
}  # fmt: skip
"""Each set of questions, and the index that it is asked of."""
_WIDE = 200
_SHOWN = (
    "figure", "passage_cited", "passage_said", "no_evidence", "clarify", "dialog", "derived", "compare", "false_refusals",
)  # fmt: skip


def evaluation_reports(name: str) -> list[Path]:
    """The reports that an evaluation index holds."""
    if name not in ("seed", "multi"):
        return sorted((ROOT / "tests/eval/forms").glob(f"*{name}*.docx"))
    sample = sorted((ROOT / "corpus/reports").glob("*.md"))
    return sample if name == "seed" else [*sample, *sorted((ROOT / "tests/eval/reports").glob("*.md"))]


def evaluation_engine(data_dir: Path, name: str, encoder: Encoder) -> Engine:
    """An engine over the reports of one evaluation set, indexed below the data directory when they aren't yet."""
    directory = data_dir / "eval" / name
    directory.mkdir(parents=True, exist_ok=True)
    Builder(directory, encoder).add(evaluation_reports(name))
    return Engine(open_current(directory, encoder), encoder)


def asker(engine: Engine) -> Ask:
    def ask(question: str, context: Context | None) -> tuple[Answer, Context]:
        return engine.ask(question, context=context)

    return ask


def evaluate(settings: Settings, file: Path | None) -> None:
    try:
        encoder = load_encoder(settings.data, settings.encoder)
        if file is not None:
            engine = Engine(open_current(settings.data, encoder), encoder)
            _report(_run(engine, read_golds(file), "as_typed"))
            return
        engines = {name: evaluation_engine(settings.data, name, encoder) for name in set(_SETS.values())}
    except IndexingError as error:
        fail(error.message)
    except (OSError, ValueError) as error:
        fail(f"Không đọc được bộ câu hỏi: {error}")
    table = Table("bộ", "phần", "cách gõ", *_SHOWN, "sai số liệu", "số lạc")
    for name, index in _SETS.items():
        for split in ("tune", "test"):
            golds = read_golds(ROOT / f"tests/eval/{name}.jsonl", split)
            for phrasing in PHRASINGS:
                scores = _run(engines[index], golds, phrasing)
                table.add_row(name, split, phrasing, *_cells(scores))
    if not console.is_terminal:  # a file takes what a narrow window would cut off
        console.width = _WIDE
    console.print(table)


def _run(engine: Engine, golds: list[dict[str, Any]], phrasing: str) -> Scores:
    text_of: Callable[[str], str] = engine.generation.text
    return Evaluation(asker(engine), text_of).run(golds, phrasing)


def _cells(scores: Scores) -> list[str]:
    summary = scores.summary()
    shares = [f"{summary[key]:.1%}" if key in summary else "" for key in _SHOWN]
    return [*shares, str(scores.outcomes["figure"]["wrong"]), str(scores.loose)]


def _report(scores: Scores) -> None:
    """The confusion list, then the shares."""
    for kind, outcome, said in scores.misses:
        console.print(f"✗ {kind} {outcome}: {said}", soft_wrap=True, markup=False)
    console.print_json(json.dumps(scores.summary(), ensure_ascii=False))
