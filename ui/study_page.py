"""Study: one question, a place to answer it, and at once what the answer earned and why."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from grader.types import Question
from study import AnswerRecord
from study.trainer import Trainer
from ui import acting, asking, choosing, frame, history, judging, keeper, narrowing, services, sitting, today
from ui.done_view import show_done
from ui.judging import RESULT, Result
from ui.markup import message_html, question_html
from ui.result_view import show_result
from ui.texts import t

_ASKING = {"h": "study_hint", "u": "study_undo"}
_READING = {
    "n": "study_next",
    "r": "study_reference",
    "d": "study_dispute_*",
    "u": "study_undo",
    **{str(rating): f"study_rate_{rating}" for rating in (1, 2, 3, 4)},
}
_WAYS_ON = {"n": "study_next"}


def render() -> None:
    """Draw the page."""
    bank = services.bank()
    if not bank.questions:
        st.html(message_html("warning", t("study.no_questions"), t("study.no_questions_what_now")))
        return
    top = st.container(key="study_top")
    if frame.arrived("study"):
        acting.turn()
    summary = st.query_params.get(sitting.SUMMARY)
    if summary:
        _watch(None, _WAYS_ON)
        with top:
            choosing.top_line(bank)
        sitting.show_summary(summary)
        return
    question, unknown = _current()
    if question is None:
        _watch(None, _WAYS_ON)
        with top:
            choosing.top_line(bank)
        show_done()
        return
    result = _result(question)
    if result is None:
        with top:
            choosing.top_line(bank)
        asking.fill(question)
    notice = _watch(question, _ASKING if result is None else _READING, result)
    warning = st.empty()
    if unknown is not None:
        warning.html(message_html("warning", t("study.unknown", id=unknown), t("study.unknown_what_now")))
    quiet = st.empty()
    if notice is not None:
        quiet.html(message_html("quiet", t(notice)))
    elif result is None and (reason := history.trouble()) is not None:
        quiet.html(message_html("quiet", t("history.off"), reason))
    focus = asking.focus_of(question) if result is None or result.given is None else result.given.focus
    follow_up = narrowing.follow_up_text(question, focus, _had(question) if focus else ())
    st.html(question_html(question, _where(question, is_open=result is None), follow_up))
    if result is None:
        asking.ask(question, focus)
        _undo()
        frame.later(lambda: services.prepare(question))
    else:
        show_result(result, top)
        _actions(question)


def _watch(question: Question | None, keys: Mapping[str, str], result: Result | None = None) -> str | None:
    """Have the keeper look after the draft, the focus and the keys; return the key of what it has to say."""
    turn = st.session_state.get("study_turn", 0)
    notice = keeper.notice()
    keeper.watch(
        keeper.View(
            question=question.id if question is not None and result is None else None,
            box=asking.box(question) if question is not None else "",
            target="none" if question is None else "answer" if result is None else "score",
            token=f"{question.id if question is not None else ''}:{turn}",
            first="study_turn" not in st.session_state,
            notice=notice,
            again=result is not None and result.waits_for is None,
            keys=keys,
        )
    )
    return notice


def _current() -> tuple[Question | None, str | None]:
    """Return the question to show, None when the day's work is done, and the name of an unknown one in the address.

    The address leads, so that a reload, a link and the browser's own history all work; then this session's last one.
    """
    wanted = st.query_params.get("q") or st.session_state.get("study_question")
    question = services.find_question(wanted) if wanted else None
    unknown = wanted if wanted and question is None else None
    if question is None:
        first = today.coming() if today.mode() == "study" else today.following(None)
        if first is None and unknown is None:
            return None, None
        first_id = first if isinstance(first, str) else first.question_id if first is not None else None
        question = services.find_question(first_id) if first_id is not None else today.questions()[0]
        question = question or today.questions()[0]
        if first is not None and not isinstance(first, str) and first.focus:
            st.query_params["focus"] = ",".join(first.focus)
    if unknown is None and st.query_params.get("q") != question.id:
        st.query_params["q"] = question.id
    if st.session_state.get("study_question") not in {None, question.id}:
        acting.turn()
        st.session_state.pop(asking.PROBLEM, None)
    st.session_state["study_question"] = question.id
    return question, unknown


def _result(question: Question) -> Result | None:
    """Return the result to show: this session's, or after a reload the one that the address names."""
    result: Result | None = st.session_state.get(RESULT)
    named = st.query_params.get(asking.ANSWER)
    if result is not None and (result.question != question or (named and result.given and named != result.given.id)):
        judging.stop(st.session_state.pop(RESULT))
        result = None
    if result is None and named:
        result = acting.found_again(question)
        if result is not None:
            st.session_state[RESULT] = result
    return result


def _had(question: Question) -> tuple[str, ...]:
    """Return the points that the last answer to a question made."""

    def look(trainer: Trainer, who: str) -> tuple[AnswerRecord, ...]:
        with trainer.store.reading() as tx:
            return tx.answers_to(who, question.id, 1)

    return tuple(
        judgment.point_id
        for record in history.read(look, ())
        for judgment in record.latest.grade.judgments
        if judgment.verdict == "met"
    )


def _where(question: Question, *, is_open: bool) -> str:
    """Say which pack and topic this is, and its place in what is practised."""
    bank = services.bank()
    pack = next((pack.title for pack in bank.packs if question in pack.questions), "")
    ids = [other.id for other in today.questions()]
    place = ""
    if today.mode() == "study":
        item = today.item(question.id) if is_open else None
        place = t(f"study.reason_{item.reason}") if item is not None else ""
    elif question.id in ids:
        place = t("study.position", number=ids.index(question.id) + 1, total=len(ids))
    return " · ".join(part for part in (pack, question.topic, place) if part)


def _undo() -> None:
    """Let a rating of one's own be taken back after going on, since that is when one notices."""
    if acting.UNDONE in st.session_state:
        st.html(message_html("quiet", t("rating.undone")))
    elif st.session_state.get(acting.CAN_UNDO):
        st.button(
            t("rating.undo_last"), type="tertiary", icon=":material/undo:", on_click=acting.undo, key="study_undo"
        )


def _actions(question: Question) -> None:
    with st.container(horizontal=True, key="study_actions"):
        st.button(
            t("session.to_summary") if sitting.is_over() else t("result.next"),
            type="primary",
            icon=":material/arrow_forward:",
            on_click=acting.go_on,
            key="study_next",
        )
        st.button(
            t("result.again"), icon=":material/replay:", on_click=acting.again, args=(question,), key="study_again"
        )


if __name__ == "__main__":
    frame.guarded(render)
