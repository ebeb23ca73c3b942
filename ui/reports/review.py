"""For operators: the figures of a scan that nobody has compared with the page yet, each beside the picture of its cell."""

from __future__ import annotations

import streamlit as st

from ui.api_errors import ApiError, ApiMissing
from ui.records import Report, ReviewItem
from ui.safe import escape, label
from ui.shared import appendix_rows, client
from ui.wording import count

_PER_PAGE = 8


@st.fragment
def show_review(report: Report, key: str) -> None:
    if report.format not in ("scan", "pdf"):
        return
    try:
        items = client().review(report.id).items
    except ApiMissing:
        return
    except ApiError as error:
        st.html(f'<p class="hint">{escape(error.message)}</p>')
        return
    if not items:
        return
    waiting = [item for item in items if not item.reviewed]
    with st.container(key=f"review-{report.id}", border=True):
        done = len(items) - len(waiting)
        st.html(
            f'<h2>Soát số liệu đọc từ bản quét</h2><p class="hint">Còn {count(len(waiting))} số cần đối chiếu với trang gốc'
            f"{f', đã soát {count(done)} số' if done else ''}. Sửa cho đúng số in trên trang rồi bấm Xác nhận.</p>"
        )
        for item in waiting[:_PER_PAGE]:
            _show_item(report, item, key)
        if len(waiting) > _PER_PAGE:
            st.html(
                f'<p class="hint">Còn {count(len(waiting) - _PER_PAGE)} số nữa sẽ hiện khi các số trên được soát.</p>'
            )


def _show_item(report: Report, item: ReviewItem, key: str) -> None:
    with st.container(key=f"item-{report.id}-{item.row}"):
        what, picture, value = st.columns([5, 3, 4], vertical_alignment="center")
        code = f"{escape(item.code)}. " if item.code else ""
        reasons = "; ".join(item.reasons)
        page = f"Trang {item.page} · " if item.page else ""
        what.html(f'<b>{code}{escape(item.name.rstrip(" :"))}</b><p class="hint">{page}{escape(reasons)}</p>')
        if item.crop:
            _show_crop(picture, report, item)
        with value, st.form(f"confirm-{report.id}-{item.row}", border=False):
            text = st.text_input(
                f"Giá trị in trên trang{f' ({label(item.unit)})' if item.unit and '=' not in item.unit else ''}",
                value=item.value_text,
                max_chars=300,
            )
            if st.form_submit_button("Xác nhận", icon=":material/check:"):
                _confirm(report, item, text, key)


def _show_crop(place: st.delta_generator.DeltaGenerator, report: Report, item: ReviewItem) -> None:
    try:
        picture = client().crop(report.id, item.row)
    except ApiError:
        place.html('<p class="hint">Không có hình của ô này.</p>')
        return
    place.image(picture, alt=f"Ô số liệu trên bản quét: {item.name}")


def _confirm(report: Report, item: ReviewItem, text: str, key: str) -> None:
    try:
        client().confirm(report.id, item.row, text.strip(), key)
    except ApiError as error:
        st.error(error.message)
        return
    appendix_rows.clear()
    st.toast(f"Đã ghi nhận: {item.name.rstrip(' :')}: {text.strip() or '(để trống)'}", icon=":material/check:")
    st.rerun(scope="fragment")
