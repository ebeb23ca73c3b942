"""What to know about a figure that was read from a picture."""

from __future__ import annotations

from ui.records import Figure
from ui.safe import escape

UNREVIEWED = "Chưa soát bản quét"


def scan_mark(figure: Figure) -> str:
    """The badge's HTML; nothing where the figure's characters were in the file, or were read surely."""
    if figure.unreviewed:
        return f'<span class="badge unsure">{UNREVIEWED}</span>'
    if figure.corrected:
        return '<span class="badge checked">Đã sửa theo bản quét</span>'
    return ""


def scan_note(figure: Figure) -> str:
    """The same in words, for where there is room and for files to keep."""
    if figure.unreviewed:
        return "Số đọc từ bản quét, chưa có người soát; hãy đối chiếu với trang gốc trước khi dùng."
    if figure.corrected and figure.original_value_text is not None:
        return f"Đã sửa theo bản quét; máy đọc là “{figure.original_value_text}”."
    return ""


def scan_note_html(figure: Figure) -> str:
    note = scan_note(figure)
    return f'<div class="figure-scan">{scan_mark(figure)} {escape(note)}</div>' if note else ""
