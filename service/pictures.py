"""Pages and cells as pictures, drawn from the file in a child process and kept beside it.

The cells of a page are drawn together: a person who reviews one looks at its neighbours next.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path

from corpus.errors import UnreadableReport
from corpus.model import Box
from corpus.report import PARSER_VERSION
from corpus.sandbox import Limits, crop_in_child, page_in_child
from index.disk import Disk
from index.generation import Generation
from index.records import Figure
from service.errors import NotFound

_LIMITS = Limits(seconds=30)


def page_picture(generation: Generation, report_id: str, number: int) -> bytes:
    """A page as a PNG.

    Raises:
        NotFound: the report has no such page, or none that can be drawn.
    """
    record, source = generation.report(report_id), generation.source_path(report_id)
    if (
        record is None
        or source is None
        or record.format not in ("pdf", "scan")
        or not 0 < number <= (record.pages or 0)
    ):
        raise NotFound("Báo cáo này không có ảnh của trang đó.")
    kept = source.with_name(f"page.{number}.png")
    if not kept.is_file():
        try:
            Disk().write(kept, page_in_child(source, number, _LIMITS))
        except UnreadableReport:
            raise NotFound("Không vẽ được trang này từ tệp gốc.") from None
    return kept.read_bytes()


def cell_picture(generation: Generation, figure: Figure) -> bytes:
    """The cell of a figure as a PNG.

    Raises:
        NotFound: nothing says where it stands, or it can't be drawn.
    """
    box, source = figure.row.box, generation.source_path(figure.report_id)
    if box is None or source is None:
        raise NotFound("Số liệu này không có ảnh cắt.")
    kept = source.with_name(f"cells.{PARSER_VERSION}.{box.page}.zip")
    picture = _kept(kept, figure.row.row)
    if picture is not None:
        return picture
    rows = [f.row for f in generation.rows(figure.report_id) if f.row.box is not None and f.row.box.page == box.page]
    try:
        drawn = crop_in_child(source, [_box(row.box) for row in rows], _LIMITS)
    except UnreadableReport:
        raise NotFound("Không cắt được ảnh của số liệu này từ tệp gốc.") from None
    Disk().write(kept, _archive([row.row for row in rows], drawn))
    return drawn[[row.row for row in rows].index(figure.row.row)]


def _box(box: Box | None) -> Box:
    assert box is not None
    return box


def _kept(archive: Path, row: int) -> bytes | None:
    try:
        with zipfile.ZipFile(archive) as file:
            return file.read(f"{row}.png")
    except (OSError, KeyError, zipfile.BadZipFile):
        return None


def _archive(rows: Sequence[int], pictures: Sequence[bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for row, picture in zip(rows, pictures, strict=True):
            file.writestr(f"{row}.png", picture)
    return buffer.getvalue()
