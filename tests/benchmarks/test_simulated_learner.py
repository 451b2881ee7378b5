"""The simulated learner forgets by the curve that is told, and the benchmark tells what it found."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from benchmarks.simulated_head import KNOWN_BEFORE, Head, Trace
from benchmarks.simulated_learner import fixed, main
from study.records import PointRef

NOW = datetime(2026, 3, 2, tzinfo=UTC)
POINT = PointRef("q", "main", "p")


@pytest.mark.parametrize(("days", "recall"), [(0, 1.0), (10, 0.9), (90, 0.567)])
def test_the_curve_is_known(days: int, recall: float) -> None:
    assert Trace(10.0, NOW).recall(NOW + timedelta(days=days)) == pytest.approx(recall, abs=0.001)


def test_chance_comes_from_the_seed_alone() -> None:
    heads = [Head(1), Head(1), Head(2)]
    for day in range(30):
        for head in heads:
            head.ask(POINT, NOW + timedelta(days=5 * day))
    assert heads[0] == heads[1] != heads[2]


def test_what_was_seen_is_known_better_than_what_was_not() -> None:
    heads = [Head(seed) for seed in range(50)]
    assert {head.recall(POINT, NOW) for head in heads} == {KNOWN_BEFORE}
    recalled = [head.ask(POINT, NOW) for head in heads]
    assert 5 <= sum(recalled) <= 25
    assert all(head.recall(POINT, NOW + timedelta(minutes=10)) > 0.99 for head in heads)


def test_a_fixed_interval_asks_every_question_again_after_it() -> None:
    often, seldom = (fixed(interval, new_per_day=2, days=20, size=10) for interval in (2, 5))
    assert often.reviews > seldom.reviews
    assert often.at_review > seldom.at_review
    assert often.studied == seldom.studied == 40 - 1  # ten questions of 3, 4, 5, 3, ... points


def test_the_benchmark_prints_and_writes_its_figures(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "figures.json"
    assert main(["--days", "14", "--questions", "6", "--fit", "--json", str(path)]) == 0
    told = json.loads(path.read_text())
    assert [run["desired"] for run in told["runs"]] == [0.9, None, 0.95, None]
    assert all(run["most_a_day"] <= run["planned"] for run in told["runs"] if run["planned"])
    assert "R when due" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["--days", "13"])
