"""Viva: an open-answer trainer. Start it with ``streamlit run app.py``."""

import streamlit as st

from ui import frame, keeper, speech
from ui.texts import t

st.set_page_config(page_title=t("app.name"), page_icon=frame.ICON, layout="wide")
frame.style()
place = keeper.place()
speech.recall()
pages = [
    st.Page(frame.STUDY, title=t("nav.study"), icon=":material/edit_note:", default=True),
    st.Page(frame.QUESTIONS, title=t("nav.questions"), icon=":material/list:", url_path="questions"),
    st.Page(frame.PROGRESS, title=t("nav.progress"), icon=":material/monitoring:", url_path="progress"),
    st.Page(frame.SETTINGS, title=t("nav.settings"), icon=":material/tune:", url_path="settings"),
    st.Page(frame.ABOUT, title=t("nav.about"), icon=":material/info:", url_path="about"),
]
st.navigation(pages, position="top").run()
keeper.mount(place)
frame.finish()
