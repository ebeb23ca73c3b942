"""An empty conversation: what can be asked, of which reports, and first questions to click."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from ui.api_errors import ApiError
from ui.chat.asking import ask
from ui.records import Report
from ui.safe import escape, label
from ui.shared import all_reports
from ui.wording import count, place_name, time_span

SAMPLES = (
    "Số TTHC cấp huyện đang có hiệu lực?",
    "Tỷ lệ hoàn thành nhiệm vụ của kế hoạch CCHC?",
    "Đã phát bao nhiêu phiếu khảo sát sự hài lòng?",
    "Báo cáo nêu những tồn tại, hạn chế nào?",
)


def show_welcome() -> None:
    st.html(
        '<header class="welcome"><h1>Hỏi đáp báo cáo cải cách hành chính</h1>'
        "<p>Số liệu được đọc nguyên văn từ phụ lục, lời văn được trích dẫn nguyên câu; "
        f"mỗi câu trả lời đều dẫn đến đúng chỗ trong báo cáo.</p>{_loaded()}</header>"
    )
    with st.container(key="samples", gap="small"):
        for position, question in enumerate(SAMPLES):
            st.button(label(question), key=f"sample-{position}", width="stretch", on_click=ask, args=(question,))


def _loaded() -> str:
    """What is in the corpus, in one line."""
    try:
        reports = all_reports()
    except ApiError:
        return ""
    return f'<p class="loaded">{escape(_corpus_line(reports))}</p>'


def _corpus_line(reports: Sequence[Report]) -> str:
    if not reports:
        return "Kho chưa có báo cáo nào."
    if len(reports) == 1:
        only = reports[0]
        return f"Đang có 1 báo cáo: {only.number or 'chưa rõ số'}, {place_name(only.issuer)}, {time_span(only.year, only.period)}."
    places = len({r.issuer for r in reports})
    years = sorted({r.year for r in reports if r.year})
    span = f", {years[0]}–{years[-1]}" if len(years) > 1 else f", năm {years[0]}" if years else ""
    return f"Đang có {count(len(reports))} báo cáo của {count(places)} cơ quan{span}."
