"""Sixty simulated days with the real trainer and a real database: the load holds, and what is remembered is what was wished.

"Retrievability" has two readings, by the learner's true forgetting curve in both: that of points at the moment they are asked
because they are due, which is what the scheduler aims at, and that of all studied points at the end. Both are held to .03.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.simulated_figures import Run
from benchmarks.simulated_learner import fixed_like, scheduled

DAYS, SEED, SIZE = 60, 1, 24
CLOSE = 0.03


@pytest.fixture(scope="module", params=[0.9, 0.95])
def ours(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return scheduled(tmp_path_factory.mktemp("sixty"), desired=request.param, days=DAYS, seed=SEED, size=SIZE)


def test_no_day_has_more_answers_than_planned(ours: Run) -> None:
    assert ours.planned is not None
    assert 0 < ours.most_a_day <= ours.planned
    assert ours.studied == 4 * SIZE, "the plan leads through all points"


def test_points_are_asked_when_their_retrievability_is_the_desired_one(ours: Run) -> None:
    assert ours.at_review == pytest.approx(ours.desired, abs=CLOSE)
    assert ours.early == pytest.approx(ours.desired, abs=CLOSE)
    assert ours.late == pytest.approx(ours.desired, abs=CLOSE)


def test_all_studied_points_end_near_the_desired_retention(ours: Run) -> None:
    assert ours.at_end == pytest.approx(ours.desired, abs=CLOSE)


def test_a_fixed_interval_with_no_fewer_reviews_misses_what_was_wished(ours: Run) -> None:
    fixed = fixed_like(ours, days=DAYS, seed=SEED, size=SIZE)
    assert fixed.reviews >= ours.reviews
    assert ours.desired is not None
    assert abs(fixed.at_end - ours.desired) > CLOSE
    assert abs(fixed.early - ours.desired) > CLOSE
    assert fixed.spread > 1.5 * ours.spread


def test_the_same_seed_gives_the_same_days(tmp_path: Path) -> None:
    runs = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        runs.append(scheduled(tmp_path / name, desired=0.9, days=8, seed=2, size=6))
    assert runs[0] == runs[1]
