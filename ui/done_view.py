"""Done for today: what was done, what comes next, and ways on for those who want more."""

from __future__ import annotations

import streamlit as st

from ui import acting, choosing, history, services, today
from ui.markup import esc
from ui.result_more import back_text
from ui.texts import t


def show_done() -> None:
    """Draw it: done for now, where something comes back within minutes, else done for today."""
    agenda, resting = today.the_agenda(), today.resting()
    parts = []
    if resting:
        title = t("done.now")
        first = resting[0].waits_until
        assert first is not None
        back = back_text(first, services.now(), services.zone(), history.settings().day_starts_at)
        parts += [t("done.resting", count=len(resting)), back]
        if agenda.done_today:
            parts.append(t("done.done", count=agenda.done_today))
    else:
        title = t("done.today")
        parts.append(t("done.done", count=agenda.done_today) if agenda.done_today else t("done.nothing"))
        if agenda.done_today >= agenda.limit and agenda.due_count:
            parts.append(t("done.limit", count=agenda.due_count))
        parts.append(t("done.tomorrow"))
    said = "".join(f"<p>{esc(part)}</p>" for part in parts)
    st.html(
        f'<section class="viva-done"><div class="viva-where">{esc(t("nav.study"))}</div>'
        f'<h1 class="viva-title" id="viva-state" tabindex="-1">{esc(title)}</h1><div class="viva-prose">{said}</div></section>'
    )
    with st.container(horizontal=True, key="study_done"):
        if resting:
            st.button(
                t("done.ask_now"), type="primary", icon=":material/arrow_forward:", on_click=_ask_now, key="study_next"
            )
        st.button(t("done.browse"), icon=":material/list:", on_click=_change, args=("browse",), key="study_browse")
        st.button(t("done.cram"), icon=":material/bolt:", on_click=_change, args=("cram",), key="study_cram_on")


def _ask_now() -> None:
    resting = today.resting()
    if resting:
        acting.go(resting[0].question_id, resting[0].focus)


def _change(mode: str) -> None:
    today.choose("mode", mode)
    st.session_state.pop("study_mode_box", None)
    choosing.start()
