"""The indicators of the form as a tree: every heading of the appendix folded, its rows to choose under it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

import streamlit as st

from ui.records import Figure
from ui.safe import label
from ui.wording import indicator_name

Choose = Callable[[Figure], None]


def show_form(rows: Sequence[Figure], chosen: Figure | None, choose: Choose) -> None:
    """Rows without a value are headings; a part of the form is drawn when it is opened."""
    with st.container(key="form", gap="xxsmall"):
        for number, (heading, part) in enumerate(_parts(rows)):
            opened = chosen is not None and chosen.path[:1] == (heading,)
            box = st.expander(label(_title(part[0])), expanded=opened, key=f"form-{number}", on_change="rerun")
            if box.open:
                with box, st.container(gap="xxsmall"):
                    for row in part[1:]:
                        show_row(row, row == chosen, choose)


def show_row(row: Figure, chosen: bool, choose: Choose) -> None:
    depth = min(len(row.path) - 1, 3)
    with st.container(key=f"row-{row.report_id}-{row.row}-depth-{depth}"):
        if not row.value_text:
            st.text(_title(row))
            return
        st.button(
            label(_title(row)), key=f"choose-{row.report_id}-{row.row}", type="secondary" if chosen else "tertiary",
            width="stretch", on_click=choose, args=(row,),
        )  # fmt: skip


def _parts(rows: Sequence[Figure]) -> list[tuple[str, list[Figure]]]:
    return [
        (heading, list(part)) for heading, part in groupby(rows, key=lambda row: row.path[0] if row.path else row.name)
    ]


def _title(row: Figure) -> str:
    return f"{row.code}. {indicator_name(row)}" if row.code else indicator_name(row)
