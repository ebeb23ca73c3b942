"""Word files (DOCX): mammoth makes HTML of what Word shows, this module makes lines of it.

mammoth keeps what python-docx loses (tracked insertions, content controls, text boxes, nested tables);
what it loses in turn (automatic numbers, hidden text) is settled in the XML before it sees it.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Any

import mammoth
from lxml import etree, html

from corpus.errors import UnreadableReport
from corpus.model import Document
from corpus.readers.archive import check_archive, main_part, read_member
from corpus.readers.word_numbering import W, automatic_numbers
from corpus.readers.writer import DocumentWriter, Piece

_MAX_COLUMNS = 64
_DROPPED = ("del", "moveFrom", "instrText", "delText")
_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    etree.LxmlError,
    KeyError,
    ValueError,
    EOFError,
    RecursionError,
    NotImplementedError,
)
_BLOCKS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "pre", "blockquote"}


def _xml(data: bytes) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(data, parser)


def _drop_deleted(body: Any) -> None:
    """Rows that a tracked change deletes go whole, with their number; a paragraph whose end is deleted runs into the next."""
    for mark in reversed(list(body.iter(f"{W}del", f"{W}moveFrom"))):  # from the end: what was joined isn't moved again
        holder = mark.getparent()
        above = holder.getparent() if holder is not None else None
        if above is None or (parent := above.getparent()) is None:
            continue
        if holder.tag == f"{W}trPr" and above.tag == f"{W}tr":
            parent.remove(above)
        elif holder.tag == f"{W}rPr" and above.tag == f"{W}pPr":
            following = parent.getnext()
            if following is not None and following.tag == f"{W}p":
                has_properties = following.find(f"{W}pPr") is not None
                following[int(has_properties) : int(has_properties)] = parent[1:]
                parent.getparent().remove(parent)


def _settle(archive: zipfile.ZipFile, main: str) -> bytes:
    """The main part as Word shows it: automatic numbers as text, deletions and hidden runs gone."""
    body = _xml(read_member(archive, main))
    names = set(archive.namelist())
    _drop_deleted(body)
    for tag in _DROPPED:
        for element in list(body.iter(f"{W}{tag}")):
            if element.getparent() is not None:
                element.getparent().remove(element)
    for mark in list(body.iter(f"{W}vanish")):
        run = mark.getparent().getparent()
        if mark.get(f"{W}val") not in ("0", "false") and run is not None and run.tag == f"{W}r":
            run.getparent().remove(run)
    if "word/numbering.xml" in names:
        styles = _xml(read_member(archive, "word/styles.xml")) if "word/styles.xml" in names else None
        for paragraph, label in automatic_numbers(body, _xml(read_member(archive, "word/numbering.xml")), styles):
            run = etree.Element(f"{W}r")
            text = etree.SubElement(run, f"{W}t")
            text.text = f"{label} "
            text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            paragraph.insert(1, run)
    settled: bytes = etree.tostring(body, encoding="UTF-8", xml_declaration=True)
    return settled


def _repack(archive: zipfile.ZipFile) -> io.BytesIO:
    """The archive with the settled main part, without the numbering (it is text now) and pictures."""
    packed = io.BytesIO()
    main = main_part(archive.namelist()) or ""
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as target:
        for name in dict.fromkeys(archive.namelist()):
            if name == main:
                target.writestr(name, _settle(archive, main))
            elif name.endswith((".xml", ".rels")) and name != "word/numbering.xml":
                target.writestr(name, read_member(archive, name))
    packed.seek(0)
    return packed


def _lines(element: Any) -> list[str]:
    """The lines of a paragraph or cell: `<br>` and blocks inside it part them."""
    lines = [""]

    def walk(node: Any) -> None:
        if node.tag == "br" or ((node.tag in _BLOCKS or node.tag in ("tr", "table")) and node is not element):
            lines.append("")
        elif node.tag in ("td", "th") and node is not element:
            lines[-1] += " "
        lines[-1] += node.text or ""
        for child in node:
            walk(child)
            if child.tag in _BLOCKS or child.tag in ("tr", "table"):
                lines.append("")
            lines[-1] += child.tail or ""

    walk(element)
    return [line for line in lines if line.strip()]


def _table_rows(table: Any) -> list[Any]:
    return [row for row in table.iter("tr") if next(row.iterancestors("table"), None) is table]


def _columns(row: Any) -> int:
    return sum(_span(cell, "colspan") for cell in row if cell.tag in ("td", "th"))


def _span(cell: Any, name: str) -> int:
    try:
        return max(1, min(int(cell.get(name) or 1), _MAX_COLUMNS))
    except ValueError:
        return 1


def _is_layout(table: Any, rows: list[Any]) -> bool:
    """Whether a table only places text: the letterhead, the signature, a frame around a table."""
    if len(rows) <= 3 and max(map(_columns, rows), default=0) <= 2:
        return True
    return any(
        max(map(_columns, _table_rows(inner)), default=0) > 2 for inner in table.iter("table") if inner is not table
    )


class _HtmlReader:
    def __init__(self) -> None:
        self.writer = DocumentWriter()

    def blocks(self, parent: Any) -> None:
        for element in parent:
            if element.tag == "table":
                self.table(element)
            elif element.tag in _BLOCKS and element.find(".//table") is None:
                for line in _lines(element):
                    self.writer.paragraph(line)
            else:
                self.blocks(element)

    def table(self, table: Any) -> None:
        rows = _table_rows(table)
        if _is_layout(table, rows):
            for row in rows:
                for cell in row:
                    self.blocks(cell)
            return
        self.writer.end_table()
        covered: dict[int, tuple[int, str]] = {}
        for row in rows:
            self.writer.row(self._cells(row, covered))
        self.writer.end_table()

    def _cells(self, row: Any, covered: dict[int, tuple[int, str]]) -> list[Piece]:
        """The cells of a row with one place a column; `covered` has the lines that a merged cell still takes, and its text."""
        pieces: list[Piece] = []

        def skip_covered() -> None:
            while (left := covered.get(len(pieces), (0, "")))[0] > 0:
                covered[len(pieces)] = (left[0] - 1, left[1])
                pieces.append(Piece("", above=left[1]))

        for cell in row:
            if cell.tag not in ("td", "th"):
                continue
            skip_covered()
            if len(pieces) >= _MAX_COLUMNS:
                break
            width, height = _span(cell, "colspan"), _span(cell, "rowspan")
            text = " ".join(_lines(cell))
            for column in range(len(pieces), len(pieces) + width):
                covered[column] = (height - 1, text)
            pieces.append(Piece(text, bold=cell.find(".//strong") is not None))
            pieces.extend(Piece("") for _ in range(width - 1))
        skip_covered()
        return pieces


def read_docx(data: bytes) -> Document:
    """Read a Word file.

    Raises:
        UnreadableReport: it is damaged, too large, or holds markup that no Word file has.
    """
    pictures = 0

    def count_picture(_: Any) -> dict[str, str]:
        nonlocal pictures
        pictures += 1
        return {}

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            check_archive(archive)
            packed = _repack(archive)
        converted = mammoth.convert_to_html(packed, convert_image=mammoth.images.img_element(count_picture))
        root = html.fromstring(f"<div>{converted.value}</div>", parser=html.HTMLParser(huge_tree=False))
    except _DAMAGED as error:
        raise UnreadableReport("report_unreadable") from error
    for link in list(root.iter("a")):
        if (link.get("href") or "").startswith(("#footnote", "#endnote")):
            link.drop_tree()
    reader = _HtmlReader()
    reader.blocks(root)
    if pictures:
        reader.writer.warn(f"Văn bản có {pictures} hình ảnh; chữ trong hình không được đọc.")
    return reader.writer.document("docx")
