"""Undo: the last rating is taken back, what it replaced counts again, and the cards are those of before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.study.classroom import ANNA, BEN, DAY, NOW, Classroom, grade, hexa, question

MINUTE = timedelta(minutes=1)


@pytest.fixture
def room() -> Iterator[Classroom]:
    room = Classroom([question("q"), question("r"), question("count", 5, count=2)])
    yield room
    room.close()


def test_undo_after_an_own_rating_brings_the_automatic_one_back_and_then_takes_that_back_too(room: Classroom) -> None:
    first = room.answer("q", "muu")
    automatic = room.cards()
    room.trainer.rate(first.record.answer.id, 4, NOW + MINUTE, hexa("own"))
    undone = room.trainer.undo(ANNA, NOW + 2 * MINUTE)
    assert undone is not None
    assert (undone.was, undone.question_id, undone.answer_id) == ("learner", "q", first.record.answer.id)
    assert undone.ratings == first.ratings
    assert room.cards() == automatic
    undone = room.trainer.undo(ANNA, NOW + 3 * MINUTE)
    assert undone is not None
    assert (undone.was, undone.ratings) == ("grade", ())
    assert room.cards() == {}
    assert room.trainer.undo(ANNA, NOW + 4 * MINUTE) is None
    with room.store.reading() as tx:
        assert tx.answer(first.record.answer.id) == first.record


def test_undo_takes_the_card_back_to_where_it_was(room: Classroom) -> None:
    room.answer("q", "mmm")
    before = room.cards()
    room.now += 3 * DAY
    room.answer("q", "uuu")
    assert room.cards() != before
    room.trainer.undo(ANNA, room.now)
    assert room.cards() == before


def test_undo_takes_back_a_models_rating_together_with_the_one_it_replaced(room: Classroom) -> None:
    answer = room.answer("q", "uuu").record.answer
    room.trainer.regrade(answer.id, grade(room.questions[0], "muu", signature="m"), NOW + MINUTE, hexa("m"))
    room.trainer.undo(ANNA, NOW + 2 * MINUTE)
    assert room.cards() == {}


def test_after_undo_of_an_own_rating_the_latest_grade_counts(room: Classroom) -> None:
    answer = room.answer("q", "uuu").record.answer
    room.trainer.rate(answer.id, 2, NOW, hexa("own"))
    room.trainer.regrade(answer.id, grade(room.questions[0], "mmu", signature="m"), NOW + MINUTE, hexa("m"))
    assert [rating for _, rating in room.reviews()] == [2, 2, 2]
    room.trainer.undo(ANNA, NOW + 2 * MINUTE)
    assert sorted(room.reviews()) == [("p1", 3), ("p2", 3), ("p3", 1)]


def test_the_last_act_is_the_last_thing_done_be_it_to_an_older_answer(room: Classroom) -> None:
    old = room.answer("q", "uuu").record.answer
    room.now += DAY
    new = room.answer("r", "mmm").record.answer
    room.trainer.rate(old.id, 3, room.now + MINUTE, hexa("own"), "p1")
    taken = [room.trainer.undo(ANNA, room.now + 2 * MINUTE) for _ in range(3)]
    assert [(one.answer_id, one.was) for one in taken if one] == [
        (old.id, "learner"),
        (new.id, "grade"),
        (old.id, "grade"),
    ]


def test_learners_undo_only_their_own(room: Classroom) -> None:
    room.answer("q", "mmm")
    room.answer("q", "uuu", hexa("ben"), learner=BEN)
    room.trainer.undo(BEN, NOW)
    assert room.cards(BEN) == {}
    assert len(room.cards()) == 3
