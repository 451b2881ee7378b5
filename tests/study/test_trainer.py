"""The trainer on a real database: answers become reviews, reviews become cards, and the log alone gives the same cards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grader.types import Question, Reading
from study.errors import StudyError
from study.memory import Memory
from study.records import Answer, FittedParameters, HintUse
from study.settings import StudySettings
from study.store import Store, file_url
from study.trainer import Trainer
from tests.study.classroom import ANNA, BEN, DAY, NOW, Classroom, grade, hexa, question, ref

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


# --- undo


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


# --- cards are derived


def test_settings_that_change_the_schedule_derive_the_cards_anew(room: Classroom) -> None:
    room.answer("q", "mmm")
    eager = StudySettings(desired_retention=0.8)
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


@pytest.fixture(scope="module")
def shared() -> Iterator[Classroom]:
    """A database made once: each example clears it."""
    room = Classroom([question("q"), question("r"), question("count", 5, count=2)])
    yield room
    room.close()


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(acts, waits), max_size=12))
def test_whatever_happens_the_log_gives_exactly_the_same_cards(
    shared: Classroom, steps: list[tuple[tuple[object, ...], timedelta]]
) -> None:
    shared.now, answers = NOW, list[Answer]()
    with shared.store.writing() as tx:
        tx.delete_learner(ANNA)
    for number, ((act, first, second, third), wait) in enumerate(steps):
        live(shared, answers, number, act, first, second, third)
        shared.now += wait
        before = shared.cards()
        with shared.store.reading() as tx:
            retention, log = tx.settings(ANNA).desired_retention, tx.active_reviews(ANNA)
        assert Memory(None, retention).rebuild(log) == before
        counting = [(one.answer_id, one.ref) for one in log]
        assert len(counting) == len(set(counting)), "an answer rates a point once"
    before = shared.cards()
    assert shared.trainer.rebuild(ANNA, shared.now) == len(before)
    assert shared.cards() == before


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


def test_two_tabs_that_answer_at_once_lose_nothing(tmp_path: Path) -> None:
    questions = [question(f"q{number}") for number in range(6)]
    store = Store.open(file_url(tmp_path / "study.sqlite3"), now=NOW)
    trainer = Trainer(store, {one.id: one for one in questions})
    start, errors = Barrier(4), list[Exception]()

    def tab(number: int) -> None:
        try:
            start.wait()
            for one in questions:
                answer = Answer(hexa(f"{one.id}{number}"), ANNA, one.id, one.version, "x", NOW + number * MINUTE)
                trainer.submit(answer, grade(one, "mpu"), NOW + number * MINUTE, hexa(f"act{one.id}{number}"))
        except Exception as error:  # noqa: BLE001 - told by the test below
            errors.append(error)

    threads = [Thread(target=tab, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    with store.reading() as tx:
        assert len(tx.active_reviews(ANNA)) == 6 * 4 * 3
        derived = Memory().rebuild(tx.active_reviews(ANNA))
        assert {one.ref: one for one in tx.cards(ANNA)} == derived
    store.close()


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
