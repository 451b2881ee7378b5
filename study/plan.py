"""Looking ahead: how much a day an exam asks for, and what is coming on each day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from grader.types import Question
from study.memory import Memory
from study.records import CardState, Plan, StudySettings


@dataclass(frozen=True, slots=True)
class DayForecast:
    """What is expected of one day, in questions: ``due`` to review (expected value) and ``new`` to begin."""

    date: date
    due: float
    new: int


@dataclass(frozen=True, slots=True)
class PlanLoad:
    """What a plan takes: ``new_per_day`` new questions until the exam, and the expected work of each day.

    ``feasible`` says that no day exceeds the daily load of the settings; ``busiest`` is the fullest day's number of questions.
    """

    days_left: int
    new_left: int
    new_per_day: int
    forecast: tuple[DayForecast, ...]
    busiest: float
    feasible: bool


def daily_load(
    plan: Plan,
    questions: Mapping[str, Question],
    cards: Iterable[CardState],
    settings: StudySettings,
    memory: Memory,
    now: datetime,
    zone: tzinfo,
) -> PlanLoad:
    """Return how many questions a day lead to an exam in which every question of ``questions`` was asked at least twice."""
    raise NotImplementedError


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
    """Return what the next ``days`` days are expected to bring, today first: reviews as expected values, without chance."""
    raise NotImplementedError
