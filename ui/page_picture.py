"""A page of a report as a picture, with the words in question boxed."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from ui.records import Box
from ui.safe import escape

_MARGIN = 0.004
"""How far a box is drawn around the words, of the page's width and height."""


def page_pictures(report_id: str, report_number: str | None, boxes: Sequence[Box]) -> str:
    """Every page that a box is on. A picture is fetched when it comes into view, so a folded one costs nothing."""
    pages = sorted({box.page for box in boxes})
    return "".join(
        page_picture(report_id, report_number, page, [box for box in boxes if box.page == page]) for page in pages
    )


def page_picture(
    report_id: str, report_number: str | None, page: int, boxes: Sequence[Box] = (), *, turning: bool = False
) -> str:
    """One page; a `turning` one is turned to other pages by the buttons of the table beside it."""
    address = escape(page_address(report_id, page))
    what = escape(f"Trang {page} của báo cáo {report_number or 'chưa rõ số'}")
    drawn = "".join(_drawn(box) for box in boxes)
    return (
        f'<figure class="page{" turning" if turning else ""}"><div class="sheet" tabindex="0" role="region" aria-label="{what}">'
        f'<div class="paper"><img src="{address}" alt="{what}" loading="lazy">{drawn}</div></div>'
        f'<figcaption>Trang <span class="page-number">{page}</span> · <a href="{address}" target="_blank">Mở trang riêng</a></figcaption></figure>'
    )


def page_address(report_id: str, page: int) -> str:
    return f"./tep/bao-cao/{quote(report_id, safe='')}/trang/{page}.png"


def _drawn(box: Box) -> str:
    left, top = max(0.0, box.x0 - _MARGIN), max(0.0, box.y0 - _MARGIN)
    right, bottom = min(1.0, box.x1 + _MARGIN), min(1.0, box.y1 + _MARGIN)
    sides = {"left": left, "top": top, "width": right - left, "height": bottom - top}
    return f'<span class="box" style="{";".join(f"{side}:{100 * part:.2f}%" for side, part in sides.items())}"></span>'
