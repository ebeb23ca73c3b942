"""Older word-processor files (DOC, RTF, ODT): LibreOffice makes DOCX of them, where it is installed."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from corpus.errors import UnreadableReport
from corpus.model import Document
from corpus.readers.docx import read_docx

_TIMEOUT_SECONDS = 50
_OPTIONS = ("--headless", "--norestore", "--nolockcheck", "--nodefault", "--nofirststartwizard")


def read_office(data: bytes) -> Document:
    """Convert and read. The profile is a folder of its own, so that conversions never wait for one another.

    Raises:
        UnreadableReport: LibreOffice is not installed, or can't make anything of the file.
    """
    program = shutil.which("soffice")
    if program is None:
        raise UnreadableReport("office_missing")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "report.bin")
        source.write_bytes(data)
        command = (program, f"-env:UserInstallation={Path(folder, 'profile').as_uri()}", *_OPTIONS)
        try:
            subprocess.run(
                (*command, "--convert-to", "docx:Office Open XML Text", "--outdir", folder, str(source)),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=_TIMEOUT_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise UnreadableReport("time_limit") from error
        converted = Path(folder, "report.docx")
        if not converted.exists():
            raise UnreadableReport("report_unreadable")
        return read_docx(converted.read_bytes())
