"""Appendices of every kind that reports carry: several, alone, of another form, and rows that run over a page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from corpus.appendix import read_appendices
from corpus.model import Report
from corpus.readers.layout import Frame, Grid, PageContent
from corpus.readers.pages import compose
from corpus.readers.writer import DocumentWriter, Piece
from corpus.report import read_report
from tests.hostile.word import paragraph, word_file

HEADER = ("STT", "Chỉ tiêu thống kê", "Đơn vị tính", "Số liệu", "Ghi chú")
FIRST = (HEADER, ("1.", "Cải cách thể chế", "", "", ""), ("1.1.", "Số văn bản đã ban hành", "Văn bản", "12", ""))
SECOND = (HEADER, ("1.", "Tổ chức bộ máy", "", "", ""), ("1.1.", "Số biên chế được giao", "Người", "2.001", "cả năm"))
PROSE = ("BÁO CÁO", "Công tác cải cách hành chính quý I năm 2022", "I. KẾT QUẢ", "Tỉnh đã ban hành 12 văn bản.")

Rows = Sequence[Sequence[str]]


def report_of(tmp_path: Path, *parts: str | Rows) -> Report:
    """A Word file of paragraphs and tables, read."""

    def row(cells: Sequence[str]) -> str:
        return "<w:tr>" + "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in cells) + "</w:tr>"

    body = "".join(
        paragraph(part) if isinstance(part, str) else f"<w:tbl>{''.join(map(row, part))}</w:tbl>" for part in parts
    )
    path = tmp_path / "report.docx"
    word_file(path, body)
    return read_report(path.read_bytes())


def test_several_appendices_are_numbered_each_by_itself(tmp_path: Path) -> None:
    documents = (("STT", "Số ký hiệu", "Trích yếu nội dung"), ("1", "12/QĐ-UBND", "Ban hành kế hoạch năm 2022"))
    report = report_of(
        tmp_path, *PROSE, "PHỤ LỤC I", FIRST, "PHỤ LỤC II", "Tổ chức bộ máy", SECOND, "PHỤ LỤC III", documents
    )
    assert [(r.appendix, r.code, r.path[0], r.value.text, r.note) for r in report.rows if r.value.text] == [
        ("PHỤ LỤC I", "1.1", "Cải cách thể chế", "12", None),
        ("PHỤ LỤC II", "1.1", "Tổ chức bộ máy", "2.001", "cả năm"),
    ]
    assert [row.row for row in report.rows] == [0, 1, 2, 3]
    appendices = [s for s in report.sections if s.kind == "appendix"]
    assert [(s.id, s.title) for s in appendices] == [
        ("phụ lục", "PHỤ LỤC I"), ("phụ lục 2", "PHỤ LỤC II"), ("phụ lục 3", "PHỤ LỤC III"),
    ]  # fmt: skip
    assert [s.span.end for s in appendices] == [appendices[1].span.start, appendices[2].span.start, len(report.text)]
    assert [w for w in report.warnings if "Trích yếu nội dung" in w]


@pytest.mark.parametrize(
    "table",
    [
        (("STT", "Tên đơn vị", "Số hồ sơ tiếp nhận", "Số hồ sơ đã giải quyết"), ("1", "Sở Nội vụ", "120", "118")),
        (("STT", "Nội dung công việc", "Cơ quan chủ trì", "Thời gian"), ("1", "Rà soát", "Sở Tư pháp", "Tháng 9")),
        (("STT", "Chỉ tiêu", "Đơn vị tính", "Năm 2020", "Năm 2021"), ("1.1.", "Số văn bản", "Văn bản", "12", "15")),
        (("STT", "Nội dung", "ĐVT", "Kế hoạch", "Thực hiện"), ("1.", "Số lớp tập huấn", "Lớp", "10", "9")),
    ],
)
@pytest.mark.parametrize("after_an_appendix", [False, True])
def test_tables_of_other_forms_give_no_figures(tmp_path: Path, table: Rows, after_an_appendix: bool) -> None:
    before: tuple[str | Rows, ...] = ("PHỤ LỤC I", FIRST) if after_an_appendix else ()
    report = report_of(tmp_path, *PROSE, *before, "PHỤ LỤC II", table)
    assert len(report.rows) == (2 if after_an_appendix else 0)
    assert any("không theo mẫu" in warning for warning in report.warnings)
    assert all(cell in report.text for row in table for cell in row)


def test_the_value_stands_behind_its_unit_whatever_it_is_called(tmp_path: Path) -> None:
    header = ("STT", "Chỉ tiêu", "ĐVT", "6 tháng đầu năm 2022", "Ghi chú")
    report = report_of(tmp_path, *PROSE, "Phụ lục", (header, *FIRST[1:]))
    assert [(row.name, row.unit, row.value.text) for row in report.rows[1:]] == [
        ("Số văn bản đã ban hành", "Văn bản", "12")
    ]


def test_an_appendix_without_a_report(tmp_path: Path) -> None:
    caption = "(Kèm theo Báo cáo số 77/BC-UBND ngày 15/6/2022 của UBND tỉnh Lào Cai)"
    report = report_of(tmp_path, "PHỤ LỤC I", caption, FIRST)
    assert (report.metadata.number, report.metadata.issuer) == ("77/BC-UBND", "UBND tỉnh Lào Cai")
    assert [row.value.text for row in report.rows] == ["", "12"]
    assert any("kỳ báo cáo" in warning and "hãy điền" in warning for warning in report.warnings)


def test_a_report_without_an_appendix(tmp_path: Path) -> None:
    report = report_of(tmp_path, *PROSE)
    assert not report.rows and any("Không tìm thấy phụ lục số liệu" in warning for warning in report.warnings)


def pages_of(*tables: Rows) -> list[PageContent]:
    pages = []
    for number, rows in enumerate(tables, 1):
        page = PageContent(number, 600, 800, Frame(600, 800))
        cells = tuple(tuple(Piece(text, page.box(10, 10, 90, 90)) for text in row) for row in rows)
        page.grids.append(Grid(cells, 50.0))
        pages.append(page)
    return pages


def test_a_row_goes_on_overleaf_though_name_and_unit_both_do() -> None:
    first = (*FIRST, ("1.2.", "Số cơ quan chuyên môn thuộc ủy ban nhân", "Cơ quan chuyên", "20", "tính đến"))
    second = (("", "dân tỉnh", "môn", "", "hết quý I"), ("", "Số cơ quan cấp huyện:", "Cơ quan", "", ""))
    document = compose(pages_of(first, second), "pdf", DocumentWriter())
    rows = read_appendices(document).rows
    assert [(row.code, row.name, row.unit, row.value.text, row.note) for row in rows[2:]] == [
        ("1.2", "Số cơ quan chuyên môn thuộc ủy ban nhân dân tỉnh", "Cơ quan chuyên môn", "20", "tính đến hết quý I"),
        (None, "Số cơ quan cấp huyện:", "Cơ quan", "", None),
    ]
    assert rows[2].page == 1 and "Số cơ quan cấp huyện" not in rows[2].span.of(document.text)


@pytest.mark.parametrize("header", [(HEADER,), ()], ids=["its header again", "no header"])
def test_a_page_of_an_appendix_may_hold_no_row_number(header: Rows) -> None:
    first = (*FIRST, ("1.2.", "Số cơ quan chuyên môn", "Cơ quan", "20", "tính đến"))
    rest = (("", "", "", "", "hết quý I"), ("", "Tỷ lệ văn bản được ký số", "%", "100%", ""))
    last = (HEADER, ("1.3.", "Số biên chế", "Người", "9", ""))
    writer = DocumentWriter()
    for page in (first, (*header, *rest), last):
        writer.paragraph("a mark of the scanner")
        for row in page:
            writer.row(Piece(text) for text in row)
    rows = read_appendices(writer.document("pdf")).rows
    assert [(row.code, row.name, row.value.text, row.note) for row in rows[2:]] == [
        ("1.2", "Số cơ quan chuyên môn", "20", "tính đến hết quý I"),
        (None, "Tỷ lệ văn bản được ký số", "100%", None),
        ("1.3", "Số biên chế", "9", None),
    ]


@pytest.mark.parametrize(
    "header",
    [
        ("TT", "Tiêu chí", "ĐVT", "Số liệu", "Ghi chú"),
        ("STT", "Nội dung thống kê", "Đơn vị", "Quý III/2022", "Ghi chú"),
        ("STT", "Tên gọi", "Đơn vị tính", "Năm 2022", "Ghi chú"),
        ("STT", "Nội dung/Chỉ tiêu", "Đơn vị tính", "Kết quả thực hiện", "Ghi chú"),
    ],
)
def test_other_offices_head_their_columns_in_other_words(tmp_path: Path, header: Sequence[str]) -> None:
    numbers = tuple(f"({at})" for at in range(1, 6))
    rows = [("I", "THỂ CHẾ", "", "", ""), ("1.1", "Số văn bản đã ban hành", "Văn bản", "12", "cả năm")]
    found = report_of(tmp_path, *PROSE, "PHỤ LỤC", (header, numbers, *rows)).rows
    assert [(r.code, r.path, r.unit, r.value.text, r.note) for r in found] == [
        ("I", ("THỂ CHẾ",), None, "", None),
        ("1.1", ("THỂ CHẾ", "Số văn bản đã ban hành"), "Văn bản", "12", "cả năm"),
    ]


def test_rows_may_be_counted_anew_under_each_chapter(tmp_path: Path) -> None:
    rows = (
        ("I. THỂ CHẾ", "", "", "", ""),
        ("1", "Số văn bản đã ban hành", "Văn bản", "12", ""),
        ("2", "Số văn bản đã kiểm tra", "Văn bản", "30", ""),
        ("II. BỘ MÁY", "", "", "", ""),
        ("1", "Số biên chế", "Người", "", ""),
        ("1.1", "Được giao", "Người", "2.001", ""),
    )
    found = report_of(tmp_path, *PROSE, "PHỤ LỤC", (HEADER, *rows)).rows
    assert [(r.code, r.inferred_code, r.path) for r in found if r.value.text] == [
        ("1", "1.1", ("THỂ CHẾ", "Số văn bản đã ban hành")),
        ("2", "1.2", ("THỂ CHẾ", "Số văn bản đã kiểm tra")),
        ("1.1", "2.1.1", ("BỘ MÁY", "Số biên chế", "Được giao")),
    ]


@pytest.mark.parametrize(
    "header", [("STT", "Tên văn bản", "Số, ký hiệu", "Thời gian thực hiện"), ("Hạng", "Cơ quan", "Điểm", "Ghi chú")]
)
def test_plans_and_rankings_are_no_appendix(tmp_path: Path, header: Sequence[str]) -> None:
    rows = (("1", "Sở Nội vụ", "12", "Quý I"), ("2", "Sở Tư pháp", "10", "Quý II"))
    assert not report_of(tmp_path, *PROSE, (header, *rows)).rows
