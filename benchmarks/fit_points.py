"""Fit what turns the features of a point into its chance: to labels of points, or to marks of whole answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from benchmarks.metrics import bin_weights
from benchmarks.teaching import FOREIGN_WEIGHT, Array, Lesson, Marked
from grader.calibration import Logit
from grader.features import NAMES

RIDGE = 1e-3
# Of points that were cut out of a reference, so little shows that two features do best on corpora left out.
PLAIN_FEATURES = ("text_pool", "explained")
_START = np.concatenate([np.full(len(NAMES), 0.3), [0.5, -2.0]])
# Rounds in which the best of counted points are chosen anew.
_ROUNDS = 3


def fit_described(taught: Sequence[Lesson]) -> Logit:
    """Return the logit of sound points that somebody described; no weight is negative."""
    return _fit_labels(taught, wrong=False)


def fit_wrong(taught: Sequence[Lesson]) -> Logit:
    """Return the logit of misconceptions."""
    return _fit_labels(taught, wrong=True)


def fit_plain(corpora: Sequence[Marked]) -> Logit:
    """Return the logit of points that were cut out of references: the totals of the chances are nearest to the marks."""
    weights = [_weighted(part) / len(corpora) for part in corpora]
    used = np.array([name in PLAIN_FEATURES for name in NAMES], dtype=np.float64)
    corpora = [replace(part, values=part.values * used) for part in corpora]
    parameters = _START * np.append(used, [1.0, 1.0])
    for _ in range(_ROUNDS):
        chosen = [chosen_shares(part, parameters) for part in corpora]

        def loss(p: Array, chosen: list[Array] = chosen) -> tuple[float, Array]:
            value, slope = RIDGE * float((p[:-2] ** 2).sum()), np.concatenate([2 * RIDGE * p[:-2], [0.0, 0.0]])
            for part, worth, shares in zip(corpora, weights, chosen, strict=True):
                error, gradient = _marks_error(p, part, worth, shares)
                value, slope = value + error, slope + gradient
            return value, slope

        parameters = _least(loss, parameters)
    return _logit(parameters)


def _fit_labels(taught: Sequence[Lesson], *, wrong: bool) -> Logit:
    values, denied, labels, weights = _points(taught, wrong=wrong)
    return _logit(_least(lambda p: _entropy(p, values, denied, labels, weights), _START))


def _least(loss: object, start: Array) -> Array:
    bounds = [(0.0, None)] * (len(start) - 1) + [(None, None)]
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


def _marks_error(p: Array, part: Marked, worth: Array, shares: Array) -> tuple[float, Array]:
    """Return the weighted squared error of the totals of answers, and its gradient; the best reading of each counts."""
    chance = _chance(p, part.values, part.denied)
    totals = np.bincount(part.case_of, shares * chance, len(part.row_of))
    best = np.zeros(len(part.marks))
    np.maximum.at(best, part.row_of, totals)
    error = best - part.marks
    pull = 2 * worth * error
    wins = totals >= best[part.row_of]
    slope = (pull[part.row_of] * wins)[part.case_of] * shares * chance * (1 - chance)
    return float(worth @ error**2), np.concatenate([part.values.T @ slope, [-(part.denied @ slope), slope.sum()]])


def chosen_shares(part: Marked, parameters: Array) -> Array:
    """Return the shares of the points, 0 for counted ones that are not among the best of their case."""
    shares = part.shares.copy()
    worth = shares * _chance(parameters, part.values, part.denied)
    for places, count in part.counted:
        shares[places[np.argsort(-worth[places], kind="stable")[count:]]] = 0.0
    return shares


def _chance(p: Array, values: Array, denied: Array) -> Array:
    logits = values @ p[:-2] + p[-1] - p[-2] * denied
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(logits, -40.0, 40.0))))


def _weighted(part: Marked) -> npt.NDArray[np.float64]:
    weights = bin_weights(part.marks)
    return np.asarray(weights / weights.sum(), dtype=np.float64)
