"""The language of the pages: chosen in the settings, kept with the learner's other settings, and in use at once."""

from __future__ import annotations

from contextlib import suppress

import streamlit as st

import grader
from ui import history, texts
from ui.texts import CATALOGUES, LANGUAGES, t

AUTO = "auto"
_BOX = "settings_language"


def recall() -> None:
    """Take up the language that the learner has chosen, before anything is said on a page."""
    # Packs that cannot be read are the page's to tell.
    with suppress(grader.VivaError):
        history.settings()


def language_choice() -> None:
    """Let the language be chosen: the browser's, or one of those that there is a catalogue for, under its own name."""
    st.session_state[_BOX] = texts.chosen()
    names: dict[str, str] = {
        AUTO: t("settings.language_auto"),
        **{name: CATALOGUES[name]["app.language"] for name in LANGUAGES},
    }
    st.selectbox(
        t("settings.language"),
        list(names),
        format_func=lambda option: names[option],
        key=_BOX,
        help=t("settings.language_help"),
        on_change=_choose,
    )


def _choose() -> None:
    history.change_settings(history.settings().model_copy(update={"language": st.session_state[_BOX]}))
