"""The top line of the study page: what is practised, how much is due, and a session; out of sight until wanted."""

from __future__ import annotations

import streamlit as st

from grader import Bank
from ui import acting, sitting, today
from ui.markup import esc, plain
from ui.texts import t


def top_line(bank: Bank) -> None:
    """Draw it."""
    with st.container(horizontal=True, key="study_choice", gap="small", vertical_alignment="center"):
        with st.popover(plain(_label(bank)), icon=":material/filter_list:", key="study_what"):
            _choices(bank)
        sitting.control()
        if today.mode() == "browse":
            st.button(t("study.surprise"), icon=":material/shuffle:", on_click=acting.surprise, key="study_surprise")
        elif today.mode() == "study":
            st.html(f'<span class="viva-due">{esc(_due())}</span>')


def _label(bank: Bank) -> str:
    deck = today.deck()
    title = next((pack.title for pack in bank.packs if pack.id in deck.packs), "")
    what = " · ".join(filter(None, (title, *deck.topics))) or t("study.all_questions")
    return what if today.mode() == "study" else f"{t(f'study.mode_{today.mode()}')}: {what}"


def _due() -> str:
    agenda = today.the_agenda()
    due = t("study.due", count=agenda.due_count) if agenda.due_count else t("study.due_none")
    new = sum(item.kind == "new" for item in agenda.items)
    return f"{due} · {t('study.new', count=new)}" if new else due


def _choices(bank: Bank) -> None:
    st.radio(
        t("study.mode"),
        today.MODES,
        index=today.MODES.index(today.mode()),
        format_func=lambda mode: t(f"study.mode_{mode}"),
        captions=[t(f"study.mode_{mode}_help") for mode in today.MODES],
        key="study_mode_box",
        on_change=_pick,
        args=("mode",),
    )
    titles = {pack.id: pack.title for pack in bank.packs}
    deck = today.deck()
    options = ["", *titles]
    st.selectbox(
        t("study.pack"),
        options,
        index=options.index(deck.packs[0] if deck.packs else ""),
        format_func=lambda option: t("study.all_packs") if option == "" else titles[option],
        key="study_pack_box",
        on_change=_pick,
        args=("pack",),
    )
    shown = [pack for pack in bank.packs if not deck.packs or pack.id in deck.packs]
    topics = list(dict.fromkeys(one.topic for pack in shown for one in pack.questions if one.topic))
    st.selectbox(
        t("study.topic"),
        ["", *topics],
        index=topics.index(deck.topics[0]) + 1 if deck.topics else 0,
        format_func=lambda option: t("study.all_topics") if option == "" else option,
        key="study_topic_box",
        on_change=_pick,
        args=("topic",),
    )


def _pick(part: str) -> None:
    """Take over a choice from its box, and stay at the question where it is one of those chosen."""
    today.choose(part, st.session_state[f"study_{part}_box"])
    if part == "pack":
        st.session_state.pop("study_topic_box", None)
    current = st.session_state.get("study_question")
    if part == "mode" and today.mode() == "browse" and current is not None:
        return
    if part != "mode" and current in {question.id for question in today.questions()} and today.mode() != "study":
        return
    start()


def start() -> None:
    """Go to the first question of what was chosen."""
    following = today.following(None)
    if following is None:
        acting.finish()
    elif isinstance(following, str):
        acting.go(following)
    else:
        acting.go(following.question_id, following.focus)
