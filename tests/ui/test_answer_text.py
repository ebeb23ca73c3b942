"""An answer's Markdown becomes HTML that cannot do anything."""

from __future__ import annotations

from lxml import html

from tests.ui.samples import HOSTILE
from ui.answer_text import render_answer

_GRAMMAR = {"p", "ul", "ol", "li", "strong", "em", "blockquote", "table", "thead", "tbody", "tr", "th", "td", "br"}


def _parsed(text: str, citations: set[int] | None = None) -> html.HtmlElement:
    return html.fragment_fromstring(render_answer(text, 1, citations or set()), create_parent="div")


def test_only_the_marks_of_known_citations_become_chips() -> None:
    parsed = _parsed("Có **235** thủ tục [1][3].", {1, 2})
    assert [chip.get("data-cite") for chip in parsed.iter("button")] == ["1-1"]
    assert parsed.text_content().strip() == "Có 235 thủ tục 1[3]."


def test_lists_tables_and_quotes_are_rendered() -> None:
    parsed = _parsed("- một\n- hai\n\n| A | B |\n|---|---|\n| 1 | 2 |\n\n> trích")
    assert [item.text for item in parsed.iter("li")] == ["một", "hai"]
    assert [cell.text for cell in parsed.iter("td")] == ["1", "2"]
    assert parsed.find("blockquote") is not None


def test_markup_stays_the_characters_it_is() -> None:
    for text in (
        HOSTILE,
        f"> {HOSTILE}",
        f"| {HOSTILE} |\n|---|\n| {HOSTILE} |",
        f"- {HOSTILE}\n\n# {HOSTILE}\n\n    {HOSTILE}",
    ):
        parsed = _parsed(text)
        assert {element.tag for element in parsed.iterdescendants()} <= _GRAMMAR
        assert all(not element.attrib for element in parsed.iterdescendants())
        assert "<script>alert(1)</script> ![x](http://hostile.invalid/a.png)" in parsed.text_content()


def test_a_reference_cannot_smuggle_an_address_in() -> None:
    parsed = _parsed("![x][1]\n\n[1]: http://hostile.invalid/a.png", {1})
    assert {element.tag for element in parsed.iterdescendants()} <= _GRAMMAR | {"button"}
