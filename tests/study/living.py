"""What learners do, as Hypothesis makes it up: they answer, rate, are graded again, undo and change settings."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st

from study.records import Answer
from study.settings import StudySettings
from tests.study.classroom import ANNA, DAY, Classroom, grade, hexa

MINUTE = timedelta(minutes=1)

acts = st.one_of(
    st.tuples(
        st.just("answer"),
        st.sampled_from(("q", "r", "count")),
        st.text("mpua", min_size=5, max_size=5),
        st.sampled_from(("study", "review", "cram", "again")),
    ),
    st.tuples(st.just("rate"), st.integers(0, 9), st.integers(1, 4), st.sampled_from((None, "p1", "p2"))),
    st.tuples(st.just("regrade"), st.integers(0, 9), st.text("mpua", min_size=5, max_size=5), st.none()),
    st.tuples(st.just("undo"), st.none(), st.none(), st.none()),
    st.tuples(st.just("settings"), st.sampled_from((0.8, 0.9, 0.95)), st.none(), st.none()),
)
waits = st.sampled_from((timedelta(0), MINUTE, timedelta(hours=20), DAY, 9 * DAY))


def live(
    room: Classroom, answers: list[Answer], number: int, act: object, first: object, second: object, third: object
) -> None:
    action = hexa(f"act {number}")
    if act == "answer":
        size = len(room.trainer.questions[str(first)].points)
        answers.append(room.answer(str(first), str(second)[:size], hexa(f"answer {number}"), mode=third).record.answer)
    elif act == "undo":
        room.trainer.undo(ANNA, room.now)
    elif act == "settings":
        room.trainer.save_settings(ANNA, StudySettings(desired_retention=float(str(first))), room.now)
    elif answers:
        answer = answers[int(str(first)) % len(answers)]
        asked = room.trainer.questions[answer.question_id]
        if act == "rate":
            room.trainer.rate(answer.id, int(str(second)), room.now, action, None if third is None else str(third))
        else:
            room.trainer.regrade(
                answer.id, grade(asked, str(second)[: len(asked.points)], signature=action), room.now, action
            )
