"""Word files made to hang, fill the memory of, or lead astray whatever parses them."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>'
)
MB = 2**20


def word_file(path: Path, body: Iterable[str] | str, head: str = "", **parts: str) -> None:
    """A minimal DOCX; a body in pieces is written piece by piece."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", RELATIONS)
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
        with archive.open("word/document.xml", "w", force_zip64=True) as part:
            part.write(f'<?xml version="1.0"?>{head}<w:document {W}><w:body>'.encode())
            for piece in [body] if isinstance(body, str) else body:
                part.write(piece.encode())
            part.write(b"</w:body></w:document>")


PLAIN_CELL = "<w:tc><w:tcPr>{}</w:tcPr><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc>"


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def one_text_node_of_600_mb(path: Path) -> None:
    def body() -> Iterator[str]:
        yield "<w:p><w:r><w:t>"
        for _ in range(600):
            yield "A" * MB
        yield "</w:t></w:r></w:p>"

    word_file(path, body())


def three_million_paragraphs(path: Path) -> None:
    word_file(path, (paragraph("a") * 10_000 for _ in range(300)))


def paragraphs_up_to_the_limit(path: Path) -> None:
    word_file(path, ("<w:p/>" * 10_000 for _ in range(500)))


def entity_bomb(path: Path) -> None:
    contents = ["ha" * 10, *(f"&e{i};" * 10 for i in range(11))]
    entities = "".join(f'<!ENTITY e{i} "{content}">' for i, content in enumerate(contents))
    word_file(path, paragraph("&e11;"), head=f"<!DOCTYPE d [{entities}]>")


def entity_in_styles(path: Path) -> None:
    styles = f'<!DOCTYPE s [<!ENTITY e "{"x" * 50_000}">]><w:styles {W}>{"&e;" * 50_000}</w:styles>'
    word_file(path, paragraph("a"), word__styles_xml=styles)


def entity_of_a_local_file(path: Path) -> None:
    word_file(path, paragraph("&e;"), head='<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]>')


def doctype_in_utf_16(path: Path) -> None:
    word_file(path, paragraph("a"))
    text = f'<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE d [<!ENTITY e "boom">]><w:document {W}><w:body>{paragraph("&e;")}</w:body></w:document>'
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", RELATIONS)
        archive.writestr("word/document.xml", text.encode("utf-16"))


def nested_tables(path: Path) -> None:
    word_file(path, "<w:tbl><w:tr><w:tc>" * 3_000 + paragraph("a") + "</w:tc></w:tr></w:tbl>" * 3_000)


def tables_nested_to_the_limit(path: Path) -> None:
    word_file(path, "<w:tbl><w:tr><w:tc>" * 80 + paragraph("a") + "</w:tc></w:tr></w:tbl>" * 80)


def wide_span(path: Path) -> None:
    cell = PLAIN_CELL.format('<w:gridSpan w:val="200000000"/>')
    row = f"<w:tr>{cell * 3}</w:tr>"
    word_file(path, f"<w:tbl>{row * 5}</w:tbl>")


def merged_down_100_000_rows(path: Path) -> None:
    cell = PLAIN_CELL.format("<w:vMerge/>")
    word_file(path, ["<w:tbl>", *(f"<w:tr>{cell * 3}</w:tr>" * 1_000 for _ in range(100)), "</w:tbl>"])


def a_row_of_100_000_cells(path: Path) -> None:
    cell = f"<w:tc>{paragraph('1')}</w:tc>"
    word_file(path, f"<w:tbl><w:tr>{cell * 100_000}</w:tr></w:tbl>")


def content_controls_in_one_another(path: Path) -> None:
    word_file(path, "<w:sdt><w:sdtContent>" * 10_000 + paragraph("a") + "</w:sdtContent></w:sdt>" * 10_000)


def numbers_without_end(path: Path) -> None:
    level = '<w:lvl w:ilvl="0"><w:start w:val="999999999999"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%1%1%1%1%1"/></w:lvl>'
    numbering = f'<w:numbering {W}><w:abstractNum w:abstractNumId="0">{level}</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    numbered = (
        '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>a</w:t></w:r></w:p>'
    )
    word_file(path, numbered * 5, word__numbering_xml=numbering)


