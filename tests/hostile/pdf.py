"""PDFs made to hang, fill the memory of, or lead astray whatever parses them."""

from __future__ import annotations

import zlib
from pathlib import Path

MB = 2**20


def pdf_file(path: Path, objects: dict[int, bytes], trailer: bytes = b"") -> None:
    """Objects by number, 1 being the catalogue, with a correct cross-reference table."""
    data = bytearray(b"%PDF-1.7\n")
    offsets: dict[int, int] = {}
    for number, content in objects.items():
        offsets[number] = len(data)
        data += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    start = len(data)
    size = max(objects) + 1
    data += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        data += b"%010d 00000 n \n" % offsets[number] if number in offsets else b"0000000000 65535 f \n"
    data += b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (size, trailer, start)
    path.write_bytes(bytes(data))


def stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<</Length %d%s>>stream\n" % (len(content), entries) + content + b"\nendstream"


def one_page(
    path: Path, content: bytes, entries: bytes = b"", page: bytes = b"", box: bytes = b"0 0 595 842", **more: bytes
) -> None:
    pdf_file(
        path,
        {
            1: b"<</Type/Catalog/Pages 2 0 R%s>>" % more.pop("catalog", b""),
            2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            3: b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>/XObject<</X 6 0 R>>>>%s>>"
            % (box, page),
            4: stream(content, entries),
            5: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
            6: more.pop("xobject", b"null"),
        },
        more.pop("trailer", b""),
    )


TEXT = b"BT /F 12 Tf 72 700 Td (Bao cao) Tj ET"


