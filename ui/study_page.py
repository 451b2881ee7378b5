"""Study: one question, a place to answer it, and at once what the answer earned and why."""

from __future__ import annotations

import logging
from collections.abc import Sequence

import streamlit as st

import grader
from grader.types import Question
from ui import frame, judging, keeper, services
from ui.judging import RESULT, Result
from ui.markup import message_html, plain, question_html
from ui.result_view import show_result
from ui.texts import t

_log = logging.getLogger(__name__)


def render() -> None:
    """Draw the page."""
    bank = services.bank()
    if not bank.questions:
        st.html(message_html("warning", t("study.no_questions"), t("study.no_questions_what_now")))
        return
    with st.container(horizontal=True, key="study_choice", gap="xsmall"):
        choice = _choose(bank)
    if frame.arrived("study"):
        _turn()
    question, unknown = _current(choice)
    result: Result | None = st.session_state.get(RESULT)
    if result is not None and result.question != question:
        judging.stop(st.session_state.pop(RESULT))
        result = None
    if result is None:
        _fill(question)
    notice = keeper.notice()
    keeper.watch(
        keeper.View(
            question=question.id if result is None else None,
            box=_box(question),
            target="answer" if result is None else "score",
            token=f"{question.id}:{st.session_state.get('study_turn', 0)}",
            first="study_turn" not in st.session_state,
            notice=notice,
            again=result is not None and result.waits_for is None,
        )
    )
    warning = st.empty()
    if unknown is not None:
        warning.html(message_html("warning", t("study.unknown", id=unknown), t("study.unknown_what_now")))
    quiet = st.empty()
    if notice is not None:
        quiet.html(message_html("quiet", t(notice)))
    st.html(question_html(question, _where(bank, choice, question)))
    if result is None:
        _ask(question)
        frame.later(lambda: services.prepare(question))
    else:
        show_result(result)
        _actions(question, choice)


def _choose(bank: grader.Bank) -> Sequence[Question]:
    """Let a pack and a topic be chosen, out of sight until wanted; return their questions, never none."""
    titles = {pack.id: pack.title for pack in bank.packs}
    pack_id: str | None = st.session_state.get("study_pack")
    pack = next((pack for pack in bank.packs if pack.id == pack_id and pack.questions), None)
    chosen = tuple(pack.questions if pack is not None else bank.questions)
    topics = list(dict.fromkeys(question.topic for question in chosen if question.topic))
    topic = st.session_state.get("study_topic")
    topic = topic if topic in topics else ""
    parts = [pack.title if pack is not None else "", topic]
    label = " · ".join(filter(None, parts)) or t("study.all_questions")
    with st.popover(plain(label), icon=":material/filter_list:"):
        options = ["", *titles]
        st.selectbox(
            t("study.pack"),
            options,
            index=options.index(pack.id if pack is not None else ""),
            format_func=lambda option: t("study.all_packs") if option == "" else titles[option],
            key="study_pack_box",
            on_change=_pick,
            args=("study_pack", "study_pack_box"),
        )
        st.selectbox(
            t("study.topic"),
            ["", *topics],
            index=topics.index(topic) + 1 if topic else 0,
            format_func=lambda option: t("study.all_topics") if option == "" else option,
            key="study_topic_box",
            on_change=_pick,
            args=("study_topic", "study_topic_box"),
        )
    found = tuple(question for question in chosen if not topic or question.topic == topic)
    st.button(t("study.surprise"), icon=":material/shuffle:", on_click=_surprise, args=(found,), key="study_surprise")
    return found


def _pick(name: str, box: str) -> None:
    """Take over a choice from its box, and go to the first question of what was chosen."""
    st.session_state[name] = st.session_state[box]
    if name == "study_pack":
        st.session_state["study_topic"] = None
        st.session_state.pop("study_topic_box", None)
    st.session_state["study_shuffle"] = False
    st.session_state["study_first"] = True


def _current(choice: Sequence[Question]) -> tuple[Question, str | None]:
    """Return the question to show and, where the address names an unknown one, that name.

    The address leads, so that a reload, a link and the browser's own history all work; then this session's last one.
    """
    named = st.query_params.get("q")
    if st.session_state.pop("study_first", False):
        current = st.session_state.get("study_question")
        named = current if current in {question.id for question in choice} else choice[0].id
    wanted = named or st.session_state.get("study_question") or choice[0].id
    question = services.find_question(wanted)
    unknown = wanted if question is None else None
    if question is None:
        question = choice[0]
    elif st.query_params.get("q") != question.id:
        st.query_params["q"] = question.id
    if st.session_state.get("study_question") not in {None, question.id}:
        st.session_state["study_turn"] = st.session_state.get("study_turn", 0) + 1
        st.session_state.pop("study_problem", None)
    st.session_state["study_question"] = question.id
    return question, unknown


