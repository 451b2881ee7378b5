"""The scale from totals to scores: what is a good one, and what every one does."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from grader.calibration import default_calibration
from grader.scale import PLAIN, Curve, Interval, Reach, Scale, between, effective

Knots = tuple[float, ...]
SHARES = st.floats(0.0, 1.0)


def reach(points: float = 1.0, below: Knots = (0.1, 0.1), above: Knots = (0.1, 0.1)) -> Reach:
    return Reach(points=points, below=below, above=above)


# --- curves


@pytest.mark.parametrize(
    ("total", "score"),
    [
        # from 0 to 1, both
        ((0.1, 1.0), (0.0, 1.0)),
        ((0.0, 0.9), (0.0, 1.0)),
        ((0.0, 1.0), (0.1, 1.0)),
        ((0.0, 1.0), (0.0, 0.9)),
        # one knot each
        ((0.0, 0.5, 1.0), (0.0, 1.0)),
        ((0.0, 1.0), (0.0, 0.5, 1.0)),
        ((), ()),
        ((0.0,), (0.0,)),
        # totals rise strictly, scores do not fall
        ((0.0, 0.5, 0.5, 1.0), (0.0, 0.2, 0.3, 1.0)),
        ((0.0, 0.6, 0.5, 1.0), (0.0, 0.2, 0.3, 1.0)),
        ((0.0, 0.5, 0.6, 1.0), (0.0, 0.3, 0.2, 1.0)),
        # shares, and numbers at all
        ((0.0, 0.5, 1.0), (0.0, 1.5, 1.0)),
        ((0.0, 0.5, 1.0), (0.0, -0.5, 1.0)),
        ((0.0, float("nan"), 1.0), (0.0, 0.5, 1.0)),
        ((0.0, 0.5, 1.0), (0.0, float("inf"), 1.0)),
        ((0.0, 0.5, 1.0), (0.0, "much", 1.0)),
    ],
)
def test_a_bad_curve_is_refused(total: Any, score: Any) -> None:
    with pytest.raises(ValidationError):
        Curve(total=total, score=score)


@pytest.mark.parametrize(
    ("total", "score"),
    [(0.0, 0.0), (0.125, 0.2), (0.25, 0.4), (0.4, 0.4), (0.5, 0.4), (0.75, 0.7), (1.0, 1.0)],
)
def test_a_curve_goes_straight_from_knot_to_knot(total: float, score: float) -> None:
    curve = Curve(total=(0.0, 0.25, 0.5, 1.0), score=(0.0, 0.4, 0.4, 1.0))
    assert curve.of(total) == pytest.approx(score, abs=1e-12)


def test_a_scale_of_nothing_in_particular_is_the_identity() -> None:
    assert [Curve().of(x) for x in (0.0, 0.3, 1.0)] == [0.0, 0.3, 1.0]
    assert Scale().interval.around(0.3, 5.0) == (0.0, 1.0)


@pytest.mark.parametrize("name", ["curve", "interval", "format"])
def test_scales_are_frozen(name: str) -> None:
    scale: Any = Scale()
    with pytest.raises(ValidationError):
        setattr(scale, name, getattr(PLAIN, name))


@pytest.mark.parametrize("data", [{"format": "viva-scale/2"}, {"curves": {}}, {"curve": None}, {"interval": {"x": 1}}])
def test_a_file_with_something_else_is_refused(data: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Scale.model_validate(data)


# --- intervals


@pytest.mark.parametrize(
    ("score", "reaches", "told"),
    [
        ((0.1, 1.0), [reach()], "must rise from 0 to 1"),
        ((0.0, 0.9), [reach()], "must rise from 0 to 1"),
        ((0.0, 0.5, 0.5, 1.0), [reach(below=(0.1,) * 4, above=(0.1,) * 4)], "must rise from 0 to 1"),
        ((), [], "must rise from 0 to 1"),
        ((0.0, 1.0), [reach(below=(0.1,))], "one entry for each knot"),
        ((0.0, 1.0), [reach(above=(0.1, 0.1, 0.1))], "one entry for each knot"),
        ((0.0, 1.0), [], "must begin with one from 1 point"),
        ((0.0, 1.0), [reach(2.0)], "must begin with one from 1 point"),
        ((0.0, 1.0), [reach(), reach()], "in the order of their points"),
        ((0.0, 1.0), [reach(), reach(3.0), reach(2.0)], "in the order of their points"),
    ],
)
def test_a_bad_interval_is_refused(score: Knots, reaches: list[Reach], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        Interval(score=score, reaches=tuple(reaches))


@pytest.mark.parametrize(
    "data",
    [
        {"points": 0.5, "below": (0.0,), "above": (0.0,)},
        {"points": 1.0, "below": (-0.1,), "above": (0.0,)},
        {"points": 1.0, "below": (0.0,), "above": (1.1,)},
        {"points": float("inf"), "below": (0.0,), "above": (0.0,)},
        {"points": 1.0, "below": (0.0,)},
    ],
)
def test_a_bad_reach_is_refused(data: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Reach.model_validate(data)


STEPS = Interval(
    score=(0.0, 0.5, 1.0),
    reaches=(reach(1.0, (0.0, 0.4, 0.4), (0.4, 0.4, 0.0)), reach(3.0, (0.0, 0.2, 0.1), (0.1, 0.2, 0.0))),
)


@pytest.mark.parametrize(
    ("score", "points", "ends"),
    [
        (0.0, 1.0, (0.0, 0.4)),
        (0.5, 1.0, (0.1, 0.9)),
        (1.0, 1.0, (0.6, 1.0)),
        # a reach holds from its number of points to the next
        (0.5, 2.999, (0.1, 0.9)),
        (0.5, 3.0, (0.3, 0.7)),
        (0.5, 50.0, (0.3, 0.7)),
        # between knots, in a straight line; never beyond the ends
        (0.75, 3.0, (0.6, 0.85)),
        (0.25, 1.0, (0.05, 0.65)),
        (0.9, 1.0, (0.5, 0.98)),
        # fewer than one point cannot be: then as for one
        (0.5, 0.0, (0.1, 0.9)),
    ],
)
def test_literal_intervals(score: float, points: float, ends: tuple[float, float]) -> None:
    assert STEPS.around(score, points) == ends


# --- what every scale does


@st.composite
def scales(draw: st.DrawFn) -> Scale:
    def knots(least: int, most: int) -> Knots:
        # Thousandths, so that no two knots lie so close that nothing can be told between them.
        inner = draw(st.lists(st.integers(1, 999), min_size=least, max_size=most, unique=True))
        return (0.0, *(number / 1000 for number in sorted(inner)), 1.0)

    total = knots(0, 6)
    heights = sorted(draw(st.lists(SHARES, min_size=len(total) - 2, max_size=len(total) - 2)))
    score = knots(0, 5)
    shares = st.lists(SHARES, min_size=len(score), max_size=len(score)).map(tuple)
    groups = (1.0, *sorted(draw(st.lists(st.floats(1.5, 9.0), max_size=2, unique=True))))
    reaches = tuple(Reach(points=points, below=draw(shares), above=draw(shares)) for points in groups)
    return Scale(curve=Curve(total=total, score=(0.0, *heights, 1.0)), interval=Interval(score=score, reaches=reaches))


every_scale = st.one_of(
    scales(), st.sampled_from((PLAIN, default_calibration().described.scale, default_calibration().plain.scale))
)


@given(every_scale, SHARES, SHARES)
def test_more_is_never_less_nothing_is_nothing_and_all_is_all(scale: Scale, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert (scale.curve.of(0.0), scale.curve.of(1.0)) == (0.0, 1.0)
    # Two sums of the same knots may differ in their last bit.
    assert 0.0 <= scale.curve.of(low) <= scale.curve.of(high) + 1e-12
    assert scale.curve.of(high) <= 1.0 + 1e-12
    assert round(scale.curve.of(low), 4) <= round(scale.curve.of(high), 4)


@given(every_scale, SHARES, st.floats(1.0, 20.0))
def test_a_score_lies_in_its_interval(scale: Scale, total: float, points: float) -> None:
    score = round(scale.curve.of(total), 4)
    low, high = scale.interval.around(score, points)
    assert 0.0 <= low <= score <= high <= 1.0


@given(every_scale)
def test_a_scale_survives_its_file(scale: Scale) -> None:
    assert Scale.model_validate_json(scale.model_dump_json()) == scale


@pytest.mark.parametrize("x", [0.0, 0.2, 0.5, 0.75, 1.0])
def test_between_meets_its_knots(x: float) -> None:
    xs = (0.0, 0.2, 0.5, 0.75, 1.0)
    assert between(xs, tuple(value / 2 for value in xs), x) == pytest.approx(x / 2)


# --- how many points there are


@pytest.mark.parametrize(
    ("weights", "number"),
    [
        ([], 1.0),
        ([0.0, 0.0], 1.0),
        ([3.0], 1.0),
        ([1.0, 1.0], 2.0),
        ([0.1] * 7, 7.0),
        ([3.0, 1.0], 1.6),
        ([2.0, 1.0, 1.0], 8 / 3),
        ([1.0, 0.0], 1.0),
    ],
)
def test_the_effective_number(weights: list[float], number: float) -> None:
    assert effective(weights) == pytest.approx(number)


@given(st.lists(st.floats(0.01, 100.0), min_size=1, max_size=9), st.floats(0.01, 100.0), st.randoms())
def test_the_effective_number_is_between_one_and_all(weights: list[float], factor: float, source: Any) -> None:
    number = effective(weights)
    assert 1.0 - 1e-9 <= number <= len(weights) + 1e-9
    assert effective([factor * weight for weight in weights]) == pytest.approx(number)
    shuffled = list(weights)
    source.shuffle(shuffled)
    assert effective(shuffled) == number
