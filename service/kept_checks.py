"""The checks of a report, made once, when it is indexed: holding its prose against its appendix takes longer than a question.

They lie beside what else is kept of the report (`$CCHC_DATA/reports/<sha256>/`), one file for each state of the rules.
A file that is missing or damaged costs the time of making them again, no more.
"""

from __future__ import annotations

import gzip
import hashlib
import zlib
from functools import cache
from importlib import resources
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from corpus.model import Metadata, Report
from service.checks import Check, check_report
from service.lexicon import lexicon

_CHECKS: TypeAdapter[tuple[Check, ...]] = TypeAdapter(tuple[Check, ...])
_RULES = (("corpus", ""), ("corpus", "data"), ("service", ""), ("service", "data"))
"""Where the code and the words lie that decide what the checks of a report are."""


def keep_checks(report: Report, directory: Path) -> None:
    """Make a report's checks and put them beside what is kept of it, in place of those of other rules."""
    path = _path(directory, report.metadata)
    for other in directory.glob("checks.*"):
        if other != path:
            other.unlink()
    if kept_checks(directory, report.metadata) is None:
        path.write_bytes(gzip.compress(_CHECKS.dump_json(check_report(report, lexicon())), 6, mtime=0))


def kept_checks(directory: Path, metadata: Metadata) -> tuple[Check, ...] | None:
    """The checks of the report that is kept here, as it was read, with what it or an operator says of its period."""
    try:
        return _CHECKS.validate_json(gzip.decompress(_path(directory, metadata).read_bytes()))
    except (OSError, EOFError, zlib.error, ValidationError):
        return None


def _path(directory: Path, metadata: Metadata) -> Path:
    name = hashlib.sha256(f"{rules()}\n{metadata!r}".encode()).hexdigest()[:16]
    return directory / f"checks.{name}.json.gz"


@cache
def rules() -> str:
    """A fingerprint of code and words: checks that other rules have made are not these."""
    digest = hashlib.sha256()
    for package, directory in _RULES:
        files = (
            f
            for f in resources.files(package).joinpath(directory).iterdir()
            if f.name.endswith((".py", ".toml", ".txt"))
        )
        for file in sorted(files, key=lambda f: f.name):
            digest.update(f"{file.name}\n".encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()
