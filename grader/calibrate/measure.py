"""Figures before and after a fit, on the same marks, with paired intervals; and what they come to.

Point values of kappa come from scikit-learn. The 95 % intervals are percentiles of a cluster bootstrap: groups of answers are
drawn with replacement, all answers of a group together (Cameron, Gelbach and Miller 2008), the same draws before and after.
Every figure is a function of sums over groups, so a draw costs one row of a matrix product.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from sklearn.metrics import cohen_kappa_score
from sklearn.utils import check_random_state

Array = npt.NDArray[np.float64]
Groups = npt.NDArray[np.intp]

DRAWS = 2_000
# Draws times groups, so that very many marks do not fill the memory.
_MOST_CELLS = 20_000_000
_CONSTANT = 1e-9
_TITLES = {
    "qwk": "QWK (weighted kappa)",
    "r": "Pearson's r",
    "bias": "mean bias",
    "mae": "mean absolute error",
    "coverage": "held by the 90 % range",
}


@dataclass(frozen=True, slots=True)
class Given:
    """What a grader gave for the rows, as shares of the maximum: scores and the ends of their intervals."""

    score: Array
    low: Array
    high: Array


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and its 95 % interval; nan where it is not defined."""

    value: float
    low: float
    high: float

    def as_json(self) -> dict[str, float | None]:
        """Return it with None for nan and four decimals."""
        return {
            name: None if math.isnan(x) else round(x, 4)
            for name, x in (("value", self.value), ("low", self.low), ("high", self.high))
        }


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure before and after, and the difference: after minus before, for the bias that of its size."""

    name: str
    n: int
    before: Estimate
    after: Estimate
    difference: Estimate

    @property
    def title(self) -> str:
        """The figure's name for people."""
        return _TITLES[self.name]

    def as_json(self) -> dict[str, Any]:
        """Return it for a file."""
        return {
            "n": self.n,
            "before": self.before.as_json(),
            "after": self.after.as_json(),
            "difference": self.difference.as_json(),
        }


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the figures come to, in one word and in plain words."""

    kind: Literal["gain", "no clear gain", "worse"]
    says: str


def compare(
    mark: Array, most: Array, step: float, before: Given, after: Given, groups: Groups, seed: int
) -> dict[str, Figure]:
    """Return the figures by name: qwk, r, bias, mae, coverage; ``mark`` is in 0..``most``, row by row.

    Kappa compares marks in the teacher's own steps, so the grader's are rounded to them; the others take them as they are.
    """
    _, place = np.unique(groups, return_inverse=True)
    number = int(place.max()) + 1
    draws = max(200, min(DRAWS, _MOST_CELLS // number))
    counts = check_random_state(seed).multinomial(number, np.full(number, 1.0 / number), size=draws)
    weights = np.vstack([np.ones((1, number)), counts])
    sides = [_figures(mark, most, step, given, place, number, weights) for given in (before, after)]
    figures = {}
    for name in _TITLES:
        one, two = (side[name] for side in sides)
        apart = np.abs(two) - np.abs(one) if name == "bias" else two - one
        figures[name] = Figure(name, len(mark), _estimate(one), _estimate(two), _estimate(apart))
    return figures


def judge(figures: dict[str, Figure]) -> Outcome:
    """Say what the figures come to.

    *Worse*: error or kappa got worse for sure (the interval of the difference says so), or both did by their values, or the
    grader's scores do not go along with the marks at all. *Gain*: not that, one of them got better for sure, and the scores go
    along with the marks for sure; flattening scores towards the mean lowers the error on any marks, even on dice.
    """
    error, kappa, r = figures["mae"].difference, figures["qwk"].difference, figures["r"].before
    if not r.value > 0.0:
        return Outcome("worse", "the grader's scores do not rise with these marks at all, and no scale can mend that")
    if error.low > 0.0:
        return Outcome("worse", f"on marks held out the mean absolute error grew {_shown(figures['mae'])}")
    if kappa.high < 0.0:
        return Outcome("worse", f"on marks held out kappa fell {_shown(figures['qwk'])}")
    if error.value > 0.0 and kappa.value < 0.0:
        return Outcome(
            "worse", f"on marks held out both got worse: error {_shown(figures['mae'])}, kappa {_shown(figures['qwk'])}"
        )
    better = error.high < 0.0 or kappa.low > 0.0
    if better and r.low > 0.0:
        which = figures["mae"] if error.high < 0.0 else figures["qwk"]
        return Outcome("gain", f"{which.title} {_shown(which)}")
    if better:
        why = f"the scores hardly go along with these marks (r {r.value:.2f}, {r.low:.2f} to {r.high:.2f})"
        return Outcome("no clear gain", f"the error fell, but {why}, and scores near the mean would do as much")
    return Outcome("no clear gain", f"mean absolute error {_shown(figures['mae'])}; kappa {_shown(figures['qwk'])}")


def _shown(figure: Figure) -> str:
    apart = figure.difference
    return f"from {figure.before.value:.2f} to {figure.after.value:.2f} ({apart.low:+.2f} to {apart.high:+.2f})"


def _figures(
    mark: Array, most: Array, step: float, given: Given, place: Groups, number: int, weights: Array
) -> dict[str, Array]:
    """Return each figure for each row of ``weights`` over the groups; the first weighs all alike."""
    one, error = np.ones_like(mark), given.score * most - mark
    held = (given.low * most - 1e-9 <= mark) & (mark <= given.high * most + 1e-9)
    human, grader = np.rint(mark / step), np.rint(given.score * most / step)
    # Centred, so that the sums of squares keep their digits.
    x, y = mark - mark.mean(), given.score * most - float((given.score * most).mean())

    def of(formula: Callable[[Array], Array], *columns: Array) -> Array:
        sums = np.zeros((number, len(columns) + 1))
        np.add.at(sums, place, np.column_stack([one, *columns]))
        with np.errstate(divide="ignore", invalid="ignore"):
            return formula(weights @ sums)

    kappa = of(_kappa, human, grader, human**2, grader**2, (human - grader) ** 2)
    if not math.isnan(kappa[0]):
        # By number and not by rank: marks that nobody gave keep their place on the scale.
        levels = np.arange(int(max(human.max(), grader.max())) + 1)
        kappa[0] = cohen_kappa_score(human.astype(int), grader.astype(int), labels=levels, weights="quadratic")
    return {
        "qwk": kappa,
        "r": of(_pearson, x, y, x * x, y * y, x * y),
        "bias": of(_mean, error),
        "mae": of(_mean, np.abs(error)),
        "coverage": of(_mean, held.astype(np.float64)),
    }


def _mean(sums: Array) -> Array:
    return np.asarray(sums[:, 1] / sums[:, 0])


def _pearson(sums: Array) -> Array:
    """Pearson's r; 0 where the grader's marks are constant, nan where the teacher's are."""
    n, x, y, xx, yy, xy = sums.T
    spread_x, spread_y = n * xx - x * x, n * yy - y * y
    r = (n * xy - x * y) / np.sqrt(np.maximum(spread_x, 0.0) * np.maximum(spread_y, 0.0))
    r = np.where(spread_y < _CONSTANT, 0.0, r)
    return np.asarray(np.where(spread_x < _CONSTANT, np.nan, r))


def _kappa(sums: Array) -> Array:
    """Kappa with quadratic weights: one less the squared distance seen over that of independent raters (Cohen 1968)."""
    n, i, j, ii, jj, apart = sums.T
    by_chance = ii + jj - 2.0 * i * j / n
    return np.asarray(np.where(by_chance < _CONSTANT, np.nan, 1.0 - apart / by_chance))


def _estimate(values: Array) -> Estimate:
    """Take the first as the value and the percentiles of the rest; a draw in which it is not defined is left out."""
    value, draws = float(values[0]), values[1:][np.isfinite(values[1:])]
    if math.isnan(value) or not len(draws):
        return Estimate(value, math.nan, math.nan)
    low, high = np.percentile(draws, [2.5, 97.5])
    return Estimate(value, float(low), float(high))
