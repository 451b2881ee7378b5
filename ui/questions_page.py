"""Questions: browse the packs, search, and choose one to practise. Points and references stay on the server."""

from __future__ import annotations

from collections.abc import Iterable

import streamlit as st

from grader.types import Question
from ui import services
from ui.frame import STUDY, arrived, guarded
from ui.markup import esc, message_html, plain
from ui.texts import t


def render() -> None:
    """Draw the page."""
    arrived("questions")
    bank = services.bank()
    st.html(f'<h1 class="viva-question">{esc(t("questions.title"))}</h1>')
    if not bank.questions:
        st.html(message_html("warning", t("study.no_questions"), t("study.no_questions_what_now")))
        return
    titles = {pack.id: pack.title for pack in bank.packs}
    search, by_pack, by_topic = st.columns([2, 1, 1])
    words = search.text_input(
        t("questions.search"), placeholder=t("questions.search_placeholder"), key="questions_search"
    )
    pack_id = by_pack.selectbox(
        t("study.pack"),
        ["", *titles],
        format_func=lambda option: t("study.all_packs") if option == "" else titles[option],
        key="questions_pack",
    )
    packs = [pack for pack in bank.packs if not pack_id or pack.id == pack_id]
    topics = dict.fromkeys(question.topic for pack in packs for question in pack.questions if question.topic)
    topic = by_topic.selectbox(
        t("study.topic"),
        ["", *topics],
        format_func=lambda option: t("study.all_topics") if option == "" else option,
        key="questions_topic",
    )
    found = [(pack, matching(pack.questions, words or "", topic or "")) for pack in packs]
    count = sum(len(questions) for _, questions in found)
    if count == 0:
        st.html(message_html("warning", t("questions.none"), t("questions.none_what_now")))
        st.button(t("questions.clear"), on_click=_clear, key="questions_clear")
        return
    st.html(f'<p class="viva-hint" role="status">{esc(t("questions.count", count=count))}. {esc(t("questions.practise_hint"))}</p>')
    for pack, questions in found:
        if not questions:
            continue
        with st.container(key=f"viva_pack_{pack.id}", gap="xsmall"):
            about = f'<p class="viva-hint" dir="auto">{esc(pack.description)}</p>' if pack.description else ""
            st.html(f'<h2 class="viva-pack" dir="auto">{esc(pack.title)}</h2>{about}')
            for question in questions:
                st.page_link(
                    STUDY, label=plain(question.prompt), icon=":material/edit_note:", query_params={"q": question.id}
                )


def matching(questions: Iterable[Question], words: str, topic: str) -> list[Question]:
    """Return the questions of a topic that hold every word, in what a learner may see before answering."""
    wanted = words[:200].casefold().split()
    return [
        question
        for question in questions
        if (not topic or question.topic == topic)
        and all(word in f"{question.prompt} {question.topic} {' '.join(question.tags)}".casefold() for word in wanted)
    ]


def _clear() -> None:
    for name in ("questions_search", "questions_pack", "questions_topic"):
        st.session_state.pop(name, None)


if __name__ == "__main__":
    guarded(render)
