"""How far marks agree with those of people, with intervals that know that answers to one question resemble each other.

Point values come from SciPy and scikit-learn. The 95 % intervals are percentiles of a cluster bootstrap: questions are drawn with
replacement, all answers of a question together (Cameron, Gelbach and Miller 2008). Every figure is a function of sums over
questions, so a draw costs one row of a matrix product. Draws depend on the set of questions only; two methods
measured on the same questions therefore see the same draws, and ``difference`` is a paired comparison.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from sklearn import metrics as sklearn_metrics

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]

BINS = 10
LEVELS = 5
"""QWK compares marks rounded to quarters: 0, .25, .5, .75, 1."""
LEAST_ROWS = 10
"""A question with fewer answers has no within-question correlation."""
DRAWS = 2_000
_SEED = 20_130_612
_CONSTANT = 1e-12


@dataclass(frozen=True)
class Estimate:
    """A figure, its 95 % interval and the number of answers behind it; nan where it is not defined."""

    value: float
    low: float
    high: float
    n: int
    draws: FloatArray = field(repr=False, compare=False)

    def as_json(self) -> dict[str, float | int | None]:
        """Return what is worth writing down, with None for nan and four decimals."""
        named = {"value": self.value, "low": self.low, "high": self.high}
        return {**{name: None if math.isnan(x) else round(x, 4) for name, x in named.items()}, "n": self.n}


def score_bins(human: FloatArray) -> NDArray[np.intp]:
    """Return the bin of each human score: ten of equal width on 0..1, the last one closed.

    >>> score_bins(np.array([0.0, 0.09, 0.1, 0.5, 1.0])).tolist()
    [0, 0, 1, 5, 9]
    """
    return np.clip(np.floor(human * BINS + 1e-9), 0, BINS - 1).astype(np.intp)


def bin_weights(human: FloatArray) -> FloatArray:
    """Return weights that sum to 1 and let each of the ten score bins that is not empty weigh the same.

    >>> bin_weights(np.array([0.0, 1.0, 1.0])).tolist()
    [0.5, 0.25, 0.25]
    """
    bins = score_bins(human)
    counts = np.bincount(bins, minlength=BINS)
    return np.asarray(1.0 / counts[bins] / np.count_nonzero(counts), dtype=np.float64)


def pearson(human: FloatArray, given: FloatArray) -> float:
    """Return Pearson's r; 0 where the given marks are constant (they tell nothing apart), nan where the human ones are."""
    if len(human) < 2 or np.ptp(human) < _CONSTANT:
        return math.nan
    if np.ptp(given) < _CONSTANT:
        return 0.0
    return float(stats.pearsonr(human, given).statistic)


def agreement(human: FloatArray, given: FloatArray, questions: Sequence[str]) -> dict[str, Estimate]:
    """Return pooled_r, within_r, rmse, weighted_rmse and qwk of marks in 0..1 against human ones, row by row.

    - ``within_r``: mean of Pearson's r over questions, each question weighing the same whatever its number of answers. A
      question counts if it has at least LEAST_ROWS answers and human scores that differ; where only the given marks are
      constant, its r is 0.
    - ``weighted_rmse``: root of the mean squared error with ``bin_weights``, that is, root of the mean of the mean squared
      errors of the score bins that are not empty. ASAG2024 (arXiv 2409.18596) weights grades by how often similar ones
      occur; of the readings of that, this one gives their mean predictor its .41 on Beetle (scores 0, .5 and 1).
    - ``qwk``: Cohen's kappa with quadratic weights on marks rounded to quarters.
    """
    names, place = np.unique(np.asarray(questions), return_inverse=True)
    rs = _within(human, given, place, len(names))
    bins = score_bins(human)
    error = (human - given) ** 2
    # Centred, so that the sums of squares keep their digits.
    x, y = human - human.mean(), given - given.mean()
    steps = [np.rint(np.clip(values, 0.0, 1.0) * (LEVELS - 1)) for values in (human, given)]
    one = np.ones_like(human)
    in_bin = np.eye(BINS)[bins]
    r_columns = np.column_stack([~np.isnan(rs), np.nan_to_num(rs)])
    moments = np.column_stack([one, x, y, x * x, y * y, x * y])
    i, j = steps
    kappas = np.column_stack([one, i, j, i * i, j * j, (i - j) ** 2])
    errors = np.column_stack([one, error])
    binned = np.column_stack([in_bin, in_bin * error[:, None]])
    levels = [step.astype(int) for step in steps]
    kappa = (
        sklearn_metrics.cohen_kappa_score(*levels, weights="quadratic") if np.ptp(np.concatenate(steps)) else math.nan
    )
    rmse = sklearn_metrics.root_mean_squared_error
    n = len(human)

    def of(columns: FloatArray, formula: Callable[[FloatArray], FloatArray], value: float) -> Estimate:
        return _estimate(_sums(columns, place, len(names)), formula, names, value, n)

    return {
        "pooled_r": of(moments, _pearson_of_sums, pearson(human, given)),
        "within_r": _estimate(
            r_columns, _ratio, names, float(np.nanmean(rs)) if r_columns[:, 0].any() else math.nan, n
        ),
        "rmse": of(errors, lambda sums: np.sqrt(_ratio(sums)), float(rmse(human, given))),
        "weighted_rmse": of(binned, _binned_error, float(rmse(human, given, sample_weight=bin_weights(human)))),
        "qwk": of(kappas, _kappa_of_sums, float(kappa)),
    }


