"""One reader a format: bytes in, `Document` out. `read_document` chooses by content, never by suffix."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

from corpus.errors import UnreadableReport
from corpus.model import Document
from corpus.readers.archive import main_part

_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IMAGES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*")
# What office systems export under the name .doc: its text would be half markup.
_WEB_PAGE = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)*\s*(?:<html|<!doctype html|<\?xml|mime-version:)", re.I)


Progress = Callable[[int, int], None]
"""Is told of pages done and pages in all."""


def no_progress(done: int, of: int) -> None:
    pass


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-le")


def sniff(data: bytes) -> str:
    """The format that the bytes are: "docx", "office" (what LibreOffice turns into DOCX), "pdf", "image" or "text".

    Raises:
        UnreadableReport: no reader takes such bytes.
    """
    if not data.strip():
        raise UnreadableReport("report_empty")
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(_IMAGES):
        return "image"
    if data.startswith(b"{\\rtf"):
        return "office"
    if data.startswith(_OLE2):
        if _utf16("EncryptedPackage") in data:
            raise UnreadableReport("encrypted")
        if _utf16("WordDocument") in data:
            return "office"
        known = any(_utf16(name) in data for name in ("Workbook", "PowerPoint Document"))
        raise UnreadableReport("unsupported_format" if known else "report_unreadable")
    if data.startswith(b"PK"):
        return _sniff_zip(data)
    if b"\x00" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableReport("unsupported_format")
    if _WEB_PAGE.match(data[:400].replace(b"\x00", b"")):
        raise UnreadableReport(
            "unsupported_format",
            "Tệp là trang web hoặc Word XML, không phải tệp Word, dù tên tệp có thể là .doc. Hãy mở bằng Word, lưu thành DOCX rồi tải lên.",
        )
    return "text"


def _sniff_zip(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise UnreadableReport("report_unreadable") from error
    if main_part(names) is not None:
        return "docx"
    if "content.xml" in names and b"application/vnd.oasis.opendocument.text" in data[:200]:
        return "office"
    raise UnreadableReport("unsupported_format")


def read_document(data: bytes, progress: Progress = no_progress) -> Document:
    """Read a report in whatever format its bytes are.

    The readers are imported when their format comes, so that text needs none of their libraries.

    Raises:
        UnreadableReport: with a code, and a sentence for the file's owner.
    """
    match sniff(data):
        case "docx":
            from corpus.readers.docx import read_docx

            return read_docx(data)
        case "office":
            from corpus.readers.office import read_office

            return read_office(data)
        case "pdf":
            from corpus.readers.pdf import read_pdf

            return read_pdf(data, progress)
        case "image":
            from corpus.readers.image import read_image

            return read_image(data, progress)
        case _:
            from corpus.readers.markdown import read_markdown

            return read_markdown(data)
