"""How sure and how right: Brier scores that a person can check by hand, and the laws of bins and intervals."""

from __future__ import annotations

from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from study.confidence import FEW, Tendency, reliability, tally, wilson

Answers = list[tuple[int, float]]
answers = st.lists(st.tuples(st.integers(0, 100), st.floats(0, 1)), min_size=1, max_size=60)


@pytest.mark.parametrize(
    ("given_answers", "brier", "baseline"),
    [
        ([(100, 1.0), (0, 0.0)], 0.0, 0.25),
        ([(50, 1.0), (50, 0.0)], 0.25, 0.25),
        ([(100, 0.0), (0, 1.0)], 1.0, 0.25),
        ([(80, 0.5), (80, 1.0)], (0.09 + 0.04) / 2, 0.0625),
        ([(70, 0.7)] * 3, 0.0, 0.0),
    ],
)
def test_brier_scores_are_those_of_a_calculation_by_hand(given_answers: Answers, brier: float, baseline: float) -> None:
    found = reliability(tally(given_answers))
    assert found is not None
    assert found.brier.value == pytest.approx(brier)
    assert found.baseline == pytest.approx(baseline, abs=1e-12)


def test_its_interval_is_the_normal_one_of_the_squared_distances() -> None:
    found = reliability(tally([(50, 1.0), (50, 0.5), (100, 0.5), (0, 0.1)]))
    assert found is not None
    # 0.25, 0, 0.25 and 0.01: mean 0.1275, standard deviation 0.1415, and 1.645 * 0.1415 / 2 = 0.1164 to both sides.
    assert found.brier.low == pytest.approx(0.0111, abs=2e-4)
    assert found.brier.high == pytest.approx(0.2439, abs=2e-4)


def test_without_answers_there_is_nothing_to_say_and_one_says_little() -> None:
    assert reliability(()) is None
    found = reliability(tally([(60, 0.5)]))
    assert found is not None
    assert (found.brier.low, found.brier.high) == (0.0, 1.0)
    assert found.tendency == "unknown"
    assert found.telling is None


@pytest.mark.parametrize(
    ("given_answers", "tendency", "said"),
    [
        ([(90, 0.5), (90, 0.6)] * FEW, "over", 0.9),
        ([(30, 0.9), (30, 0.8)] * FEW, "under", 0.3),
        ([(50, 1.0), (50, 0.0)] * FEW, "fair", None),
        ([(90, 0.1)] * (FEW - 1), "unknown", None),
        # Far off but once, and a little less far off but twenty times.
        ([(10, 0.0), (90, 0.0)] + [(80, 0.4), (80, 0.2)] * FEW, "over", 0.8),
    ],
)
def test_too_sure_too_unsure_or_neither(given_answers: Answers, tendency: Tendency, said: float | None) -> None:
    found = reliability(tally(given_answers))
    assert found is not None
    assert found.tendency == tendency
    assert (None if found.telling is None else found.telling.said) == (None if said is None else pytest.approx(said))


@given(answers)
def test_sums_of_powers_say_the_same_as_the_answers_themselves(given_answers: Answers) -> None:
    found = reliability(tally(given_answers))
    assert found is not None
    brier = fmean((confidence / 100 - earned) ** 2 for confidence, earned in given_answers)
    assert found.brier.value == pytest.approx(brier, abs=1e-9)
    assert found.gap.value == pytest.approx(fmean(c / 100 - earned for c, earned in given_answers), abs=1e-9)
    for estimate, least in ((found.brier, 0.0), (found.gap, -1.0)):
        assert least <= estimate.low <= estimate.value <= estimate.high <= 1.0


@given(answers)
def test_every_answer_lies_in_one_bin_and_every_bin_around_its_mean(given_answers: Answers) -> None:
    found = reliability(tally(given_answers))
    assert found is not None
    assert sum(part.count for part in found.bins) == len(given_answers)
    for part in found.bins:
        assert part.start - 1e-9 <= part.said <= part.end + 1e-9
        assert 0.0 <= part.right.low <= part.right.value <= part.right.high <= 1.0


@pytest.mark.parametrize(
    ("share", "count", "low", "high"), [(0.5, 10, 0.269, 0.731), (0.0, 10, 0.0, 0.213), (1.0, 10, 0.787, 1.0)]
)
def test_wilsons_interval(share: float, count: int, low: float, high: float) -> None:
    found = wilson(share, count)
    assert [found.low, found.high] == pytest.approx([low, high], abs=5e-4)
