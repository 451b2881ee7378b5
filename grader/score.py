"""The only arithmetic: judgments add up to a grade.

Required points share the whole by weight. With a count of N, the N best of the counted points stand for all of them.
Bonus points fill up what is missing, by at most half of what was earned; misconceptions take away. A point that the
grader abstained from counts as unknown: it is left out of the sum, and widens the interval.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from grader.types import Judgment, Point, Reading

CORRECT, PARTLY = 0.75, 0.35
"""The least scores that a table calls correct and partly correct."""
BONUS_SHARE = 0.5
"""What bonus points add at most, as a share of what the required points earned."""
MISCONCEPTION_PENALTY = 0.5
"""The share of its weight that a misconception takes away."""
# Standard normal quantile for a 90 % interval, and the variance of a verdict that looks sure: set so that the intervals of
# the packs' graded samples hold the score by their labels nine times in ten (benchmarks.samples prints how often).
_QUANTILE = 1.645
_DOUBT = 0.30


@dataclass(frozen=True, slots=True)
class Total:
    """A score in 0..1 with the bounds of its 90 % interval."""

    score: float
    low: float
    high: float


def add_up(reading: Reading, judgments: Sequence[Judgment]) -> Total:
    """Add judgments up; one per point of ``reading``, in any order.

    The interval gives each verdict a variance of 0.30, more where its credit is between none and full (``c * (1 - c) / 2``),
    and treats the points as independent.

    >>> reading = Reading("main", (Point("a", "A"), Point("b", "B")), ())
    >>> from grader.types import Evidence
    >>> said = (Evidence(0, 1, "A", "keyword", 1.0),)
    >>> add_up(reading, [Judgment("a", "met", 1.0, said), Judgment("b", "unmet", 0.0)]).score
    0.5
    """
    by_id = {judgment.point_id: judgment for judgment in judgments}
    pairs = [(point, by_id[point.id].credit) for point in reading.points]
    counted = [(p, c) for p, c in pairs if reading.counted(p)]
    others = [(p, c) for p, c in pairs if p.kind == "required" and not reading.counted(p)]
    chosen = sorted(counted, key=lambda pair: (-(pair[1] or 0.0) * pair[0].weight, pair[0].id))[
        : reading.required_count
    ]
    whole = sum(p.weight for p, _ in others)
    if counted:
        whole += sum(sorted((p.weight for p, _ in counted), reverse=True)[: reading.required_count])
    used = [*others, *chosen]
    known = sum(p.weight for p, c in used if c is not None)
    if whole <= 0 or known <= 0:
        return Total(0.0, 0.0, 1.0 if any(c is None for _, c in pairs) else 0.0)
    # Leaving out what nobody could judge keeps the scale: the rest stands for the whole.
    scale = whole - sum(p.weight for p, c in used if c is None)
    earned = _weighted(used) / scale
    bonus = _weighted([(p, c) for p, c in pairs if p.kind == "bonus"]) / whole
    penalty = MISCONCEPTION_PENALTY * _weighted([(p, c) for p, c in pairs if p.kind == "misconception"]) / whole
    # A bonus rounds off an answer; it is none by itself.
    bonus = min(bonus, BONUS_SHARE * earned)
    score = round(min(1.0, max(0.0, min(1.0, earned + bonus) - penalty)), 4)
    variance = sum((p.weight / scale) ** 2 * (_DOUBT + c * (1.0 - c) / 2.0) for p, c in used if c is not None)
    variance += sum((p.weight / whole) ** 2 * (_DOUBT + 0.25) for p, c in used if c is None)
    reach = _QUANTILE * math.sqrt(variance)
    return Total(score, round(max(0.0, score - reach), 4), round(min(1.0, score + reach), 4))


def _weighted(pairs: Sequence[tuple[Point, float | None]]) -> float:
    # fsum: the order of the points must not show in the last digit.
    return math.fsum(point.weight * credit for point, credit in pairs if credit is not None)