def _where(bank: grader.Bank, choice: Sequence[Question], question: Question) -> str:
    """Say which pack, topic and place in the chosen questions this is."""
    pack = next((pack.title for pack in bank.packs if question in pack.questions), "")
    ids = [other.id for other in choice]
    place = t("study.position", number=ids.index(question.id) + 1, total=len(ids)) if question.id in ids else ""
    return " · ".join(part for part in (pack, question.topic, place) if part)


def _box(question: Question) -> str:
    """Return the key of the answer box: a new one whenever the box is drawn anew.

    Under an old key, a message that was still on its way can bring the box's last value back to the server alone;
    the box would then stand empty in the browser, and we would believe it full.
    """
    return f"study_answer_{question.id}_{st.session_state.get('study_turn', 0)}"


def _fill(question: Question) -> None:
    """Put the kept draft into the answer box when the box is about to be drawn anew."""
    if _box(question) not in st.session_state:
        st.session_state[_box(question)] = keeper.fill(question.id)


def _ask(question: Question) -> None:
    """Draw the box. It sits in a form, so that Ctrl+Enter submits and typing does not rerun the page."""
    with st.container(key="viva_answer"), st.form("study_form", border=False):
        # Always there, since a box that moves up or down one place loses the focus.
        said = st.empty()
        problem = st.session_state.get("study_problem")
        if problem is not None:
            said.html(message_html("warning", *problem))
        st.text_area(
            t("study.answer"),
            key=_box(question),
            height="content",
            placeholder=t("study.placeholder"),
            label_visibility="collapsed",
        )
        st.form_submit_button(t("study.submit"), type="primary", key="study_submit", on_click=_submit, args=(question,))


def _submit(question: Question) -> None:
    """Judge what is in the box; on any trouble say so and leave the box as it is."""
    answer = st.session_state.get(_box(question), "")
    keeper.keep_text(question.id, answer)
    st.session_state["study_problem"] = None
    if not answer.strip():
        st.session_state["study_problem"] = (t("study.empty"), t("study.empty_what_now"))
        return
    if len(answer) > grader.MAX_ANSWER_CHARS:
        said = t("study.too_long", length=len(answer), limit=grader.MAX_ANSWER_CHARS)
        st.session_state["study_problem"] = (said, t("study.too_long_what_now"))
        return
    try:
        grade = services.grade(question, answer)
    except grader.VivaError as error:
        st.session_state["study_problem"] = (t("study.refused"), t("study.refused_what_now", reason=error))
    except Exception:  # noqa: BLE001 - an answer must never be lost to a fault of ours
        _log.exception("judging an answer to %s failed", question.id)
        st.session_state["study_problem"] = (t("study.crashed"), t("study.crashed_what_now"))
    else:
        st.session_state[RESULT] = judging.begin(question, answer, grade)
        _turn()


def _actions(question: Question, choice: Sequence[Question]) -> None:
    shuffle = bool(st.session_state.get("study_shuffle"))
    with st.container(horizontal=True, key="study_actions"):
        st.button(
            t("result.next_surprise") if shuffle else t("result.next"),
            type="primary",
            icon=":material/shuffle:" if shuffle else ":material/arrow_forward:",
            shortcut="N",
            on_click=_surprise if shuffle else _next,
            args=(choice,),
            key="study_next",
        )
        st.button(t("result.again"), icon=":material/replay:", on_click=_again, args=(question,), key="study_again")


def _turn() -> None:
    """Say that what the eye should be on has changed, so the keeper moves the focus."""
    st.session_state["study_turn"] = st.session_state.get("study_turn", 0) + 1


def _again(question: Question) -> None:
    """Go back to the box with the answer still in it."""
    result: Result | None = st.session_state.pop(RESULT, None)
    judging.stop(result)
    _turn()
    if result is not None:
        keeper.keep_text(question.id, result.answer)


def _leave() -> None:
    """Leave the current question; a judged answer has served, so its draft goes."""
    result: Result | None = st.session_state.pop(RESULT, None)
    judging.stop(result)
    if result is not None:
        keeper.forget(result.question.id)
    st.session_state.pop("study_problem", None)


def _go(question: Question) -> None:
    _leave()
    st.query_params["q"] = question.id


def _next(choice: Sequence[Question]) -> None:
    """Go to the question after this one among the chosen ones, and from the last to the first."""
    ids = [question.id for question in choice]
    current = st.session_state.get("study_question")
    _go(choice[(ids.index(current) + 1) % len(ids)] if current in ids else choice[0])


def _surprise(choice: Sequence[Question]) -> None:
    """Go to any other of the chosen questions."""
    others = [question for question in choice if question.id != st.session_state.get("study_question")]
    st.session_state["study_shuffle"] = True
    _go(services.choose(others or choice))


if __name__ == "__main__":
    frame.guarded(render)
