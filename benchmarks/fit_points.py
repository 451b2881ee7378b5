"""Fit what turns the features of a point into its chance: to labels of points, or to marks of whole answers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import expit

from benchmarks.metrics import bin_weights
from benchmarks.teaching import FOREIGN_WEIGHT, Array, Lesson, Marked
from grader.calibration import LEAST_RISE, Logit, Ramp
from grader.features import NAMES

RIDGE = 1e-3
# Of points that were cut out of a reference, so little shows that two features do best on corpora left out.
PLAIN_FEATURES = ("open_pool", "meaning")
# Points that somebody described are told well enough without what counts a sentence sooner, which lets in other subjects.
DESCRIBED_FEATURES = tuple(name for name in NAMES if name != "open_pool")
# Above 0 the credit would rise most steeply where next to nothing is found.
PLAIN_INTERCEPT = (-6.0, 0.0)
LEAST_WEIGHT = 0.01
_START = np.concatenate([np.full(len(NAMES), 0.3), [0.5, -2.0]])


def fit_described(taught: Sequence[Lesson]) -> Logit:
    """Return the logit of sound points that somebody described; no weight is negative."""
    return _fit_labels(taught, wrong=False)


def fit_wrong(taught: Sequence[Lesson]) -> Logit:
    """Return the logit of misconceptions."""
    return _fit_labels(taught, wrong=True)


def fit_plain(corpora: Sequence[Marked]) -> Logit:
    """Return the logit of points that were cut out of references: the totals of the credits are nearest to the marks."""
    weights = [_weighted(part) / len(corpora) for part in corpora]
    used = np.array([name in PLAIN_FEATURES for name in NAMES])

    def spread(p: Array) -> Array:
        every = np.zeros(len(NAMES) + 2)
        every[np.append(used, [True, True])] = p
        return every

    def loss(p: Array) -> float:
        errors = (_totals(part, spread(p)) - part.marks for part in corpora)
        error = sum(float(worth @ e**2) for worth, e in zip(weights, errors, strict=True))
        return error + RIDGE * float((p[:-2] ** 2).sum())

    start = np.array([*[0.5] * int(used.sum()), 0.5, -0.5])
    bounds = [(LEAST_WEIGHT, None)] * (len(start) - 2) + [(0.0, None), PLAIN_INTERCEPT]
    found = minimize(loss, start, method="L-BFGS-B", bounds=bounds, options={"maxiter": 60})
    return _logit(spread(found.x))


def plain_ramp(logit: Logit) -> Ramp:
    """Return the ramp from the chance of a point of which nothing is found to that of one of which all is found."""
    none, full = expit([logit.intercept, logit.intercept + sum(logit.weights.values())])
    return Ramp(none=round(float(none), 4), full=round(float(full), 4))


def _totals(part: Marked, p: Array) -> Array:
    """Return what each row of a corpus earns, in 0..1, as the grader reckons it: of several readings the best one counts."""
    none, all_found = expit([p[-1], p[-1] + p[:-2].sum()])
    chances, own = _chance(p, part.values, part.denied), _chance(p, part.own, np.zeros_like(part.denied))
    full = np.clip(own, none + LEAST_RISE * (all_found - none), all_found)
    worth = part.shares * np.clip((chances - none) / (full - none), 0.0, 1.0)
    for places, count in part.counted:
        worth[places[np.argsort(-worth[places], kind="stable")[count:]]] = 0.0
    best = np.zeros(len(part.marks))
    np.maximum.at(best, part.row_of, np.bincount(part.case_of, worth, len(part.row_of)))
    return best


def _fit_labels(taught: Sequence[Lesson], *, wrong: bool) -> Logit:
    values, denied, labels, weights = _points(taught, wrong=wrong)
    return _logit(_least(lambda p: _entropy(p, values, denied, labels, weights), _START))


def _least(loss: object, start: Array) -> Array:
    used = [(0.0, None if name in DESCRIBED_FEATURES else 0.0) for name in NAMES]
    bounds = [*used, (0.0, None), (None, None)]
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 120})
    return np.asarray(found.x, dtype=np.float64)


def _logit(parameters: Array) -> Logit:
    *weights, denied, intercept = (round(float(x), 4) for x in parameters)
    return Logit(weights=dict(zip(NAMES, weights, strict=True)), denied=denied, intercept=intercept)


def _points(taught: Sequence[Lesson], *, wrong: bool) -> tuple[Array, Array, Array, Array]:
    """Return features, denials, labels and weights of all labelled points of one sort."""
    parts = []
    for lesson in taught:
        sort = np.array([(kind == "misconception") == wrong for kind in lesson.kinds])
        known = ~np.isnan(lesson.labels) & sort
        weight = np.where(np.array(lesson.sources) == "foreign", FOREIGN_WEIGHT, 1.0)[:, None] * known
        parts.append((lesson.values[known], lesson.denied[known], lesson.labels[known], weight[known]))
    values, denied, labels, weights = (np.concatenate(column) for column in zip(*parts, strict=True))
    return values, denied, labels, weights / weights.sum()


def _entropy(p: Array, values: Array, denied: Array, labels: Array, weights: Array) -> tuple[float, Array]:
    chance = _chance(p, values, denied)
    entropy = -(labels * np.log(chance + 1e-9) + (1 - labels) * np.log(1 - chance + 1e-9))
    slope = weights * (chance - labels)
    gradient = np.concatenate([values.T @ slope + 2 * RIDGE * p[:-2], [-(denied @ slope), slope.sum()]])
    return float(weights @ entropy + RIDGE * (p[:-2] ** 2).sum()), gradient


def _chance(p: Array, values: Array, denied: Array) -> Array:
    logits = values @ p[:-2] + p[-1] - p[-2] * denied
    return np.asarray(expit(logits))


def _weighted(part: Marked) -> npt.NDArray[np.float64]:
    weights = bin_weights(part.marks)
    return np.asarray(weights / weights.sum(), dtype=np.float64)
