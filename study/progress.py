"""What a learner's past says: memory by point, scores, time, days, disputes. The database adds up; what is here is small.

``read`` makes everything that the page of progress shows, in one read transaction. Shares are fractions in 0..1, times are
minutes, days are the learner's own (see study.days).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

from study.confidence import Reliability, reliability
from study.records import AliasProposal, PointRef

if TYPE_CHECKING:
    from study.store import Store


@dataclass(frozen=True, slots=True)
class PointMemory:
    """A point that was reviewed: its chance of recall now, how stable it is (days), and when it is due."""

    ref: PointRef
    retrievability: float
    stability: float
    due: datetime
    last_review: datetime
    reps: int
    lapses: int


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
    """What was done on one day: answers submitted and minutes spent on them."""

    day: date
    answers: int
    minutes: float


@dataclass(frozen=True, slots=True)
class DisputedPoint:
    """A point that the learner disputed, how often, how often it was judged in all, and when it was disputed last."""

    ref: PointRef
    disputes: int
    judged: int
    last: datetime


@dataclass(frozen=True, slots=True)
class Streak:
    """Days of study: ``days`` in a row up to today (or yesterday, while today is still young), and how many of the last ``of``."""

    days: int
    today: bool
    studied: int
    of: int


@dataclass(frozen=True, slots=True)
class Proposal:
    """A passage of the learner's that may become another wording of a point, with the question's point that it is for."""

    proposal: AliasProposal
    passage: str


@dataclass(frozen=True, slots=True)
class Progress:
    """All that the page shows. ``scores`` are by question, so that any choice of topics can be added up by ``by_week``."""

    answers: int
    points: tuple[PointMemory, ...]
    scores: Mapping[str, tuple[WeekScore, ...]]
    days: tuple[DayTime, ...]
    streak: Streak
    confidence: Reliability | None
    disputed: tuple[DisputedPoint, ...]
    proposals: tuple[Proposal, ...]


def read(
    store: Store,
    learner: str,
    now: datetime,
    zone: tzinfo,
    *,
    starts_at: int = 4,
    decay: float = 0.1542,
    weeks: int = 26,
    days: int = 56,
) -> Progress:
    """Read a learner's progress as of ``now``. ``decay`` is the last of the FSRS parameters. Raises StoreError."""
    raise NotImplementedError


def by_week(scores: Mapping[str, Sequence[WeekScore]], questions: Iterable[str] | None = None) -> tuple[WeekScore, ...]:
    """Add the weeks of several questions up (of all where none are named), oldest first; weeks without answers are left out."""
    raise NotImplementedError


def weakest(points: Iterable[PointMemory], count: int = 5, below: float = 0.9) -> tuple[PointMemory, ...]:
    """Return the points with the lowest chance of recall, at most one a question, lowest first."""
    raise NotImplementedError


def streak(studied: Iterable[date], today: date, of: int = 60) -> Streak:
    """Return the days in a row up to ``today``. A day that is not over yet breaks nothing."""
    raise NotImplementedError
