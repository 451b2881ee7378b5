"""Figures of a learner's progress. Shares are fractions in 0..1, times are in minutes, days are the learner's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from study.confidence import Reliability
from study.records import AliasProposal, PointRef


@dataclass(frozen=True, slots=True)
class PointMemory:
    """A point that was reviewed: its chance of recall now, how stable it is (days), and when it is due.

    ``missed`` says that it was not known the last time: right afterwards its chance of recall is high, and says little.
    """

    ref: PointRef
    retrievability: float
    stability: float
    due: datetime
    last_review: datetime
    reps: int
    lapses: int
    missed: bool = False


@dataclass(frozen=True, slots=True)
class WeekScore:
    """The answers of one week to one question, or to many: means of score and of the bounds of its interval, 0..1."""

    start: date
    answers: int
    score: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class DayTime:
    """What was done on one day: answers submitted, and minutes spent on them as far as they were timed."""

    day: date
    answers: int
    minutes: float


@dataclass(frozen=True, slots=True)
class DisputedPoint:
    """A point that the learner disputes, in how many answers, and when last. Withdrawn disputes do not count."""

    ref: PointRef
    disputes: int
    last: datetime


@dataclass(frozen=True, slots=True)
class Streak:
    """Days of study: ``days`` in a row up to today (or to yesterday, while today is still open), ``studied`` of the last ``of``."""

    days: int
    today: bool
    studied: int
    of: int


@dataclass(frozen=True, slots=True)
class Progress:
    """All that the page shows. ``scores`` are by question id, so that ``by_week`` can add up any choice of questions.

    ``days`` holds every day from the first to the last shown, days without study as zeros.
    """

    answers: int
    points: tuple[PointMemory, ...]
    scores: Mapping[str, tuple[WeekScore, ...]]
    days: tuple[DayTime, ...]
    streak: Streak
    confidence: Reliability | None
    disputed: tuple[DisputedPoint, ...]
    proposals: tuple[AliasProposal, ...]
