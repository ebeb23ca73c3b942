"""How long the encoder takes, beside the same model run plainly by sentence-transformers."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from rich.table import Table

from index.encoder import Encoder, OnnxEncoder
from index.encoder_recipe import MULTILINGUAL_E5_SMALL
from index.sentence_transformer_encoder import SentenceTransformerEncoder

ROOT = Path(__file__).parents[2]
QUESTIONS = ROOT / "tests/eval/seed.jsonl"
REPORT = ROOT / "corpus/reports/203-BC-UBND-son-la-2021-H1.md"
ASKED = 200
PASSAGE_CHARACTERS = 900


def measure(data_dir: Path) -> Table:
    directory = MULTILINGUAL_E5_SMALL.directory(data_dir)
    table = Table("encoder", "import", "query p50", "query p95", "passages/s", title="Encoder", title_justify="left")
    served, plain = _import_time("index.encoder"), _import_time("index.sentence_transformer_encoder")
    table.add_row("exported, 1 thread", served, *_figures(OnnxEncoder(directory, threads=1)))
    table.add_row("exported, 2 threads", served, *_figures(OnnxEncoder(directory, threads=2)))
    table.add_row("SentenceTransformer fp32", plain, *_figures(SentenceTransformerEncoder(str(directory))))
    return table


def _import_time(module: str) -> str:
    program = "import sys, time; t = time.perf_counter(); __import__(sys.argv[1]); print(time.perf_counter() - t)"
    command = [sys.executable, "-c", program, module]
    seconds = float(subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout.split()[-1])
    return f"{seconds:.2f} s"


def _figures(encoder: Encoder) -> tuple[str, str, str]:
    lines = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    questions = [line["question"] for line in lines if "question" in line][:ASKED]
    text = REPORT.read_text(encoding="utf-8")
    passages = [text[at : at + PASSAGE_CHARACTERS] for at in range(0, len(text), PASSAGE_CHARACTERS)]
    encoder.encode_query(questions[0])
    milliseconds = []
    for question in questions:
        start = time.perf_counter()
        encoder.encode_query(question)
        milliseconds.append(1000 * (time.perf_counter() - start))
    start = time.perf_counter()
    encoder.encode_passages(passages)
    speed = len(passages) / (time.perf_counter() - start)
    p50, p95 = np.percentile(milliseconds, [50, 95])
    return f"{p50:.1f} ms", f"{p95:.1f} ms", f"{speed:.1f}"