def two_way_f1(correct: BoolArray, given: BoolArray, questions: Sequence[str]) -> Estimate:
    """Return the macro-averaged F1 of the labels *correct* and *incorrect*."""
    names, place = np.unique(np.asarray(questions), return_inverse=True)
    cells = np.column_stack([correct & given, ~correct & given, correct & ~given, ~correct & ~given])
    value = sklearn_metrics.f1_score(correct, given, labels=[False, True], average="macro", zero_division=0.0)
    sums = _sums(cells.astype(np.float64), place, len(names))
    return _estimate(sums, _macro_f1, names, float(value), len(correct))


def interval_figures(
    human: FloatArray, low: FloatArray, high: FloatArray, questions: Sequence[str]
) -> dict[str, Estimate]:
    """Return coverage, the share of human scores in [low, high], and the mean width of the intervals."""
    names, place = np.unique(np.asarray(questions), return_inverse=True)
    held = (low - 1e-9 <= human) & (human <= high + 1e-9)
    figures = {}
    for name, values in (("coverage", held.astype(np.float64)), ("width", high - low)):
        sums = _sums(np.column_stack([np.ones_like(human), values]), place, len(names))
        figures[name] = _estimate(sums, _ratio, names, float(values.mean()), len(human))
    return figures


def mean_of(estimates: Sequence[Estimate]) -> Estimate:
    """Return the mean over corpora, each weighing the same; ``n`` is the sum."""
    draws = np.mean([estimate.draws for estimate in estimates], axis=0)
    value = float(np.mean([estimate.value for estimate in estimates]))
    return _with_interval(value, draws, sum(estimate.n for estimate in estimates))


def difference(first: Estimate, second: Estimate) -> Estimate:
    """Return ``first`` minus ``second``; the draws are paired where both were measured on the same questions."""
    return _with_interval(first.value - second.value, first.draws - second.draws, min(first.n, second.n))


def _within(human: FloatArray, given: FloatArray, place: NDArray[np.intp], questions: int) -> FloatArray:
    """Return the r of each question, nan where it does not count."""
    order = np.argsort(place, kind="stable")
    ends = np.cumsum(np.bincount(place, minlength=questions))[:-1]
    parts = np.split(order, ends)
    return np.array([pearson(human[part], given[part]) if len(part) >= LEAST_ROWS else math.nan for part in parts])


def _sums(columns: FloatArray, place: NDArray[np.intp], questions: int) -> FloatArray:
    """Return the sum of each column over the rows of each question, shape (questions, columns)."""
    totals = np.zeros((questions, columns.shape[1]))
    np.add.at(totals, place, columns)
    return totals


def _estimate(
    sums: FloatArray,
    formula: Callable[[FloatArray], FloatArray],
    names: NDArray[np.str_],
    value: float,
    n: int,
) -> Estimate:
    """Draw questions with replacement; ``formula`` takes sums of shape (draws, columns)."""
    seed = [_SEED, zlib.crc32("\0".join(names.tolist()).encode("utf-8", "surrogatepass"))]
    counts = np.random.default_rng(seed).multinomial(len(names), np.full(len(names), 1.0 / len(names)), size=DRAWS)
    with np.errstate(divide="ignore", invalid="ignore"):
        draws = formula(counts @ sums)
    return _with_interval(value, draws, n)


def _with_interval(value: float, draws: FloatArray, n: int) -> Estimate:
    """Take the percentiles; a draw in which the figure is not defined is left out."""
    defined = draws[np.isfinite(draws)]
    low, high = np.percentile(defined, [2.5, 97.5]) if len(defined) and not math.isnan(value) else (math.nan, math.nan)
    return Estimate(value, float(low), float(high), n, draws)


def _ratio(sums: FloatArray) -> FloatArray:
    return np.asarray(sums[:, 1] / sums[:, 0])


def _pearson_of_sums(sums: FloatArray) -> FloatArray:
    n, x, y, xx, yy, xy = sums.T
    spread_x, spread_y = n * xx - x * x, n * yy - y * y
    r = (n * xy - x * y) / np.sqrt(np.maximum(spread_x, 0.0) * np.maximum(spread_y, 0.0))
    r = np.where((spread_y < _CONSTANT) & (spread_x >= _CONSTANT), 0.0, r)
    return np.asarray(np.where(spread_x < _CONSTANT, np.nan, r))


def _kappa_of_sums(sums: FloatArray) -> FloatArray:
    """Kappa with quadratic weights: one less the squared distance seen over that of independent raters."""
    n, i, j, ii, jj, apart = sums.T
    return np.asarray(1.0 - apart / (ii + jj - 2.0 * i * j / n))


def _binned_error(sums: FloatArray) -> FloatArray:
    counts, errors = sums[:, :BINS], sums[:, BINS:]
    means = np.where(counts > 0, errors / np.maximum(counts, 1.0), 0.0)
    return np.asarray(np.sqrt(means.sum(axis=1) / (counts > 0).sum(axis=1)))


def _macro_f1(sums: FloatArray) -> FloatArray:
    hit, false, missed, rejected = sums.T
    wrong = false + missed
    parts = [np.where(right + wrong > 0, 2 * right / (2 * right + wrong), 0.0) for right in (hit, rejected)]
    return np.asarray((parts[0] + parts[1]) / 2.0)
