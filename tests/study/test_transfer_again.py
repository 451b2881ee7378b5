"""A learner on two machines: what went on since the last import comes over with the next one, and nothing comes back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from study.disputes import dispute, withdraw
from study.drafts import Draft
from study.records import Answer, AnswerRecord, CardState, Deck, Plan, Review, Sitting, StudySettings
from study.transfer import export_lines, import_lines
from tests.study.classroom import ANNA, BEN, NOW, Classroom, hexa, question, ref, review
from tests.study.learnt import START, Learnt
from tests.study.living import acts, live, waits

LATER = NOW + timedelta(days=900)


@pytest.fixture(scope="module")
def both() -> Iterator[tuple[Classroom, Classroom]]:
    """Two machines with the same questions; each example clears them."""
    rooms = tuple(Classroom([question("q"), question("r"), question("count", 5, count=2)]) for _ in range(2))
    yield rooms[0], rooms[1]
    for room in rooms:
        room.close()


def exported(room: Classroom) -> list[str]:
    return list(export_lines(room.store, ANNA, now=LATER))


def take_in(room: Classroom, lines: list[str]) -> None:
    import_lines(room.store, lines, now=LATER)


def counting(room: Classroom) -> tuple[tuple[Review, ...], tuple[CardState, ...]]:
    with room.store.reading() as tx:
        return tx.active_reviews(ANNA), tx.cards(ANNA)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.tuples(acts, waits), max_size=14), cut=st.integers(0, 14))
def test_a_later_import_brings_what_went_on_and_an_older_one_changes_nothing(
    both: tuple[Classroom, Classroom], steps: list[tuple[tuple[object, ...], timedelta]], cut: int
) -> None:
    here, there = both
    for room in both:
        with room.store.writing() as tx:
            tx.delete_learner(ANNA)
    here.now, answers = NOW, list[Answer]()
    first = exported(here)
    for number, ((act, *what), wait) in enumerate(steps):
        if number == cut:
            first = exported(here)
            take_in(there, first)
        if act != "settings":
            live(here, answers, number, act, *what)
        here.now += wait
    take_in(there, exported(here))
    assert exported(there) == exported(here)
    assert counting(there) == counting(here)
    take_in(there, first)
    assert exported(there) == exported(here)


@pytest.fixture
def room() -> Iterator[Classroom]:
    room = Classroom([question("q", 1)])
    yield room
    room.close()


def test_what_was_undone_here_stays_undone_whatever_an_older_export_says(room: Classroom) -> None:
    answer = room.answer("q", "m").record.answer
    room.trainer.rate(answer.id, 1, NOW, hexa("own"))
    before = exported(room)
    room.trainer.undo(ANNA, NOW)
    take_in(room, before)
    assert room.reviews() == [("p1", 3)]


def test_marks_are_of_the_same_learners_reviews_alone(room: Classroom) -> None:
    with room.store.writing() as tx:
        tx.add_reviews([review(ref("q"), 3, NOW)])
    undone = f'"undone_at": "{NOW.isoformat()}"'
    taken = [line.replace(ANNA, BEN).replace('"undone_at": null', undone) for line in exported(room)]
    assert any(undone in line for line in taken)
    take_in(room, taken)
    assert room.reviews() == [("p1", 3)]


# --- what belongs to answers, and what stands beside them


@pytest.fixture
def learnt(tmp_path: Path) -> Learnt:
    return Learnt.new(tmp_path / "here")


@pytest.fixture
def other(tmp_path: Path) -> Learnt:
    return Learnt.new(tmp_path / "there")


def test_a_second_import_brings_what_has_come_on_since(learnt: Learnt, other: Learnt) -> None:
    first = learnt.answer("A model gets worse over time.", "1")
    made = dispute(learnt.trainer, learnt.question, first, "data-drift-cause", id="d" * 32, now=START)
    plan = Plan("9" * 32, learnt.learner, "Exam", date(2026, 6, 1), Deck(), START)
    sitting = Sitting("8" * 32, learnt.learner, START, "questions", 5)
    with learnt.store.writing() as tx:
        tx.add_plan(plan)
        tx.add_sitting(sitting)
    learnt.drafts.save(learnt.learner, "model-drift", Draft("Half a th", 1), now=START)
    import_lines(
        other.store, export_lines(learnt.store, None, learnt.drafts, now=LATER), now=LATER, drafts=other.drafts
    )

    withdraw(learnt.trainer, made.dispute.id, now=LATER)
    learnt.drafts.save(learnt.learner, "model-drift", Draft("Half a thought.", 2), now=START)
    with learnt.store.writing() as tx:
        tx.end_plan(plan.id, LATER)
        tx.end_sitting(sitting.id, LATER)
        tx.add_grade(first.answer.id, LATER, replace(first.latest.grade, signature="another"), 0.5)
    second = learnt.answer("Data drift.", "2")
    report = import_lines(
        other.store, export_lines(learnt.store, None, learnt.drafts, now=LATER), now=LATER, drafts=other.drafts
    )
    assert dict(report.added)["answer"] == 1
    assert dict(report.added)["draft"] == 1
    assert report.learners == (learnt.learner,)
    with other.store.reading() as tx:
        assert [grade.grade.signature for grade in _record(tx.answer(first.answer.id)).grades][1:] == ["another"]
        assert _record(tx.answer(second.answer.id)).answer.text == "Data drift."
        assert tx.disputes() == ()
        assert [one.status for one in tx.proposals()] == ["rejected"]
        assert [one.ended_at for one in tx.plans(learnt.learner)] == [LATER]
        assert tx.running_sitting(learnt.learner) is None
    assert other.drafts.load(learnt.learner, "model-drift") == Draft("Half a thought.", 2)


def test_what_is_newer_here_stays(learnt: Learnt, other: Learnt) -> None:
    learnt.trainer.save_settings(learnt.learner, StudySettings(new_per_day=1), START)
    learnt.drafts.save(learnt.learner, "model-drift", Draft("old", 1), now=START)
    lines = list(export_lines(learnt.store, None, learnt.drafts, now=LATER))
    other.trainer.save_settings(learnt.learner, StudySettings(new_per_day=2), START)
    other.drafts.save(learnt.learner, "model-drift", Draft("new", 2), now=START)
    report = import_lines(other.store, lines, now=LATER, drafts=other.drafts)
    assert report.added == ()
    assert report.present == (("settings", 1), ("draft", 1))
    assert other.trainer.settings(learnt.learner).new_per_day == 2
    assert other.drafts.load(learnt.learner, "model-drift") == Draft("new", 2)


def _record(record: AnswerRecord | None) -> AnswerRecord:
    assert record is not None
    return record
