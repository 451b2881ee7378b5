"""Settings: who judges, where the model is, whether it answers, what that sends and costs, and what is remembered.

What is typed here is this session's alone. A key leaves its box when it is taken over, and does not come back to the page.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import replace

import streamlit as st
from pydantic import SecretStr
from streamlit.delta_generator import DeltaGenerator

import grader
from grader.llm.cache import info
from grader.llm.probe import Connection, check
from grader.llm.settings import BASE_URL, KEY, MODEL, OFFICIAL
from ui import data_settings, frame, models, services, study_settings
from ui.markup import esc, message_html
from ui.models import MOST_JUDGES, Choice, choice, choose, spent, waiting
from ui.speech import language_choice
from ui.texts import number, quoted, t
from ui.wording import money

_MOST_NAMED = 12
_MESSAGE = "settings_message"
_TESTS = "settings_tests"

_log = logging.getLogger(__name__)


def render() -> None:
    """Draw the page."""
    if frame.arrived("settings"):
        for name in (_MESSAGE, study_settings.MESSAGE, data_settings.MESSAGE):
            st.session_state.pop(name, None)
    st.html(f'<h1 class="viva-question">{esc(t("settings.title"))}</h1><p class="viva-prose">{esc(_now())}</p>')
    with st.container(key="viva_settings"):
        language_choice()
        study_settings.show()
        data_settings.show()
        st.html(f'<h2 class="viva-pack">{esc(t("settings.grader_title"))}</h2>')
        _form(choice(), services.server_model())
        slot = st.empty()
        message: tuple[str, str, str] | None = st.session_state.get(_MESSAGE)
        if message is not None:
            slot.html(message_html(*message))
        if choice().key is not None:
            st.button(t("settings.key_forget"), icon=":material/key_off:", on_click=_forget_key, key="settings_forget")
        parts = [(t("settings.leaves"), t("settings.leaves_text")), (t("settings.spent"), _spent())]
        parts.append((t("settings.replies"), _replies()))
        shown = "".join(f"<h2>{esc(title)}</h2><p>{esc(text)}</p>" for title, text in parts)
        st.html(f'<div class="viva-prose">{shown}</div>')
        st.button(t("settings.replies_clear"), icon=":material/delete:", on_click=_clear, key="settings_clear")
    if _TESTS in st.session_state:
        frame.later(lambda: _attend(slot))


def _now() -> str:
    """Say who judges at the moment."""
    if choice().is_offline:
        return t("settings.now_offline")
    try:
        model = services.model()
    except grader.VivaError as error:
        return t("settings.now_wrong", reason=error)
    if model is None:
        return t("settings.now_none")
    return t("settings.now_model", model=model.name or t("model.unnamed"), address=model.endpoint.address)


def _form(chosen: Choice, server: Mapping[str, str]) -> None:
    held: dict[str, str | int] = {
        "settings_who": "offline" if chosen.is_offline else "auto",
        "settings_address": chosen.base_url,
    }
    held |= {"settings_model": chosen.model, "settings_judges": chosen.judges, "settings_few_shot": chosen.few_shot}
    for name, value in held.items():
        st.session_state.setdefault(name, value)
    if chosen.key is not None:
        key = t("settings.key_held")
    else:
        key = t("settings.key_server") if KEY in server else t("settings.key_none")
    with st.form("settings_form", border=False):
        st.radio(
            t("settings.who"),
            ["auto", "offline"],
            format_func=lambda option: t("settings.auto") if option == "auto" else t("settings.offline"),
            captions=[t("settings.auto_help"), t("settings.offline_help")],
            key="settings_who",
        )
        st.html(
            f'<h2 class="viva-pack">{esc(t("settings.model_title"))}</h2><p class="viva-hint">{esc(t("settings.own"))}</p>'
        )
        st.text_input(
            t("settings.address"),
            key="settings_address",
            placeholder=server.get(BASE_URL, OFFICIAL),
            help=t("settings.address_help"),
            autocomplete="off",
        )
        st.text_input(
            t("settings.model"),
            key="settings_model",
            placeholder=server.get(MODEL, t("settings.model_any")),
            help=t("settings.model_help"),
            autocomplete="off",
        )
        st.text_input(
            t("settings.key"),
            key="settings_key",
            type="password",
            placeholder=key,
            help=t("settings.key_help"),
            autocomplete="off",
        )
        st.number_input(
            t("settings.judges"), 1, MOST_JUDGES, step=1, key="settings_judges", help=t("settings.judges_help")
        )
        st.toggle(t("settings.few_shot"), key="settings_few_shot", help=t("settings.few_shot_help"))
        with st.container(horizontal=True):
            st.form_submit_button(t("settings.save"), type="primary", key="settings_save", on_click=_save)
            st.form_submit_button(
                t("settings.test"), icon=":material/network_check:", key="settings_test", on_click=_test
            )


# --- what the buttons do


def _typed() -> Choice | None:
    """Take over what is in the boxes; say what is wrong with it and return None where it cannot be used."""
    key = str(st.session_state.get("settings_key") or "").strip()
    st.session_state["settings_key"] = ""
    _stop_test()
    address, model = (str(st.session_state.get(f"settings_{name}") or "").strip() for name in ("address", "model"))
    chosen = Choice(
        is_offline=st.session_state.get("settings_who") == "offline",
        base_url=address,
        model=model,
        key=SecretStr(key) if key else choice().key,
        judges=int(st.session_state.get("settings_judges") or 1),
        few_shot=bool(st.session_state.get("settings_few_shot", True)),
    )
    if address != choice().base_url and not key:
        # A key that was entered for one address is not taken along to another.
        chosen = replace(chosen, key=None)
    try:
        services.model(chosen)
    except grader.VivaError as error:
        st.session_state[_MESSAGE] = ("warning", t("settings.wrong"), _in_words(str(error)))
        return None
    choose(chosen)
    return chosen


def _save() -> None:
    if _typed() is not None:
        st.session_state[_MESSAGE] = ("quiet", t("settings.saved"), "")


def _test() -> None:
    chosen = _typed()
    if chosen is None:
        return
    model = services.model(chosen)
    if model is None:
        st.session_state[_MESSAGE] = ("warning", t("settings.nothing"), "")
        return
    st.session_state.pop(_MESSAGE, None)
    future = model.loop.start(check(model.endpoint, model.settings, memory=model.memory))
    told = t(
        "settings.testing",
        model=model.name or t("model.unnamed"),
        address=model.endpoint.address,
        seconds=models.TEST_SECONDS,
    )
    st.session_state[_TESTS] = (future, time.monotonic() + models.TEST_SECONDS, told)


def _stop_test() -> None:
    running = st.session_state.pop(_TESTS, None)
    if running is not None:
        running[0].cancel()


def _attend(slot: DeltaGenerator) -> None:
    """See a test through; the page can be left or used meanwhile."""
    future: Future[Connection]
    future, until, told = st.session_state[_TESTS]
    # Not st.spinner, which makes links of addresses.
    slot.html(f'<p class="viva-waits" role="status">{esc(told)}</p>')
    for _ in waiting(future, until):
        pass
    st.session_state.pop(_TESTS)
    st.session_state[_MESSAGE] = _outcome(future)
    st.rerun()


def _outcome(future: Future[Connection]) -> tuple[str, str, str]:
    if future.cancelled():
        return "warning", t("settings.tested_not"), t("settings.tested_slow", seconds=models.TEST_SECONDS)
    error = future.exception()
    if error is not None:
        _log.error("testing a connection failed", exc_info=error)
        return "warning", t("settings.tested_not"), t("settings.tested_crashed")
    connection = future.result()
    said = _in_words(connection.told)
    if not connection.ok:
        return "warning", t("settings.tested_not"), said
    if len(connection.models) > 1:
        said += " " + t("settings.models_there", models=", ".join(connection.models[:_MOST_NAMED]))
    return "good", t("settings.tested"), said


def _in_words(told: str) -> str:
    """Name the boxes of this page instead of the variables of the environment."""
    for name, label in ((BASE_URL, "settings.address"), (KEY, "settings.key"), (MODEL, "settings.model")):
        told = told.replace(name, quoted(t(label)))
    return told


def _forget_key() -> None:
    choose(replace(choice(), key=None))
    st.session_state.pop(_MESSAGE, None)


# --- tokens, money, replies


def _spent() -> str:
    used = spent()
    if not used.requests + used.remembered:
        return t("settings.spent_none")
    counts = {"count": used.requests, "remembered": used.remembered, "into": used.tokens_in, "out": used.tokens_out}
    return t("settings.spent_text", money=money(used.money), **counts)


def _replies() -> str:
    found = info(services.models().path)
    if not found.replies:
        return t("settings.replies_none")
    return t("settings.replies_text", count=found.replies, size=number(found.size / 1e6))


def _clear() -> None:
    try:
        services.models().forget_replies()
    except OSError as error:
        reason = error.strerror or error
        st.session_state[_MESSAGE] = ("warning", t("settings.replies_stuck", reason=reason), "")
    else:
        st.session_state[_MESSAGE] = ("quiet", t("settings.replies_cleared"), "")


if __name__ == "__main__":
    frame.guarded(render)
