"""A question and a place to answer it: hints in steps, how sure the learner is, and handing the answer in."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import streamlit as st

import grader
from grader.types import Grade, Question
from study import Answer, HintUse, Opening
from study.hints import HINT_SHARE, ladder, next_hint
from study.records import Mode
from study.trainer import Trainer
from ui import history, judging, keeper, narrowing, services, sitting, today
from ui.judging import RESULT, Result
from ui.markup import message_html
from ui.markup_lists import hints_html
from ui.texts import language, percent, t

PROBLEM = "study_problem"
ANSWER, FIRST = "a", "first"
"""Parts of the address: the answer whose result is shown, and the one that a second try improves on."""

_NO_HINT = "study_no_hint"
_SURE: tuple[int | None, ...] = (None, *range(0, 101, 10))

_log = logging.getLogger(__name__)


def box(question: Question) -> str:
    """Return the key of the answer box: a new one whenever the box is drawn anew.

    Under an old key, a message that was still on its way can bring the box's last value back to the server alone;
    the box would then stand empty in the browser, and we would believe it full.
    """
    return f"study_answer_{question.id}_{st.session_state.get('study_turn', 0)}"


def fill(question: Question) -> None:
    """Put the kept draft into the answer box when the box is about to be drawn anew."""
    if box(question) not in st.session_state:
        draft = keeper.recall(question.id)
        if draft is not None and FIRST not in st.query_params and _is_recorded(question, draft.text):
            keeper.forget(question.id)
        st.session_state[box(question)] = keeper.fill(question.id)
        st.session_state["study_seen"] = services.now()
        st.session_state.pop(_NO_HINT, None)


def _is_recorded(question: Question, text: str) -> bool:
    """Say whether a draft is what was handed in last: it has served then, and the question may be asked anew."""

    def look(trainer: Trainer, who: str) -> bool:
        with trainer.store.reading() as tx:
            return any(record.answer.text == text for record in tx.answers_to(who, question.id, 1))

    return bool(text) and history.read(look, default=False)


def focus_of(question: Question) -> tuple[str, ...]:
    """Return the points that the address asks for; none where it names none or any that the question does not have."""
    named = tuple(filter(None, str(st.query_params.get("focus", "")).split(",")))
    return named if narrowing.reading_of(question, named) is not None else ()


def ask(question: Question, focus: tuple[str, ...]) -> None:
    """Draw hints and box. The box sits in a form, so that Ctrl+Enter submits and typing does not rerun the page."""
    opening = history.open_question(question.id, _mode(question, focus), focus)
    hints = st.empty()
    if opening.hints or st.session_state.get(_NO_HINT):
        hints.html(hints_html(_told(question, opening.hints), t("hint.none") if st.session_state.get(_NO_HINT) else ""))
    with st.container(key="viva_answer"), st.form("study_form", border=False):
        # Always there, since a box that moves up or down one place loses the focus.
        said = st.empty()
        problem = st.session_state.get(PROBLEM)
        if problem is not None:
            said.html(message_html("warning", *problem))
        st.text_area(
            t("study.answer"),
            key=box(question),
            height="content",
            placeholder=t("study.placeholder"),
            label_visibility="collapsed",
        )
        if history.settings().ask_confidence:
            st.select_slider(
                t("study.sure"),
                _SURE,
                format_func=lambda said: t("study.sure_not") if said is None else percent(said / 100),
                key=_sure(question),
            )
        with st.container(horizontal=True, gap="small"):
            st.form_submit_button(
                t("study.submit"), type="primary", key="study_submit", on_click=_submit, args=(question, focus)
            )
            st.form_submit_button(
                t("study.hint"),
                icon=":material/lightbulb:",
                key="study_hint",
                on_click=_hint,
                args=(question, focus, opening),
            )


def _sure(question: Question) -> str:
    return f"study_sure_{question.id}_{st.session_state.get('study_turn', 0)}"


def _mode(question: Question, focus: Sequence[str]) -> Mode:
    """Return how this question is asked, which decides whether the answer counts for the schedule."""
    if FIRST in st.query_params:
        return "again"
    if today.mode() == "cram":
        return "cram"
    item = today.item(question.id) if today.mode() == "study" else None
    return "review" if focus or (item is not None and item.kind == "due") else "study"


# --- hints


def _told(question: Question, hints: Sequence[HintUse]) -> list[tuple[str, str]]:
    """Return what each hint said, and what its point counts from then on."""
    told = []
    for use in hints:
        for reading in question.readings:
            point = next((point for point in reading.points if point.id == use.point_id), None)
            if point is None:
                continue
            steps = ladder(question, reading, point, language())
            if use.level <= len(steps):
                cost = t("hint.cost", share=percent(HINT_SHARE[use.level - 1]))
                told.append((narrowing.hint_text(steps[use.level - 1]), cost))
            break
    return told


def _hint(question: Question, focus: tuple[str, ...], opening: Opening) -> None:
    """Take the next hint for what the draft lacks; the draft is judged offline, and nothing of that is shown."""
    text = str(st.session_state.get(box(question)) or "")
    keeper.keep_text(question.id, text)
    st.session_state[PROBLEM] = None
    try:
        draft = services.grade(question, text) if text.strip() else None
    except grader.VivaError:
        draft = None
    hint = next_hint(question, draft, opening.hints, focus=focus, language=language())
    st.session_state[_NO_HINT] = hint is None
    if hint is not None:
        history.take_hint(question.id, hint.point_id, hint.level)


# --- handing in


def _submit(question: Question, focus: tuple[str, ...]) -> None:
    """Judge what is in the box and keep it; on any trouble say so and leave the box as it is."""
    text = str(st.session_state.get(box(question)) or "")
    keeper.keep_text(question.id, text)
    st.session_state[PROBLEM] = None
    if not text.strip():
        st.session_state[PROBLEM] = (t("study.empty"), t("study.empty_what_now"))
        return
    if len(text) > grader.MAX_ANSWER_CHARS:
        said = t("study.too_long", length=len(text), limit=grader.MAX_ANSWER_CHARS)
        st.session_state[PROBLEM] = (said, t("study.too_long_what_now"))
        return
    try:
        grade = services.grade(question, text)
        st.session_state[RESULT] = _kept(question, text, grade, focus)
    except grader.VivaError as error:
        st.session_state[PROBLEM] = (t("study.refused"), t("study.refused_what_now", reason=error))
    except Exception:  # noqa: BLE001 - an answer must never be lost to a fault of ours
        _log.exception("judging an answer to %s failed", question.id)
        st.session_state[PROBLEM] = (t("study.crashed"), t("study.crashed_what_now"))
    else:
        st.session_state["study_turn"] = st.session_state.get("study_turn", 0) + 1


def _kept(question: Question, text: str, grade: Grade, focus: tuple[str, ...]) -> Result:
    """Keep a judged answer, and have the model begin that this session judges with, if there is one."""
    opening = history.open_question(question.id, _mode(question, focus), focus)
    seen: datetime | None = st.session_state.get("study_seen")
    first = st.query_params.get(FIRST)
    mode = _mode(question, focus)
    given = Answer(
        id=services.new_id(),
        learner=history.learner() or "",
        question_id=question.id,
        question_version=question.version,
        text=text,
        at=services.now(),
        mode=mode,
        duration_ms=history.duration_ms(opening, seen),
        confidence=st.session_state.get(_sure(question)),
        hints=opening.hints,
        focus=focus,
        first_try=first,
        sitting=sitting.current() if mode != "again" else None,
    )
    counted = narrowing.counts(question, grade, focus, given.hints, services.judge())
    earlier: dict[str, Grade] = st.session_state.get("study_earlier", {})
    history.record(given, grade, counted, services.new_id())
    today.answered(question.id)
    st.session_state.pop("study_can_undo", None)
    if mode != "again":
        sitting.count()
    st.query_params[ANSWER] = given.id
    st.query_params.pop(FIRST, None)
    return replace(judging.begin(question, text, grade), given=given, counted=counted, earlier=earlier.get(first or ""))
