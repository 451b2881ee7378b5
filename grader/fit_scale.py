"""Fit a scale to human marks: a monotone curve by non-negative least squares, and a conformal interval around it.

Nothing else in the engine needs SciPy, so this module is imported only where something is fitted.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import nnls

from grader.scale import Curve, Interval, Reach, Scale

Array = npt.NDArray[np.float64]
Groups = npt.NDArray[np.intp]

COVERAGE = 0.90
_KNOTS = (0.05, 0.1, 0.2, 0.3, 0.45, 0.6, 0.8)
# So strongly do the ends hold: nothing is nothing, all is all.
_END = 1e3
# Scores at which the interval is reckoned, and how many answers about each knot are wanted for it.
_SCORES = (0.0, 0.15, 0.3, 0.45, 0.6, 0.75, 0.9, 1.0)
_ABOUT = 60
# Least effective number of points from which questions are taken together.
_GROUPS = (1.0, 1.5, 3.5)
FEW = 100
"""With fewer answers there is no interval of their own: a prior's is widened to hold nine in ten of them."""
_PARTS = 10


@dataclass(frozen=True, slots=True)
class Marks:
    """Answers with human marks, one entry each: ``raw`` totals, ``marks`` in 0..1, effective ``points``, and ``weights``."""

    raw: Array
    marks: Array
    points: Array
    weights: Array


def fit_scale(
    answers: Marks,
    *,
    curve_weights: Array | None = None,
    prior: Scale | None = None,
    worth: float = 0.0,
    groups: Groups | None = None,
) -> Scale:
    """Return the scale that fits the marks best.

    ``curve_weights`` weigh the answers for the curve (their own ``weights`` if None). ``prior`` is a scale that counts as
    ``worth`` answers spread evenly over the totals, so that few marks change it little; with fewer than FEW answers its
    interval is widened by one number (``margin``). ``groups`` numbers answers that belong together, such as equal ones.

    >>> raw = np.linspace(0, 1, 50)
    >>> scale = fit_scale(Marks(raw, np.sqrt(raw), np.ones(50), np.ones(50)))
    >>> round(scale.curve.of(0.45), 1)
    0.7
    """
    curve = fit_curve(
        answers.raw, answers.marks, answers.weights if curve_weights is None else curve_weights, prior, worth
    )
    if prior is None or len(answers.raw) >= FEW:
        scores = None if prior is None else _unseen(answers, prior, worth, groups)
        return Scale(curve=curve, interval=fit_interval(answers, curve, scores))
    return Scale(curve=curve, interval=widened(prior.interval, margin(answers, prior, worth, groups)))


def fit_curve(raw: Array, marks: Array, weights: Array, prior: Scale | None = None, worth: float = 0.0) -> Curve:
    """Return the monotone curve through fixed knots with the least weighted squared error."""
    weights = weights * (len(raw) / max(float(weights.sum()), 1e-12))
    if prior is not None and worth > 0:
        grid = np.linspace(0.0, 1.0, 21)
        raw = np.concatenate([raw, grid])
        marks = np.concatenate([marks, [prior.curve.of(float(x)) for x in grid]])
        weights = np.concatenate([weights, np.full(len(grid), worth / len(grid))])
    knots = np.array([0.0, *_knots(raw, 6.0 if prior is not None else 0.0), 1.0])
    # Each column rises from 0 to 1 between two knots, so weights that are not negative make a curve that does not fall.
    columns = np.clip((raw[:, None] - knots[:-1]) / np.diff(knots), 0.0, 1.0)
    root = np.sqrt(weights)[:, None]
    system = np.vstack([columns * root, np.full((1, len(knots) - 1), _END * np.sqrt(len(raw)))])
    target = np.append(marks * root[:, 0], _END * np.sqrt(len(raw)))
    rises, _ = nnls(system, target)
    heights = np.cumsum(rises) / rises.sum()
    return Curve(
        total=tuple(round(float(x), 4) for x in knots),
        score=(0.0, *(round(float(y), 4) for y in heights[:-1]), 1.0),
    )


def _knots(raw: Array, least: float) -> list[float]:
    """Return the knots that have at least so many answers on either side of them."""
    return [knot for knot in _KNOTS if min((raw < knot).sum(), (raw >= knot).sum()) >= least]


def fit_interval(answers: Marks, curve: Curve, scores: Array | None = None) -> Interval:
    """Return the 90 % interval: per group of questions and about each score, the weighted quantiles of the errors.

    ``scores`` are those that the answers got from curves that had not seen them; the curve's own where it is None.
    The level is raised by ``1 / n`` for the ``n`` answers about a score, as split conformal prediction does.
    """
    if scores is None:
        scores = np.array([curve.of(float(x)) for x in answers.raw])
    errors = answers.marks - scores
    reaches = []
    for place, least in enumerate(_GROUPS):
        last = place + 1 == len(_GROUPS)
        inside = (answers.points >= least) & (last or (answers.points < _GROUPS[min(place + 1, len(_GROUPS) - 1)]))
        if int(inside.sum()) < FEW:
            if place:
                continue
            inside = np.ones(len(scores), dtype=np.bool_)
        reaches.append(_reach(least, scores[inside], errors[inside], answers.weights[inside]))
    return Interval(score=_SCORES, reaches=tuple(reaches))


