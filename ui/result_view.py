"""How a graded answer looks: score and feedback, then the answer beside its points."""

from __future__ import annotations

import streamlit as st

from grader.feedback import flag_text
from grader.types import Grade, Question
from ui.markup import answer_html, arrange, points_html, references_html, score_html
from ui.texts import t


def show_result(question: Question, answer: str, grade: Grade) -> None:
    """Draw a result; from top to bottom it is also the order in which a screen reader reads it."""
    reading = question.reading(grade.reading_id)
    rows = arrange(reading, grade)
    st.html(score_html(grade, question.marks, [flag_text(flag) for flag in grade.flags]))
    left, right = st.columns([11, 10], gap="medium")
    with left:
        st.html(answer_html(answer, rows))
    with right:
        st.html(points_html(reading, rows))
    title = t("result.reference") if len(reading.references) == 1 else t("result.references")
    with st.expander(title, icon=":material/menu_book:", key="study_reference"):
        st.html(references_html(reading.references))
