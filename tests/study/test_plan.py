"""Looking ahead: the load of a plan, and what the next days bring."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from fsrs.scheduler import DEFAULT_PARAMETERS
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.types import Question
from study.ahead import ALIKE
from study.days import day_end
from study.memory import AGAIN, GOOD, Memory
from study.plan import DayForecast, daily_load, forecast, new_per_day
from study.records import CardState, Deck, Plan
from study.settings import StudySettings
from study.strengths import Strength, Strengths, micros
from tests.study.classroom import ANNA, DAY, NOW, card, question, ref, review
from tests.study.lived import Lived

BERLIN = ZoneInfo("Europe/Berlin")
TODAY = date(2026, 3, 2)
ROOMY = StudySettings(daily_load=1000)


def deck(size: int) -> dict[str, Question]:
    return {f"q{number}": question(f"q{number}") for number in range(size)}


def ahead(
    questions: dict[str, Question], cards: list[CardState], new: int, days: int, settings: StudySettings = ROOMY
) -> tuple[DayForecast, ...]:
    return forecast(questions, cards, new, settings, Memory(), NOW, BERLIN, days)


def exam(day: date) -> Plan:
    return Plan("e" * 32, ANNA, "Exam", day, Deck(), NOW)


# --- the forecast


def test_days_follow_each_other_over_the_change_of_the_clocks() -> None:
    now = datetime(2026, 3, 27, 20, tzinfo=UTC)
    days = forecast(deck(1), [], 0, ROOMY, Memory(), now, BERLIN, 4)
    assert [day.date for day in days] == [date(2026, 3, 27) + timedelta(days=number) for number in range(4)]


def test_what_is_due_is_expected_on_its_day() -> None:
    cards = [
        card(ref("q0"), due=NOW - 9 * DAY),
        card(ref("q1"), due=NOW + 2 * DAY),
        card(ref("q2"), due=NOW + 90 * DAY),
    ]
    days = ahead(deck(3), cards, 0, 3)
    assert days[0].due >= 1
    assert days[2].due >= 1
    assert (days[1].new, days[1].postponed) == (0, 0.0)
    assert forecast(deck(3), cards, 0, ROOMY, Memory(), NOW, BERLIN, 0) == ()


def test_what_is_likely_forgotten_takes_more_answers() -> None:
    def first_day(stability: float) -> float:
        cards = [card(ref(f"q{n}"), due=NOW, stability=stability, last=NOW - 30 * DAY) for n in range(40)]
        return ahead(deck(40), cards, 0, 1)[0].due

    assert 40 <= first_day(1000) < first_day(30) < first_day(0.5) <= 80
    # At a stability of 30 days a tenth is forgotten after 30 days, and asked again in the same session.
    assert first_day(30) == pytest.approx(44, abs=1.5)


def test_new_questions_begin_in_their_number_until_there_are_none() -> None:
    assert [day.new for day in ahead(deck(5), [], 2, 4)] == [2, 2, 1, 0]


def test_more_than_the_daily_load_is_postponed() -> None:
    cards = [card(ref(f"q{number}"), due=NOW - DAY, stability=50) for number in range(10)]
    days = ahead(deck(12), cards, 2, 4, StudySettings(daily_load=4))
    assert all(day.due + day.new <= 4 for day in days)
    assert [day.new for day in days][:2] == [0, 0]
    assert days[0].postponed == 6
    assert days[-1].postponed < 1


def test_a_higher_retention_takes_more_answers() -> None:
    def total(retention: float) -> float:
        return sum(day.due for day in forecast(deck(20), [], 2, ROOMY, Memory(None, retention), NOW, BERLIN, 40))

    assert total(0.8) < total(0.9) < total(0.95)


@given(
    st.lists(
        st.tuples(st.integers(0, 5), st.integers(-30, 30), st.floats(0.1, 300)), max_size=12, unique_by=lambda m: m[0]
    ),
    st.integers(0, 3),
    st.integers(1, 8),
)
def test_the_same_cards_give_the_same_forecast_within_the_load(
    made: list[tuple[int, int, float]], new: int, load: int
) -> None:
    cards = [card(ref(f"q{number}"), due=NOW + days * DAY, stability=stability) for number, days, stability in made]
    under = StudySettings(daily_load=load)
    days = ahead(deck(6), cards, new, 12, under)
    assert days == ahead(deck(6), cards[::-1], new, 12, under)
    assert all(0 <= day.due + day.new <= load + 1e-9 and day.postponed >= 0 for day in days)
    assert sum(day.new for day in days) <= 6 - len(cards)


# --- what it has to come to


def by_hand(
    questions: dict[str, Question], cards: list[CardState], new: int, load: int, memory: Memory, days: int
) -> list[tuple[float, ...]]:
    """The same, one review after the other by the scheduler itself."""
    learners = [Lived(questions, cards, memory, share) for share in range(ALIKE)]
    found = []
    for number in range(days):
        at = NOW + number * DAY
        end = day_end(TODAY + timedelta(days=number), UTC, 4)
        counts = [one.day(at, end, new, load) for one in learners]
        found.append(tuple(sum(part) / ALIKE for part in zip(*counts, strict=True)))
    return found


OTHERS = (*DEFAULT_PARAMETERS[:4], 7.1, 0.6, 2.5, 0.02, 1.5, 0.2, 1.1, 1.2, 0.1, 0.4, 1.2, 0.7, 2.1, 0.4, 0.2, 0.1, 0.2)
many_cards = st.lists(
    st.tuples(
        st.integers(0, 5),
        st.integers(1, 4),
        st.integers(-30, 30),
        st.floats(0.1, 300),
        st.sampled_from((1, 2, 2, 3)),
        st.integers(0, 40),
        st.integers(0, 3),
    ),
    max_size=14,
    unique_by=lambda made: made[:2],
)


@settings(max_examples=60, deadline=None)
@given(
    many_cards,
    st.integers(0, 3),
    st.sampled_from((1, 2, 5, 1000)),
    st.sampled_from((0.75, 0.9, 0.97)),
    st.sampled_from((None, OTHERS)),
)
def test_all_at_once_comes_to_what_one_after_the_other_does(
    made: list[tuple[int, int, int, float, int, int, int]],
    new: int,
    load: int,
    retention: float,
    parameters: tuple[float, ...] | None,
) -> None:
    questions = {
        "q0": question("q0", 4),
        "q1": question("q1", 4, labels=False),
        "q2": question("q2", 4, count=2),
        "q3": question("q3", 5),
        "q4": question("q4", 4),
        "q5": question("q5", 4, count=1),
    }
    cards = [
        replace(
            card(
                ref(f"q{name}", point),
                due=NOW + days * DAY,
                stability=stability,
                state=state,
                last=NOW - ago * DAY,
            ),
            reps=reps,
        )
        for name, point, days, stability, state, ago, reps in made
    ]
    memory = Memory(parameters, retention)
    days = forecast(questions, cards, new, StudySettings(daily_load=load), memory, NOW, UTC, 25)
    assert [(day.due, day.new, day.postponed) for day in days] == by_hand(questions, cards, new, load, memory, 25)


@given(
    st.floats(0.001, 1000),
    st.floats(1, 10),
    st.integers(0, 10**14),
    st.sampled_from((0.7, 0.9, 0.97)),
    st.sampled_from((None, OTHERS)),
)
def test_the_formulas_are_those_of_the_scheduler(
    stability: float, difficulty: float, later: int, retention: float, parameters: tuple[float, ...] | None
) -> None:
    memory, at = Memory(parameters, retention), NOW + timedelta(microseconds=later)
    before = replace(card(ref("q"), due=NOW, stability=stability, last=NOW), difficulty=difficulty)
    held = Strength(np.array([stability, np.nan]), np.array([difficulty, np.nan]), np.array([micros(NOW), 0]))
    strengths = Strengths(memory)
    assert strengths.retrievability(held, micros(at))[0] == pytest.approx(memory.retrievability(before, at), rel=1e-12)
    for rating, after in ((GOOD, strengths.recalled), (AGAIN, strengths.forgotten)):
        found = after(held, micros(at))
        for place, was in enumerate((before, None)):
            expected = memory.review(was, review(ref("q"), rating, at))
            assert found.stability[place] == pytest.approx(expected.stability, rel=1e-9)
            assert found.difficulty[place] == pytest.approx(expected.difficulty, rel=1e-9)
            assert found.last[place] == micros(at)
            if was is not None and rating == GOOD:
                assert strengths.due(found)[place] == micros(expected.due)


# --- plans


@pytest.mark.parametrize(
    ("days_left", "new_left", "expected"), [(10, 20, 3), (10, 0, 0), (1, 5, 5), (2, 5, 5), (60, 31, 1), (0, 5, 5)]
)
def test_nothing_new_begins_in_the_last_fifth(days_left: int, new_left: int, expected: int) -> None:
    assert new_per_day(days_left, new_left) == expected


def test_a_plan_with_time_enough() -> None:
    load = daily_load(exam(TODAY + timedelta(days=30)), deck(24), [], StudySettings(), Memory(), NOW, BERLIN)
    assert (load.days_left, load.new_left, load.new_per_day, load.feasible) == (30, 24, 1, True)
    assert len(load.forecast) == 30
    assert sum(day.new for day in load.forecast) == 24
    assert sum(day.new for day in load.forecast[-6:]) == 0
    assert load.needed <= StudySettings().daily_load


def test_a_plan_without_time_enough_says_what_it_would_take() -> None:
    little = StudySettings(daily_load=5)
    load = daily_load(exam(TODAY + timedelta(days=4)), deck(60), [], little, Memory(), NOW, BERLIN)
    assert not load.feasible
    assert load.needed > 15
    enough = little.model_copy(update={"daily_load": load.needed})
    assert daily_load(exam(TODAY + timedelta(days=4)), deck(60), [], enough, Memory(), NOW, BERLIN).feasible


@pytest.mark.parametrize("day", [TODAY, TODAY - timedelta(days=3)])
def test_an_exam_that_is_over_leaves_nothing_to_plan(day: date) -> None:
    load = daily_load(exam(day), deck(5), [], StudySettings(), Memory(), NOW, BERLIN)
    assert (load.days_left, load.forecast, load.feasible, load.needed) == (0, (), False, 0)