def styles_based_on_each_other(path: Path) -> None:
    styles = (
        f'<w:styles {W}><w:style w:styleId="A" w:type="paragraph"><w:basedOn w:val="B"/></w:style>'
        '<w:style w:styleId="B" w:type="paragraph"><w:basedOn w:val="A"/></w:style></w:styles>'
    )
    numbering = f'<w:numbering {W}><w:abstractNum w:abstractNumId="x"/><w:num w:numId="1"/></w:numbering>'
    word_file(
        path,
        '<w:p><w:pPr><w:pStyle w:val="A"/></w:pPr><w:r><w:t>a</w:t></w:r></w:p>',
        word__styles_xml=styles,
        word__numbering_xml=numbering,
    )


def attribute_of_20_mb(path: Path) -> None:
    word_file(path, f'<w:p w:rsidR="{"A" * 20 * MB}"><w:r><w:t>a</w:t></w:r></w:p>')


def picture_from_the_network(path: Path) -> None:
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r9" TargetMode="External" Type='
        '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/image" Target="http://127.0.0.1:9/x.png"/></Relationships>'
    )
    blip = (
        '<w:p><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
        '<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:graphicData>'
        '<pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:blipFill>'
        '<a:blip xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:link="r9"/>'
        "</pic:blipFill></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
    )
    word_file(path, blip, word___rels__document_xml_rels=relations)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("word/_rels/document.xml.rels", relations)


def picture_from_a_local_file(path: Path) -> None:
    picture_from_the_network(path)
    data = path.read_bytes()
    path.write_bytes(data.replace(b"http://127.0.0.1:9/x.png", b"file:///etc/passwd      "))


def members_without_end(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "<a/>")
        for at in range(5_000):
            archive.writestr(f"word/{at}.xml", "<a/>")


def names_that_climb(path: Path) -> None:
    word_file(path, paragraph("a"))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("../../../../tmp/cchc-climbed.xml", "<a/>")
        archive.writestr("/tmp/cchc-climbed.xml", "<a/>")


def a_size_that_lies(path: Path) -> None:
    """The directory says that the main part unpacks to 100 bytes; it unpacks to 300 MB."""
    word_file(path, (" " * MB for _ in range(300)))
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\x01\x02")
    while data[at + 46 : at + 63] != b"word/document.xml":
        at = data.rfind(b"PK\x01\x02", 0, at)
    data[at + 24 : at + 28] = struct.pack("<I", 100)
    path.write_bytes(bytes(data))


def an_encrypted_member(path: Path) -> None:
    word_file(path, paragraph("a"))
    data = bytearray(path.read_bytes())
    at = -1
    while (at := data.find(b"PK\x01\x02", at + 1)) >= 0:
        data[at + 8] |= 1
    path.write_bytes(bytes(data))


def no_main_part(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("word/document.xml", "")


def half_a_file(path: Path) -> None:
    word_file(path, paragraph("nội dung " * 5_000))
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def flipped_bytes(path: Path) -> None:
    word_file(path, paragraph("nội dung " * 5_000))
    data = bytearray(path.read_bytes())
    for at in range(600, len(data) - 600, 7):
        data[at] ^= 0xFF
    path.write_bytes(bytes(data))


def a_sheet(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")


def old_word_of_noise(path: Path) -> None:
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le") + bytes(range(256)) * 400)


def old_word_cut_short(path: Path) -> None:
    whole = Path(__file__).parents[1] / "data" / "203-word97.doc"
    path.write_bytes(whole.read_bytes()[:60_000])


def old_word_with_a_password(path: Path) -> None:
    path.write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le") + bytes(2_000)
    )


def an_old_sheet(path: Path) -> None:
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "Workbook".encode("utf-16-le") + bytes(2_000))


def rich_text_in_a_million_braces(path: Path) -> None:
    path.write_bytes(b"{\\rtf1" + b"{" * 1_000_000 + b"a" + b"}" * 1_000_001)


def rich_text_with_a_giant_table(path: Path) -> None:
    path.write_bytes(b"{\\rtf1 " + b"\\trowd\\cellx1\\cellx2\\cellx3 1\\cell 2\\cell 3\\cell\\row\n" * 60_000 + b"}")


SLOW = (rich_text_with_a_giant_table, rich_text_in_a_million_braces, paragraphs_up_to_the_limit)
ALL = tuple(
    make
    for name, make in list(globals().items())
    if callable(make) and getattr(make, "__module__", "") == __name__ and name not in ("word_file", "paragraph")
)
