"""Pictures, text and things that are no report, made to hang, fill the memory of, or lead astray whatever reads them."""

from __future__ import annotations

import gzip
import struct
import zlib
from pathlib import Path


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def _png(path: Path, width: int, height: int, packed: bytes) -> None:
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", packed) + _chunk(b"IEND", b""))


def picture_of_ten_gigapixels(path: Path) -> None:
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(2**20)) for _ in range(1_200)) + packer.flush()
    _png(path, 100_000, 100_000, packed)


def picture_cut_short(path: Path) -> None:
    _png(path, 2_000, 2_000, zlib.compress(bytes(251 * 900)))


def picture_header_alone(path: Path) -> None:
    path.write_bytes(b"\x89PNG\r\n\x1a\n")


def photograph_of_noise(path: Path) -> None:
    path.write_bytes(b"\xff\xd8\xff\xe0" + bytes(range(256)) * 500)


def _tiff_page(following: int, at: int) -> bytes:
    tags = [
        (256, 4, 1, 8),
        (257, 4, 1, 8),
        (258, 3, 1, 1),
        (259, 3, 1, 1),
        (262, 3, 1, 0),
        (273, 4, 1, 8),
        (278, 4, 1, 8),
        (279, 4, 1, 8),
    ]
    return (
        struct.pack("<H", len(tags))
        + b"".join(struct.pack("<HHII", *tag) for tag in tags)
        + struct.pack("<I", following)
    )


def fax_that_never_ends(path: Path) -> None:
    """A TIFF whose page says that it is its own next page."""
    path.write_bytes(struct.pack("<2sHI", b"II", 42, 16) + bytes(8) + _tiff_page(16, 16))


def fax_of_20_000_pages(path: Path) -> None:
    size = len(_tiff_page(0, 0))
    pages = [_tiff_page(16 + (at + 1) * size if at < 19_999 else 0, 16 + at * size) for at in range(20_000)]
    path.write_bytes(struct.pack("<2sHI", b"II", 42, 16) + bytes(8) + b"".join(pages))


def nothing(path: Path) -> None:
    path.write_bytes(b"")


def blanks(path: Path) -> None:
    path.write_bytes(b" \n\t" * 1_000)


def zeros(path: Path) -> None:
    path.write_bytes(bytes(10_000))


def a_program(path: Path) -> None:
    path.write_bytes(b"MZ\x90\x00" + bytes(range(256)) * 40)


def a_packed_file(path: Path) -> None:
    path.write_bytes(gzip.compress(b"a" * 1_000_000))


def bytes_in_no_encoding(path: Path) -> None:
    path.write_bytes(bytes(i for i in range(1, 256)) * 300)


def halves_of_letters(path: Path) -> None:
    path.write_bytes(b"\xff\xfe" + b"\x00\xd8a\x00" * 20_000)


def text_of_40_mb(path: Path) -> None:
    path.write_bytes(("Số thủ tục: 1.695\n" * 2_000_000).encode())


def one_line_of_4_mb(path: Path) -> None:
    path.write_bytes(b"a" * 4_000_000)


def marks_on_one_letter(path: Path) -> None:
    path.write_bytes(("a" + "\u0301\u0323" * 1_000_000).encode())


def a_million_columns(path: Path) -> None:
    path.write_bytes(b"STT\tChi tieu" + b"\t" * 1_000_000 + b"\n1.\tSo\t1\t2\n")


def a_million_rows(path: Path) -> None:
    path.write_bytes("STT\tChỉ tiêu\tĐơn vị\tSố liệu\n".encode() + b"1.1.\ta\tb\t1\n" * 400_000)


def headings_in_one_another(path: Path) -> None:
    path.write_bytes("\n\n".join(f"{'1.' * depth} Mục" for depth in range(1, 2_000)).encode())


def a_hundred_thousand_headings(path: Path) -> None:
    path.write_bytes("\n\n".join(f"{at}. Mục" for at in range(1, 100_000)).encode())


def _repeated(text: str) -> bytes:
    return (text * (1_000_000 // len(text))).encode()


def open_tags(path: Path) -> None:
    path.write_bytes(_repeated("<a "))


def open_brackets(path: Path) -> None:
    path.write_bytes(_repeated("["))


def stars(path: Path) -> None:
    path.write_bytes(_repeated("*"))


def hashes(path: Path) -> None:
    path.write_bytes(_repeated("# "))


def spaces_before_a_heading(path: Path) -> None:
    path.write_bytes(b" " * 1_000_000 + b"I. MUC\n")


def equals_signs(path: Path) -> None:
    path.write_bytes("STT\tChỉ tiêu\tĐơn vị\tSố liệu\n1.\ta\t".encode() + b"a= " * 200_000 + b"\t" + b"a= " * 200_000)


def digits(path: Path) -> None:
    path.write_bytes("STT\tChỉ tiêu\tĐơn vị\tSố liệu\n1.\ta\tb\t".encode() + b"1.111" * 200_000)


def captions(path: Path) -> None:
    path.write_bytes(("Kèm theo Báo cáo số " + "ngày 1 tháng 1 năm " * 50_000 + "\nPhụ lục" * 20_000).encode())


def letters_that_turn_around(path: Path) -> None:
    path.write_bytes(("\u202e\u2066\u200b\ufeff" * 10_000 + "BÁO CÁO\n\n" + "\u0000" * 5).encode("utf-16"))


def markup_that_fetches(path: Path) -> None:
    path.write_bytes(
        "BÁO CÁO\n\n![x](http://127.0.0.1:9/x.png) <script>fetch('http://127.0.0.1:9')</script>\n".encode()
    )


SLOW = (text_of_40_mb, one_line_of_4_mb, picture_of_ten_gigapixels, fax_of_20_000_pages)
ALL = tuple(
    make
    for name, make in list(globals().items())
    if callable(make) and getattr(make, "__module__", "") == __name__ and not name.startswith("_")
)
