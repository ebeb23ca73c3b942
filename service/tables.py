"""Figures as a file for a spreadsheet: real numbers to calculate with, and beside them what is printed."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from service.schemas import Figure

if TYPE_CHECKING:  # a tenth of what a worker would import at start
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

HEADER = (
    "Cơ quan", "Số báo cáo", "Năm", "Kỳ", "Phụ lục", "Dòng", "Mã", "Chỉ tiêu", "Thuộc", "Đơn vị", "Giá trị",
    "Giá trị như in", "Nghĩa", "Ghi chú", "Mã báo cáo", "Kiểm tra",
)  # fmt: skip
_WIDTHS = (24, 16, 8, 8, 14, 7, 10, 48, 48, 18, 14, 16, 18, 30, 20, 28)
_HARMLESS = re.compile(r"[-+]?\d[\d.,]*%?|-")

Cell = str | int | float | None


def as_csv(figures: Iterable[Figure]) -> bytes:
    """UTF-8 with a byte order mark, which spreadsheets need to see that it is."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(HEADER)
    for figure in figures:
        writer.writerow([_defused(cell) if isinstance(cell, str) else cell for cell in _row(figure)])
    return file.getvalue().encode("utf-8-sig")


def as_xlsx(figures: Iterable[Figure]) -> bytes:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    sheet: WriteOnlyWorksheet = book.create_sheet("Số liệu")
    sheet.freeze_panes = "A2"
    for at, width in enumerate(_WIDTHS):
        sheet.column_dimensions["ABCDEFGHIJKLMNOP"[at]].width = width
    title = [WriteOnlyCell(sheet, name) for name in HEADER]
    for cell in title:
        cell.font = Font(bold=True)
    sheet.append(title)
    for figure in figures:
        sheet.append([_cell(sheet, value) for value in _row(figure)])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _row(f: Figure) -> tuple[Cell, ...]:
    return (
        f.issuer, f.report_number, f.year, f.period, f.appendix, f.row + 1, f.code, f.name, " > ".join(f.path[:-1]),
        f.unit, f.value, f.value_text, f.meaning, f.note, f.report_id, _review(f),
    )  # fmt: skip


def _review(f: Figure) -> str | None:
    if f.corrected:
        return f"đã sửa, máy đọc: {f.original_value_text or '(trống)'}"
    return "đọc từ bản quét, chưa kiểm tra" if f.unreviewed else None


def _defused(text: str) -> str:
    """A text that a spreadsheet would calculate, and so could be made to run, gets an apostrophe before it."""
    text = text.replace("\x00", "")
    return (
        f"'{text}"
        if text.lstrip()[:1] in tuple("=+-@\t\r\n|") and text.strip() and not _HARMLESS.fullmatch(text)
        else text
    )


def _cell(sheet: WriteOnlyWorksheet, value: Cell) -> WriteOnlyCell:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if not isinstance(value, str):
        return WriteOnlyCell(sheet, value)
    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("", value))
    cell.data_type = "s"  # text, whatever it begins with
    return cell