def _reach(points: float, scores: Array, errors: Array, weights: Array) -> Reach:
    below, above = [], []
    for knot in _SCORES:
        distance = np.abs(scores - knot)
        near = distance <= max(0.1, float(np.sort(distance)[min(_ABOUT, len(distance)) - 1]))
        tail = max(0.0, (1.0 - COVERAGE) / 2 - 0.5 / int(near.sum()))
        below.append(_clipped(-weighted_quantile(errors[near], weights[near], tail)))
        above.append(_clipped(weighted_quantile(errors[near], weights[near], 1.0 - tail)))
    return Reach(points=points, below=tuple(below), above=tuple(above))


def _clipped(reach: float) -> float:
    return round(min(1.0, max(0.0, reach)), 4)


def weighted_quantile(values: Array, weights: Array, share: float) -> float:
    """Return the least value up to which at least ``share`` of the weight lies.

    >>> weighted_quantile(np.array([1.0, 2.0, 3.0]), np.array([1.0, 1.0, 8.0]), 0.25)
    3.0
    """
    order = np.argsort(values)
    reached = np.cumsum(weights[order]) / weights.sum()
    return float(values[order][min(int(np.searchsorted(reached, share - 1e-12)), len(values) - 1)])


def margin(answers: Marks, prior: Scale, worth: float = 0.0, groups: Groups | None = None) -> float:
    """Return by how much the prior's interval must widen to hold nine in ten marks that the curve has not seen.

    Conformalised intervals (Romano, Patterson and Candès 2019; as nested sets, Gupta, Kuchibhotla and Ramdas 2022): for
    each answer the least widening with which the interval holds its mark, below 0 where it may narrow, ranked over all
    scores together.
    One number is all that is estimated, so 20 answers will do. Errors are those of curves fitted without the answer's
    group (cross-conformal prediction, Vovk 2015), since those of answers that a curve was fitted to are too small. The
    rank is ``ceil(0.9 (n + 1))``; with fewer than 9 answers it would lie beyond the largest, which is then taken.

    >>> raw = np.linspace(0, 1, 30)
    >>> prior = Scale(interval=Interval(reaches=(Reach(points=1, below=(0.2, 0.2), above=(0.2, 0.2)),)))
    >>> -0.2 <= margin(Marks(raw, raw, np.ones(30), np.ones(30)), prior, 10.0) < -0.1
    True
    """
    wanted = [
        _widening(
            prior.interval, curve.of(float(answers.raw[row])), float(answers.marks[row]), float(answers.points[row])
        )
        for rows, curve in _left_out(answers, prior, worth, groups)
        for row in rows
    ]
    return sorted(wanted)[min(math.ceil(COVERAGE * (len(wanted) + 1)), len(wanted)) - 1]


def _left_out(answers: Marks, prior: Scale, worth: float, groups: Groups | None) -> Iterator[tuple[Groups, Curve]]:
    """Yield the rows of each group, with the curve that all other rows make."""
    place = np.arange(len(answers.raw)) if groups is None else groups
    for group in np.unique(place):
        kept = place != group
        yield (
            np.flatnonzero(~kept),
            fit_curve(answers.raw[kept], answers.marks[kept], answers.weights[kept], prior, worth),
        )


def _unseen(answers: Marks, prior: Scale, worth: float, groups: Groups | None) -> Array:
    """Return the scores of the answers by curves fitted without them, in ten parts of whole groups."""
    place = np.arange(len(answers.raw)) if groups is None else np.unique(groups, return_inverse=True)[1]
    scores = np.zeros(len(answers.raw))
    for rows, curve in _left_out(answers, prior, worth, place % _PARTS):
        scores[rows] = [curve.of(float(x)) for x in answers.raw[rows]]
    return scores


def _widening(interval: Interval, score: float, mark: float, points: float) -> float:
    below, above = interval.reach(score, points)
    return mark - score - above if mark > score else score - mark - below


def widened(interval: Interval, margin: float) -> Interval:
    """Return an interval that reaches further by ``margin`` on both sides, or less far if it is below 0.

    >>> widened(Interval(reaches=(Reach(points=1, below=(0.0, 0.4), above=(0.2, 0.0)),)), 0.1).around(0.5, 1)
    (0.2, 0.7)
    """

    def wider(reaches: tuple[float, ...]) -> tuple[float, ...]:
        return tuple(_clipped(reach + margin) for reach in reaches)

    reaches = tuple(Reach(points=r.points, below=wider(r.below), above=wider(r.above)) for r in interval.reaches)
    return Interval(score=interval.score, reaches=reaches)


def lifted(curve: Curve, total: float, least: float) -> Curve:
    """Return the curve with at least the score ``least`` from ``total`` on, and as it was before.

    >>> lifted(Curve(), 0.8, 0.95).of(0.8), lifted(Curve(), 0.8, 0.95).of(0.9), lifted(Curve(), 0.96, 0.95) == Curve()
    (0.95, 0.975, True)
    """
    if not 0.0 < total < 1.0 or curve.of(total) >= least:
        return curve
    kept = [(x, y) for x, y in zip(curve.total, curve.score, strict=True) if x != total]
    before = [(x, y) for x, y in kept if x < total]
    after = [(x, max(y, least)) for x, y in kept if x > total]
    totals, scores = zip(*before, (total, least), *after, strict=True)
    return Curve(total=totals, score=scores)
