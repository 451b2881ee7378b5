"""How a graded answer looks: score and feedback, then the answer beside its points. What takes longer comes below, afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from grader.types import Grade, Question, Reading
from ui import acting, choosing, frame, judging, narrowing, services, today
from ui.judging import Result
from ui.markup import (
    Row,
    Rows,
    answer_html,
    arrange,
    message_html,
    more_points_html,
    point_html,
    points_html,
    score_html,
    small_print_html,
    words_html,
    would_html,
)
from ui.result_more import show_more, show_trouble
from ui.texts import t
from ui.wording import feedback_text, flag_sentence

Places = list[tuple[Row, DeltaGenerator]]
"""Points with a place below each, for what is said of it afterwards."""


def show_result(result: Result, top: DeltaGenerator) -> None:
    """Draw a result, and afterwards the top line in its place. From top to bottom it is also the order of a screen reader."""
    focus = result.given.focus if result.given is not None else ()
    question, grade = narrowing.narrow(result.question, result.grade, focus, services.judge())
    reading = question.reading(grade.reading_id)
    grade = replace(grade, feedback=feedback_text(reading, grade))
    rows = arrange(reading, grade)
    st.html(_score(result, question, grade))
    frame.breathe()
    show_trouble()
    left, right = st.columns([11, 10], gap="medium")
    with left:
        st.html(answer_html(result.answer, rows, result.question.language))
    with right:
        places = _points(result, reading, rows)
    words = st.empty()
    if result.writer is not None:
        words.html(words_html(result.words, result.writer, is_writing=result.work is not None))
    if small_print := small_print_html(grade):
        st.html(small_print)
    below = st.container(key="study_more")
    frame.later(lambda: _afterwards(result, question, grade, places, top, below, words))


def _afterwards(
    result: Result,
    question: Question,
    grade: Grade,
    places: Places,
    top: DeltaGenerator,
    below: DeltaGenerator,
    words: DeltaGenerator,
) -> None:
    """Draw what is not needed at once, then see through what a model does."""
    today.forget()
    with top:
        choosing.top_line(services.bank())
    with below:
        show_more(result, question, grade)
    earned = _would(result)
    for row, place in places:
        more = earned.get(row.point.id, 0.0)
        with place, st.container(horizontal=True, gap="small", vertical_alignment="center"):
            if more > grade.score:
                st.html(would_html(more, question.marks))
            _right(result, row)
    if result.work is not None:
        judging.attend(words)


def _score(result: Result, question: Question, grade: Grade) -> str:
    # What the feedback says already is not said again.
    flags = [said for said in map(flag_sentence, grade.flags) if said not in grade.feedback]
    hinted = result.given is not None and bool(result.given.hints)
    # A hint that led to nothing cost nothing, and two equal scores would only puzzle.
    costs = hinted and result.counted is not None and result.counted < grade.score
    score = score_html(grade, question.marks, flags, result.waits_for, result.counted if costs else None)
    if not result.trouble:
        return score
    return score + message_html("quiet", t("result.model_failed", reason=_sentence(result.trouble)))


def _points(result: Result, reading: Reading, rows: Rows) -> Places:
    """Draw the points: those that are met as one list, each other one with a button; return where more is to be said of it."""
    said, language = acting.disputed(result.given), result.question.language
    open_rows = [row for row in rows.points if row.judgment.verdict != "met"]
    met = tuple(row for row in rows.points if row.judgment.verdict == "met")
    st.html(points_html(reading, Rows(met, (), (), (), rows.judge), language))
    places: Places = []
    for row in open_rows:
        place = st.container(key=f"viva_point_{row.number}", gap=None)
        place.html(point_html(row, rows.judge, language, is_right=row.point.id in said))
        places.append((row, place))
    if rest := more_points_html(rows, language):
        st.html(rest)
    return places


def _right(result: Result, row: Row) -> None:
    given, said = result.given, acting.disputed(result.given)
    if given is None:
        return
    if row.point.id in said:
        st.button(
            t("result.right_back"),
            type="tertiary",
            icon=":material/undo:",
            key=f"study_dispute_{row.number}",
            on_click=acting.take_back,
            args=(given, row.point.id),
        )
    else:
        st.button(
            t("result.right"),
            type="tertiary",
            icon=":material/how_to_reg:",
            key=f"study_dispute_{row.number}",
            on_click=acting.say_right,
            args=(result.question, given, row.point.id),
        )


def _would(result: Result) -> Mapping[str, float]:
    """Return what the points that are missing would earn; worked out once for a grade."""
    if "blank" in result.grade.flags:
        return {}
    key = (result.given.id if result.given is not None else "", result.grade.signature, result.grade.score)
    held = st.session_state.get("study_would")
    if held is None or held[0] != key:
        focus = result.given.focus if result.given is not None else ()
        found = narrowing.would(result.question, result.grade, result.answer, focus, services.judge())
        held = st.session_state["study_would"] = (key, found)
    worked_out: Mapping[str, float] = held[1]
    return worked_out


def _sentence(told: str) -> str:
    said = told[:1].upper() + told[1:]
    return said if said.endswith((".", "!", "?")) else f"{said}."
