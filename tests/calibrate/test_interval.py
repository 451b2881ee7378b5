"""Few marks: the scale stays near the old one, and the interval holds nine in ten marks that it has not seen."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.fit_scale import Array, Marks, fit_scale, lifted, margin, widened
from grader.scale import PLAIN, Curve

SHARES = st.floats(0.0, 1.0)


def drawn(chance: np.random.Generator, number: int) -> Marks:
    """Marks of a strict teacher who is not quite sure of them; a fifth of the answers say nothing."""
    raw = np.where(chance.random(number) < 0.2, 0.0, chance.random(number))
    marks: Array = np.round(np.clip(raw**2 + chance.normal(0.0, 0.15, number), 0.0, 1.0) * 10) / 10
    return Marks(raw, marks, np.full(number, 4.0), np.ones(number))


@pytest.mark.parametrize("number", [10, 20, 60, 120])
def test_the_range_holds_nine_in_ten_new_marks(number: int) -> None:
    chance = np.random.default_rng(number)
    held = []
    for _ in range(40):
        scale = fit_scale(drawn(chance, number), prior=PLAIN, worth=10.0)
        new = drawn(chance, 200)
        ends = np.array([scale.interval.around(scale.curve.of(raw), 4.0) for raw in new.raw.tolist()])
        held.append(np.mean((ends[:, 0] - 1e-9 <= new.marks) & (new.marks <= ends[:, 1] + 1e-9)))
    assert 0.88 <= np.mean(held) <= 0.96


@given(st.lists(st.tuples(SHARES, SHARES), min_size=10, max_size=40))
def test_whatever_the_marks_the_curve_rises_from_nothing_to_all(pairs: list[tuple[float, float]]) -> None:
    raw, marks = np.array(pairs).T
    scale = fit_scale(Marks(raw, marks, np.ones(len(raw)), np.ones(len(raw))), prior=PLAIN, worth=10.0)
    assert (scale.curve.of(0.0), scale.curve.of(1.0)) == (0.0, 1.0)
    assert all(a <= b for a, b in pairwise(scale.curve.of(total / 50) for total in range(51)))
    for total in range(51):
        score = scale.curve.of(total / 50)
        low, high = scale.interval.around(round(score, 4), 4.0)
        assert 0.0 <= low <= round(score, 4) <= high <= 1.0


def test_few_marks_move_the_curve_less_than_many() -> None:
    chance = np.random.default_rng(1)
    few, many = (fit_scale(drawn(chance, number), prior=PLAIN, worth=10.0).curve.of(0.5) for number in (10, 400))
    assert 0.25 < many < 0.32
    assert many < few < 0.5


def test_answers_of_a_group_are_left_out_together() -> None:
    """Twenty copies of one surprise do not vouch for one another."""
    raw, marks = np.repeat([0.0, 0.5, 1.0], 20), np.repeat([0.0, 1.0, 1.0], 20)
    answers = Marks(raw, marks, np.full(60, 4.0), np.ones(60))
    together = margin(answers, PLAIN, 10.0, np.repeat([0, 1, 2], 20))
    assert together > margin(answers, PLAIN, 10.0)


def test_a_margin_narrows_and_widens_and_stays_on_the_scale() -> None:
    assert PLAIN.interval.around(0.5, 2.0) == (0.15, 0.85)
    assert widened(PLAIN.interval, -0.1).around(0.5, 2.0) == (0.25, 0.75)
    assert widened(PLAIN.interval, -0.9).around(0.5, 2.0) == (0.5, 0.5)
    assert widened(PLAIN.interval, 5.0).around(0.5, 2.0) == (0.0, 1.0)


@pytest.mark.parametrize(("total", "expected"), [(0.0, 0.5), (0.9, 0.5), (0.5, 0.95), (1.0, 0.5)])
def test_a_curve_is_lifted_only_where_it_is_too_low(total: float, expected: float) -> None:
    curve = Curve(total=(0.0, 0.5, 0.9, 1.0), score=(0.0, 0.5, 0.96, 1.0))
    found = lifted(curve, total, 0.95)
    assert found.of(0.5) == expected
    assert found.of(0.25) == curve.of(0.25) or total == 0.5
    assert found.of(1.0) == 1.0
