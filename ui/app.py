"""The entry of every page run: navigation, and the notice that the service is away."""

from __future__ import annotations

import streamlit as st

from ui.availability import watch_service
from ui.chat.page import show_chat
from ui.client import ApiUnavailable
from ui.figures.page import show_figures
from ui.reports.page import show_reports

chat = st.Page(show_chat, title="Hỏi đáp", icon=":material/forum:", default=True)
figures = st.Page(show_figures, title="Số liệu", icon=":material/table_chart:", url_path="so-lieu")
reports = st.Page(show_reports, title="Báo cáo", icon=":material/description:", url_path="bao-cao")

page = st.navigation([chat, figures, reports], position="top")
st.set_page_config(
    page_title=f"{page.title} · Trợ lý cải cách hành chính", layout="centered" if page is chat else "wide"
)
watch_service()
try:
    page.run()
except ApiUnavailable:
    st.stop()
