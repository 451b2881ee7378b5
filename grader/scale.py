"""From what the judgments add up to, to the score: a monotone curve, and the 90 % interval around it.

The curve and the interval are fitted to human marks (``benchmarks/fit_calibration.py``, or a teacher's own marks with
``viva calibrate``). The interval is a split-conformal one (Papadopoulos et al. 2002; by groups as in Mondrian conformal
prediction, Vovk et al. 2003): its reaches are quantiles of the errors that the grader made on answers with about the same score to
questions with about as many points.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Share = Annotated[float, Field(ge=0.0, le=1.0)]


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Curve(_Frozen):
    """A monotone curve through knots: ``total`` rises strictly from 0 to 1, ``score`` does not fall, from 0 to 1.

    Nothing said stays nothing, and all said stays all, whatever the marks that it was fitted to.

    >>> Curve(total=(0.0, 0.5, 1.0), score=(0.0, 0.7, 1.0)).of(0.25)
    0.35
    """

    total: tuple[Share, ...] = (0.0, 1.0)
    score: tuple[Share, ...] = (0.0, 1.0)

    @model_validator(mode="after")
    def _rises(self) -> Curve:
        ends = (self.total[:1], self.total[-1:], self.score[:1], self.score[-1:])
        if len(self.total) != len(self.score) or ends != ((0.0,), (1.0,), (0.0,), (1.0,)):
            raise ValueError("'total' and 'score' must have one knot each from 0 to 1")
        if any(a >= b for a, b in pairwise(self.total)) or any(a > b for a, b in pairwise(self.score)):
            raise ValueError("'total' must rise, and 'score' must not fall")
        return self

    def of(self, total: float) -> float:
        """Return the score of a total, both in 0..1."""
        return between(self.total, self.score, total)


class Reach(_Frozen):
    """How far a 90 % interval reaches ``below`` and ``above`` a score, at the knots ``Interval.score``."""

    points: Annotated[float, Field(ge=1.0)]
    below: tuple[Share, ...]
    above: tuple[Share, ...]


class Interval(_Frozen):
    """The interval by score and by the number of points that the score is made of (the effective one, by weight).

    ``reaches`` are ordered by ``points``, the least number from which each holds; the first holds from 1.
    """

    score: tuple[Share, ...] = (0.0, 1.0)
    reaches: tuple[Reach, ...] = (Reach(points=1.0, below=(1.0, 1.0), above=(1.0, 1.0)),)

    @model_validator(mode="after")
    def _consistent(self) -> Interval:
        if self.score[:1] != (0.0,) or self.score[-1:] != (1.0,) or any(a >= b for a, b in pairwise(self.score)):
            raise ValueError("'score' must rise from 0 to 1")
        if any(len(reach.below) != len(self.score) or len(reach.above) != len(self.score) for reach in self.reaches):
            raise ValueError("'below' and 'above' need one entry for each knot of 'score'")
        if not self.reaches or self.reaches[0].points != 1.0:
            raise ValueError("'reaches' must begin with one from 1 point")
        if any(a.points >= b.points for a, b in pairwise(self.reaches)):
            raise ValueError("'reaches' must be in the order of their points")
        return self

    def around(self, score: float, points: float) -> tuple[float, float]:
        """Return low and high around a score, for so many points.

        >>> Interval(score=(0.0, 1.0), reaches=(Reach(points=1, below=(0.0, 0.4), above=(0.2, 0.0)),)).around(0.5, 3)
        (0.3, 0.6)
        """
        below, above = self.reach(score, points)
        return round(max(0.0, score - below), 4), round(min(1.0, score + above), 4)

    def reach(self, score: float, points: float) -> tuple[float, float]:
        """Return how far the interval reaches below and above a score, for so many points, whatever the ends of the scale."""
        last = max(0, bisect_right([reach.points for reach in self.reaches], points) - 1)
        reach = self.reaches[last]
        return between(self.score, reach.below, score), between(self.score, reach.above, score)


class Scale(_Frozen):
    """A curve and its interval."""

    format: Literal["viva-scale/1"] = "viva-scale/1"
    curve: Curve = Curve()
    interval: Interval = Interval()


def between(xs: Sequence[float], ys: Sequence[float], x: float) -> float:
    """Interpolate linearly; ``xs`` rise strictly and hold ``x``.

    >>> between((0.0, 1.0), (0.0, 0.5), 0.5)
    0.25
    """
    right = min(max(bisect_right(xs, x), 1), len(xs) - 1)
    share = (x - xs[right - 1]) / (xs[right] - xs[right - 1])
    return ys[right - 1] + share * (ys[right] - ys[right - 1])


def effective(weights: Sequence[float]) -> float:
    """Return how many points of equal weight would vary as much as these (Kish 1965); 1 where there is none.

    >>> effective([1.0, 1.0, 1.0, 1.0]), effective([])
    (4.0, 1.0)
    """
    squares = math.fsum(weight * weight for weight in weights)
    return math.fsum(weights) ** 2 / squares if squares > 0 else 1.0


PLAIN = Scale(
    interval=Interval(
        score=(0.0, 0.5, 1.0),
        reaches=(
            Reach(points=1.0, below=(0.0, 0.5, 0.5), above=(0.5, 0.5, 0.0)),
            Reach(points=2.0, below=(0.0, 0.35, 0.35), above=(0.35, 0.35, 0.0)),
        ),
    )
)
"""The scale of a grader whose marks were never compared with a person's: totals as they are, and a wide interval."""
