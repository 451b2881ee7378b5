"""How well a learner knows what they know: the confidence they named beside what their answers then earned.

Confidence and what was earned are fractions in 0..1. An answer is rarely all right or all wrong, so "right" is the share of
the marks that it earned, and the Brier score is the mean squared distance between the two: 0 is perfect, and always
saying 50 % of answers that earn all or nothing gives 0.25. All intervals are 90 % intervals.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Z90 = 1.6448536269514722
"""Half the width of a 90 % interval of a normal distribution, in standard deviations."""
BINS = 10
FEW = 10
"""With fewer answers than this nothing is said about over- and underconfidence."""
FEW_IN_BIN = 5

Tendency = Literal["over", "under", "fair", "unknown"]


@dataclass(frozen=True, slots=True)
class Tally:
    """The answers given with one confidence (0..100): how many, and the sums of the first four powers of what they earned.

    These sums are all that a Brier score and its interval need, so that a database can add them up.
    """

    confidence: int
    count: int
    first: float
    second: float
    third: float
    fourth: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with the bounds of its 90 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Bin:
    """The answers whose confidence lay between two bounds: how sure they were on average, and what they earned on average."""

    start: float
    end: float
    count: int
    said: float
    right: Estimate


@dataclass(frozen=True, slots=True)
class Reliability:
    """How confidence and result go together over so many answers.

    ``baseline`` is the Brier score of a learner who always says the mean of what they earn. ``gap`` is mean confidence less
    mean result: above zero is overconfident. ``bins`` holds only bins with answers, from unsure to sure.
    """

    answers: int
    brier: Estimate
    baseline: float
    said: float
    right: float
    gap: Estimate
    bins: tuple[Bin, ...]

    @property
    def tendency(self) -> Tendency:
        """Whether the learner is over- or underconfident, as far as the interval of the gap lets one say."""
        if self.answers < FEW:
            return "unknown"
        return "over" if self.gap.low > 0 else "under" if self.gap.high < 0 else "fair"

    @property
    def telling(self) -> Bin | None:
        """The bin that shows the tendency best: furthest off in its direction, for as many answers as possible; or None."""
        sign = {"over": 1.0, "under": -1.0}.get(self.tendency)
        if sign is None:
            return None
        off = [
            # As for any mean, four times the answers tell a distance half as large.
            (sign * (part.said - part.right.value) * math.sqrt(part.count), part)
            for part in self.bins
            if part.count >= FEW_IN_BIN
        ]
        distance, part = max(off, key=lambda pair: pair[0], default=(0.0, None))
        return part if distance > 0 else None


def tally(answers: Iterable[tuple[int, float]]) -> tuple[Tally, ...]:
    """Add up pairs of a confidence (0..100) and what the answer earned (0..1), as the database does.

    >>> tally([(80, 0.5), (80, 1.0)])
    (Tally(confidence=80, count=2, first=1.5, second=1.25, third=1.125, fourth=1.0625),)
    """
    by_confidence: dict[int, list[float]] = {}
    for confidence, earned in answers:
        by_confidence.setdefault(confidence, []).append(earned)
    return tuple(
        Tally(confidence, len(values), *(math.fsum(value**power for value in values) for power in (1, 2, 3, 4)))
        for confidence, values in sorted(by_confidence.items())
    )


def reliability(tallies: Sequence[Tally], bins: int = BINS) -> Reliability | None:
    """Return what the tallies come to; None without an answer.

    ``bins`` is how many parts of equal width 0..1 is cut into; a confidence on a bound belongs to the upper part, 100 % to the
    last. The interval of what a bin earned is Wilson's, which is a little wide for answers that earn part of the marks.
    """
    answers = sum(part.count for part in tallies)
    if answers == 0:
        return None
    sums = [_sums(part) for part in tallies]
    brier = _mean(math.fsum(one for one, *_ in sums), math.fsum(two for _, two, *_ in sums), answers, 0.0, 1.0)
    gap = _mean(math.fsum(one for *_, one, _ in sums), math.fsum(two for *_, two in sums), answers, -1.0, 1.0)
    right = math.fsum(part.first for part in tallies) / answers
    spread = math.fsum(part.second for part in tallies) / answers - right**2
    said = math.fsum(part.count * part.confidence / 100 for part in tallies) / answers
    return Reliability(answers, brier, max(0.0, spread), said, right, gap, tuple(_bins(tallies, bins)))


def _sums(part: Tally) -> tuple[float, float, float, float]:
    """Return the sums of the squared distance and of its square, and of the signed distance and of its square."""
    c = part.confidence / 100
    n, s1, s2, s3, s4 = part.count, part.first, part.second, part.third, part.fourth
    squares = n * c**2 - 2 * c * s1 + s2
    fourths = n * c**4 - 4 * c**3 * s1 + 6 * c**2 * s2 - 4 * c * s3 + s4
    return squares, fourths, n * c - s1, squares


def _mean(total: float, squares: float, count: int, least: float, most: float) -> Estimate:
    """Return a mean with its normal interval, cut off at what is possible; a single value says nothing of the spread."""
    mean = min(most, max(least, total / count))
    if count == 1:
        return Estimate(mean, least, most)
    variance = max(0.0, squares - total**2 / count) / (count - 1)
    half = Z90 * math.sqrt(variance / count)
    return Estimate(mean, max(least, mean - half), min(most, mean + half))


def _bins(tallies: Sequence[Tally], bins: int) -> Iterable[Bin]:
    for place in range(bins):
        part = [one for one in tallies if min(bins - 1, one.confidence * bins // 100) == place]
        count = sum(one.count for one in part)
        if count:
            said = math.fsum(one.count * one.confidence / 100 for one in part) / count
            right = math.fsum(one.first for one in part) / count
            yield Bin(place / bins, (place + 1) / bins, count, said, wilson(right, count))


def wilson(share: float, count: int) -> Estimate:
    """Return a share (0..1) of ``count`` answers with Wilson's 90 % interval.

    >>> estimate = wilson(0.5, 10)
    >>> round(estimate.low, 3), round(estimate.high, 3)
    (0.269, 0.731)
    """
    share = min(1.0, max(0.0, share))
    widened = 1 + Z90**2 / count
    middle = (share + Z90**2 / (2 * count)) / widened
    half = Z90 * math.sqrt(share * (1 - share) / count + Z90**2 / (4 * count**2)) / widened
    return Estimate(share, min(share, max(0.0, middle - half)), max(share, min(1.0, middle + half)))
