"""A page as a picture: fetched from this server, boxed where the words are."""

from __future__ import annotations

from lxml import html

from tests.ui.samples import HOSTILE, TEXT, citation, figure
from ui.citation_list import citation_list
from ui.figure_card import figure_card
from ui.records import Box

BOXES = (Box(page=4, x0=0.2, y0=0.3, x1=0.5, y1=0.35), Box(page=5, x0=0.0, y0=0.0, x1=1.0, y1=0.1))


def test_a_citation_shows_each_page_that_its_words_are_on() -> None:
    cited = citation("235 thủ tục", boxes=BOXES, report_id="../r 1", report_number=HOSTILE)
    shown = html.fragment_fromstring(citation_list([cited], 1, lambda _: TEXT))
    pictures = list(shown.iter("img"))
    assert [picture.get("src") for picture in pictures] == [f"./tep/bao-cao/..%2Fr%201/trang/{n}.png" for n in (4, 5)]
    assert all(picture.get("loading") == "lazy" for picture in pictures)
    sides = dict(side.split(":") for side in shown.find(".//span[@class='box']").get("style").split(";"))
    assert sides == {"left": "19.60%", "top": "29.60%", "width": "30.80%", "height": "5.80%"}


def test_a_card_says_that_nobody_has_compared_the_figure_or_who_read_what() -> None:
    def mark(**changes: object) -> str:
        card = html.fragment_fromstring(figure_card(figure(**changes), 1))
        return " ".join(note.text_content() for note in card.iter("div") if note.get("class") == "figure-scan")

    assert mark() == ""
    assert mark(unreviewed=True).startswith("Chưa soát bản quét")
    assert "máy đọc là “285”" in mark(corrected=True, original_value_text="285")
