"""`make profile`: where an ask and an indexing run spend their time, by whose code it is spent in.

    python -m tests.bench.profile OUT_DIR

writes `ask.prof` and `index.prof` (for pstats or snakeviz) and prints the parts of each, the largest first.
"""

from __future__ import annotations

import cProfile
import os
import pstats
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from index.builder import Builder
from index.encoder import Encoder, load_encoder
from index.generation import open_current
from service.engine import Engine
from tests.bench import corpus, questions

_REPORTS = 30
_SHOWN = 14
_ROOMS = re.compile(r"/(corpus|index|service)/([\w/]+)\.py$")
_NATIVE = (
    ("onnxruntime", "the encoder (onnxruntime)"), ("tantivy", "tantivy"), ("swigfaiss", "faiss"), ("faiss", "faiss"),
    ("sqlite3", "SQLite"), ("posix.fsync", "the disk (fsync)"), ("re.Pattern", "regular expressions"),
    ("tokenizers", "the tokenizer"), ("zlib", "compression"), ("unicodedata", "Unicode"), ("numpy", "numpy"),
)  # fmt: skip


def main(out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    installed = Path(os.environ.get("CCHC_DATA", "var")).resolve()
    encoder = load_encoder(installed, None)
    console = Console(width=120)
    with tempfile.TemporaryDirectory() as home:
        files = corpus.write(Path(home) / "files", _REPORTS)
        builder = Builder(Path(home) / "data", encoder)
        builder.add(files[:-5])
        _profile(console, out / "index.prof", "Five new reports", lambda: [builder.add([file]) for file in files[-5:]])
        _profile(console, out / "ask.prof", "Questions never asked before", _asking(Path(home) / "data", encoder))


def _asking(data: Path, encoder: Encoder) -> Callable[[], object]:
    engine = Engine(open_current(data, encoder), encoder)
    asked = [question for some in questions.gold().values() for question in some]
    engine.ask(asked[0])
    return lambda: [engine.ask(question) for question in asked[1:]]


def _profile(console: Console, file: Path, title: str, run: Callable[[], object]) -> None:
    profile = cProfile.Profile()
    profile.runcall(run)
    profile.dump_stats(file)
    parts: Counter[str] = Counter()
    stats: dict[tuple[str, int, str], tuple[int, int, float, float, object]] = pstats.Stats(str(file)).stats  # type: ignore[attr-defined]
    for (path, _, name), (_, _, own, _, _) in stats.items():
        parts[_part(path, name)] += own
    whole = sum(parts.values())
    table = Table("where", "seconds", "share", title=f"{title} ({file.name})", title_justify="left")
    for part, seconds in parts.most_common(_SHOWN):
        table.add_row(part, f"{seconds:.2f}", f"{seconds / whole:.0%}")
    console.print(table)


def _part(path: str, name: str) -> str:
    if (ours := _ROOMS.search(path)) is not None:
        return f"{ours.group(1)}/{ours.group(2)}.py"
    return next((part for word, part in _NATIVE if word in path or word in name), "the rest")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
