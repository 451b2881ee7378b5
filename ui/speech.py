"""The language of the pages: chosen in the settings, kept with the learner's other settings, and in use at once."""

from __future__ import annotations

import streamlit as st

from ui import texts
from ui.texts import CATALOGUES, LANGUAGES, t

AUTO = "auto"
_BOX = "settings_language"


def language_choice() -> None:
    """Let the language be chosen: the browser's, or one of those that there is a catalogue for, under its own name."""
    st.session_state[_BOX] = texts.chosen()
    st.selectbox(
        t("settings.language"),
        [AUTO, *LANGUAGES],
        format_func=lambda option: (
            CATALOGUES[option]["app.language"] if option in LANGUAGES else t("settings.language_auto")
        ),
        key=_BOX,
        help=t("settings.language_help"),
        on_change=_choose,
    )


def _choose() -> None:
    texts.use(st.session_state[_BOX])
