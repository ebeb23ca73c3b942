"""One figure, large and as printed, with everything that says what it is and where it stands."""

from __future__ import annotations

from collections.abc import Sequence

from ui.answer_text import chip
from ui.records import Calculation, Figure
from ui.safe import escape
from ui.scan_mark import scan_note_html
from ui.wording import figure_source, indicator_name, indicator_path, shown_unit

_LONGEST_NUMBER = 24
_KINDS = {"sum": "Tổng", "difference": "Chênh lệch", "share": "Tỷ lệ", "change": "Mức thay đổi", "ratio": "Tỷ số"}


def figure_card(figure: Figure, turn: int) -> str:
    """The card's HTML; its chip opens the row in the report."""
    parents = escape(indicator_path(figure.path[:-1]))
    source = escape(figure_source(figure))
    if figure.citation is not None:
        source += f" {chip(turn, figure.citation)}"
    lines = [
        f'<div class="figure-path">{parents}</div>' if parents else "",
        f'<div class="figure-name">{escape(indicator_name(figure))}</div>',
        f'<div class="figure-value">{_value(figure)}</div>',
        f'<div class="figure-meaning">{escape(meaning)}</div>' if (meaning := _meaning(figure)) else "",
        scan_note_html(figure),
        f'<div class="figure-note">Ghi chú: {escape(figure.note)}</div>' if figure.note else "",
        f'<div class="figure-source">{source}</div>',
    ]
    return f'<article class="figure{" unreviewed" if figure.unreviewed else ""}">{"".join(lines)}</article>'


def figure_cards(figures: Sequence[Figure], turn: int) -> str:
    return f'<div class="figures">{"".join(figure_card(figure, turn) for figure in figures)}</div>'


def calculation_card(calculation: Calculation) -> str:
    """A result that stands in no report, with how it was reached. A result of several steps is a sentence."""
    kind = _KINDS.get(calculation.kind, "Kết quả tính")
    expression, result = escape(calculation.expression), escape(calculation.result_text)
    if len(calculation.result_text) <= _LONGEST_NUMBER:
        shown = f'<div class="figure-value">{result}</div><div class="expression">{expression} = {result}</div>'
    else:
        shown = f'<div class="figure-result">{result}</div><div class="expression">{expression}</div>'
    return (
        f'<article class="figure calculated"><div class="figure-name">{kind}</div>{shown}'
        '<div class="figure-source">Tính từ các số liệu dưới đây; không có sẵn trong báo cáo.</div></article>'
    )


def _value(figure: Figure) -> str:
    printed = escape(figure.value_text) or "(để trống)"
    unit = shown_unit(figure)
    return f'{printed} <span class="figure-unit">{escape(unit)}</span>' if unit else printed


def _meaning(figure: Figure) -> str:
    """What the printed value stands for, where it does not say so itself."""
    if figure.value_kind == "missing":
        return "Báo cáo không có số liệu ở dòng này."
    if figure.meaning and figure.meaning.lower() not in figure.value_text.lower():
        return f"Nghĩa là: {figure.meaning}"
    return ""
