"""What a generation says about itself, and whether its files are still what they were."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from corpus.report import PARSER_VERSION
from index.catalogue_schema import SCHEMA_VERSION
from index.chunks import CHUNKER_VERSION
from index.errors import GenerationDamaged
from index.layout import MANIFEST, SEAL

_LIBRARIES = ("faiss-cpu", "tantivy", "numpy", "langchain-text-splitters")


class FileEntry(BaseModel):
    model_config = ConfigDict(frozen=True)

    size: int
    sha256: str


class Counts(BaseModel):
    """`deleted` counts passages of removed reports that the lexical index still counts words of."""

    model_config = ConfigDict(frozen=True)

    reports: int
    passages: int
    rows: int
    indicators: int
    deleted: int = 0


class Manifest(BaseModel):
    model_config = ConfigDict(frozen=True)

    generation: str
    created_at: str
    encoder: str
    encoder_fingerprint: str
    dimension: int
    parser: str = PARSER_VERSION
    chunker: str = CHUNKER_VERSION
    schema_version: str = SCHEMA_VERSION
    libraries: dict[str, str]
    counts: Counts
    files: dict[str, FileEntry]

    @property
    def is_of_this_version(self) -> bool:
        """Whether this version of the product, with whichever encoder, would write the same."""
        written_by = (self.parser, self.chunker, self.schema_version)
        return written_by == (PARSER_VERSION, CHUNKER_VERSION, SCHEMA_VERSION)

    def is_current(self, encoder_fingerprint: str) -> bool:
        """Whether this version of the product, with this encoder, would write the same."""
        written_by = (self.parser, self.chunker)
        return self.has_vectors_of(encoder_fingerprint) and written_by == (PARSER_VERSION, CHUNKER_VERSION)

    def has_vectors_of(self, encoder_fingerprint: str) -> bool:
        """Whether its vectors are this encoder's, and its tables those of this version."""
        return (self.encoder_fingerprint, self.schema_version) == (encoder_fingerprint, SCHEMA_VERSION)


def library_versions() -> dict[str, str]:
    return {name: version(name) for name in _LIBRARIES}


def describe_files(directory: Path) -> dict[str, FileEntry]:
    """Size and checksum of each file of a generation."""
    names = sorted(p.relative_to(directory).as_posix() for p in directory.rglob("*") if p.is_file())
    names = [n for n in names if n not in (MANIFEST, SEAL) and not n.endswith(".lock")]
    with ThreadPoolExecutor() as pool:
        digests = pool.map(lambda name: _sha256(directory / name), names)
    return {n: FileEntry(size=(directory / n).stat().st_size, sha256=d) for n, d in zip(names, digests, strict=True)}


def write_manifest(directory: Path, manifest: Manifest) -> None:
    data = manifest.model_dump_json(indent=1).encode()
    (directory / MANIFEST).write_bytes(data)
    (directory / SEAL).write_text(_seal(data))


def read_manifest(directory: Path) -> Manifest:
    """
    Raises:
        GenerationDamaged: the manifest is missing or not what was written.
    """
    try:
        data = (directory / MANIFEST).read_bytes()
        sealed = (directory / SEAL).read_bytes()
        if sealed != _seal(data).encode():
            raise _damaged(directory, MANIFEST)
        return Manifest.model_validate_json(data)
    except (OSError, ValidationError) as error:
        raise _damaged(directory, MANIFEST) from error


def check_files(directory: Path, manifest: Manifest, checksums: bool = True) -> None:
    """
    Raises:
        GenerationDamaged: a file is missing, or has another size or checksum than the manifest says.
    """
    for name, entry in manifest.files.items():
        path = directory / name
        if not path.is_file() or path.stat().st_size != entry.size:
            raise _damaged(directory, name)
    if checksums:
        found = describe_files(directory)
        for name, entry in manifest.files.items():
            if found[name] != entry:
                raise _damaged(directory, name)


def _damaged(directory: Path, name: str) -> GenerationDamaged:
    return GenerationDamaged(
        f"Chỉ mục {directory.name} bị hỏng: tệp {name} thiếu hoặc đã bị thay đổi. "
        "Hãy chạy `cchc rollback` để dùng bản trước, hoặc `cchc index --rebuild` để lập lại."
    )


def _seal(data: bytes) -> str:
    return f"{hashlib.sha256(data).hexdigest()}  {MANIFEST}\n"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
