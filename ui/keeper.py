"""The draft keeper: an invisible component that tells Python what is typed, before anything is submitted.

The browser remembers a random id (keeper.js). It arrives as a cookie with the page, or, where cookies are
blocked, in the component's first message. Whatever arrives is checked here, since anyone can send anything.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from study import MAX_DRAFT_CHARS, Draft, DraftStoreError, StoreError, is_learner_id
from ui import keys, services
from ui.texts import language

KEY = "viva_keeper"
COOKIE = "viva_learner"
MAX_AT = 2**53

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DraftMessage:
    """One draft as the browser reported it, checked."""

    learner: str
    question: str
    draft: Draft


@dataclass(frozen=True, slots=True)
class View:
    """What the keeper watches and where the focus belongs.

    ``question`` is None while there is no box to watch; ``box`` is the key of the box;
    ``token`` changes whenever the focus is to move; ``first`` says that the page has only just been opened;
    ``notice`` is what the page says about saving; ``again`` that what has the focus was drawn anew and keeps it.

    ``keys`` says which keys are alive, and what each clicks: ``{"n": "study_next"}`` clicks the element with the key
    ``study_next`` (a button, or an expander, which opens or closes). A name that ends in ``*`` stands for several
    elements, such as a button per point: the one nearest to the focus is clicked, and where the focus is near none
    or near several, nothing is. What is not on the page, or disabled, is not clicked. ui/keys.py says what keys mean.
    """

    question: str | None
    box: str
    target: Literal["answer", "score", "none"]
    token: str
    first: bool
    notice: str | None = None
    again: bool = False
    keys: Mapping[str, str] = field(default_factory=dict)


IDLE = View(None, "", "none", "", first=False)


def parse_draft(raw: object) -> DraftMessage | None:
    """Read a draft message; None when anything about it is not as keeper.js sends it."""
    if not isinstance(raw, Mapping):
        return None
    learner, question, text, at = (raw.get(name) for name in ("learner", "question", "text", "at"))
    if not (isinstance(learner, str) and is_learner_id(learner) and isinstance(question, str) and len(question) <= 200):
        return None
    if not isinstance(text, str) or isinstance(at, bool) or not isinstance(at, int | float) or not 0 < at < MAX_AT:
        return None
    return DraftMessage(learner, question, Draft(text, int(at)))


def learner() -> str | None:
    """Return this browser's id, or None until it has told one."""
    known = st.session_state.get("viva_learner")
    if known is None:
        known = st.context.cookies.get(COOKIE)
        if not is_learner_id(known):
            return None
        st.session_state["viva_learner"] = known
    return str(known)


def become(who: str) -> None:
    """Go on as another learner, here and in this browser from now on."""
    st.session_state["viva_learner"] = st.session_state["viva_adopt"] = who
    st.session_state.pop("viva_drafts", None)


def recall(question: str) -> Draft | None:
    """Return the draft of this browser for ``question``: from this session, else from the file."""
    held: dict[str, Draft] = st.session_state.setdefault("viva_drafts", {})
    if question in held:
        return held[question]
    who = learner()
    if who is None:
        return None
    try:
        draft = services.draft_store().load(who, question)
    except DraftStoreError as error:
        _off(error)
        return None
    if draft is not None:
        held[question] = draft
    return draft


def keep(question: str, draft: Draft) -> None:
    """Hold a draft in this session and write it to the file; a file that fails is a notice, not a loss."""
    held: dict[str, Draft] = st.session_state.setdefault("viva_drafts", {})
    if question in held and held[question].at > draft.at:
        return
    held[question] = draft
    st.session_state.get("viva_forget", set()).discard(question)
    who = learner()
    if who is None:
        return
    if len(draft.text) > MAX_DRAFT_CHARS:
        st.session_state["viva_drafts_notice"] = "study.draft_too_long"
        return
    try:
        services.draft_store().save(who, question, draft, now=services.now())
    except DraftStoreError as error:
        _off(error)
    else:
        st.session_state.pop("viva_drafts_notice", None)


def keep_text(question: str, text: str) -> None:
    """Keep what a widget holds, dated just after the browser's last word on it."""
    last = recall(question)
    if last is None or last.text != text:
        keep(question, Draft(text, services.now_ms() if last is None else max(services.now_ms(), last.at + 1)))


