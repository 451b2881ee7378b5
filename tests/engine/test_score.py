"""Judgments to a score: literal sums, and the same sums by a slow, obviously right reference."""

from __future__ import annotations

import itertools
import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.scale import PLAIN, Curve, Interval, Reach, Scale
from grader.score import Total, add_up
from grader.types import Evidence, Judgment, Point, PointKind, Reading

SAID = (Evidence(0, 1, "x", "keyword", 1.0),)


def judged(point_id: str, credit: float | None) -> Judgment:
    if credit is None:
        return Judgment(point_id, "abstain", None, reason="timeout")
    return Judgment(point_id, "met" if credit >= 0.7 else "partial" if credit >= 0.4 else "unmet", credit, SAID)


def total(*rows: tuple[float | None, float, PointKind], count: int | None = None, scale: Scale = PLAIN) -> Total:
    """Add up points given as (credit, weight, kind)."""
    points = tuple(Point(f"p{i}", "x", weight, kind) for i, (_, weight, kind) in enumerate(rows))
    judgments = [judged(f"p{i}", credit) for i, (credit, _, _) in enumerate(rows)]
    return add_up(Reading("main", points, (), required_count=count), judgments, scale)


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
        # one point: half a mark either way, but nothing below 0 and above 1
        ([(1.0, 1, R)], 0.5, 1.0),
        ([(0.0, 1, R)], 0.0, 0.5),
        ([(0.5, 1, R)], 0.0, 1.0),
        # two or more: 0.35, less towards nothing and towards all
        ([(1.0, 1, R)] * 9, 0.65, 1.0),
        ([(0.5, 1, R)] * 9, 0.15, 0.85),
        ([(0.25, 1, R)] * 9, 0.075, 0.6),
        # one point that weighs most of all is little more than one
        ([(0.5, 9, R), (0.5, 1, R)], 0.0, 1.0),
        # nothing known at all
        ([(None, 1, R)], 0.0, 1.0),
        # a half known, and fully: between 0.5 and 1 by what is not known, and 0.35 below by what is
        ([(1.0, 1, R), (None, 1, R)], 0.5, 1.0),
        ([(0.0, 1, R), (None, 1, R)], 0.0, 0.5),
        # three in four not known
        ([(1.0, 1, R), (None, 3, R)], 0.25, 1.0),
        ([(0.0, 1, R), (None, 3, R)], 0.0, 0.75),
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


BENT = Scale(
    curve=Curve(total=(0.0, 0.5, 1.0), score=(0.0, 0.8, 1.0)),
    interval=Interval(score=(0.0, 1.0), reaches=(Reach(points=1.0, below=(0.1, 0.1), above=(0.05, 0.05)),)),
)
"""A generous scale with a narrow interval."""


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        # (score, low, high, raw)
        ([(0.0, 1, R)], (0.0, 0.0, 0.05, 0.0)),
        ([(0.5, 1, R)], (0.8, 0.7, 0.85, 0.5)),
        ([(0.25, 1, R)], (0.4, 0.3, 0.45, 0.25)),
        ([(1.0, 1, R)], (1.0, 0.9, 1.0, 1.0)),
        # the misconception comes before the scale
        ([(1.0, 1, R), (1.0, 1, M)], (0.8, 0.7, 0.85, 0.5)),
        # what is not known reaches from nothing to all of it: 0.25 and 0.75 on the scale
        ([(0.5, 1, R), (None, 1, R)], (0.8, 0.4, 0.9, 0.5)),
        ([(None, 1, R), (None, 1, R)], (0.0, 0.0, 1.0, 0.0)),
    ],
)
def test_literal_scores_on_a_scale(
    rows: list[tuple[float | None, float, PointKind]], expected: tuple[float, float, float, float]
) -> None:
    found = total(*rows, scale=BENT)
    assert (found.score, found.low, found.high, found.raw) == expected


@pytest.mark.parametrize(
    ("rows", "count", "points"),
    [
        ([(1.0, 1, R)] * 4, None, 4.0),
        ([(1.0, 1, R)] * 4, 2, 2.0),
        ([(1.0, 1, R), (1.0, 1, B), (1.0, 1, M)], None, 1.0),
        ([(1.0, 3, R), (0.0, 1, R)], None, 1.6),
        ([(1.0, 1, R), (None, 1, R)], None, 2.0),
    ],
)
def test_the_effective_number_of_points(
    rows: list[tuple[float | None, float, PointKind]], count: int | None, points: float
) -> None:
    assert total(*rows, count=count).points == pytest.approx(points)


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


def fast(rows: list[Row], count: int | None, scale: Scale = PLAIN) -> Total:
    plain = [(None if c is None else float(c), float(w), kind) for c, w, kind in rows]
    return total(*plain, count=count, scale=scale)


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


@given(rubrics, st.data())
def test_an_abstention_widens_the_interval_by_all_that_it_could_be_worth(rows: list[Row], data: st.DataObject) -> None:
    """Whatever the unknown points turn out to be worth, the interval holds the score that would have been given."""
    known = [row for row in rows if row[2] == R]
    for scale in (PLAIN, BENT):
        found = total(*[(None if c is None else float(c), float(w), kind) for c, w, kind in known], scale=scale)
        told = [
            (float(data.draw(st.integers(0, 20))) / 20 if c is None else float(c), float(w), kind)
            for c, w, kind in known
        ]
        if told:
            assert found.low - 1e-4 <= total(*told, scale=scale).score <= found.high + 1e-4


@given(rubrics, st.one_of(st.none(), st.integers(1, 4)))
def test_a_scale_moves_scores_and_no_order(rows: list[Row], count: int | None) -> None:
    plain, bent = fast(rows, count), fast(rows, count, BENT)
    assert (plain.raw, plain.points) == (bent.raw, bent.points)
    assert bent.score == round(BENT.curve.of(bent.raw), 4)
    assert plain.score == round(plain.raw, 4)
    assert 0.0 <= bent.low <= bent.score <= bent.high <= 1.0


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
