"""What is asked today, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.types import Point, Question, Reading
from study.agenda import Agenda, Item, Today, agenda, cram, in_deck, in_play
from study.memory import Memory
from study.records import CardState, Deck
from study.settings import StudySettings
from tests.study.classroom import DAY, NOW, card, question, ref

END = NOW + timedelta(hours=18)
MINUTES = timedelta(minutes=10)
ROOMY = StudySettings(new_per_day=200, daily_load=1000)


def plan(
    questions: Sequence[Question], cards: Sequence[CardState], settings: StudySettings = ROOMY, **more: object
) -> Agenda:
    today = more.pop("today", Today())
    assert isinstance(today, Today)
    wrong = more.pop("wrong", ())
    assert isinstance(wrong, tuple)
    return agenda({one.id: one for one in questions}, cards, today, settings, Memory(), NOW, END, wrong)


def names(items: Sequence[Item]) -> list[str]:
    return [item.question_id for item in items]


# --- what is due


@pytest.mark.parametrize(
    ("due", "state", "is_due", "waits"),
    [
        (NOW - 90 * DAY, 2, True, False),
        (NOW, 2, True, False),
        (END - timedelta(seconds=1), 2, True, False),  # due this evening is due today
        (END, 2, False, False),
        (NOW, 3, True, False),
        (NOW + MINUTES, 3, True, True),  # missed just now: in some minutes again
        (NOW + MINUTES, 1, True, True),
        (END, 1, False, False),
    ],
)
def test_a_point_is_due_on_its_day_and_a_step_at_its_minute(
    due: datetime, state: int, is_due: bool, waits: bool
) -> None:
    found = plan([question()], [card(ref("q"), due=due, state=state)])
    assert [item.kind for item in found.items] == (["due"] if is_due else [])
    assert [item.waits_until for item in found.items] == ([due if waits else None] if is_due else [])
    assert found.due_count == is_due


def test_what_was_missed_some_minutes_ago_comes_after_all_else() -> None:
    questions = [question(name) for name in ("again", "due", "new")]
    cards = [card(ref("again"), due=NOW + MINUTES, state=3), card(ref("due"), due=NOW)]
    assert names(plan(questions, cards).items) == ["due", "new", "again"]


def test_due_points_of_one_question_are_asked_at_once() -> None:
    cards = [card(ref("q", 1), due=NOW), card(ref("q", 2), due=NOW - DAY), card(ref("q", 3), due=NOW + 9 * DAY)]
    (item,) = plan([question()], cards).items
    assert item.refs == (ref("q", 1), ref("q", 2))


# --- focus


@pytest.mark.parametrize(
    ("due", "of", "labels", "focus"),
    [
        ((1,), 3, True, ("p1",)),
        ((1,), 2, True, ()),  # half is not less than half
        ((1, 3), 5, True, ("p1", "p3")),
        ((1, 2), 3, True, ()),
        ((1,), 3, False, ()),
    ],
)
def test_a_small_part_is_asked_for_by_name(due: tuple[int, ...], of: int, labels: bool, focus: tuple[str, ...]) -> None:
    (item,) = plan([question(points=of, labels=labels)], [card(ref("q", point), due=NOW) for point in due]).items
    assert item.focus == focus


def test_a_heavy_point_is_no_small_part() -> None:
    heavy = (Point("p1", "A", 3.0, label="a"), Point("p2", "B", label="b"), Point("p3", "C", label="c"))
    one = Question.simple(id="q", prompt="What?", points=heavy, references=("A",))
    assert plan([one], [card(ref("q", 1), due=NOW)]).items[0].focus == ()
    assert plan([one], [card(ref("q", 2), due=NOW)]).items[0].focus == ("p2",)


def test_of_a_count_the_whole_is_that_number() -> None:
    one = question(points=9, count=3)
    assert plan([one], [card(ref("q", 1), due=NOW)]).items[0].focus == ("p1",)
    two = [card(ref("q", point), due=NOW) for point in (1, 2)]
    assert plan([one], two).items[0].focus == ()


# --- order and limits


def test_confidently_wrong_comes_first_then_what_is_most_at_risk() -> None:
    questions = [question(name) for name in ("strong", "weak", "wrong")]
    cards = [
        card(ref("strong"), due=NOW, stability=50),
        card(ref("weak"), due=NOW, stability=1),
        card(ref("wrong"), due=NOW, stability=90),
    ]
    found = plan(questions, cards, wrong=(ref("wrong"),)).items
    assert [(item.question_id, item.reason) for item in found] == [
        ("wrong", "confidently_wrong"),
        ("weak", "due"),
        ("strong", "due"),
    ]


def test_after_ninety_days_away_the_load_holds_and_the_weakest_come_first() -> None:
    questions = [question(f"q{number:03}") for number in range(170)]
    cards = [
        card(ref(one.id, point), due=NOW - 80 * DAY, stability=1 + number, last=NOW - 90 * DAY)
        for number, one in enumerate(questions)
        for point in (1, 2, 3)
    ]
    assert len(cards) > 500
    found = plan(questions, cards[::-1], StudySettings(daily_load=30))
    assert names(found.items) == [f"q{number:03}" for number in range(30)]
    assert (found.due_count, found.limit) == (170, 30)


def test_due_questions_come_before_new_ones_where_there_is_no_room_for_both() -> None:
    questions = [question(name) for name in ("new1", "new2", "due1", "due2", "step")]
    cards = [card(ref("due1"), due=NOW), card(ref("due2"), due=NOW), card(ref("step"), due=NOW + MINUTES, state=3)]
    assert names(plan(questions, cards, StudySettings(daily_load=2)).items) == ["due1", "due2"]
    assert names(plan(questions, cards, StudySettings(daily_load=3)).items) == ["due1", "due2", "step"]
    assert sorted(names(plan(questions, cards, StudySettings(daily_load=4)).items)) == ["due1", "due2", "new1", "step"]


def test_new_questions_keep_their_order_and_their_number() -> None:
    questions = [question(f"n{number}") for number in range(9)]
    settings = StudySettings(new_per_day=5)
    assert names(plan(questions, [], settings).items) == ["n0", "n1", "n2", "n3", "n4"]
    assert names(plan(questions, [], settings, today=Today(3, 3)).items) == ["n0", "n1"]
    assert plan(questions, [], StudySettings(new_per_day=0)).items == ()
    assert plan(questions, []).new_count == 9


def test_new_questions_are_spread_over_the_day_however_far_it_has_come() -> None:
    questions = [question(f"due{number:02}") for number in range(20)] + [
        question(f"new{number}") for number in range(4)
    ]
    cards = [card(ref(f"due{number:02}"), due=NOW, stability=1 + number) for number in range(20)]
    whole = names(plan(questions, cards).items)
    assert [number for number, name in enumerate(whole) if name.startswith("new")] == [3, 9, 15, 21]
    asked: list[str] = []
    left = list(cards)
    for _ in range(24):
        today = Today(len(asked), sum(name.startswith("new") for name in asked), dict.fromkeys(asked, NOW))
        item = plan(questions, left, today=today).items[0]
        asked.append(item.question_id)
        left = [one for one in left if one.ref.question_id != item.question_id]
        if item.kind == "new":
            left.append(card(ref(item.question_id), due=NOW + 3 * DAY))
    assert asked == whole


def test_what_nobody_could_judge_today_does_not_come_up_at_once_again() -> None:
    questions = [question(name) for name in ("vain", "due", "newvain", "new")]
    cards = [card(ref("vain"), due=NOW - 9 * DAY, stability=1), card(ref("due"), due=NOW)]
    today = Today(2, 1, {"vain": NOW - MINUTES, "newvain": NOW - MINUTES})
    assert names(plan(questions, cards, today=today).items) == ["due", "new", "vain"]


# --- what counts


def test_what_is_gone_from_the_packs_is_not_asked() -> None:
    cards = [card(ref("gone"), due=NOW), card(ref("q", "gone"), due=NOW), card(ref("q", 1, "other"), due=NOW)]
    found = plan([question()], cards)
    assert [(item.question_id, item.kind) for item in found.items] == [("q", "new")]
    assert found.due_count == 0


def test_points_left_out_of_a_count_are_not_missing() -> None:
    one = question(points=5, count=2)
    known = [card(ref("q", 4), due=NOW + 5 * DAY), card(ref("q", 5), due=NOW + 3 * DAY)]
    left_out = [card(ref("q", 1), due=NOW), card(ref("q", 2), due=NOW + MINUTES, state=3)]
    assert plan([one], known + left_out).items == ()
    assert names(plan([one], known[:1] + left_out).items) == ["q"]
    assert [one.ref.point_id for one in in_play(one, known[:1] + left_out)] == ["p1", "p4"]


def test_of_two_readings_the_one_answered_last_counts() -> None:
    points = question().points
    both = Question("q", "What?", (Reading("main", points, ("T",)), Reading("other", points, ("T",))))
    main = card(ref("q"), due=NOW - DAY, last=NOW - 9 * DAY)
    other = card(ref("q", 1, "other"), due=NOW, last=NOW - 3 * DAY)
    (item,) = plan([both], [main, other]).items
    assert item.refs == (other.ref,)
    assert plan([both], [main, replace(other, due=NOW + 9 * DAY)]).items == ()


@pytest.mark.parametrize(
    ("deck", "holds"),
    [
        (Deck(), True),
        (Deck(packs=("p",)), True),
        (Deck(packs=("x",)), False),
        (Deck(topics=("t", "x")), True),
        (Deck(tags=("a",)), True),
        (Deck(tags=("z",)), False),
        (Deck(packs=("p",), topics=("x",)), False),
    ],
)
def test_a_deck_is_packs_topics_and_tags(deck: Deck, holds: bool) -> None:
    assert in_deck(question(topic="t", tags=("a", "b")), deck, "p") is holds


def test_cramming_takes_everything_the_weakest_first() -> None:
    questions = [question(name) for name in ("strong", "weak", "half", "never")]
    cards = [
        card(ref(name, point), due=NOW + 9 * DAY, stability=s)
        for name, s in (("strong", 90), ("weak", 0.1))
        for point in (1, 2, 3)
    ]
    cards.append(card(ref("half"), due=NOW + 9 * DAY, stability=90))
    by_id = {one.id: one for one in questions}
    items = cram(by_id, cards, Memory(), NOW + 9 * DAY)
    assert names(items) == ["never", "half", "weak", "strong"]
    assert all(item.focus == () and item.waits_until is None for item in items)


@given(
    st.lists(
        st.tuples(
            st.integers(0, 14), st.integers(1, 3), st.integers(-100, 2000), st.floats(0.1, 300), st.integers(1, 3)
        ),
        max_size=40,
        unique_by=lambda made: made[:2],
    ),
    st.integers(0, 8),
    st.integers(1, 20),
    st.integers(0, 12),
)
def test_an_agenda_keeps_to_its_limits(
    made: list[tuple[int, int, int, float, int]], new_per_day: int, load: int, done: int
) -> None:
    questions = [question(f"q{number}") for number in range(12)]
    cards = [
        card(ref(f"q{number}", point), due=NOW + timedelta(minutes=minutes), stability=stability, state=state)
        for number, point, minutes, stability, state in made
    ]
    today = Today(done, min(done, 2))
    found = plan(questions, cards, StudySettings(new_per_day=new_per_day, daily_load=load), today=today)
    assert len(found.items) <= max(0, load - done)
    assert sum(item.kind == "new" for item in found.items) <= max(0, new_per_day - today.new)
    assert len(set(names(found.items))) == len(found.items)
    due = {one.ref for one in cards if one.due < END and one.ref.question_id in {q.id for q in questions}}
    assert {name for item in found.items for name in item.refs} <= due
    assert found == plan(questions, cards[::-1], StudySettings(new_per_day=new_per_day, daily_load=load), today=today)
