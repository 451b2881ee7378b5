"""Memory of points: FSRS as the package computes it, derived from reviews alone."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta, timezone

import pytest
from fsrs import Card, Rating, Scheduler
from hypothesis import given
from hypothesis import strategies as st

from grader.types import Question, Reading, Verdict
from study.memory import Memory, PointRating, asked, elapsed_days, ratings
from study.records import CardState, HintUse, PointRef, Review
from tests.study.classroom import DAY, NOW, card, grade, judgment, question, ref, review

P1, P2 = ref("q"), ref("q", 2)
gaps = st.one_of(st.integers(0, 30).map(lambda days: days * DAY), st.timedeltas(timedelta(0), timedelta(days=400)))


@st.composite
def histories(draw: st.DrawFn) -> list[Review]:
    found = []
    for name in (P1, P2, ref("other", 1, "second")):
        at = NOW
        for number in range(draw(st.integers(0, 12))):
            at += draw(gaps)
            found.append(review(name, draw(st.integers(1, 4)), at, number))
    return found


# --- cards


def test_a_first_answer_and_what_follows() -> None:
    """Literal figures, computed once with the package by hand."""
    memory = Memory()
    first = memory.review(None, review(P1, 3, NOW))
    assert (first.state, first.step, first.reps, first.lapses) == (2, None, 1, 0)
    assert first.stability == pytest.approx(2.3065)
    assert first.due == NOW + 2 * DAY
    missed = memory.review(first, review(P1, 1, NOW + 2 * DAY))
    assert (missed.state, missed.step, missed.reps, missed.lapses) == (3, 0, 2, 1)
    assert missed.due == NOW + 2 * DAY + timedelta(minutes=10)
    again = memory.review(missed, review(P1, 3, NOW + 2 * DAY + timedelta(minutes=10)))
    assert (again.state, again.reps, again.lapses) == (2, 3, 1)
    assert again.due == NOW + 3 * DAY + timedelta(minutes=10)


@given(
    st.lists(st.tuples(st.integers(1, 60), st.integers(1, 4)), min_size=1, max_size=15),
    st.sampled_from((0.8, 0.9, 0.95)),
)
def test_it_is_the_package_over_whole_days(steps: list[tuple[int, int]], retention: float) -> None:
    memory = Memory(None, retention)
    step = timedelta(minutes=10)
    theirs = Scheduler(
        desired_retention=retention, learning_steps=(step,), relearning_steps=(step,), enable_fuzzing=False
    )
    at, mine, card_ = NOW, None, Card(card_id=1, due=NOW)
    for days, rating in steps:
        at += days * DAY
        mine = memory.review(mine, review(P1, rating, at))
        card_, _ = theirs.review_card(card_, Rating(rating), at)
        assert (mine.state, mine.step, mine.stability, mine.difficulty, mine.due, mine.last_review) == (
            int(card_.state),
            card_.step,
            card_.stability,
            card_.difficulty,
            card_.due,
            card_.last_review,
        )


@given(histories(), st.randoms(use_true_random=False))
def test_the_log_gives_the_same_cards_in_any_order(log: list[Review], chance: random.Random) -> None:
    memory = Memory()
    cards = memory.rebuild(log)
    shuffled = log.copy()
    chance.shuffle(shuffled)
    assert Memory().rebuild(shuffled) == cards
    one_by_one: dict[PointRef, CardState] = {}
    for entry in sorted(log, key=lambda entry: (entry.at, entry.id)):
        one_by_one[entry.ref] = memory.review(one_by_one.get(entry.ref), entry)
    assert one_by_one == cards
    assert cards.keys() == {entry.ref for entry in log}


@given(histories(), st.sampled_from((0.7, 0.9, 0.97)), st.sampled_from((0.7, 0.85, 0.97)))
def test_another_retention_moves_what_is_due_and_nothing_else(log: list[Review], before: float, after: float) -> None:
    changed = Memory(None, after)
    moved = {ref: changed.due_anew(card) for ref, card in Memory(None, before).rebuild(log).items()}
    assert moved == changed.rebuild(log)


@pytest.mark.parametrize(("stability", "days"), [(0.01, 1), (12.3, 12), (1e9, 36_500)])
def test_a_point_is_due_after_a_day_at_least_and_a_hundred_years_at_most(stability: float, days: int) -> None:
    held = card(P1, due=NOW, stability=stability, last=NOW)
    assert Memory().due_anew(held).due == NOW + days * DAY
    learned = replace(held, state=3)
    assert Memory().due_anew(learned) == learned


def test_times_in_another_zone_are_the_same_times() -> None:
    there = NOW.astimezone(timezone(timedelta(hours=5, minutes=45)))
    memory = Memory()
    assert memory.review(None, review(P1, 3, there)).due == memory.review(None, review(P1, 3, NOW)).due


@pytest.mark.parametrize(
    ("hours", "days"), [(0, 0), (1, 0), (15.9, 0), (16, 1), (23, 1), (24, 1), (39.9, 1), (40, 2), (-5, 0)]
)
def test_coming_a_little_earlier_than_yesterday_is_a_day_later(hours: float, days: int) -> None:
    assert elapsed_days(NOW, NOW + timedelta(hours=hours)) == days


def test_who_comes_an_hour_earlier_each_day_is_scheduled_by_days() -> None:
    memory = Memory()
    first = memory.review(None, review(P1, 1, NOW))
    second = memory.review(first, review(P1, 3, NOW + timedelta(hours=23)))
    assert second.stability == memory.review(first, review(P1, 3, NOW + DAY)).stability


def test_a_stability_of_zero_is_a_number() -> None:
    assert Memory().retrievability(card(P1, due=NOW, stability=0.001, last=NOW), NOW) == 1.0


@given(st.floats(0.01, 1000), st.floats(0, 5000), st.floats(0, 5000))
def test_memory_fades(stability: float, days: float, more: float) -> None:
    memory = Memory()
    known = card(P1, due=NOW, stability=stability, last=NOW)
    early, late = (memory.retrievability(known, NOW + passed * DAY) for passed in (days, days + more))
    assert 0 < late <= early <= 1
    assert memory.retrievability(known, NOW + stability * DAY) == pytest.approx(0.9, abs=1e-6)
    assert memory.retrievability(known, NOW - DAY) == 1.0


def test_a_card_that_was_never_reviewed_is_not_remembered() -> None:
    empty = CardState("a" * 32, P1, 1, 0, None, None, NOW, None)
    assert Memory().retrievability(empty, NOW) == 0.0


@pytest.mark.parametrize("parameters", [(0.1,) * 20, (-1.0,) * 21])
def test_parameters_out_of_bounds_are_refused(parameters: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="parameters"):
        Memory(parameters)


# --- ratings


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ("mmm", [3, 3, 3]),
        ("mpu", [3, 2, 1]),
        ("aum", [None, 1, 3]),
        ("aaa", [None, None, None]),
    ],
)
def test_each_point_is_rated_by_its_verdict(verdicts: str, expected: list[int | None]) -> None:
    asked_for = question()
    assert by_point(asked_for, ratings(asked_for, grade(asked_for, verdicts))) == expected


def test_less_than_half_of_a_point_is_not_remembered() -> None:
    one = question(points=1)
    little = judgment("p1", "partial", 0.49)
    given_ = grade(one, "p")
    assert [r.rating for r in ratings(one, given_)] == [2]
    assert [(r.rating, r.why) for r in ratings(one, replace(given_, judgments=(little,)))] == [(1, "little")]


@pytest.mark.parametrize(
    ("verdict", "level", "rating"),
    [("m", 1, 2), ("m", 2, 2), ("m", 3, 1), ("p", 1, 2), ("p", 3, 1), ("u", 1, 1), ("a", 3, None)],
)
def test_hints_lower_the_rating_of_their_point_only(verdict: str, level: int, rating: int | None) -> None:
    asked_for = question()
    hints = [HintUse("p1", step, NOW) for step in range(1, level + 1)]
    found = ratings(asked_for, grade(asked_for, verdict + "mm"), hints=hints)
    assert by_point(asked_for, found) == [rating, 3, 3]


@pytest.mark.parametrize(
    ("verdicts", "expected"), [("umu", [1, 3, None]), ("umm", [1, 3, 3]), ("mpu", [3, None, None]), ("aua", [None] * 3)]
)
def test_points_outside_the_focus_count_only_where_met(verdicts: str, expected: list[int | None]) -> None:
    asked_for = question()
    found = ratings(asked_for, grade(asked_for, verdicts), focus=("p1",))
    assert by_point(asked_for, found) == expected
    assert {r.why for r in found if r.ref.point_id != "p1"} <= {"unasked"}


@pytest.mark.parametrize(
    ("verdicts", "expected"),
    [
        ("mmuuu", [3, 3, None, None, None]),
        ("muuuu", [3, 1, None, None, None]),
        ("uuuuu", [1, 1, None, None, None]),
        ("uumpu", [None, None, 3, 2, None]),
        ("auuum", [None, None, None, None, 3]),  # the one nobody could judge may have been the second
        ("mmmmm", [3, 3, 3, 3, 3]),
    ],
)
def test_of_a_count_only_what_is_short_is_missed(verdicts: str, expected: list[int | None]) -> None:
    asked_for = question(points=5, count=2)
    assert by_point(asked_for, ratings(asked_for, grade(asked_for, verdicts))) == expected


def test_what_no_longer_exists_is_left_out() -> None:
    old, new = question(points=3), question(points=2)
    assert [r.ref.point_id for r in ratings(new, grade(old, "mmm"))] == ["p1", "p2"]
    gone = Question("q", "What?", (Reading("renamed", new.points, ("Text.",)),))
    assert ratings(gone, grade(old, "mmm")) == ()
    assert asked(gone, grade(old, "mmm")) == ()


@pytest.mark.parametrize(
    ("count", "focus", "verdicts", "expected"),
    [
        (None, (), "mua", ["p1", "p2", "p3"]),
        (None, ("p2",), "mua", ["p2"]),
        (2, (), "muu", ["p1", "p2"]),
        (1, (), "umu", ["p2"]),
    ],
)
def test_the_learner_rates_what_was_asked(
    count: int | None, focus: tuple[str, ...], verdicts: str, expected: list[str]
) -> None:
    asked_for = question(count=count)
    assert [one.point_id for one in asked(asked_for, grade(asked_for, verdicts), focus=focus)] == expected


@given(
    st.text("mpua", min_size=5, max_size=5),
    st.one_of(st.none(), st.integers(1, 5)),
    st.lists(st.sampled_from(("p1", "p3", "p5", "gone")), unique=True).map(tuple),
    st.lists(st.tuples(st.sampled_from(("p1", "p2")), st.integers(1, 3)), max_size=4),
)
def test_ratings_keep_to_the_rules(
    verdicts: str, count: int | None, focus: tuple[str, ...], hints: list[tuple[str, int]]
) -> None:
    asked_for = question(points=5, count=count)
    given_ = grade(asked_for, verdicts)
    found = ratings(asked_for, given_, focus=focus, hints=[HintUse(point, level, NOW) for point, level in hints])
    verdict: dict[str, Verdict] = {one.point_id: one.verdict for one in given_.judgments}
    assert len({r.ref for r in found}) == len(found)
    for one in found:
        assert verdict[one.ref.point_id] != "abstain"
        assert one.rating <= {"met": 3, "partial": 2, "unmet": 1}[verdict[one.ref.point_id]]
        assert not focus or one.ref.point_id in focus or verdict[one.ref.point_id] == "met"
    if count is not None and not focus:
        assert sum(verdict[one.ref.point_id] == "unmet" for one in found) <= count


def by_point(asked_for: Question, found: Sequence[PointRating]) -> list[int | None]:
    rated = {one.ref.point_id: one.rating for one in found}
    return [rated.get(point.id) for point in asked_for.points]
