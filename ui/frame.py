"""What every page shares: where the pages are, the style sheet, and an edge that shows no traceback."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path

import streamlit as st

import grader
from ui import services
from ui.markup import message_html
from ui.texts import t

_HERE = Path(__file__).parent
STUDY = str(_HERE / "study_page.py")
QUESTIONS = str(_HERE / "questions_page.py")
PROGRESS = str(_HERE / "progress_page.py")
SETTINGS = str(_HERE / "settings_page.py")
ICON = str(_HERE / "icon.svg")
"""A file of our own: Streamlit fetches a Material icon or an emoji for the browser's tab from elsewhere."""
ABOUT = str(_HERE / "about_page.py")

_BREATH = 0.04
"""Seconds. What is drawn is sent by another thread, which waits up to 5 ms for every message while this one calculates; and the
browser paints only once no message is waiting."""

_log = logging.getLogger(__name__)


def style() -> None:
    """Add our style sheet to the page, of which nothing is left to do yet."""
    st.session_state.pop("viva_later", None)
    st.html(_HERE / "theme.css")


def later(work: Callable[[], None]) -> None:
    """Do what takes time once the whole page stands.

    A page is quick when a click costs few messages before what the eye waits for: it is drawn first, with little on the
    page above it, and everything that reads the database, grades again or draws charts comes here. Each element costs a
    message, about half a millisecond on the server and more in the browser; plain text goes together into one st.html.
    """
    st.session_state["viva_later"] = work


def breathe() -> None:
    """Have the browser show what is drawn so far, before more comes."""
    time.sleep(_BREATH)


def finish() -> None:
    """Do what was left for later."""
    work: Callable[[], None] | None = st.session_state.pop("viva_later", None)
    if work is not None:
        breathe()
        guarded(work)
    services.keep_loaded()


def arrived(page: str) -> bool:
    """Say whether this session comes to ``page`` from another one."""
    last = st.session_state.get("viva_page", page)
    st.session_state["viva_page"] = page
    return bool(last != page)


def guarded(render: Callable[[], None]) -> None:
    """Run a page; an engine error becomes its own clear line, anything else a message and a log entry."""
    try:
        render()
    except grader.PackError as error:
        st.html(message_html("error", t("error.bank"), str(error), t("error.bank_what_now")))
    except grader.VivaError as error:
        st.html(message_html("error", t("error.engine"), str(error)))
    except Exception:  # noqa: BLE001 - the page's edge; Streamlit's own control flow is a BaseException
        _log.exception("a page failed")
        st.html(message_html("error", t("error.page"), t("error.page_what_now")))
