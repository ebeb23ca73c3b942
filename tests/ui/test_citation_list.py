"""A citation opens to the quoted words in their place, and to nothing that a document could run."""

from __future__ import annotations

from lxml import html

from tests.ui.samples import HOSTILE, TEXT, citation
from ui.api_errors import ApiMissing
from ui.citation_list import citation_list
from ui.records import Citation


def _shown(cited: Citation, text: str = TEXT) -> html.HtmlElement:
    return html.fragment_fromstring(citation_list([cited], 2, lambda _: text))


def test_a_passage_is_marked_in_the_text_around_it() -> None:
    shown = _shown(citation("Báo cáo nêu 235 thủ tục cấp huyện."))
    context = shown.find(".//p[@class='context']")
    assert context.find("mark").text == "Báo cáo nêu 235 thủ tục cấp huyện."
    assert context.text_content().startswith("Mở đầu")
    assert "Câu sau." in context.text_content()
    assert shown.find("details").get("data-cite") == "2-1"


def test_an_appendix_row_is_a_row_among_its_neighbours() -> None:
    shown = _shown(citation("\tSố TTHC cấp huyện:\tThủ tục\t235\t", kind="appendix_row"))
    rows = [[cell.text_content() for cell in row.iter("td")] for row in shown.iter("tr")]
    assert ["1.", "Số TTHC cấp tỉnh:", "Thủ tục", "1.342", ""] in rows
    assert [mark.text for mark in shown.iter("mark")] == ["Số TTHC cấp huyện:", "Thủ tục", "235"]


def test_a_documents_markup_is_shown_and_not_rendered() -> None:
    text = f"Trước {HOSTILE} câu trích {HOSTILE} sau."
    shown = _shown(citation("câu trích", text), text)
    assert not list(shown.iter("script", "img", "a"))
    assert shown.text_content().count("http://hostile.invalid/a.png") == 2


def test_a_report_that_is_gone_leaves_the_quote() -> None:
    def gone(_: Citation) -> str:
        raise ApiMissing("Không có báo cáo này.", 404)

    shown = html.fragment_fromstring(citation_list([citation("235 thủ tục")], 1, gone))
    assert shown.find(".//mark").text == "235 thủ tục"
    assert "đã được gỡ" in shown.text_content()
