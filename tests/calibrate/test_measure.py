"""The figures, against scikit-learn and SciPy, and what they are taken to mean."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import cohen_kappa_score

from grader.calibrate import Estimate, Figure
from grader.calibrate.measure import Array, Given, compare, judge

NUMBER = 60


def given_as(score: Array) -> Given:
    return Given(score, np.clip(score - 0.2, 0, 1), np.clip(score + 0.2, 0, 1))


def measured(before: Array, after: Array, mark: Array, groups: Array | None = None, seed: int = 0) -> dict[str, Figure]:
    place = np.arange(len(mark)) if groups is None else groups.astype(np.intp)
    return compare(mark, np.full(len(mark), 10.0), 0.5, given_as(before), given_as(after), place, seed)


@pytest.fixture
def chance() -> np.random.Generator:
    return np.random.default_rng(5)


def test_the_figures_are_what_others_reckon(chance: np.random.Generator) -> None:
    mark = chance.integers(0, 21, NUMBER) / 2
    score = np.clip(mark / 10 + chance.normal(0, 0.2, NUMBER), 0, 1)
    found = measured(score, mark / 10, mark)
    levels = np.rint(mark * 2).astype(int), np.rint(score * 20).astype(int)
    kappa = cohen_kappa_score(*levels, labels=range(21), weights="quadratic")
    assert found["qwk"].before.value == pytest.approx(kappa)
    assert found["r"].before.value == pytest.approx(stats.pearsonr(mark, score).statistic)
    assert found["bias"].before.value == pytest.approx(np.mean(score * 10 - mark))
    assert found["mae"].before.value == pytest.approx(np.mean(np.abs(score * 10 - mark)))
    assert found["coverage"].before.value == pytest.approx(np.mean(np.abs(score - mark / 10) <= 0.2 + 1e-9))
    assert [found[name].after.value for name in ("qwk", "r", "bias", "mae", "coverage")] == pytest.approx(
        [1, 1, 0, 0, 1]
    )
    for figure in found.values():
        assert figure.n == NUMBER
        assert figure.before.low <= figure.before.value <= figure.before.high


def test_the_same_seed_gives_the_same_intervals(chance: np.random.Generator) -> None:
    mark, score = chance.integers(0, 11, NUMBER).astype(float), chance.random(NUMBER)
    first, again, other = (measured(score, score / 2, mark, seed=seed) for seed in (0, 0, 1))
    assert first == again
    assert first["mae"].difference.value == other["mae"].difference.value
    assert first["mae"].difference != other["mae"].difference


def test_answers_of_a_group_are_drawn_together(chance: np.random.Generator) -> None:
    """Ten copies of six answers know no more than six."""
    mark, score = np.repeat(chance.integers(0, 11, 6), 10).astype(float), np.repeat(chance.random(6), 10)
    alone = measured(score, score, mark)["mae"].before
    together = measured(score, score, mark, np.repeat(np.arange(6), 10))["mae"].before
    assert together.value == alone.value
    assert together.high - together.low > 1.5 * (alone.high - alone.low)


def test_marks_that_tell_nothing_apart_have_no_figure() -> None:
    found = measured(np.linspace(0, 1, 20), np.full(20, 0.5), np.full(20, 5.0))
    assert math.isnan(found["r"].before.value)
    assert found["r"].before.as_json() == {"value": None, "low": None, "high": None}


def estimate(value: float, low: float, high: float) -> Estimate:
    return Estimate(value, low, high)


SURE_UP, SURE_DOWN, UP, DOWN = (
    estimate(0.3, 0.1, 0.5),
    estimate(-0.3, -0.5, -0.1),
    estimate(0.1, -0.1, 0.3),
    estimate(-0.1, -0.3, 0.1),
)


@pytest.mark.parametrize(
    ("error", "kappa", "r", "kind"),
    [
        (SURE_DOWN, UP, SURE_UP, "gain"),
        (DOWN, SURE_UP, SURE_UP, "gain"),
        (SURE_DOWN, DOWN, SURE_UP, "gain"),
        (DOWN, UP, SURE_UP, "no clear gain"),
        (UP, UP, SURE_UP, "no clear gain"),
        (DOWN, DOWN, SURE_UP, "no clear gain"),
        (SURE_DOWN, UP, UP, "no clear gain"),
        (UP, DOWN, SURE_UP, "worse"),
        (SURE_UP, UP, SURE_UP, "worse"),
        (SURE_DOWN, SURE_DOWN, SURE_UP, "worse"),
        (SURE_DOWN, SURE_UP, DOWN, "worse"),
        (SURE_DOWN, SURE_UP, estimate(math.nan, math.nan, math.nan), "worse"),
    ],
)
def test_what_the_figures_come_to(error: Estimate, kappa: Estimate, r: Estimate, kind: str) -> None:
    half = estimate(0.5, 0.4, 0.6)
    figures = {
        "mae": Figure("mae", 20, half, half, error),
        "qwk": Figure("qwk", 20, half, half, kappa),
        "r": Figure("r", 20, r, half, half),
    }
    assert judge(figures).kind == kind
