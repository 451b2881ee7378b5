"""The least that a Streamlit page can be which answers a click: what benchmarks.page measures Viva against."""

from __future__ import annotations

import streamlit as st

if st.button("Submit", key="submit"):
    st.session_state["count"] = st.session_state.get("count", 0) + 1
st.html(f'<p id="answer">{st.session_state.get("count", 0)}</p>')
