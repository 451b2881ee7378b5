"""The keys: what each does, the list that "?" opens, and the switch for those who want none of them.

keeper.js listens; which keys are alive on a page, and what they click, the page says in ``keeper.View.keys``.
"""

from __future__ import annotations

import streamlit as st

from ui.markup import esc
from ui.texts import t

COOKIE = "viva_keys"
_NAMES = {
    "submit": ("Ctrl", "Enter"),
    "next": ("N",),
    "hint": ("H",),
    "reference": ("R",),
    "dispute": ("D",),
    "rate": ("1", "2", "3", "4"),
    "undo": ("U",),
    "leave_box": ("Esc",),
    "all": ("?",),
}
_TOGETHER = {"submit"}


def table_html() -> str:
    """Show all keys and what they do."""
    rows = "".join(
        f'<tr><th scope="row">{_keys_html(name)}</th><td>{esc(t(f"keys.{name}"))}</td></tr>' for name in _NAMES
    )
    head = f'<th scope="col">{esc(t("keys.key"))}</th><th scope="col">{esc(t("keys.does"))}</th>'
    return (
        f'<table class="viva-table viva-keys"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>'
        f'<p class="viva-hint">{esc(t("keys.when"))}</p>'
    )


def _keys_html(name: str) -> str:
    return ("+" if name in _TOGETHER else " ").join(f"<kbd>{esc(key)}</kbd>" for key in _NAMES[name])


def switched() -> bool | None:
    """Say whether single keys are on, as switched in this session; None where nobody has, so that the browser's memory counts."""
    on: bool | None = st.session_state.get("viva_single_keys")
    return on


def switch(place: str) -> None:
    """Draw the switch for single keys; ``place`` tells the widgets of several places apart.

    keeper.js remembers it in the browser: it belongs to a keyboard, not to a learner.
    """
    on, key = switched(), f"viva_single_keys_{place}"
    on = st.context.cookies.get(COOKIE) != "off" if on is None else on
    st.toggle(t("keys.single"), value=on, key=key, on_change=_switched, args=(key,))


def _switched(key: str) -> None:
    st.session_state["viva_single_keys"] = st.session_state[key]


def show() -> None:
    """Open the list of keys over the page. When it is closed, the page is drawn anew, so that the keeper hears of the switch."""
    st.dialog(t("keys.title"), on_dismiss="rerun")(_list)()


def _list() -> None:
    st.html(table_html())
    switch("dialog")
