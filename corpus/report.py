"""A file's bytes to a `Report`: the one door of this package."""

from __future__ import annotations

import hashlib
import re

from corpus.appendix import read_appendices
from corpus.errors import UnreadableReport
from corpus.metadata import read_metadata
from corpus.model import Document, Report, Span
from corpus.outline import read_outline
from corpus.readers import Progress, no_progress, read_document
from corpus.text import fold

_LEGIBLE = 0.7
_NO_APPENDIX = "Không tìm thấy phụ lục số liệu; chỉ trả lời được từ phần lời văn."
_UNRULED = re.compile(r"\bs?tt\b[^\t]{0,200}?(?:chi tieu|noi dung)[^\t]{0,120}?so lieu")
_UNRULED_WARNING = (
    "Bảng số liệu không có đường kẻ nên chỉ đọc được như văn bản, không tra được từng số. "
    "Hãy gửi bản Word, hoặc kẻ khung cho bảng rồi xuất lại PDF."
)

PARSER_VERSION = "8"
"""Changes whenever the same bytes may give another `Report`; kept results of an older version are read anew."""


def build_report(document: Document, sha256: str, file_name: str = "") -> Report:
    """Outline, metadata and appendix rows of a document that a reader has read."""
    appendices = read_appendices(document)
    tables = [Span(table.rows[0].span.start, table.rows[-1].span.end) for table in document.tables]
    sections = read_outline(document.text, appendices.start, tables)
    metadata, metadata_warnings = read_metadata(document.text, sections, file_name)
    warnings = (*document.warnings, *metadata_warnings, *appendices.warnings)
    if not appendices.rows:
        unruled = _UNRULED.search(fold(document.text).lower())
        warnings = (*warnings, _UNRULED_WARNING if unruled else _NO_APPENDIX)
    if not any(s.kind == "section" for s in sections):
        warnings = (*warnings, "Không tìm thấy đề mục nào; văn bản được đọc thành một khối.")
    return Report(
        id=sha256[:16],
        sha256=sha256,
        format=document.format,
        text=document.text,
        metadata=metadata,
        sections=sections,
        rows=appendices.rows,
        pages=document.pages,
        warnings=warnings,
        boxes=document.boxes,
    )


def is_legible(text: str) -> bool:
    """Whether text is letters, figures and punctuation for the most part; a damaged file may give anything else."""
    sample = text[:20_000]
    printed = sum(char.isspace() or ("\x20" <= char <= "\x7e") for char in fold(sample))
    return printed >= _LEGIBLE * len(sample)


def read_report(data: bytes, file_name: str = "", progress: Progress = no_progress) -> Report:
    """Read one report.

    Files of strangers are read by `corpus.sandbox.read_in_child`, which calls this in a process of its own.

    Raises:
        UnreadableReport: with a code, and a sentence that says what to do.
    """
    document = read_document(data, progress)
    if not is_legible(document.text):
        raise UnreadableReport("report_unreadable")
    return build_report(document, hashlib.sha256(data).hexdigest(), file_name)
