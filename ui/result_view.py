"""How a graded answer looks: score and feedback, then the answer beside its points."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from ui import frame, judging
from ui.judging import Result
from ui.markup import (
    answer_html,
    arrange,
    message_html,
    points_html,
    references_html,
    score_html,
    small_print_html,
    words_html,
)
from ui.texts import t
from ui.wording import feedback_text, flag_sentence


def show_result(result: Result) -> None:
    """Draw a result; from top to bottom it is also the order in which a screen reader reads it."""
    question, answer = result.question, result.answer
    reading = question.reading(result.grade.reading_id)
    grade = replace(result.grade, feedback=feedback_text(reading, result.grade))
    rows = arrange(reading, grade)
    # What the feedback says already is not said again.
    flags = [said for said in map(flag_sentence, grade.flags) if said not in grade.feedback]
    score = score_html(grade, question.marks, flags, result.waits_for)
    quiet = message_html("quiet", t("result.model_failed", reason=_sentence(result.trouble))) if result.trouble else ""
    st.html(score + quiet)
    left, right = st.columns([11, 10], gap="medium")
    with left:
        st.html(answer_html(answer, rows, question.language))
    with right:
        st.html(points_html(reading, rows, question.language))
    slot = st.empty()
    if result.writer is not None:
        slot.html(words_html(result.words, result.writer, is_writing=result.work is not None))
    if result.work is not None:
        frame.later(lambda: judging.attend(slot))
    if small_print := small_print_html(grade):
        st.html(small_print)
    title = t("result.reference") if len(reading.references) == 1 else t("result.references")
    with st.expander(title, icon=":material/menu_book:", key="study_reference"):
        st.html(references_html(reading.references, question.language))


def _sentence(told: str) -> str:
    said = told[:1].upper() + told[1:]
    return said if said.endswith((".", "!", "?")) else f"{said}."
