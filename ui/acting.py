"""What a learner does about a result: go on, try again, rate it themselves, take that back, say that they were right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from grader.types import Grade, Question
from study import Answer, AnswerRecord, StudyError
from study.agenda import Item
from study.disputes import dispute, withdraw
from study.disputes import undo as undo_last
from study.memory import ratings
from study.trainer import Trainer
from ui import history, judging, keeper, services, sitting, today
from ui.asking import ANSWER, FIRST, PROBLEM
from ui.judging import RESULT, Result

UNDONE = "study_undone"
CAN_UNDO = "study_can_undo"
_DISPUTES = "study_disputes"
_OWN = "study_own_ratings"


def turn() -> None:
    """Say that what the eye should be on has changed, so the keeper moves the focus."""
    st.session_state["study_turn"] = st.session_state.get("study_turn", 0) + 1


# --- going on


def go(question_id: str, focus: Sequence[str] = ()) -> None:
    """Go to a question; ``focus`` names the points to ask for."""
    leave()
    st.query_params["q"] = question_id
    if focus:
        st.query_params["focus"] = ",".join(focus)


def leave() -> None:
    """Leave the current question; a judged answer that is recorded has served as a draft, so its draft goes."""
    result: Result | None = st.session_state.pop(RESULT, None)
    judging.stop(result)
    if result is not None and not history.waiting():
        keeper.forget(result.question.id)
    for name in (PROBLEM, UNDONE):
        st.session_state.pop(name, None)
    for name in (ANSWER, FIRST, "focus", sitting.SUMMARY):
        st.query_params.pop(name, None)


def go_on() -> None:
    """Go to what comes next; at the end of a session to its summary, at the end of the day's work to a page that says so."""
    is_over = sitting.is_over()
    following = today.following(st.session_state.get("study_question"))
    if isinstance(following, Item):
        go(following.question_id, following.focus)
    elif following is not None:
        go(following)
    else:
        finish()
    if is_over:
        # The address names what comes after the summary already.
        sitting.end()
        turn()


def finish() -> None:
    """Leave the questions: the day's work is done."""
    leave()
    st.query_params.pop("q", None)
    st.session_state["study_question"] = None
    turn()


def surprise() -> None:
    """Go to any other of the chosen questions."""
    chosen = today.questions()
    others = [question for question in chosen if question.id != st.session_state.get("study_question")]
    go(services.choose(others or chosen).id)


def again(question: Question) -> None:
    """Go back to the box with the answer still in it, as a second try."""
    result: Result | None = st.session_state.pop(RESULT, None)
    judging.stop(result)
    turn()
    st.session_state.pop(UNDONE, None)
    st.query_params.pop(ANSWER, None)
    if result is not None:
        keeper.keep_text(question.id, result.answer)
        if result.given is not None:
            st.session_state["study_earlier"] = {result.given.id: result.grade}
            st.query_params[FIRST] = result.given.id


def found_again(question: Question) -> Result | None:
    """Return the result that the address names, after a reload; None where this learner has none such for this question."""
    wanted = st.query_params.get(ANSWER)
    if not wanted:
        return None

    def look(trainer: Trainer, who: str) -> tuple[AnswerRecord, Grade | None] | None:
        with trainer.store.reading() as tx:
            record = tx.answer(wanted)
            if record is None or record.answer.learner != who:
                return None
            first = record.answer.first_try
            before = tx.answer(first) if first is not None else None
            earlier = before.latest.grade if before is not None else None
        _find_disputes(trainer, who, wanted)
        return record, earlier

    found = history.read(look, None)
    if found is None or found[0].answer.question_version != question.version:
        return None
    record, earlier = found
    latest = record.latest
    if latest.grade.reading_id not in {reading.id for reading in question.readings}:
        return None
    return Result(
        question, record.answer.text, latest.grade, given=record.answer, counted=latest.aided_score, earlier=earlier
    )


# --- ratings


@dataclass(frozen=True, slots=True)
class Rated:
    """The ratings (1..4) of an answer's points that count now, and whether they are the learner's own. No ratings: none counts."""

    ratings: tuple[int, ...]
    is_own: bool
    are_kept: bool


def rated(question: Question, given: Answer, grade: Grade) -> Rated:
    """Return how an answer is rated: as it is kept, else as the grade alone would have it."""

    def look(trainer: Trainer, _: str) -> Rated:
        with trainer.store.reading() as tx:
            reviews = [review for action in tx.actions_of(given.id) for review in action.reviews]
        own = [review for review in reviews if review.source == "learner"]
        return Rated(tuple(review.rating for review in reviews), bool(own), are_kept=True)

    found = history.read(look, None)
    if found is not None:
        return found
    own: dict[str, int] = st.session_state.get(_OWN, {})
    made = ratings(question, grade, focus=given.focus, hints=given.hints)
    values = tuple(own.get(given.id, one.rating) for one in made)
    return Rated(values, given.id in own, are_kept=False)


def rate(given: Answer, rating: int) -> None:
    """Let the learner's own rating stand."""
    at, action = services.now(), services.new_id()
    st.session_state.setdefault(_OWN, {})[given.id] = rating
    st.session_state.pop(UNDONE, None)
    history.write(lambda trainer, _: trainer.rate(given.id, rating, at, action))
    st.session_state[CAN_UNDO] = True


def undo() -> None:
    """Take the last rating back, and say of which question it was."""

    def last(trainer: Trainer, who: str) -> str | None:
        undone = undo_last(trainer, who, now=services.now())
        if undone is not None and undone.answer_id is not None:
            _find_disputes(trainer, who, undone.answer_id)
        return None if undone is None else undone.question_id

    found = history.read(last, None)
    st.session_state.get(_OWN, {}).clear()
    st.session_state.pop(CAN_UNDO, None)
    st.session_state[UNDONE] = found or ""
    today.forget()


# --- "I was right"


def _disputes() -> dict[str, dict[str, str]]:
    held: dict[str, dict[str, str]] = st.session_state.setdefault(_DISPUTES, {})
    return held


def _find_disputes(trainer: Trainer, who: str, answer_id: str) -> None:
    with trainer.store.reading() as tx:
        _disputes()[answer_id] = {one.ref.point_id: one.id for one in tx.disputes(who, answer_id)}


def disputed(given: Answer | None) -> Mapping[str, str]:
    """Return the points of an answer that the learner says it makes, with the ids of the disputes."""
    return _disputes().get(given.id, {}) if given is not None else {}


def say_right(question: Question, given: Answer, point_id: str) -> None:
    """Write down that an answer makes a point after all."""
    at, name = services.now(), services.new_id()
    _disputes().setdefault(given.id, {})[point_id] = name

    def act(trainer: Trainer, _: str) -> None:
        with trainer.store.reading() as tx:
            record = tx.answer(given.id)
        if record is None:
            raise StudyError(f"answer {given.id} is not in the database")
        dispute(trainer, question, record, point_id, id=name, now=at, grader=services.judge())

    history.write(act)


def take_back(given: Answer, point_id: str) -> None:
    """Take "I was right" back."""
    at = services.now()
    name = _disputes().get(given.id, {}).pop(point_id, None)
    if name is not None:
        history.write(lambda trainer, _: withdraw(trainer, name, now=at))
