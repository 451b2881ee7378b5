"""Looking ahead: how much a day an exam asks for, and what is coming on each day.

Reviews depend on what will be remembered, which is a matter of chance. Here chance is spread evenly and not drawn: some learners
run side by side, of which the expected share remembers each point, and their mean is the forecast. The same input gives the same.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from grader.types import Question
from study.agenda import by_question
from study.ahead import Learners
from study.days import day_end, day_of, day_start
from study.memory import STEP, Memory
from study.records import CardState, Plan
from study.settings import StudySettings

_REST = 5
"""One part in this many of the days before an exam begins nothing new."""


@dataclass(frozen=True, slots=True)
class DayForecast:
    """What is expected of one day, in answers (means, so not whole): ``due`` of reviews with second askings, and ``new``.

    ``postponed`` is the number of questions that the daily load leaves for another day.
    """

    date: date
    due: float
    new: float
    postponed: float = 0.0


@dataclass(frozen=True, slots=True)
class PlanLoad:
    """What a plan takes: ``new_per_day`` new questions until shortly before the exam, and the expected work of each day.

    ``feasible`` says that the daily load has room for all of it; ``needed`` is the load, in answers a day, that has.
    """

    days_left: int
    new_left: int
    new_per_day: int
    forecast: tuple[DayForecast, ...]
    needed: int
    feasible: bool


def new_per_day(days_left: int, new_left: int) -> int:
    """Return how many new questions a day leave the last fifth of the days before an exam for reviews; 0 without any.

    >>> new_per_day(days_left=10, new_left=20)
    3
    """
    return math.ceil(new_left / max(1, days_left - math.ceil(days_left / _REST))) if new_left else 0


def days_until(plan: Plan, settings: StudySettings, now: datetime, zone: tzinfo) -> int:
    """Return how many days are left to study, today included and the day of the exam not; 0 when it is over."""
    return max(0, (plan.exam_on - day_of(now, zone, settings.day_starts_at)).days)


def daily_load(
    plan: Plan,
    questions: Mapping[str, Question],
    cards: Iterable[CardState],
    settings: StudySettings,
    memory: Memory,
    now: datetime,
    zone: tzinfo,
) -> PlanLoad:
    """Return how many answers a day lead to an exam about ``questions`` with nothing new or due left over."""
    cards = tuple(cards)
    left = days_until(plan, settings, now, zone)
    new_left = len(questions) - len(by_question(questions, cards))
    new = new_per_day(left, new_left)
    days = forecast(questions, cards, new, settings, memory, now, zone, left)
    feasible = left > 0 and days[-1].postponed < 1 and sum(day.new for day in days) > new_left - 0.5
    seen = days
    if not feasible:
        roomy = settings.model_copy(update={"daily_load": 1_000_000})
        seen = forecast(questions, cards, new, roomy, memory, now, zone, left)
    needed = math.ceil(max((day.due + day.new for day in seen), default=0.0))
    return PlanLoad(left, new_left, new, days, needed, feasible)


def forecast(
    questions: Mapping[str, Question],
    cards: Iterable[CardState],
    new_per_day: int,
    settings: StudySettings,
    memory: Memory,
    now: datetime,
    zone: tzinfo,
    days: int,
) -> tuple[DayForecast, ...]:
    """Return what the next ``days`` days are expected to bring under the daily load, today first."""
    learners = Learners(questions, cards, memory)
    first = day_of(now, zone, settings.day_starts_at)
    into_day = now - day_start(first, zone, settings.day_starts_at)
    found = []
    for number in range(days):
        day = first + timedelta(days=number)
        end = day_end(day, zone, settings.day_starts_at)
        at = min(day_start(day, zone, settings.day_starts_at) + into_day, end - STEP)
        found.append(DayForecast(day, *learners.day(at, end, new_per_day, settings.daily_load)))
    return tuple(found)
