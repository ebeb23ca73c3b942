"""A report's file on its way in: to disk under a name of ours, hashed on the way, and refused early if nothing reads it."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from corpus.errors import UnreadableReport
from corpus.readers import sniff
from corpus.text import nfc
from service.errors import Conflict, NotReady, ReportUnreadable, ServiceError, TooLarge, UnsupportedFormat
from service.jobs import Job

_CHUNK = 1 << 20
_NAME_LIMIT = 200
_UNSUPPORTED = ("unsupported_format", "ocr_missing", "office_missing")


@dataclass(frozen=True, slots=True)
class Upload:
    job_id: str
    sha256: str
    file_name: str


def receive(source: BinaryIO, target: Path, most: int) -> str:
    """Copy to `target`, synced; gives the sha256.

    Raises:
        TooLarge: there are more than `most` bytes.
        UnreadableReport: no reader takes such a file.
    """
    digest = hashlib.sha256()
    size = 0
    try:
        with target.open("xb") as file:
            while chunk := source.read(_CHUNK):
                size += len(chunk)
                if size > most:
                    raise TooLarge(f"Tệp quá lớn: nhiều nhất {most // 2**20} MB.", {"limit_bytes": most})
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        sniff(target.read_bytes())
        _sync_directory(target.parent)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return digest.hexdigest()


def safe_name(name: str | None) -> str:
    """The last part of the name that a client gave, to be shown and to take a report's number from; never a path of ours."""
    last = PurePosixPath(nfc(name or "").replace("\\", "/")).name
    shown = "".join(c for c in last if c.isprintable()).strip()[-_NAME_LIMIT:]
    return shown or "bao-cao"


def refusal(code: str, message: str, existing_report: str | None = None) -> ServiceError:
    """What ended a job, as the error that its request is answered with."""
    if code == "conflict":
        return Conflict(message, {"report_id": existing_report})
    if code in _UNSUPPORTED:
        error: ServiceError = UnsupportedFormat(message)
    elif code == "too_large":
        error = TooLarge(message)
    elif code == "disk_full":
        error = NotReady(message, headers={"Retry-After": "60"})
    elif code in ("indexing_failed", "internal_error"):
        error = NotReady(message, headers={"Retry-After": "10"})
    else:
        error = ReportUnreadable(message)
    error.code = code
    return error


def refusal_of(job: Job) -> ServiceError:
    return refusal(job.error_code or "internal_error", job.error or "", job.report_id)


def unreadable(error: UnreadableReport) -> ServiceError:
    return refusal(error.code, error.message)


def _sync_directory(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
