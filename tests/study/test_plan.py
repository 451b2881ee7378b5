"""Looking ahead: the load of a plan, and what the next days bring."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.types import Question
from study.memory import Memory
from study.plan import DayForecast, daily_load, forecast, new_per_day
from study.records import CardState, Deck, Plan
from study.settings import StudySettings
from tests.study.classroom import ANNA, DAY, NOW, card, question, ref

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
    settings = StudySettings(daily_load=load)
    days = ahead(deck(6), cards, new, 12, settings)
    assert days == ahead(deck(6), cards[::-1], new, 12, settings)
    assert all(0 <= day.due + day.new <= load + 1e-9 and day.postponed >= 0 for day in days)
    assert sum(day.new for day in days) <= 6 - len(cards)


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
    settings = StudySettings(daily_load=5)
    load = daily_load(exam(TODAY + timedelta(days=4)), deck(60), [], settings, Memory(), NOW, BERLIN)
    assert not load.feasible
    assert load.needed > 15
    enough = settings.model_copy(update={"daily_load": load.needed})
    assert daily_load(exam(TODAY + timedelta(days=4)), deck(60), [], enough, Memory(), NOW, BERLIN).feasible


@pytest.mark.parametrize("day", [TODAY, TODAY - timedelta(days=3)])
def test_an_exam_that_is_over_leaves_nothing_to_plan(day: date) -> None:
    load = daily_load(exam(day), deck(5), [], StudySettings(), Memory(), NOW, BERLIN)
    assert (load.days_left, load.forecast, load.feasible, load.needed) == (0, (), False, 0)
