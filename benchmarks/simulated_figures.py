"""What a simulated learner's days are measured by."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from rich.console import Console
from rich.table import Table

from benchmarks.simulated_head import SAME_SITTING, Head
from study.records import PointRef


@dataclass
class Log:
    """What happened: answers by day, and the true recall of points when they were asked, and of all at the start of each day."""

    answers: Counter[date] = field(default_factory=Counter)
    reviews: int = 0
    due: list[tuple[int, float]] = field(default_factory=list)
    asked: list[float] = field(default_factory=list)
    mornings: list[float] = field(default_factory=list)

    def morning(self, head: Head, now: datetime) -> None:
        """Note how much of what was studied so far is known before the day's session."""
        if head.traces:
            self.mornings.append(_mean(trace.recall(now) for trace in head.traces.values()))

    def asks(self, head: Head, ref: PointRef, now: datetime, day: int, *, is_due: bool) -> None:
        """Note that a point is asked now; what was asked in the same sitting already tells nothing of forgetting."""
        self.reviews += 1
        if ref in head.traces and now - head.traces[ref].at >= SAME_SITTING:
            self.asked.append(head.recall(ref, now))
            if is_due:
                self.due.append((day, self.asked[-1]))


@dataclass(frozen=True)
class Run:
    """One schedule's figures. Retrievability is the true one, 0..1.

    ``at_review`` is its mean over points at the moment they were asked because they were due, ``spread`` their standard
    deviation, ``early`` and ``late`` their means over both halves of the days; ``at_review_all`` counts the points that were asked
    along with them. ``each_day`` is the mean over all days of what is known of all studied points before the session, ``at_end``
    that after the last session, ``weak_at_end`` the share of points below 0.8 then.
    """

    schedule: str
    desired: float | None
    planned: int | None
    most_a_day: int
    answers: int
    reviews: int
    studied: int
    at_review: float
    spread: float
    early: float
    late: float
    at_review_all: float
    each_day: float
    at_end: float
    weak_at_end: float
    notes: tuple[str, ...] = ()


def figures(
    schedule: str,
    log: Log,
    head: Head,
    end: datetime,
    days: int,
    *,
    desired: float | None = None,
    planned: int | None = None,
    notes: Sequence[str] = (),
) -> Run:
    """Sum a run up."""
    strengths = [trace.recall(end) for trace in head.traces.values()]
    return Run(
        schedule=schedule,
        desired=desired,
        planned=planned,
        most_a_day=max(log.answers.values()),
        answers=log.answers.total(),
        reviews=log.reviews,
        studied=len(strengths),
        at_review=_mean(chance for _, chance in log.due),
        spread=statistics.pstdev(chance for _, chance in log.due),
        early=_mean(chance for day, chance in log.due if day < days // 2),
        late=_mean(chance for day, chance in log.due if day >= days // 2),
        at_review_all=_mean(log.asked),
        each_day=_mean(log.mornings),
        at_end=_mean(strengths),
        weak_at_end=_mean(float(strength < 0.8) for strength in strengths),
        notes=tuple(notes),
    )


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return statistics.fmean(found) if found else math.nan


def show(console: Console, runs: Sequence[Run]) -> None:
    """Print the figures as a table, a column for each schedule."""
    table = Table("", *(one.schedule for one in runs))
    counts: dict[str, Callable[[Run], int | None]] = {
        "most answers a day": lambda one: one.most_a_day,
        "planned at most": lambda one: one.planned,
        "answers": lambda one: one.answers,
        "reviews of points": lambda one: one.reviews,
        "points studied": lambda one: one.studied,
    }
    shares: dict[str, Callable[[Run], float]] = {
        "R when due": lambda one: one.at_review,
        "  standard deviation": lambda one: one.spread,
        "  first half of the days": lambda one: one.early,
        "  second half": lambda one: one.late,
        "R of all asked": lambda one: one.at_review_all,
        "R of all studied, each day": lambda one: one.each_day,
        "R of all studied, at the end": lambda one: one.at_end,
        "  share below 0.8": lambda one: one.weak_at_end,
    }
    for name, count in counts.items():
        table.add_row(name, *("-" if (found := count(one)) is None else str(found) for one in runs))
    for name, share in shares.items():
        table.add_row(name, *(f"{share(one):.3f}" for one in runs))
    console.print(table)
    console.print("R is the true chance of recall; when due: at the moment a point was asked because it was due.")
    for one in runs:
        for note in one.notes:
            console.print(f"{one.schedule}: {note}")
