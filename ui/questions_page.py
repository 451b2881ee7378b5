"""Questions: browse the packs, search, see what is due or weak, and choose one to practise.

Points and references stay on the server.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import streamlit as st

from grader import Bank, Pack
from grader.types import Question
from study.trainer import Standing
from ui import history, services
from ui.frame import STUDY, arrived, guarded
from ui.markup import esc, message_html, plain
from ui.texts import number, t

KINDS = ("any", "due", "weak", "fresh")
_BOXES = ("questions_search", "questions_pack", "questions_topic", "questions_tag", "questions_kind")


def render() -> None:
    """Draw the page."""
    arrived("questions")
    bank = services.bank()
    st.html(f'<h1 class="viva-question">{esc(t("questions.title"))}</h1>')
    if not bank.questions:
        st.html(message_html("warning", t("study.no_questions"), t("study.no_questions_what_now")))
        return
    now, zone = services.now(), services.zone()
    standing: Mapping[str, Standing] = history.read(lambda trainer, who: trainer.standing(who, now, zone), {})
    found, kind = _chosen(bank, standing)
    count = sum(len(questions) for _, questions in found)
    if count == 0:
        _show_none(kind)
        return
    st.html(
        f'<p class="viva-hint" role="status">{esc(t("questions.count", count=count))}. {esc(t("questions.practise_hint"))}</p>'
    )
    for pack, questions in found:
        if questions:
            _show_pack(pack, questions, standing)


def _chosen(bank: Bank, standing: Mapping[str, Standing]) -> tuple[list[tuple[Pack, list[Question]]], str]:
    """Let packs, topics, tags, words and a kind be chosen; return the questions of each pack, and the kind."""
    titles = {pack.id: pack.title for pack in bank.packs}
    search, by_pack, by_topic, by_tag = st.columns([3, 2, 2, 2])
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
    tags = sorted({tag for pack in packs for question in pack.questions for tag in question.tags})
    tag = by_tag.selectbox(
        t("questions.tag"),
        ["", *tags],
        format_func=lambda option: t("questions.all_tags") if option == "" else option,
        key="questions_tag",
    )
    kind: str | None = "any"
    if standing:
        kind = st.segmented_control(
            t("questions.which"),
            KINDS,
            default=None if "questions_kind" in st.session_state else "any",
            required=True,
            format_func=lambda one: t(f"questions.{one}"),
            key="questions_kind",
        )
    shown = kind or "any"
    found = [
        (
            pack,
            [one for one in matching(pack.questions, words or "", topic or "", tag or "") if _is(shown, one, standing)],
        )
        for pack in packs
    ]
    return found, shown


def _is(kind: str, question: Question, standing: Mapping[str, Standing]) -> bool:
    """Say whether a question is of a kind: due, weak, or never answered."""
    held = standing.get(question.id)
    if kind == "any":
        return True
    if kind == "fresh":
        return held is None or not held.attempts
    return held is not None and bool(held.due if kind == "due" else held.weak)


def _show_none(kind: str) -> None:
    if kind == "any":
        st.html(message_html("warning", t("questions.none"), t("questions.none_what_now")))
    else:
        st.html(message_html("info", t(f"questions.none_{kind}"), t("questions.none_kind_what_now")))
    st.button(t("questions.clear"), on_click=_clear, key="questions_clear")


def _show_pack(pack: Pack, questions: Sequence[Question], standing: Mapping[str, Standing]) -> None:
    with st.container(key=f"viva_pack_{pack.id}", gap="xsmall"):
        about = f'<p class="viva-hint" dir="auto">{esc(pack.description)}</p>' if pack.description else ""
        st.html(f'<h2 class="viva-pack" dir="auto">{esc(pack.title)}</h2>{about}')
        for question in questions:
            held = standing.get(question.id)
            said = _said(question, held) if held is not None else ""
            label = plain(question.prompt) + (f" :small[:gray[{plain(said)}]]" if said else "")
            st.page_link(STUDY, label=label, icon=":material/edit_note:", query_params={"q": question.id})


def _said(question: Question, held: Standing) -> str:
    """Say how a learner stands with a question: the last score, what is due and what is weak."""
    parts = []
    if held.last_score is not None:
        marks = number(question.marks)
        score = t("result.score", score=number(held.last_score * question.marks), marks=marks)
        parts.append(t("questions.last", score=score))
    if held.due:
        parts.append(t("questions.points_due", count=held.due))
    if held.weak:
        parts.append(t("questions.points_weak", count=held.weak))
    return " · ".join(parts)


def matching(questions: Iterable[Question], words: str, topic: str, tag: str = "") -> list[Question]:
    """Return the questions of a topic and a tag that hold every word, in what a learner may see before answering."""
    wanted = words[:200].casefold().split()
    return [
        question
        for question in questions
        if (not topic or question.topic == topic)
        and (not tag or tag in question.tags)
        and all(word in f"{question.prompt} {question.topic} {' '.join(question.tags)}".casefold() for word in wanted)
    ]


def _clear() -> None:
    for name in _BOXES:
        st.session_state.pop(name, None)


if __name__ == "__main__":
    guarded(render)