def forget(question: str) -> None:
    """Drop a draft here, in the file and in the browser."""
    st.session_state.setdefault("viva_drafts", {}).pop(question, None)
    st.session_state.setdefault("viva_forget", set()).add(question)
    who = learner()
    if who is None:
        return
    try:
        services.draft_store().delete(who, question)
    except DraftStoreError as error:
        _off(error)


def fill(question: str) -> str:
    """Return what belongs into a box that is about to be drawn. The keeper offers the same text to the browser,
    since Streamlit drops a value that it was told to set when the next run comes before it was sent."""
    st.session_state["viva_offer"] = question
    draft = recall(question)
    return "" if draft is None else draft.text


def notice() -> str | None:
    """Return the key of the text that says drafts are not being saved, or None when all is well."""
    found = st.session_state.get("viva_drafts_notice")
    return None if found is None else str(found)


def _off(error: DraftStoreError) -> None:
    if notice() is None:
        _log.warning("drafts are not being saved: %s", error)
    st.session_state["viva_drafts_notice"] = "study.drafts_off"


def _message(name: str) -> object:
    state: Any = st.session_state.get(KEY)
    return state.get(name) if isinstance(state, Mapping) else None


def _on_draft() -> None:
    message = parse_draft(_message("draft"))
    if message is None or services.find_question(message.question) is None:
        return
    st.session_state["viva_learner"] = message.learner
    st.session_state.pop("viva_offer", None)
    keep(message.question, message.draft)


def _on_hello() -> None:
    raw = _message("hello")
    who = raw.get("learner") if isinstance(raw, Mapping) else None
    if not isinstance(raw, Mapping) or not is_learner_id(who) or who == learner():
        return
    st.session_state["viva_learner"] = who
    st.session_state["viva_late"] = True
    held: dict[str, Draft] = st.session_state.setdefault("viva_drafts", {})
    for question, draft in list(held.items()):
        keep(question, draft)
    st.session_state["viva_offer"] = st.session_state["viva_view"].question


def _on_help() -> None:
    st.session_state["viva_help"] = True


def place() -> DeltaGenerator:
    """Make the keeper's place, before anything else on every page; until ``watch`` is called it watches nothing.

    When a draft arrives together with a submission or a change of page, Streamlit draws the page first and then the
    keeper's fragment alone, where and with the arguments with which it was drawn before. So its place is the same on
    all pages and never empty (an empty container goes, and what follows moves up into its place), and what it is to
    do travels in the session, not in arguments.
    """
    st.session_state["viva_view"] = IDLE
    container = st.container(key="viva_keeper_place")
    container.html("<i></i>")
    return container


def watch(view: View) -> None:
    """Say what is to be watched on this page."""
    st.session_state["viva_view"] = view


def mount(container: DeltaGenerator) -> None:
    """Draw the keeper in its place, once the page has said what to watch."""
    with container:
        _mounted()


@st.fragment
def _mounted() -> None:
    """A draft that arrives runs only this, so the page under the typist's hands stays still."""
    view: View = st.session_state["viva_view"]
    draft = recall(view.question) if view.question is not None else None
    component = st.components.v2.component(KEY, js=_javascript())
    component(
        key=KEY,
        data={
            "question": view.question,
            "box": view.box,
            "learner": learner(),
            "adopt": st.session_state.get("viva_adopt"),
            "language": language(),
            "text": draft.text if draft is not None and st.session_state.get("viva_offer") == view.question else None,
            "saved_at": None if draft is None else draft.at,
            "forget": sorted(st.session_state.get("viva_forget", set()) - {view.question}),
            "keys": dict(view.keys),
            "single": keys.switched(),
            "focus": {"target": view.target, "token": view.token, "first": view.first, "again": view.again},
        },
        on_draft_change=_on_draft,
        on_hello_change=_on_hello,
        on_help_change=_on_help,
        height="content",
    )
    if st.session_state.pop("viva_help", False):
        keys.show()
    if view.question is not None and notice() != view.notice:
        st.rerun()
    if st.session_state.pop("viva_late", False) and (view.question is None or _has_history()):
        st.rerun()


def _has_history() -> bool:
    """Say whether the page was drawn without what is kept of its learner: where there are no cookies, the id comes after it.

    Asked only while somebody may be typing; any other page is simply drawn again.
    """
    who = learner()
    try:
        with services.store().reading() as tx:
            return who is not None and tx.last_answer(who) is not None
    except StoreError:
        return False


@st.cache_data(show_spinner=False)
def _javascript() -> str:
    return Path(__file__).with_name("keeper.js").read_text(encoding="utf-8")
