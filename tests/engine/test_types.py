"""The central types: frozen, and unwilling to hold what cannot be."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import pytest

from grader import Evidence, Grade, Grader, Judgment, OfflineGrader, Point, Question, Reading
from grader.types import Usage
from tests.engine.material import BANK_READINGS, HEART

SAID = (Evidence(0, 1, "x", "keyword", 1.0),)
POINT = Point("a", "The heart pumps blood.")


def make_grade(score: float, low: float, high: float) -> Grade:
    return Grade("q", "v", "main", (), score, low, high, (), "", "s")


@pytest.mark.parametrize(
    "thing", [POINT, HEART, HEART.readings[0], SAID[0], Judgment("a", "unmet", 0.0), make_grade(0.5, 0.4, 0.6)]
)
def test_everything_is_frozen(thing: Any) -> None:
    for field in dataclasses.fields(thing):
        with pytest.raises((dataclasses.FrozenInstanceError, AttributeError)):
            setattr(thing, field.name, None)


@pytest.mark.parametrize(
    ("verdict", "credit"),
    [
        ("met", None),
        ("unmet", None),
        ("abstain", 0.0),
        ("abstain", 1.0),
        ("met", 1.1),
        ("unmet", -0.1),
        ("met", math.nan),
    ],
)
def test_a_judgment_refuses(verdict: Any, credit: float | None) -> None:
    with pytest.raises(ValueError, match="credit"):
        Judgment("a", verdict, credit, SAID)


def test_no_span_no_marks() -> None:
    with pytest.raises(ValueError, match="evidence"):
        Judgment("a", "met", 1.0)
    assert Judgment("a", "unmet", 0.0).credit == 0.0
    assert Judgment("a", "abstain", None, reason="timeout").credit is None


@pytest.mark.parametrize(
    ("score", "low", "high"),
    [(0.5, 0.6, 0.7), (0.5, 0.1, 0.4), (1.1, 0.0, 1.2), (-0.1, -0.2, 0.5), (0.5, -0.1, 0.6), (math.nan, 0.0, 1.0)],
)
def test_a_grade_refuses(score: float, low: float, high: float) -> None:
    with pytest.raises(ValueError, match="bounds"):
        make_grade(score, low, high)


def test_a_question_needs_points() -> None:
    with pytest.raises(ValueError, match="no points"):
        Question("q", "Why?", ())
    with pytest.raises(ValueError, match="no points"):
        Question("q", "Why?", (Reading("main", (), ()),))


def test_an_unknown_reading_is_a_key_error() -> None:
    assert BANK_READINGS.reading("river").points[0].id == "slope"
    with pytest.raises(KeyError):
        BANK_READINGS.reading("blood")


@pytest.mark.parametrize(
    "change",
    [
        {"prompt": "What is the heart for?"},
        {"language": "de"},
        {"readings": (Reading("main", (POINT,), ("x",)),)},
        {"readings": (dataclasses.replace(HEART.readings[0], required_count=1),)},
        {"readings": (dataclasses.replace(HEART.readings[0], references=("other",)),)},
        {"readings": (dataclasses.replace(HEART.readings[0], points=HEART.points[:3]),)},
        {"readings": (dataclasses.replace(HEART.readings[0], points=(dataclasses.replace(POINT, weight=2.0),)),)},
    ],
)
def test_the_version_changes_with_what_bears_on_a_score(change: dict[str, Any]) -> None:
    assert dataclasses.replace(HEART, **change).version != HEART.version


@pytest.mark.parametrize("change", [{"topic": "Body"}, {"tags": ("seed:1",)}, {"samples": ()}])
def test_the_version_does_not_change_with_what_does_not(change: dict[str, Any]) -> None:
    assert dataclasses.replace(HEART, **change).version == HEART.version


def test_a_version_survives_lone_surrogates() -> None:
    question = Question.simple(id="q", prompt="Why \ud800?", points=(POINT,), references=())
    assert len(question.version) == 16


def test_the_offline_grader_is_a_grader() -> None:
    assert isinstance(OfflineGrader(), Grader)


def test_what_a_count_counts() -> None:
    bonus, kinds, other = Point("b", "x", kind="bonus"), Point("k", "x", group="kinds"), Point("o", "x")
    plain = Reading("main", (bonus, kinds, other), ())
    assert not any(plain.counted(point) for point in plain.points)
    counting = dataclasses.replace(plain, required_count=1)
    assert [counting.counted(point) for point in counting.points] == [False, True, True]
    grouped = dataclasses.replace(counting, count_group="kinds")
    assert [grouped.counted(point) for point in grouped.points] == [False, True, False]


# --- what a model took


def test_usages_add_up_and_an_unknown_price_stays_unknown() -> None:
    first = Usage(1, 2, 30, 4, 5, 0.25)
    assert first + first == Usage(2, 4, 60, 8, 10, 0.5)
    assert first + Usage() == first
    assert (first + Usage(money=None)).money is None


def test_a_grade_without_a_model_has_no_notes_and_no_usage() -> None:
    found = make_grade(0.5, 0.4, 0.6)
    assert (found.notes, found.usage) == ((), None)
