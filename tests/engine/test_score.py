"""Judgments to a score: literal sums, and the same sums by a slow, obviously right reference."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.score import Total, add_up
from grader.types import Evidence, Judgment, Point, PointKind, Reading

SAID = (Evidence(0, 1, "x", "keyword", 1.0),)


def judged(point_id: str, credit: float | None) -> Judgment:
    if credit is None:
        return Judgment(point_id, "abstain", None, reason="timeout")
    return Judgment(point_id, "met" if credit >= 0.7 else "partial" if credit >= 0.4 else "unmet", credit, SAID)


def total(*rows: tuple[float | None, float, PointKind], count: int | None = None) -> Total:
    """Add up points given as (credit, weight, kind)."""
    points = tuple(Point(f"p{i}", "x", weight, kind) for i, (_, weight, kind) in enumerate(rows))
    judgments = [judged(f"p{i}", credit) for i, (credit, _, _) in enumerate(rows)]
    return add_up(Reading("main", points, (), required_count=count), judgments)


R: PointKind = "required"
B: PointKind = "bonus"
M: PointKind = "misconception"


@pytest.mark.parametrize(
    ("rows", "count", "expected"),
    [
        ([(1.0, 1, R)], None, 1.0),
        ([(0.0, 1, R)], None, 0.0),
        ([(1.0, 1, R), (0.0, 1, R)], None, 0.5),
        ([(1.0, 3, R), (0.0, 1, R)], None, 0.75),
        ([(0.5, 2, R), (1.0, 1, R), (0.0, 1, R)], None, 0.5),
        ([(1.0, 1, R), (0.0, 1, R), (0.0, 1, R)], None, 0.3333),
        # any two of four
        ([(1.0, 1, R), (1.0, 1, R), (0.0, 1, R), (0.0, 1, R)], 2, 1.0),
        ([(1.0, 1, R), (0.0, 1, R), (0.0, 1, R), (0.0, 1, R)], 2, 0.5),
        ([(0.6, 1, R), (0.8, 1, R), (0.4, 1, R)], 2, 0.7),
        ([(1.0, 1, R), (1.0, 1, R), (1.0, 1, R)], 2, 1.0),
        # a bonus fills up what is missing and no more
        ([(0.5, 1, R), (1.0, 0.25, B)], None, 0.75),
        ([(1.0, 1, R), (1.0, 1, B)], None, 1.0),
        ([(0.0, 2, R), (0.0, 1, B)], None, 0.0),
        # and adds at most half of what was earned: it is no answer by itself
        ([(0.0, 1, R), (1.0, 1, B)], None, 0.0),
        ([(0.4, 1, R), (1.0, 1, B)], None, 0.6),
        # a misconception takes half its weight away, after the bonus is capped
        ([(1.0, 1, R), (1.0, 1, M)], None, 0.5),
        ([(1.0, 2, R), (1.0, 1, M)], None, 0.75),
        ([(0.2, 1, R), (1.0, 1, M)], None, 0.0),
        ([(1.0, 1, R), (1.0, 1, B), (1.0, 1, M)], None, 0.5),
        # what nobody could judge is left out of the sum
        ([(1.0, 1, R), (None, 1, R)], None, 1.0),
        ([(0.5, 1, R), (None, 3, R)], None, 0.5),
        ([(0.0, 1, R), (None, 1, R), (1.0, 2, R)], None, 0.6667),
    ],
)
def test_literal_scores(rows: list[tuple[float | None, float, PointKind]], count: int | None, expected: float) -> None:
    assert total(*rows, count=count).score == expected


@pytest.mark.parametrize(
    ("rows", "low", "high"),
    [
        # 1.645 * sqrt(0.3) = 0.9010
        ([(1.0, 1, R)], 0.099, 1.0),
        ([(0.0, 1, R)], 0.0, 0.901),
        # sure of all nine: 1.645 * sqrt(0.3 / 9) = 0.3003
        ([(1.0, 1, R)] * 9, 0.6997, 1.0),
        # nine halves: 1.645 * sqrt((0.3 + 0.125) / 9) = 0.3575
        ([(0.5, 1, R)] * 9, 0.1425, 0.8575),
        # nothing known at all
        ([(None, 1, R)], 0.0, 1.0),
    ],
)
def test_literal_intervals(rows: list[tuple[float | None, float, PointKind]], low: float, high: float) -> None:
    found = total(*rows)
    assert (found.low, found.high) == (low, high)


def test_a_count_may_be_for_one_group_only() -> None:
    points = (Point("def", "x", 2.0), *(Point(f"k{i}", "x", 1.0, group="kinds") for i in range(4)))
    reading = Reading("main", points, (), required_count=2, count_group="kinds")
    said = {"def": 1.0, "k0": 1.0, "k1": 0.0, "k2": 0.0, "k3": 0.0}
    assert add_up(reading, [judged(name, credit) for name, credit in said.items()]).score == 0.75


def test_an_abstention_widens_the_interval() -> None:
    sure, unsure = total((1.0, 1, R), (1.0, 1, R)), total((1.0, 1, R), (None, 1, R))
    assert unsure.low < sure.low


def test_a_missing_judgment_is_an_error_and_no_zero() -> None:
    reading = Reading("main", (Point("a", "x"), Point("b", "x")), ())
    with pytest.raises(KeyError):
        add_up(reading, [judged("a", 1.0)])


# --- against the reference

Row = tuple[Fraction | None, Fraction, PointKind]
shares = st.one_of(st.none(), st.integers(0, 20).map(lambda n: Fraction(n, 20)))
weights = st.integers(1, 30).map(lambda n: Fraction(n, 10))
kinds = st.sampled_from((R, R, R, B, M))
rubrics = st.lists(st.tuples(shares, weights, kinds), min_size=1, max_size=7)


def slow_score(rows: list[Row], count: int | None) -> Fraction | None:
    """The definition in words, in exact fractions; None where no required point is known.

    With a count of N, try all sets of N required points and take the one that earns most. A set's whole is the weight
    of the N heaviest points. Unknown points are left out of the whole.
    """
    required = [(credit, weight) for credit, weight, kind in rows if kind == R]
    n = len(required) if count is None else min(count, len(required))
    full = sum(sorted((weight for _, weight in required), reverse=True)[:n], Fraction(0))
    best: Fraction | None = None
    for chosen in itertools.combinations(required, n):
        if any(credit is not None for credit, _ in chosen):
            unknown = sum((weight for credit, weight in chosen if credit is None), Fraction(0))
            earned = sum((credit * weight for credit, weight in chosen if credit is not None), Fraction(0))
            best = max(best or Fraction(0), earned / (full - unknown))
    if best is None:
        return None
    extra = sum((c * w for c, w, kind in rows if kind == B and c is not None), Fraction(0)) / full
    extra = min(extra, best / 2)
    wrong = sum((c * w for c, w, kind in rows if kind == M and c is not None), Fraction(0)) / full
    return max(Fraction(0), min(Fraction(1), best + extra) - wrong / 2)


def fast(rows: list[Row], count: int | None) -> Total:
    plain = [(None if c is None else float(c), float(w), kind) for c, w, kind in rows]
    return total(*plain, count=count)


@given(rubrics)
def test_without_a_count_the_sum_is_the_reference(rows: list[Row]) -> None:
    expected = slow_score(rows, None)
    assert fast(rows, None).score == pytest.approx(0.0 if expected is None else float(expected), abs=6e-5)


@given(rubrics, st.integers(1, 4))
def test_a_count_takes_the_best_points(rows: list[Row], count: int) -> None:
    # Which of several abstentions a count passes over is a matter of policy; see the next test.
    known: list[Row] = [(Fraction(0) if c is None else c, w, kind) for c, w, kind in rows]
    expected = slow_score(known, count)
    assert fast(known, count).score == pytest.approx(0.0 if expected is None else float(expected), abs=6e-5)


@given(rubrics, st.integers(1, 4))
def test_bounds_hold_whatever_is_judged(rows: list[Row], count: int) -> None:
    for number in (None, count):
        found = fast(rows, number)
        assert 0.0 <= found.low <= found.score <= found.high <= 1.0


@given(rubrics, st.one_of(st.none(), st.integers(1, 4)), st.randoms(use_true_random=False))
def test_the_order_of_points_and_judgments_is_irrelevant(
    rows: list[Row], count: int | None, source: random.Random
) -> None:
    points = [Point(f"p{i}", "x", float(w), kind) for i, (_, w, kind) in enumerate(rows)]
    judgments = [judged(f"p{i}", None if c is None else float(c)) for i, (c, _, _) in enumerate(rows)]
    first = add_up(Reading("main", tuple(points), (), required_count=count), judgments)
    source.shuffle(points)
    source.shuffle(judgments)
    assert add_up(Reading("main", tuple(points), (), required_count=count), judgments) == first


@given(rubrics, st.one_of(st.none(), st.integers(1, 4)), st.integers(0, 6))
def test_more_credit_never_lowers_and_a_misconception_never_raises(
    rows: list[Row], count: int | None, which: int
) -> None:
    known: list[Row] = [(Fraction(0) if c is None else c, w, kind) for c, w, kind in rows]
    index = which % len(known)
    _, weight, kind = known[index]
    changed = [*known[:index], (Fraction(1), weight, kind), *known[index + 1 :]]
    before, after = fast(known, count).score, fast(changed, count).score
    assert after <= before if kind == M else after >= before


@given(rubrics, st.one_of(st.none(), st.integers(1, 4)), st.integers(2, 9))
def test_weights_are_relative(rows: list[Row], count: int | None, factor: int) -> None:
    scaled = [(credit, weight * factor, kind) for credit, weight, kind in rows]
    one, other = fast(rows, count), fast(scaled, count)
    assert (one.score, one.low, one.high) == pytest.approx((other.score, other.low, other.high), abs=1.01e-4)
