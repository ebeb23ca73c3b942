"""Writes synthetic reports: `python -m tests.eval.synthetic OUT_DIR N [SEED]`, or the fixed ones without N."""

import sys
from pathlib import Path

from tests.eval.synthetic import FIXED, file_name, generate, markdown


def main(out_dir: str, n: str | None = None, seed: str = "0") -> None:
    if n is not None:
        generate(Path(out_dir), int(n), int(seed))
        return
    for spec in FIXED:
        (Path(out_dir) / file_name(spec)).write_text(markdown(spec), encoding="utf8")


if __name__ == "__main__":
    main(*sys.argv[1:])
