"""A session of N questions or M minutes, and what it came to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from study.records import PointRef, Sitting


@dataclass(frozen=True, slots=True)
class SittingSummary:
    """What a session came to.

    ``minutes`` is the time spent on answers, ``mean_score`` (0..1) what they counted with hints taken off, None without any.
    ``gained`` are points remembered that were not the time before, ``missed`` those missed at their last review in it.
    ``due_tomorrow`` counts questions. ``open_question`` is one that was opened and not submitted.
    ``left`` is how many of the wished number of questions are missing (None for a session by the clock).
    """

    sitting: Sitting
    answered: int
    minutes: float
    mean_score: float | None
    gained: tuple[PointRef, ...]
    missed: tuple[PointRef, ...]
    due_tomorrow: int
    open_question: str | None
    left: int | None


def over(sitting: Sitting, answered: int, now: datetime) -> bool:
    """Say whether a session has reached its number of questions or minutes, or was ended."""
    raise NotImplementedError
