"""Answers and grades, transactions and any text, on every kind of database."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from study.errors import StoreError
from study.records import (
    Answer,
    AnswerRecord,
    Asked,
    Dispute,
    GradeRecord,
    HintUse,
    Mode,
    PointRef,
)
from study.store import Store
from study.transactions import Writing
from tests.study.made_records import (
    LEARNER,
    NOW,
    OTHER,
    contents,
    made_grade,
    number,
    submission,
    write,
)

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


# --- answers and grades


def test_an_answer_comes_back_as_it_was_given(any_store: Store) -> None:
    made = submission(1)
    assert write(any_store, made)
    with any_store.reading() as tx:
        assert tx.answer(made.answer.id) == made.record
        assert tx.last_answer(LEARNER) == made.record
        assert tx.answers_to(LEARNER, "drift") == (made.record,)
        assert tx.active_reviews(LEARNER) == made.reviews
        assert tx.cards(LEARNER) == made.cards
        assert tx.answer(number(404)) is None
        assert tx.last_answer(OTHER) is None


def test_submitting_again_changes_nothing(any_store: Store) -> None:
    made = submission(1)
    assert write(any_store, made)
    before = contents(any_store)
    assert not write(any_store, made)
    assert contents(any_store) == before


def test_another_answer_under_the_same_id_is_refused(any_store: Store) -> None:
    made = submission(1)
    write(any_store, made)
    before = contents(any_store)
    other = replace(made.answer, text="Something else.")
    with pytest.raises(StoreError, match="nothing was overwritten"), any_store.writing() as tx:
        tx.add_answer(other, made.grade)
    assert contents(any_store) == before


def test_an_answer_needs_its_grades_in_order(any_store: Store) -> None:
    made = submission(1)
    for given_grades in ((), (replace(made.grade, number=1),)):
        with pytest.raises(StoreError, match="numbered 0, 1"), any_store.writing() as tx:
            tx.add_answer(made.answer, *given_grades)


def test_a_later_grade_counts_and_the_earlier_stays(any_store: Store) -> None:
    made = submission(1)
    write(any_store, made)
    later = made_grade(verdict="partial", signature="model:1")
    for _ in range(2):
        with any_store.writing() as tx:
            added = tx.add_grade(made.answer.id, NOW + MINUTE, later, 0.4)
    assert added == GradeRecord(made.answer.id, 1, NOW + MINUTE, later, 0.4)
    with any_store.reading() as tx:
        record = tx.answer(made.answer.id)
        assert record == AnswerRecord(made.answer, (made.grade, added))
        assert record.latest == added
        assert tx.latest_answers(LEARNER) == (AnswerRecord(made.answer, (added,)),)


def test_a_grade_for_no_answer_is_refused(any_store: Store) -> None:
    with pytest.raises(StoreError, match=f"no answer {number(9)}"), any_store.writing() as tx:
        tx.add_grade(number(9), NOW, made_grade(), 1.0)


def test_answers_are_found_by_question_time_and_session(any_store: Store) -> None:
    first, second = submission(1), submission(2, at=NOW + MINUTE)
    third = submission(3, question="bias", at=NOW + 2 * MINUTE)
    third = replace(third, answer=replace(third.answer, sitting=number(7)))
    for made in (first, second, third, submission(4, learner=OTHER)):
        write(any_store, made)
    with any_store.reading() as tx:
        assert tx.answers_to(LEARNER, "drift") == (second.record, first.record)
        assert tx.answers_to(LEARNER, "drift", 1) == (second.record,)
        assert tx.last_answer(LEARNER) == third.record
        assert tx.latest_answers(LEARNER) == (second.record, third.record)
        assert tx.answers_in(number(7)) == (third.record,)
        assert tuple(tx.answers(LEARNER)) == (first.record, second.record, third.record)
        assert len(tuple(tx.answers())) == 4
        assert tx.attempts(LEARNER) == {"drift": 2, "bias": 1}


def test_many_answers_are_read_in_turn(store: Store) -> None:
    made = [submission(value, points=1, at=NOW + value * MINUTE) for value in range(1, 1_203)]
    with store.writing() as tx:
        for one in made:
            one.write(tx)
    with store.reading() as tx:
        assert [record.answer.id for record in tx.answers()] == [one.answer.id for one in made]
        assert len(tx.answers_to(LEARNER, "drift")) == len(made)
        assert sum(1 for _ in tx.logged_reviews()) == len(made)


def test_what_was_asked_in_a_day(any_store: Store) -> None:
    start = NOW.replace(hour=4, minute=0, second=0, microsecond=0)

    def give(value: int, question: str, at: datetime, mode: Mode = "study") -> None:
        made = submission(value, question=question, at=at)
        write(any_store, replace(made, answer=replace(made.answer, mode=mode)))

    give(1, "old", start - MINUTE)
    give(2, "crammed", start - MINUTE, "cram")
    give(3, "old", start)
    give(4, "crammed", start + MINUTE)
    give(5, "new", start + 2 * MINUTE)
    give(6, "new", start + 3 * MINUTE, "again")
    give(7, "new", start + 4 * MINUTE)
    give(8, "late", start + DAY)
    with any_store.reading() as tx:
        assert tx.asked_between(LEARNER, start, start + DAY) == (
            Asked("old", "study", start, 1, first_ever=False),
            Asked("crammed", "study", start + MINUTE, 1, first_ever=True),
            Asked("new", "study", start + 2 * MINUTE, 2, first_ever=True),
            Asked("new", "again", start + 3 * MINUTE, 1, first_ever=True),
        )
        assert tx.asked_between(OTHER, start, start + DAY) == ()


# --- transactions


def interrupted(tx: Writing, failure: type[BaseException]) -> None:
    submission(1).write(tx)
    raise failure


def test_nothing_of_a_failed_block_stays(any_store: Store) -> None:
    before = contents(any_store)
    for failure in (RuntimeError, KeyboardInterrupt):
        with pytest.raises(failure), any_store.writing() as tx:
            interrupted(tx, failure)
    assert contents(any_store) == before
    assert write(any_store, submission(1))


def test_a_time_without_a_zone_is_refused(any_store: Store) -> None:
    naive = submission(1, at=NOW.replace(tzinfo=None))
    with pytest.raises((StoreError, ValueError, TypeError), match=r"time zone|naive"), any_store.writing() as tx:
        tx.add_answer(replace(naive.answer, hints=()), naive.grade)


# --- any text


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.text(st.characters(exclude_categories=[])),
    micros=st.integers(-(10**15), 10**16),
    confidence=st.none() | st.integers(0, 100),
)
def test_any_text_is_kept_with_its_length(any_store: Store, text: str, micros: int, confidence: int | None) -> None:
    at = NOW + timedelta(microseconds=micros)
    made = submission(1, points=1)
    answer = replace(made.answer, text=text, at=at, confidence=confidence)
    with any_store.writing() as tx:
        tx.delete_learner(LEARNER)
        tx.add_answer(answer, made.grade)
        assert not tx.add_answer(answer, made.grade)
        kept = tx.answer(answer.id)
    assert kept is not None
    assert replace(kept.answer, text=text) == answer
    assert len(kept.answer.text) == len(text)
    assert all(b in {a, "\N{REPLACEMENT CHARACTER}"} for a, b in zip(text, kept.answer.text, strict=True))
    if text.isprintable():  # so it has neither NUL nor a lone surrogate
        assert kept.answer.text == text


def test_records_refuse_what_cannot_be() -> None:
    made = submission(1)
    for wrong in (
        lambda: HintUse("p", 4, NOW),
        lambda: replace(made.answer, confidence=101),
        lambda: replace(made.answer, duration_ms=-1),
        lambda: replace(made.reviews[0], rating=0),
        lambda: replace(made.cards[0], state=4),
        lambda: replace(made.grade, aided_score=1.5),
        lambda: AnswerRecord(made.answer, ()),
        lambda: Dispute(number(1), LEARNER, number(2), PointRef("q", "r", "p"), NOW, "", 3, 2),
    ):
        with pytest.raises(ValueError, match=r"outside|negative|no grade|is none"):
            wrong()
    assert isinstance(made.answer, Answer)
