"""The only arithmetic: judgments add up to a grade.

Required points share the whole by weight. With a count of N, the N best of the counted points stand for all of them.
Bonus points fill up what is missing, by at most half of what was earned; misconceptions take away. What this comes to is
put on the grader's scale (``grader.scale``). A point that the grader abstained from counts as unknown: it is left out of the sum,
and widens the interval by all that it could be worth.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from grader.scale import PLAIN, Scale, effective
from grader.types import Judgment, Point, Reading

Pair = tuple[Point, float | None]
CORRECT, PARTLY = 0.75, 0.35
"""The least scores that a table calls correct and partly correct."""
BONUS_SHARE = 0.5
"""What bonus points add at most, as a share of what the required points earned."""
MISCONCEPTION_PENALTY = 0.5
"""The share of its weight that a misconception takes away."""


@dataclass(frozen=True, slots=True)
class Total:
    """A score in 0..1 with the bounds of its 90 % interval; ``raw`` is what the judgments add up to, off the scale.

    ``points`` is the effective number of points that it is made of, 1 or more.
    """

    score: float
    low: float
    high: float
    raw: float
    points: float = 1.0


def add_up(reading: Reading, judgments: Sequence[Judgment], scale: Scale = PLAIN) -> Total:
    """Add judgments up; one per point of ``reading``, in any order.

    >>> reading = Reading("main", (Point("a", "A"), Point("b", "B")), ())
    >>> from grader.types import Evidence
    >>> said = (Evidence(0, 1, "A", "keyword", 1.0),)
    >>> add_up(reading, [Judgment("a", "met", 1.0, said), Judgment("b", "unmet", 0.0)]).score
    0.5
    """
    by_id = {judgment.point_id: judgment for judgment in judgments}
    pairs = [(point, by_id[point.id].credit) for point in reading.points]
    raw, used = _raw(reading, pairs)
    if not used:
        return Total(0.0, 0.0, 1.0 if any(credit is None for _, credit in pairs) else 0.0, raw=0.0)
    score = round(scale.curve.of(raw), 4)
    points = effective([point.weight for point, _ in used])
    low, high = scale.interval.around(score, points)
    if any(credit is None for _, credit in pairs):
        worst, best = (scale.curve.of(_raw(reading, _guessed(pairs, guess))[0]) for guess in (0.0, 1.0))
        low, high = round(min(low, worst), 4), round(max(high, best), 4)
    return Total(score, min(low, score), max(high, score), raw, points)


def _raw(reading: Reading, pairs: Sequence[Pair]) -> tuple[float, list[Pair]]:
    """Return what credits come to, and the required points that it is made of; none where nothing is known."""
    counted = [(p, c) for p, c in pairs if reading.counted(p)]
    others = [(p, c) for p, c in pairs if p.kind == "required" and not reading.counted(p)]
    # Of equals, one that nobody could judge is left out rather than one that earned nothing.
    chosen = sorted(counted, key=lambda pair: (-(pair[1] or 0.0) * pair[0].weight, pair[1] is None, pair[0].id))[
        : reading.required_count
    ]
    best = sorted((p.weight for p, _ in counted), reverse=True)[: reading.required_count] if counted else []
    whole = math.fsum([*(p.weight for p, _ in others), *best])
    used = [*others, *chosen]
    known = math.fsum(p.weight for p, c in used if c is not None)
    if whole <= 0 or known <= 0:
        return 0.0, []
    # Leaving out what nobody could judge keeps the measure: the rest stands for the whole.
    earned = _weighted(used) / (whole - math.fsum(p.weight for p, c in used if c is None))
    bonus = _weighted([(p, c) for p, c in pairs if p.kind == "bonus"]) / whole
    penalty = MISCONCEPTION_PENALTY * _weighted([(p, c) for p, c in pairs if p.kind == "misconception"]) / whole
    # A bonus rounds off an answer; it is none by itself.
    bonus = min(bonus, BONUS_SHARE * earned)
    return min(1.0, max(0.0, min(1.0, earned + bonus) - penalty)), used


def _guessed(pairs: Sequence[Pair], guess: float) -> list[Pair]:
    """Put the worst (0) or the best (1) for the score in place of what nobody could judge."""
    return [(p, (1.0 - guess if p.kind == "misconception" else guess) if c is None else c) for p, c in pairs]


def _weighted(pairs: Sequence[Pair]) -> float:
    # fsum: the order of the points must not show in the last digit.
    return math.fsum(point.weight * credit for point, credit in pairs if credit is not None)
