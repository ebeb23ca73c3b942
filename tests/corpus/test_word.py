"""Word files: the seed in both formats, and what Word shows that is in no run of its text."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import docx
import pytest

from corpus.errors import UnreadableReport
from corpus.report import read_report
from tests.corpus.samples import DATA, character_errors, row_facts, sample, seed
from tests.hostile.word import W, paragraph, word_file

needs_office = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")


@pytest.mark.parametrize("name", ["203-word.docx", pytest.param("203-word97.doc", marks=needs_office)])
def test_the_seed_in_word(name: str) -> None:
    report = sample(name)
    assert [row_facts(row) for row in report.rows] == [row_facts(row) for row in seed().rows]
    assert [row.path for row in report.rows][-1] == seed().rows[-1].path
    assert character_errors(report) <= 0.002
    assert [(s.id, s.title, s.kind, s.parent) for s in report.sections] == [
        (s.id, s.title, s.kind, s.parent) for s in seed().sections
    ]
    assert report.metadata == seed().metadata
    assert report.warnings == ()
    assert report.format == "docx"


def test_without_libreoffice_old_word_files_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UnreadableReport) as refusal:
        read_report((DATA / "203-word97.doc").read_bytes())
    assert refusal.value.code == "office_missing"


def test_what_word_shows_is_in_the_text() -> None:
    text = sample("word-traps.docx").text
    for shown in ("1. Mục tự đánh số 1", "3. Mục tự đánh số 3", "Số thủ tục: 1.695", "TRONG_CONTENT_CONTROL", "TRONG_TEXTBOX",
                  "BANG_LONG_NHAU", "HANG_TRONG_SDT"):  # fmt: skip
        assert shown in text
    assert "1.600" not in text


NUMBERING = f"""<w:numbering {W}><w:abstractNum w:abstractNumId="0">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2."/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="lowerRoman"/><w:lvlText w:val="%1.%2.%3)"/></w:lvl>
</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride></w:num></w:numbering>"""


def numbered_docx(path: Path, body: str) -> bytes:
    """A DOCX with a numbering part, related to the main part the way Word relates it."""
    document = docx.Document()
    document.save(str(path))
    with zipfile.ZipFile(path) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    parts["word/document.xml"] = f"<w:document {W}><w:body>{body}</w:body></w:document>".encode()
    parts["word/numbering.xml"] = NUMBERING.encode()
    with zipfile.ZipFile(path, "w") as target:
        for name, content in parts.items():
            target.writestr(name, content)
    return path.read_bytes()


def item(level: int, text: str = "", number: int = 1) -> str:
    run = f"<w:r><w:t>{text}</w:t></w:r>" if text else ""
    return f'<w:p><w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr></w:pPr>{run}</w:p>'


def test_row_numbers_that_word_counts(tmp_path: Path) -> None:
    """The STT column holds no text at all: Word numbers it."""

    def row(first: str, *others: str) -> str:
        cells = "".join(f"<w:tc>{paragraph(text)}</w:tc>" for text in others)
        return f"<w:tr><w:tc>{first}</w:tc>{cells}</w:tr>"

    table = "".join(
        [
            row(paragraph("STT"), "Chỉ tiêu thống kê", "Đơn vị tính", "Số liệu", "Ghi chú"),
            row(item(0), "Cải cách thể chế", "", "", ""),
            row(item(1), "Số văn bản đã ban hành", "Văn bản", "10", ""),
            row(item(1), "Số văn bản đã kiểm tra", "Văn bản", "33", ""),
            row(item(0), "Cải cách thủ tục", "", "", ""),
            row(item(1), "Số thủ tục", "Thủ tục", "1.695", ""),
        ]
    )
    report = read_report(numbered_docx(tmp_path / "a.docx", f"<w:tbl>{table}</w:tbl>"))
    assert [(row.code, row.value.text) for row in report.rows] == [
        ("1", ""),
        ("1.1", "10"),
        ("1.2", "33"),
        ("2", ""),
        ("2.1", "1.695"),
    ]


def test_lists_go_on_restart_and_nest(tmp_path: Path) -> None:
    body = (
        item(0, "một")
        + item(1, "con")
        + item(2, "cháu")
        + paragraph("xen giữa")
        + item(0, "hai")
        + item(0, "khác", number=2)
    )
    text = read_report(numbered_docx(tmp_path / "a.docx", body)).text
    assert text.split("\n\n")[:-1] == ["1. một", "1.1. con", "1.1.i) cháu", "xen giữa", "2. hai", "7. khác"]


def test_merged_cells_keep_their_columns(tmp_path: Path) -> None:
    def cell(text: str, properties: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(text)}</w:tc>"

    header = cell("STT") + cell("Chỉ tiêu") + cell("Đơn vị tính") + cell("Số liệu")
    first = cell("1.") + cell("Cải cách", '<w:gridSpan w:val="3"/>')
    second = cell("1.1.") + cell("Số thủ tục") + cell("Thủ tục", '<w:vMerge w:val="restart"/>') + cell("12")
    third = cell("1.2.") + cell("Số hồ sơ") + cell("", "<w:vMerge/>") + cell("34")
    path = tmp_path / "a.docx"
    word_file(path, "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in (header, first, second, third)) + "</w:tbl>")
    report = read_report(path.read_bytes())
    assert [(row.code, row.name, row.unit, row.value.text) for row in report.rows] == [
        ("1", "Cải cách", None, ""),
        ("1.1", "Số thủ tục", "Thủ tục", "12"),
        ("1.2", "Số hồ sơ", "Thủ tục", "34"),
    ]


def test_a_table_inside_a_frame_is_a_table(tmp_path: Path) -> None:
    def row(*texts: str) -> str:
        return "<w:tr>" + "".join(f"<w:tc>{paragraph(text)}</w:tc>" for text in texts) + "</w:tr>"

    inner = (
        f"<w:tbl>{row('STT', 'Chỉ tiêu', 'Đơn vị tính', 'Số liệu')}{row('1.', 'Số thủ tục', 'Thủ tục', '5')}</w:tbl>"
    )
    path = tmp_path / "a.docx"
    word_file(path, f"<w:tbl><w:tr><w:tc>{paragraph('Phụ lục')}{inner}</w:tc></w:tr></w:tbl>")
    assert [row.value.number for row in read_report(path.read_bytes()).rows] == [5]


def test_moved_and_hidden_text(tmp_path: Path) -> None:
    body = (
        '<w:p><w:moveFrom w:id="1" w:author="a"><w:r><w:t>chuyển đi</w:t></w:r></w:moveFrom>'
        '<w:moveTo w:id="2" w:author="a"><w:r><w:t>chuyển đến</w:t></w:r></w:moveTo>'
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>ẩn</w:t></w:r></w:p>"
    )
    path = tmp_path / "a.docx"
    word_file(path, body)
    assert read_report(path.read_bytes()).text.strip() == "chuyển đến"


def test_a_row_that_a_tracked_change_deletes_is_gone_with_its_number(tmp_path: Path) -> None:
    def row(first: str, *others: str, properties: str = "") -> str:
        cells = "".join(f"<w:tc>{text if text.startswith('<') else paragraph(text)}</w:tc>" for text in others)
        return f"<w:tr><w:trPr>{properties}</w:trPr><w:tc>{first}</w:tc>{cells}</w:tr>"

    deleted = '<w:p><w:del w:id="1" w:author="a"><w:r><w:delText>bỏ</w:delText></w:r></w:del></w:p>'
    table = "".join(
        [
            row(paragraph("STT"), "Chỉ tiêu thống kê", "Đơn vị tính", "Số liệu"),
            row(item(0), "Cải cách thể chế", "", ""),
            row(item(1), deleted, deleted, deleted, properties='<w:del w:id="2" w:author="a"/>'),
            row(item(1), "Số văn bản đã kiểm tra", "Văn bản", "33", properties='<w:ins w:id="3" w:author="a"/>'),
        ]
    )
    report = read_report(numbered_docx(tmp_path / "a.docx", f"<w:tbl>{table}</w:tbl>"))
    assert [(row.code, row.value.text) for row in report.rows] == [("1", ""), ("1.1", "33")]


def test_a_paragraph_whose_end_is_deleted_runs_into_the_next(tmp_path: Path) -> None:
    def joined(text: str) -> str:
        mark = '<w:rPr><w:del w:id="1" w:author="a"/></w:rPr>'
        numbered = f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>{mark}'
        return f'<w:p><w:pPr>{numbered}</w:pPr><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'

    body = item(0, "một") + joined("hai ") + joined("ba ") + item(0, "bốn") + item(0, "năm")
    text = read_report(numbered_docx(tmp_path / "a.docx", body)).text
    assert text.split("\n\n")[:-1] == ["1. một", "2. hai ba bốn", "3. năm"]


def test_the_main_part_as_words_web_editor_names_it(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    word_file(path, paragraph("Báo cáo của tỉnh"))
    with zipfile.ZipFile(path) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    with zipfile.ZipFile(path, "w") as target:
        for name, content in parts.items():
            target.writestr(
                name.replace("document.xml", "document2.xml"), content.replace(b"document.xml", b"document2.xml")
            )
    assert read_report(path.read_bytes()).text.strip() == "Báo cáo của tỉnh"
