"""Laws of the trainer: whatever happens, at whatever time and in however many tabs, the review log gives the same cards."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from study.memory import Memory
from study.records import Answer
from study.store import Store, file_url
from study.trainer import Trainer
from tests.study.classroom import ANNA, NOW, Classroom, grade, hexa, question
from tests.study.living import MINUTE, acts, live, waits


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
