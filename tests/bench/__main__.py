"""`make bench`: the measurements that README quotes, with the machine they were taken on."""

from __future__ import annotations

import os
import platform
from pathlib import Path

from rich.console import Console

from tests.bench import encoder


def machine() -> str:
    cpu = next((line.split(":")[1].strip() for line in _cpu_lines() if line.startswith("model name")), "unknown CPU")
    return f"{cpu}, {os.cpu_count()} cores, Python {platform.python_version()}"


def _cpu_lines() -> list[str]:
    cpuinfo = Path("/proc/cpuinfo")
    return cpuinfo.read_text().splitlines() if cpuinfo.exists() else []


def main() -> None:
    console = Console()
    console.print(machine())
    console.print(encoder.measure(Path(os.environ.get("CCHC_DATA", "var"))))


if __name__ == "__main__":
    main()
