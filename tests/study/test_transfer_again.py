"""A learner on two machines: what went on since the last import comes over with the next one, and nothing comes back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from study.records import Answer, CardState, Review
from study.transfer import export_lines, import_lines
from tests.study.classroom import ANNA, BEN, NOW, Classroom, hexa, question, ref, review
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
