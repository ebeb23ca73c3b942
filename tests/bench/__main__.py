"""`make bench`: the measurements that README quotes, with the machine they were taken on.

    python -m tests.bench --sizes 1,10,100 --clients 1,2,8,32 --seconds 5

The corpus grows from one size to the next in one data directory, which is kept with --home and deleted otherwise.
"""

from __future__ import annotations

import argparse
import os
import platform
import tempfile
from pathlib import Path

from rich.console import Console

from index.encoder import OnnxEncoder, load_encoder
from tests.bench.corpus import ALL
from tests.bench.encoder import measure
from tests.bench.report import Bench


def machine() -> str:
    cpu = next((line.split(":")[1].strip() for line in _cpu_lines() if line.startswith("model name")), "unknown CPU")
    load = os.getloadavg()[0]
    return f"{cpu}, {os.cpu_count()} cores, Python {platform.python_version()}; load when started {load:.1f}"


def _cpu_lines() -> list[str]:
    cpuinfo = Path("/proc/cpuinfo")
    return cpuinfo.read_text().splitlines() if cpuinfo.exists() else []


def _numbers(text: str) -> list[int]:
    return [int(part) for part in text.split(",") if part]


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--sizes", type=_numbers, default=[1, 10, 100], help=f"numbers of reports, up to {ALL}")
    parser.add_argument("--clients", type=_numbers, default=[1, 2, 8, 32])
    parser.add_argument("--seconds", type=float, default=5.0, help="of each measurement of load")
    parser.add_argument("--home", type=Path, help="where the corpus is made and kept")
    parser.add_argument("--postgres", action="store_true", help="measure the last size in PostgreSQL, too")
    parser.add_argument("--no-encoder", action="store_true", help="leave out the encoder's own table")
    parser.add_argument("--no-peer", action="store_true", help="leave out the plain retriever")
    wanted = parser.parse_args()
    console = Console(width=140)
    console.print(machine())
    installed = Path(os.environ.get("CCHC_DATA", "var")).resolve()
    if not wanted.no_encoder:
        console.print(measure(installed))
    with tempfile.TemporaryDirectory() as temporary:
        home = wanted.home or Path(temporary)
        (home / "data").mkdir(parents=True, exist_ok=True)
        if not (home / "data/encoder").exists():
            (home / "data/encoder").symlink_to((installed / "encoder").resolve())
        encoder = load_encoder(installed, None)
        assert isinstance(encoder, OnnxEncoder)
        bench = Bench(console, encoder, home, wanted.clients, wanted.seconds)
        for size in wanted.sizes:
            bench.size(size)
        if not wanted.no_peer:
            bench.peer()
        if wanted.postgres:
            from tests.bench import scale_out

            console.print(scale_out.measure(home / "data", load_encoder(installed, None)))


if __name__ == "__main__":
    main()