def bomb(size: int) -> bytes:
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(b" " * MB) for _ in range(size // MB)) + packer.flush()


def ten_thousand_pages(path: Path) -> None:
    objects = {1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Count 10000/Kids[" + b"3 0 R " * 10_000 + b"]>>"}
    objects[3] = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>"
    pdf_file(path, objects)


def packed_stream_of_560_mb(path: Path) -> None:
    one_page(path, bomb(560 * MB), b"/Filter/FlateDecode")


def stream_packed_twice(path: Path) -> None:
    one_page(path, zlib.compress(bomb(1024 * MB), 9), b"/Filter[/FlateDecode/FlateDecode]")


def filter_behind_a_reference(path: Path) -> None:
    pdf_file(
        path,
        {
            1: b"<</Type/Catalog/Pages 2 0 R>>",
            2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>",
            4: stream(zlib.compress(bomb(1024 * MB), 9), b"/Filter 5 0 R"),
            5: b"[/FlateDecode/FlateDecode]",
        },
    )


def run_lengths_without_end(path: Path) -> None:
    one_page(path, b"\x81 " * (2 * MB), b"/Filter[/RunLengthDecode/RunLengthDecode]")


def sixty_thousand_rectangles(path: Path) -> None:
    drawn = b"\n".join(b"%d %d 20 10 re S" % (i % 560, i // 560 * 7 % 800) for i in range(60_000))
    one_page(path, TEXT + b"\n" + zlib.decompress(zlib.compress(drawn)))


def grid_of_90_000_cells(path: Path) -> None:
    lines = [b"0 %d m 595 %d l S" % (y, y) for y in range(0, 840, 3)] + [
        b"%d 0 m %d 842 l S" % (x, x) for x in range(0, 595, 2)
    ]
    one_page(path, TEXT + b"\n" + b"\n".join(lines))


def a_million_letters(path: Path) -> None:
    one_page(path, b"BT /F 1 Tf 72 700 Td " + b"(%s) Tj 0 -1 Td " % (b"a " * 500) * 1_000 + b"ET")


def giant_page(path: Path) -> None:
    one_page(path, TEXT, box=b"0 0 200000 200000")


def page_without_size(path: Path) -> None:
    one_page(path, TEXT, box=b"0 0 0 0")


def page_of_nonsense_size(path: Path) -> None:
    one_page(path, TEXT, box=b"-1e308 nan 1e308 (x)", page=b"/Rotate 45/UserUnit 1e9")


def giant_unit(path: Path) -> None:
    one_page(path, TEXT, page=b"/UserUnit 75000")


def page_tree_in_a_circle(path: Path) -> None:
    pdf_file(path, {1: b"<</Type/Catalog/Pages 2 0 R>>", 2: b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2/Parent 2 0 R>>"})


def a_count_that_lies(path: Path) -> None:
    pdf_file(
        path,
        {
            1: b"<</Type/Catalog/Pages 2 0 R>>",
            2: b"<</Type/Pages/Kids[3 0 R]/Count 2000000000>>",
            3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>",
        },
    )


def form_that_draws_itself(path: Path) -> None:
    form = stream(b"/X Do /X Do", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 6 0 R>>>>")
    one_page(path, b"/X Do", xobject=form)


def forms_that_draw_each_other_ten_times(path: Path) -> None:
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</X 5 0 R>>>>>>",
        4: stream(b"/X Do"),
    }
    for at in range(5, 17):
        drawn = b"/X Do " * 10 if at < 16 else TEXT
        objects[at] = stream(
            drawn, b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>>>" % (at + 1)
        )
    pdf_file(path, objects)


def picture_of_ten_gigapixels(path: Path) -> None:
    picture = stream(
        bomb(2 * MB),
        b"/Type/XObject/Subtype/Image/Width 100000/Height 100000/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/FlateDecode",
    )
    one_page(path, b"595 0 0 842 0 0 cm /X Do", xobject=picture)


def cross_references_in_a_circle(path: Path) -> None:
    one_page(path, TEXT, trailer=b"/Prev 9")
    data = path.read_bytes()
    path.write_bytes(data.replace(b"/Prev 9", b"/Prev %d" % data.rfind(b"xref\n0")))


def brackets_a_million_deep(path: Path) -> None:
    one_page(path, TEXT, page=b"/X " + b"[" * 1_000_000 + b"]" * 1_000_000)


def brackets_in_the_content(path: Path) -> None:
    one_page(path, b"[" * 500_000 + TEXT)


def script_and_launch(path: Path) -> None:
    one_page(path, TEXT, catalog=b"/OpenAction<</S/Launch/F(/bin/sh)>>/AA<</WC<</S/JavaScript/JS(app.alert\\(1\\))>>>>")


def locked(path: Path) -> None:
    one_page(
        path,
        TEXT,
        trailer=b"/ID[<00><00>]/Encrypt<</Filter/Standard/V 2/R 3/Length 128/P -44/O<"
        + b"41" * 32
        + b">/U<"
        + b"42" * 32
        + b">>>",
    )


def header_alone(path: Path) -> None:
    path.write_bytes(b"%PDF-1.7\n")


def half_a_file(path: Path) -> None:
    data = (Path(__file__).parents[1] / "data" / "203-digital.pdf").read_bytes()
    path.write_bytes(data[: len(data) // 2])


def flipped_bytes(path: Path) -> None:
    data = bytearray((Path(__file__).parents[1] / "data" / "203-digital.pdf").read_bytes())
    for at in range(400, len(data) - 400, 97):
        data[at] ^= 0x55
    path.write_bytes(bytes(data))


def blank_pages(path: Path) -> None:
    pdf_file(
        path,
        {
            1: b"<</Type/Catalog/Pages 2 0 R>>",
            2: b"<</Type/Pages/Count 3/Kids[3 0 R 3 0 R 3 0 R]>>",
            3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
        },
    )


SLOW = (
    filter_behind_a_reference,
    run_lengths_without_end,
    a_million_letters,
    grid_of_90_000_cells,
    sixty_thousand_rectangles,
    brackets_a_million_deep,
    form_that_draws_itself,
    forms_that_draw_each_other_ten_times,
    stream_packed_twice,
)
ALL = tuple(
    make
    for name, make in list(globals().items())
    if callable(make)
    and getattr(make, "__module__", "") == __name__
    and name not in ("pdf_file", "stream", "one_page", "bomb")
)
