"""The figures against libraries and against literal cases worked out by hand, and what the intervals promise."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import cohen_kappa_score, f1_score

from benchmarks import metrics
from benchmarks.metrics import Estimate, FloatArray


def marks(seed: int = 1, questions: int = 40, rows: int = 30) -> tuple[FloatArray, FloatArray, list[str]]:
    """Human marks, marks that follow them with noise and with a bias for each question, and the questions."""
    chance = np.random.default_rng(seed)
    names = [f"q{number}" for number in range(questions) for _ in range(rows)]
    human = chance.choice([0.0, 0.25, 0.5, 0.9, 1.0], size=len(names))
    bias = np.repeat(chance.normal(0, 0.2, questions), rows)
    return human, np.clip(human * 0.6 + bias + chance.normal(0.2, 0.2, len(names)), 0, 1), names


def test_point_values_are_those_of_the_libraries() -> None:
    human, given, questions = marks()
    found = metrics.agreement(human, given, questions)
    assert found["pooled_r"].value == pytest.approx(stats.pearsonr(human, given).statistic)
    assert found["rmse"].value == pytest.approx(float(np.sqrt(np.mean((human - given) ** 2))))
    quarters = [np.rint(values * 4).astype(int) for values in (human, given)]
    assert found["qwk"].value == pytest.approx(cohen_kappa_score(*quarters, weights="quadratic"))
    by_question = [stats.pearsonr(human[k : k + 30], given[k : k + 30]).statistic for k in range(0, 1200, 30)]
    assert found["within_r"].value == pytest.approx(np.mean(by_question))


def test_the_formulas_on_sums_say_the_same_as_the_libraries() -> None:
    """Where there is one question, each draw is that question, so a draw is the point value."""
    human, given, _ = marks()
    questions = ["q"] * len(human)
    found = metrics.agreement(human, given, questions)
    found["f1"] = metrics.two_way_f1(human > 0.7, given > 0.7, questions)
    for name, estimate in found.items():
        assert estimate.draws == pytest.approx(estimate.value), name


def test_weighted_rmse_lets_every_score_bin_weigh_the_same() -> None:
    human = np.array([1.0] * 98 + [0.0, 0.55])
    given = np.array([0.9] * 98 + [0.5, 0.55])
    expected = math.sqrt((0.1**2 + 0.5**2 + 0.0) / 3)
    found = metrics.agreement(human, given, ["q"] * 100)
    assert found["weighted_rmse"].value == pytest.approx(expected)


def test_the_mean_predictor_has_the_published_weighted_rmse_on_three_equal_bins() -> None:
    """ASAG2024 prints .41 for Beetle, whose scores are 0, .5 and 1; a mean of three roots would be .33."""
    human = np.array([0.0] * 20 + [0.5] * 10 + [1.0] * 30)
    found = metrics.agreement(human, np.full(60, 0.5), ["q"] * 60)
    assert round(found["weighted_rmse"].value, 2) == 0.41


def test_a_question_counts_within_if_it_has_rows_enough_and_human_scores_that_differ() -> None:
    human = np.concatenate([np.tile([0.0, 1.0], 10), np.ones(20), np.tile([0.0, 1.0], 3), np.tile([0.0, 1.0], 10)])
    given = np.concatenate([np.tile([0.2, 0.9], 10), np.tile([0.3, 0.6], 10), np.tile([1.0, 0.0], 3), np.full(20, 0.4)])
    questions = ["good"] * 20 + ["all right"] * 20 + ["few"] * 6 + ["flat"] * 20
    # "good" has r 1, "flat" tells nothing apart and has r 0, the other two do not count.
    assert metrics.agreement(human, given, questions)["within_r"].value == pytest.approx(0.5)


def test_figures_that_are_not_defined_are_nan_and_none_in_json() -> None:
    found = metrics.agreement(np.ones(12), np.linspace(0, 1, 12), ["q"] * 12)
    assert math.isnan(found["pooled_r"].value)
    assert math.isnan(found["within_r"].value)
    assert found["pooled_r"].as_json() == {"value": None, "low": None, "high": None, "n": 12}


def test_constant_marks_correlate_with_nothing() -> None:
    human, _, questions = marks()
    found = metrics.agreement(human, np.full_like(human, 0.4), questions)
    assert (found["pooled_r"].value, found["pooled_r"].low, found["pooled_r"].high) == (0.0, 0.0, 0.0)


def test_intervals_are_seeded_and_hold_the_value() -> None:
    human, given, questions = marks()
    first, second = (metrics.agreement(human, given, questions) for _ in range(2))
    assert first == second
    for estimate in first.values():
        assert estimate.low < estimate.value < estimate.high


def test_the_order_of_rows_does_not_matter() -> None:
    human, given, questions = marks()
    order = np.random.default_rng(3).permutation(len(human))
    first = metrics.agreement(human, given, questions)
    second = metrics.agreement(human[order], given[order], [questions[k] for k in order])
    for name, estimate in first.items():
        assert (estimate.value, estimate.low) == pytest.approx((second[name].value, second[name].low)), name


def test_answers_of_one_question_are_no_independent_evidence() -> None:
    """Where questions differ, drawing questions gives a wider interval than drawing answers would."""
    human, given, questions = marks(questions=8, rows=100)
    clustered = metrics.agreement(human, given, questions)["rmse"]
    single = metrics.agreement(human, given, [str(k) for k in range(len(human))])["rmse"]
    assert clustered.high - clustered.low > 1.5 * (single.high - single.low)


def test_macro_f1() -> None:
    human, given, questions = marks()
    found = metrics.two_way_f1(human > 0.7, given > 0.6, questions)
    assert found.value == pytest.approx(f1_score(human > 0.7, given > 0.6, average="macro"))
    assert found.low < found.value < found.high


def test_coverage_and_width() -> None:
    human = np.array([0.0, 0.5, 1.0, 1.0])
    found = metrics.interval_figures(human, human - 0.1, np.array([0.1, 0.4, 1.0, 1.0]), ["a", "a", "b", "b"])
    assert found["coverage"].value == 0.75
    assert found["width"].value == pytest.approx((0.2 + 0.0 + 0.1 + 0.1) / 4)


def test_a_difference_is_paired_and_a_mean_weighs_corpora_equally() -> None:
    human, given, questions = marks()
    first = metrics.agreement(human, given, questions)["rmse"]
    second = metrics.agreement(human, np.clip(given + 0.01, 0, 1), questions)["rmse"]
    apart = metrics.difference(second, first)
    assert apart.high - apart.low < 0.3 * (first.high - first.low)
    small = metrics.agreement(human[:300], given[:300], questions[:300])["rmse"]
    mean = metrics.mean_of([first, small])
    assert mean.value == pytest.approx((first.value + small.value) / 2)
    assert mean.n == 1_500
    assert isinstance(mean, Estimate)
