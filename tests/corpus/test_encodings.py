"""Old encodings: the seed typed in each comes back as it was, and what is Unicode is left alone."""

from __future__ import annotations

import unicodedata

import pytest
from viparse.normalize.tcvn3 import TCVN3
from viparse.normalize.vni import VNI

from corpus.encodings import decode_bytes, decoder_for, detect, vietnamese_share
from corpus.readers.writer import DocumentWriter, Piece
from corpus.report import read_report
from tests.corpus.samples import SEED, row_facts, seed

TEXT = unicodedata.normalize("NFC", SEED.read_text("utf-8"))


def typed(text: str, encoding: str) -> str:
    """Text as an old font's letters. TCVN3 types a capital with a mark as the small letter."""
    table = {unicode: old for old, unicode in reversed({"tcvn3": TCVN3, "vni": VNI}[encoding].pairs)}
    table |= {"ẳ": "aú", "ỵ": "î"} if encoding == "vni" else {}
    if encoding == "tcvn3":
        table = {letter.upper(): old for letter, old in table.items()} | table
    return "".join(table.get(char, char) for char in text)


def cp1258(text: str) -> bytes:
    out = bytearray()
    for char in text:
        try:
            out += char.encode("cp1258")
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", char)
            tones = [part for part in parts if part in "\u0300\u0301\u0303\u0309\u0323"]
            base = unicodedata.normalize("NFC", "".join(part for part in parts if part not in tones))
            out += b"".join(part.encode("cp1258") for part in (base, *tones))
    return bytes(out)


@pytest.mark.parametrize("encoding", ["tcvn3", "vni"])
@pytest.mark.parametrize("as_bytes", ["utf-8", "latin-1"])
def test_the_seed_in_an_old_font(encoding: str, as_bytes: str) -> None:
    report = read_report(typed(TEXT, encoding).encode(as_bytes, "replace"), SEED.name)
    if as_bytes == "utf-8":
        assert [row_facts(row) for row in report.rows] == [row_facts(row) for row in seed().rows]
    assert [row.value for row in report.rows] == [row.value for row in seed().rows]
    assert [section.id for section in report.sections] == [section.id for section in seed().sections]
    assert report.metadata.issuer == "UBND tỉnh Sơn La"
    assert any("đã chuyển sang Unicode" in warning for warning in report.warnings)


@pytest.mark.parametrize(
    "data",
    [
        TEXT.encode("utf-16"),
        TEXT.encode("utf-8-sig"),
        unicodedata.normalize("NFD", TEXT).encode(),
        "\ufeff".encode("utf-16-be") + TEXT.encode("utf-16-be"),
        TEXT.replace("\n", "\r\n").encode(),
    ],
    ids=["utf-16", "utf-8 with a mark", "decomposed", "utf-16 big endian", "windows line ends"],
)
def test_the_seed_in_another_form_of_unicode(data: bytes) -> None:
    report = read_report(data, SEED.name)
    assert report.text == seed().text
    assert report.rows == seed().rows


def test_windows_1258() -> None:
    text = TEXT.replace("–", "-").replace("…", "...")
    assert unicodedata.normalize("NFC", decode_bytes(cp1258(text))) == text


def test_only_the_cells_that_need_it_are_decoded() -> None:
    """Prose in Unicode, the appendix in .VnTime: the prose stays, ambiguous cells go with the cell before."""
    prose = ["Ủy ban nhân dân tỉnh báo cáo kết quả cải cách hành chính.", "Tòa nhà hành chính"]
    cells = ["Tổng số thủ tục đang có hiệu lực", "Số", "Tỷ lệ hồ sơ được giải quyết đúng hạn", "1.695", "°C"]
    decode, name = decoder_for([*prose, *(typed(cell, "tcvn3") for cell in cells)])
    assert name == "TCVN3"
    assert [decode(piece) for piece in prose] == prose
    assert [decode(typed(cell, "tcvn3")) for cell in cells] == cells


@pytest.mark.parametrize("text", [TEXT, "Café, naïve, Ångström, Größe, señor, été", "© 2021 ± 5 °C — «trích»", ""])
def test_unicode_is_left_alone(text: str) -> None:
    assert detect(text.split("\n")) is None


def test_a_word_file_typed_in_vni() -> None:
    writer = DocumentWriter()
    writer.paragraph(typed("Ủy ban nhân dân tỉnh Sơn La báo cáo kết quả cải cách hành chính", "vni"))
    writer.row(Piece(typed(cell, "vni")) for cell in ("Số thủ tục hành chính", "Thủ tục", "12"))
    document = writer.document("docx")
    assert document.text.startswith("Ủy ban nhân dân tỉnh Sơn La")
    assert [cell.text for cell in document.tables[0].rows[0].cells] == ["Số thủ tục hành chính", "Thủ tục", "12"]
    for cell in document.tables[0].rows[0].cells:
        assert cell.span.of(document.text) == cell.text


def test_syllables() -> None:
    assert vietnamese_share("Nghiên cứu thủ tục hành chính, khuyến khích người dân") == 1.0
    assert vietnamese_share("Größe señor Ångström") < 0.5
