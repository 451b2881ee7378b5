"""Leave one corpus out: nothing of the corpus left out is fitted on, corpora weigh the same, maps never fall."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.corpora import Corpora
from benchmarks.metrics import FloatArray
from benchmarks.protocol import (
    constant_half_width,
    fit_map,
    fit_threshold,
    human_scores,
    left_out_maps,
)


def raw_values(corpora: Corpora, seed: int = 1) -> dict[str, FloatArray]:
    chance = np.random.default_rng(seed)
    return {name: human_scores(rows) + chance.normal(0, 0.3, len(rows)) for name, rows in corpora.rows.items()}


def test_the_human_scores_of_the_corpus_left_out_change_nothing(corpora: Corpora) -> None:
    raw = raw_values(corpora)
    turned = {**corpora.rows, "stita": tuple(replace(row, score=1 - row.score) for row in corpora.rows["stita"])}
    before, after = left_out_maps(raw, corpora.rows)["stita"], left_out_maps(raw, turned)["stita"]
    assert before(raw["stita"]).tolist() == after(raw["stita"]).tolist()
    assert left_out_maps(raw, turned)["beetle"](raw["beetle"]).tolist() != before(raw["beetle"]).tolist()


def test_a_map_never_falls_and_stays_in_bounds(corpora: Corpora) -> None:
    raw = raw_values(corpora)
    for fitted in left_out_maps(raw, corpora.rows).values():
        marks = fitted(np.linspace(-5, 5, 101))
        assert (np.diff(marks) >= 0).all()
        assert 0 <= marks.min() <= marks.max() <= 1


def test_corpora_weigh_the_same_whatever_their_size() -> None:
    small, large = np.full(10, 0.4), np.full(1_000, 0.8)
    fitted = fit_map([np.zeros(10), np.zeros(1_000)], [small, large])
    assert fitted(np.zeros(1))[0] == pytest.approx(0.6)


def test_score_bins_weigh_the_same_within_a_corpus() -> None:
    human = np.array([0.0] * 5 + [1.0] * 95)
    assert fit_map([np.zeros(100)], [human])(np.zeros(1))[0] == pytest.approx(0.5)


def test_the_threshold_parts_correct_from_incorrect() -> None:
    marks = np.array([0.1, 0.2, 0.3, 0.7, 0.8, 0.9])
    assert fit_threshold([marks], [marks > 0.5]) == pytest.approx(0.5)
    # The larger corpus does not outvote the smaller one.
    many = np.tile(marks, 100)
    assert 0.3 < fit_threshold([marks, many], [marks > 0.5, many > 0.5]) < 0.7


def test_a_threshold_exists_even_where_all_marks_are_equal() -> None:
    assert fit_threshold([np.full(4, 0.3)], [np.array([True, False, True, True])]) == pytest.approx(0.3)


@pytest.mark.parametrize(("coverage", "half"), [(0.5, 0.2), (0.75, 0.3), (1.0, 0.4), (0.0, 0.1)])
def test_the_constant_half_width_covers_the_share_asked_for(coverage: float, half: float) -> None:
    human = np.array([0.1, 0.2, 0.3, 0.4])
    assert constant_half_width([np.zeros(4)], [human], coverage) == pytest.approx(half)
