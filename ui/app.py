"""The entry of every page run: navigation, and what shows while the service is away."""

from __future__ import annotations

import streamlit as st

from ui.api_errors import ApiError, ApiUnavailable
from ui.chat.asking import CHAT, PAGE_SHOWN
from ui.chat.page import show_chat
from ui.figures.page import show_figures
from ui.login import show_account, show_sign_in, signed_in
from ui.reports.page import show_reports
from ui.safe import escape
from ui.shared import settings

chat = st.Page(show_chat, title="Hỏi đáp", icon=":material/forum:", default=True)
figures = st.Page(show_figures, title="Số liệu", icon=":material/table_chart:", url_path="so-lieu")
reports = st.Page(show_reports, title="Báo cáo", icon=":material/description:", url_path="bao-cao")

login = settings().login
page = st.navigation([chat, figures, reports], position="hidden" if login and not signed_in() else "top")
st.set_page_config(
    page_title=f"{page.title} · Trợ lý cải cách hành chính", layout="centered" if page is chat else "wide"
)
# Out of sight: the page's script presses it when the service is back, and the page runs again. A timer in Streamlit
# (`run_every`) could not do this: its runs take the place of a rerun asked for at the same moment.
st.button("Kết nối lại", key="service_back")
try:
    if login and not signed_in():
        show_sign_in()
    else:
        page.run()
        st.session_state[PAGE_SHOWN] = CHAT if page is chat else page.url_path
        if login:
            show_account()
except ApiError as error:
    waiting = " waiting" if isinstance(error, ApiUnavailable) else ""
    st.html(f'<p class="hint{waiting}">{escape(error.message)}</p>')
