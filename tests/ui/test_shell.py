"""The page that Streamlit serves is Vietnamese and loads from this server alone."""

from __future__ import annotations

import re

from ui.shell import TITLE, index_html


def test_the_page_is_ours() -> None:
    page = index_html()
    assert '<html lang="vi"' in page
    assert f"<title>{TITLE}</title>" in page
    assert page.count("./tro-ly/shell.css") == page.count("./tro-ly/shell.js") == 1


def test_nothing_is_loaded_from_elsewhere_or_run_inline() -> None:
    page = index_html()
    assert all(address.startswith("./") for address in re.findall(r'(?:src|href)="([^"]+)"', page))
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
