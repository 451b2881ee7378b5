"""The trainer on a real database: answers become reviews, reviews become cards, and the log alone gives the same cards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from grader.types import Question, Reading
from study.errors import StudyError
from study.memory import Memory
from study.records import Answer, FittedParameters, HintUse
from study.settings import StudySettings
from study.trainer import Trainer
from tests.study.classroom import ANNA, DAY, NOW, Classroom, grade, hexa, question, ref

MINUTE = timedelta(minutes=1)


@pytest.fixture
def room() -> Iterator[Classroom]:
    room = Classroom([question("q"), question("r"), question("count", 5, count=2)])
    yield room
    room.close()


# --- submitting


def test_an_answer_is_kept_rated_and_scheduled_and_its_question_closed(room: Classroom) -> None:
    room.trainer.open(ANNA, "q", "study", (), NOW)
    done = room.answer("q", "mpu")
    assert [(one.ref.point_id, one.rating, one.why) for one in done.ratings] == [
        ("p1", 3, "met"),
        ("p2", 2, "partial"),
        ("p3", 1, "unmet"),
    ]
    assert done.next_due == {
        ref("q", 1): NOW + 2 * DAY,
        ref("q", 2): NOW + 15 * MINUTE,
        ref("q", 3): NOW + 10 * MINUTE,
    }
    assert done.record.latest.aided_score == done.record.latest.grade.score == 0.5
    assert room.cards().keys() == {ref("q", point) for point in (1, 2, 3)}
    with room.store.reading() as tx:
        assert tx.openings(ANNA) == ()


def test_the_same_submission_twice_is_one(room: Classroom) -> None:
    first = room.answer("q", "mmu")
    before = (room.reviews(), room.cards())
    room.now += MINUTE
    again = room.trainer.submit(first.record.answer, grade(room.questions[0], "mmu"), room.now, hexa("another action"))
    assert again == first
    assert (room.reviews(), room.cards()) == before


@pytest.mark.parametrize("mode", ["cram", "again"])
def test_cramming_and_second_tries_are_kept_and_leave_the_schedule_alone(room: Classroom, mode: str) -> None:
    room.answer("q", "mmu")
    before = (room.reviews(), room.cards())
    room.now += DAY
    done = room.answer("q", "uuu", mode=mode)
    assert done.ratings == ()
    assert room.trainer.rate(done.record.answer.id, 1, room.now, hexa("own")).ratings == ()
    assert (
        room.trainer.regrade(done.record.answer.id, grade(room.questions[0], "mmm"), room.now, hexa("re")).ratings == ()
    )
    assert (room.reviews(), room.cards()) == before
    with room.store.reading() as tx:
        assert len(tx.answers_to(ANNA, "q")) == 2


def test_hints_and_focus_of_the_answer_count(room: Classroom) -> None:
    done = room.answer("q", "mum", hints=(HintUse("p1", 2, NOW),), focus=("p1",))
    assert [(one.ref.point_id, one.rating, one.why) for one in done.ratings] == [
        ("p1", 2, "hint"),
        ("p3", 3, "unasked"),
    ]


def test_an_answer_to_a_question_that_is_gone_is_kept(room: Classroom) -> None:
    lost = question("lost")
    answer = Answer(hexa("x"), ANNA, "lost", lost.version, "x", NOW)
    assert room.trainer.submit(answer, grade(lost, "mmm"), NOW, hexa("act")).ratings == ()
    with room.store.reading() as tx:
        assert tx.answer(answer.id) is not None
    with pytest.raises(StudyError, match="'lost' is in no pack any more"):
        room.trainer.rate(answer.id, 3, NOW, hexa("own"))


def test_nothing_is_written_when_a_step_fails(room: Classroom, monkeypatch: pytest.MonkeyPatch) -> None:
    room.trainer.open(ANNA, "q", "study", (), NOW)

    def fail(*_: object) -> None:
        raise RuntimeError("stop")

    monkeypatch.setattr(Memory, "rebuild", fail)
    with pytest.raises(RuntimeError, match="stop"):
        room.answer("q", "mmm")
    with room.store.reading() as tx:
        assert tx.answers_to(ANNA, "q") == ()
        assert tx.active_reviews(ANNA) == ()
        assert len(tx.openings(ANNA)) == 1


def test_a_question_stays_open_with_its_first_time_and_hints(room: Classroom) -> None:
    room.trainer.open(ANNA, "q", "study", (), NOW)
    room.trainer.take_hint(ANNA, "q", "p1", 1, NOW + MINUTE)
    room.trainer.take_hint(ANNA, "q", "p1", 1, NOW + 2 * MINUTE)
    again = room.trainer.open(ANNA, "q", "study", (), NOW + DAY)
    assert (again.at, again.hints) == (NOW, (HintUse("p1", 1, NOW + MINUTE),))
    with pytest.raises(StudyError):
        room.trainer.take_hint(ANNA, "r", "p1", 1, NOW)


# --- a later grade


def test_a_models_grade_takes_the_place_of_the_automatic_rating(room: Classroom) -> None:
    first = room.answer("q", "muu")
    done = room.trainer.regrade(
        first.record.answer.id, grade(room.questions[0], "mma", signature="m"), NOW + MINUTE, hexa("m")
    )
    assert room.reviews() == [("p1", 3), ("p2", 3)]
    assert done.record.latest.grade.signature == "m"
    assert done.next_due[ref("q", 2)] == NOW + 2 * DAY  # dated by the answer
    assert ref("q", 3) not in room.cards()
    assert (
        room.trainer.regrade(
            first.record.answer.id, grade(room.questions[0], "mma", signature="m"), NOW + MINUTE, hexa("m")
        )
        == done
    )


def test_a_models_grade_leaves_the_learners_own_ratings_alone(room: Classroom) -> None:
    answer = room.answer("q", "uuu").record.answer
    room.trainer.rate(answer.id, 3, NOW, hexa("own"), "p2")
    done = room.trainer.regrade(answer.id, grade(room.questions[0], "muu", signature="m"), NOW + MINUTE, hexa("m"))
    assert [(one.ref.point_id, one.rating, one.why) for one in done.ratings] == [
        ("p1", 3, "met"),
        ("p2", 3, "own"),
        ("p3", 1, "unmet"),
    ]


def test_a_models_grade_does_not_bring_back_what_was_undone(room: Classroom) -> None:
    answer = room.answer("q", "muu").record.answer
    room.trainer.undo(ANNA, NOW)
    done = room.trainer.regrade(answer.id, grade(room.questions[0], "mmm", signature="m"), NOW + MINUTE, hexa("m"))
    assert done.ratings == ()
    assert len(done.record.grades) == 2
    assert room.cards() == {}


def test_a_models_grade_rates_what_nobody_could_judge_before(room: Classroom) -> None:
    answer = room.answer("q", "aaa").record.answer
    assert room.reviews() == []
    room.trainer.regrade(answer.id, grade(room.questions[0], "mmu", signature="m"), NOW + MINUTE, hexa("m"))
    assert room.reviews() == [("p1", 3), ("p2", 3), ("p3", 1)]


def test_a_model_may_find_another_reading() -> None:
    points = question().points
    both = Question("q", "What?", (Reading("main", points, ("T",)), Reading("other", points, ("T",))))
    room = Classroom([both])
    answer = room.answer("q", "mmu").record.answer
    room.trainer.regrade(answer.id, grade(both, "mmm", reading="other"), NOW + MINUTE, hexa("m"))
    assert room.cards().keys() == {ref("q", point, "other") for point in (1, 2, 3)}
    room.close()


# --- the learner's own rating


def test_the_learners_rating_takes_the_place_of_the_automatic_one(room: Classroom) -> None:
    answer = room.answer("q", "muu").record.answer
    done = room.trainer.rate(answer.id, 4, NOW + MINUTE, hexa("own"))
    assert [one.rating for one in done.ratings] == [4, 4, 4]
    assert {one.why for one in done.ratings} == {"own"}
    assert room.reviews() == [("p1", 4), ("p2", 4), ("p3", 4)]
    later = room.trainer.rate(answer.id, 2, NOW + 2 * MINUTE, hexa("own 2"))
    assert [one.rating for one in later.ratings] == [2, 2, 2]
    assert room.trainer.rate(answer.id, 4, NOW + MINUTE, hexa("own")) == later  # a retry of the first


def test_one_point_can_be_rated_alone_and_of_a_count_what_was_wanted(room: Classroom) -> None:
    answer = room.answer("q", "muu").record.answer
    room.trainer.rate(answer.id, 3, NOW, hexa("own"), "p3")
    assert sorted(room.reviews()) == [("p1", 3), ("p2", 1), ("p3", 3)]
    counted = room.answer("count", "umuuu").record.answer
    done = room.trainer.rate(counted.id, 2, NOW, hexa("own count"))
    assert [(one.ref.point_id, one.rating) for one in done.ratings] == [("p1", 2), ("p2", 2)]


@pytest.mark.parametrize(("answer_id", "point"), [("f" * 32, None), (None, "p9")])
def test_what_is_not_there_cannot_be_rated(room: Classroom, answer_id: str | None, point: str | None) -> None:
    answer = room.answer("q", "muu").record.answer
    with pytest.raises(StudyError):
        room.trainer.rate(answer_id or answer.id, 3, NOW, hexa("own"), point)
    with pytest.raises(ValueError, match="rating"):
        room.trainer.rate(answer.id, 5, NOW, hexa("own"))
    assert room.reviews() == [("p1", 3), ("p2", 1), ("p3", 1)]


# --- cards are derived


def test_another_retention_moves_the_cards_without_replaying_the_log(
    room: Classroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    room.answer("q", "mmm")
    eager = StudySettings(desired_retention=0.8)
    with monkeypatch.context() as slow:
        slow.setattr(Memory, "rebuild", lambda *_: pytest.fail("the page waits for this"))
        room.trainer.save_settings(ANNA, eager, NOW)
    assert room.trainer.settings(ANNA) == eager
    with room.store.reading() as tx:
        log = tx.active_reviews(ANNA)
    assert room.cards() == Memory(None, 0.8).rebuild(log)
    assert room.cards()[ref("q")].due > NOW + 2 * DAY


def test_fitted_parameters_are_used_where_the_learner_wants_them(room: Classroom) -> None:
    assert room.trainer.parameters(ANNA) is None
    values = tuple(value * 1.01 for value in Memory().parameters)
    with room.store.writing() as tx:
        tx.put_parameters(FittedParameters(ANNA, NOW, values, 400, 0.5, 0.4))
    assert room.trainer.parameters(ANNA) == values
    assert room.trainer.memory(ANNA).parameters == values
    room.trainer.save_settings(ANNA, StudySettings(use_fitted=False), NOW)
    assert room.trainer.parameters(ANNA) is None


def test_reviews_of_points_that_are_gone_stay_in_the_log(room: Classroom) -> None:
    room.answer("q", "mmm")
    shrunk = Trainer(room.store, {"q": question("q", 1)})
    assert shrunk.rebuild(ANNA, NOW) == 3
    assert shrunk.standing(ANNA, NOW + 9 * DAY)["q"].due == 1
    assert Trainer(room.store, {}).standing(ANNA, NOW) == {}
    assert len(room.reviews()) == 3


def test_an_answer_that_arrives_late_is_put_where_it_belongs(room: Classroom) -> None:
    room.now = NOW + 5 * DAY
    room.answer("q", "mmm")
    room.now = NOW
    room.answer("q", "uuu", hexa("late"))
    with room.store.reading() as tx:
        log = tx.active_reviews(ANNA)
    assert [one.rating for one in log] == [1, 1, 1, 3, 3, 3]
    assert room.cards() == Memory().rebuild(log)
    assert replace(room.cards()[ref("q")]).last_review == NOW + 5 * DAY
