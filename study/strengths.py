"""FSRS-6 for many points at once: what looking ahead needs of it, where thousands of reviews are only thought of.

These are the formulas that the ``fsrs`` package has behind ``study.memory.Memory``, on arrays; a test holds that both say the same.
Times are microseconds since 1970. A stability that is no number (nan) is that of a point that was never rated.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from study.memory import AGAIN, DAY, EARLIER, EASY, GOOD, LONGEST_DAYS

if TYPE_CHECKING:
    from study.memory import Memory

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_DAY, _EARLIER = DAY // _MICROSECOND, EARLIER // _MICROSECOND
_LEAST_STABILITY = 0.001


def micros(at: datetime) -> int:
    """Return an aware time in microseconds since 1970."""
    return (at - _EPOCH) // _MICROSECOND


@dataclass(frozen=True, slots=True)
class Strength:
    """How firmly some points are held: stability in days, difficulty 1..10, and when they were rated last."""

    stability: Floats
    difficulty: Floats
    last: Whole


class Strengths:
    """The formulas with the parameters and the desired retention of a memory."""

    def __init__(self, memory: Memory) -> None:
        self._w = memory.parameters
        self._decay = -self._w[20]
        self._factor = 0.9 ** (1 / self._decay) - 1
        self._span = memory.desired_retention ** (1 / self._decay) - 1

    def retrievability(self, points: Strength, at: int) -> Floats:
        """Return the chance that each point is recalled at ``at``; nan for those that were never rated."""
        return self._curve((at - points.last) / _DAY, points.stability)

    def due(self, points: Strength) -> Whole:
        """Return when points that were just recalled are due next."""
        days: Floats = np.clip(np.rint(points.stability / self._factor * self._span), 1, LONGEST_DAYS)
        return np.add(points.last, days.astype(np.int64) * _DAY)

    def recalled(self, points: Strength, at: int) -> Strength:
        """Return points after a rating of good at ``at``."""
        w, stability = self._w, points.stability
        days = _days(points, at)
        rise = math.e ** w[8] * (11 - points.difficulty) * stability ** -w[9]
        later = stability * (1 + rise * (math.e ** ((1 - self._curve(days, stability)) * w[10]) - 1))
        same_day = stability * np.maximum(1.0, math.e ** (w[17] * w[18]) * stability ** -w[19])
        return self._rated(points, GOOD, np.where(days < 1, same_day, later), at)

    def forgotten(self, points: Strength, at: int) -> Strength:
        """Return points after a rating of again at ``at``."""
        w, stability = self._w, points.stability
        days = _days(points, at)
        left = w[11] * points.difficulty ** -w[12] * ((stability + 1) ** w[13] - 1)
        left = left * math.e ** ((1 - self._curve(days, stability)) * w[14])
        later = np.minimum(left, stability / math.e ** (w[17] * w[18]))
        same_day = stability * (math.e ** (w[17] * (AGAIN - 3 + w[18])) * stability ** -w[19])
        return self._rated(points, AGAIN, np.where(days < 1, same_day, later), at)

    def _rated(self, points: Strength, rating: int, stability: Floats, at: int) -> Strength:
        w, new = self._w, np.isnan(points.stability)
        difficulty = points.difficulty + (10 - points.difficulty) * (-w[6] * (rating - 3)) / 9
        difficulty = w[7] * (w[4] - math.e ** (w[5] * (EASY - 1)) + 1) + (1 - w[7]) * difficulty
        difficulty = np.where(new, w[4] - math.e ** (w[5] * (rating - 1)) + 1, difficulty)
        return Strength(
            np.maximum(_LEAST_STABILITY, np.where(new, w[rating - 1], stability)),
            np.clip(difficulty, 1, 10),
            np.full_like(points.last, at),
        )

    def _curve(self, days: Floats | Whole, stability: Floats) -> Floats:
        chance: Floats = (1 + self._factor * np.maximum(0, days) / stability) ** self._decay
        return chance


def _days(points: Strength, at: int) -> Whole:
    """Return the whole days since the last rating, as ``study.memory.elapsed_days`` counts them."""
    return (at - points.last + _EARLIER) // _DAY
