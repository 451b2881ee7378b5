"""Progress from the database: the same as adding everything up in Python, on days and weeks as the learner counts them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from benchmarks.progress_naive import read_all
from study.days import day_of
from study.disputes import withdraw
from study.memory import Memory
from study.progress import WEAK, by_week, memories, read, streak, weakest
from study.progress_queries import LONGEST_MS, days
from study.progress_records import PointMemory, Progress, Streak, WeekScore
from study.records import Answer, GradeRecord, PointRef, Review
from study.store import Store
from study.trainer import Trainer
from tests.study.history import LEARNER, NOW, made_grade, make_history, trainer_for

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Trainer:
    """Forty days up to a November evening: in Berlin the clocks were set back within them."""
    store = Store.open(f"sqlite:///{tmp_path_factory.mktemp('lived') / 'study.sqlite3'}", now=NOW)
    trainer = trainer_for(store)
    make_history(trainer, days=40, zone=BERLIN)
    return trainer


def of(trainer: Trainer, now: datetime = NOW) -> Progress:
    return read(trainer.store, trainer.questions, LEARNER, trainer.memory(LEARNER), now, BERLIN)


def test_the_database_adds_up_to_what_python_does(lived: Trainer) -> None:
    found = of(lived)
    plain = read_all(lived.store, lived.questions, LEARNER, lived.memory(LEARNER), NOW, BERLIN)
    assert found.answers > 100
    assert (found.answers, found.streak, found.proposals) == (plain.answers, plain.streak, plain.proposals)
    assert sorted(found.points, key=lambda one: one.ref) == sorted(plain.points, key=lambda one: one.ref)
    assert found.disputed == plain.disputed
    assert [(one.day, one.answers) for one in found.days] == [(one.day, one.answers) for one in plain.days]
    assert [one.minutes for one in found.days] == pytest.approx([one.minutes for one in plain.days])
    assert found.scores.keys() == plain.scores.keys()
    for question, weeks in found.scores.items():
        assert [(one.start, one.answers) for one in weeks] == [
            (one.start, one.answers) for one in plain.scores[question]
        ]
        assert [one.score for one in weeks] == pytest.approx([one.score for one in plain.scores[question]])
    assert found.confidence is not None
    assert plain.confidence is not None
    assert found.confidence.answers == plain.confidence.answers > 50
    assert found.confidence.brier.value == pytest.approx(plain.confidence.brier.value)
    assert found.confidence.brier.high == pytest.approx(plain.confidence.brier.high)


def test_somebody_else_has_no_progress(lived: Trainer) -> None:
    found = read(lived.store, lived.questions, "0" * 32, lived.memory("0" * 32), NOW, UTC)
    assert (found.answers, found.points, found.scores, found.confidence, found.disputed) == (0, (), {}, None, ())
    assert found.streak == Streak(0, False, 0, 60)


def test_questions_that_are_gone_are_left_out_of_what_is_remembered(lived: Trainer) -> None:
    gone = of(lived).points[0].ref.question_id
    left = {name: question for name, question in lived.questions.items() if name != gone}
    found = read(lived.store, left, LEARNER, lived.memory(LEARNER), NOW, BERLIN)
    assert found.points
    assert gone not in {point.ref.question_id for point in found.points}


def test_a_dispute_that_was_withdrawn_counts_no_more(lived: Trainer) -> None:
    before = of(lived)
    with lived.store.reading() as tx:
        one = tx.disputes(LEARNER)[-1]
    withdraw(lived, one.id, now=NOW)
    after = of(lived)
    assert sum(point.disputes for point in before.disputed) >= sum(point.disputes for point in after.disputed)
    assert len(after.proposals) == len(before.proposals) - 1


@pytest.mark.parametrize("starts_at", [0, 2, 4])
@pytest.mark.parametrize(
    ("zone", "around"),
    [
        ("UTC", date(2026, 3, 29)),
        ("Europe/Berlin", date(2026, 3, 29)),
        ("Europe/Berlin", date(2026, 10, 25)),
        ("America/New_York", date(2026, 11, 1)),
        ("Australia/Lord_Howe", date(2026, 4, 5)),  # by half an hour
        ("Asia/Beirut", date(2026, 3, 29)),  # at midnight
        ("Pacific/Apia", date(2011, 12, 30)),  # a day that never was
    ],
)
def test_days_are_the_learners_own_whatever_the_clocks_do(
    tmp_path: Path, lived: Trainer, zone: str, around: date, starts_at: int
) -> None:
    there = ZoneInfo(zone)
    question = next(iter(lived.questions.values()))
    middle = datetime(around.year, around.month, around.day, 12, tzinfo=UTC)
    times = [middle + timedelta(minutes=50 * step) for step in range(-60, 60)]
    store = Store.open(f"sqlite:///{tmp_path / 'study.sqlite3'}", now=middle)
    with store.writing() as tx:
        for number, at in enumerate(times):
            long = 2 * LONGEST_MS if number % 2 else None
            answer = Answer(f"{number:032x}", LEARNER, question.id, question.version, "so", at, duration_ms=long)
            grade = made_grade(question, question.readings[0].id, "so", {})
            tx.add_answer(answer, GradeRecord(answer.id, 0, at, grade, grade.score))
    over = [around + timedelta(days=step) for step in range(-5, 6)]
    with store.reading() as tx:
        found = days(tx.connection, LEARNER, over, there, starts_at)
    store.close()
    assert {one.day: one.answers for one in found} == Counter(day_of(at, there, starts_at) for at in times)
    assert sum(one.minutes for one in found) == pytest.approx(15 * len(times) / 2)


TODAY = date(2026, 3, 10)


@pytest.mark.parametrize(
    ("back", "expected"),
    [
        ((), Streak(0, False, 0, 60)),
        ((0,), Streak(1, True, 1, 60)),
        ((1, 2, 3), Streak(3, False, 3, 60)),
        ((0, 1, 3), Streak(2, True, 3, 60)),
        ((2, 3), Streak(0, False, 2, 60)),
        ((0, 59, 60, 90), Streak(1, True, 2, 60)),
    ],
)
def test_days_in_a_row(back: tuple[int, ...], expected: Streak) -> None:
    assert streak([TODAY - timedelta(days=days) for days in back], TODAY) == expected


def test_the_weakest_points_are_one_a_question_and_really_weak() -> None:
    def point(question: str, name: str, recall: float, lapses: int = 0) -> PointMemory:
        return PointMemory(PointRef(question, "main", name), recall, 3.0, NOW, NOW, 2, lapses)

    points = [
        point("a", "1", 0.7),
        point("a", "2", 0.6),
        point("b", "1", 0.6, lapses=2),
        point("c", "1", WEAK),
        point("d", "1", 0.94),
    ]
    assert [one.ref.question_id for one in weakest(points)] == ["b", "a", "d"]
    assert [one.ref.point_id for one in weakest(points, 2)] == ["1", "2"]
    missed = replace(point("e", "1", 1.0), missed=True)
    assert [one.ref.question_id for one in weakest([*points, missed])] == ["e", "b", "a", "d"]


def test_a_point_missed_a_moment_ago_is_missed_though_its_chance_of_recall_is_high() -> None:
    memory = Memory(None, 0.9)
    ref = PointRef("q", "main", "p")
    cards = [
        memory.review(None, Review(f"{rating:032x}", LEARNER, ref, rating, NOW, None, None, "grade", "a" * 32))
        for rating in (1, 3)
    ]
    again, good = memories(cards, memory, NOW)
    assert (again.missed, good.missed) == (True, False)


def test_weeks_of_several_questions_are_added_up_by_their_answers() -> None:
    first, second = date(2026, 3, 2), date(2026, 3, 9)
    scores = {
        "a": (WeekScore(first, 1, 0.2, 0.1, 0.3), WeekScore(second, 2, 0.6, 0.5, 0.7)),
        "b": (WeekScore(first, 3, 1.0, 0.9, 1.0),),
    }
    both, later = by_week(scores)
    assert (both.start, both.answers) == (first, 4)
    assert [both.score, both.low, both.high] == pytest.approx([0.8, 0.7, 0.825])
    assert later == scores["a"][1]
    assert by_week(scores, ["b"]) == scores["b"]
    assert by_week(scores, []) == ()
