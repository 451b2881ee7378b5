"""Second tries, hints taken off, and earlier attempts: literal cases, and the laws of what is taken off."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import grader
from grader import Bank, Grade, Grader, OfflineGrader, Question
from grader.exam.judging import scale_of
from grader.hybrid import HybridGrader
from grader.scale import PLAIN, Curve, Scale
from grader.score import add_up
from study.compare import aided, difference, history_rows, would_earn
from study.hints import HINT_SHARE
from study.records import Answer, AnswerRecord, GradeRecord, HintUse
from tests.study.made_grades import ANSWER, NOW, Plain, graded, three, use
from tests.study.made_questions import questions

CREDITS = st.one_of(st.none(), st.sampled_from((0.0, 1.0)), st.floats(0.0, 1.0))


# --- hints taken off


@pytest.mark.parametrize(
    ("question", "credits", "hints", "expected"),
    [
        (three("bonus"), (1.0, 1.0, 0.0), [], 1.0),
        (three("bonus"), (1.0, 1.0, 0.0), [("a", 1)], 0.9),
        (three("bonus"), (1.0, 1.0, 0.0), [("a", 1), ("a", 2)], 0.8),
        (three("bonus"), (1.0, 1.0, 0.0), [("a", 3), ("a", 1)], 0.7),
        (three("bonus"), (1.0, 1.0, 0.0), [("a", 3), ("b", 3)], 0.4),
        # what is met in part is as much less
        (three("bonus"), (0.5, 1.0, 0.0), [("a", 3)], 0.6),
        # a hint that led nowhere costs nothing
        (three("bonus"), (0.0, 1.0, 0.0), [("a", 3)], 0.5),
        (three("bonus"), (1.0, 0.0, 1.0), [("c", 3)], 0.7),
        # nor does one for a point that is not there any more
        (three("bonus"), (1.0, 1.0, 0.0), [("gone", 3)], 1.0),
        # with any two of three, another one stands in for what was hinted
        (three(count=2), (1.0, 1.0, 1.0), [("a", 3)], 1.0),
        (three(count=2), (1.0, 1.0, 0.0), [("a", 3)], 0.7),
        # to take from the credit of an error would be a reward
        (three("misconception"), (1.0, 1.0, 1.0), [("c", 3)], 0.75),
        (three("bonus"), (None, 1.0, 0.0), [("a", 3)], 1.0),
    ],
)
def test_a_hint_takes_from_its_own_point(
    question: Question, credits: tuple[float | None, ...], hints: list[tuple[str, int]], expected: float
) -> None:
    grade = graded(question, *credits, by=Plain())
    assert aided(question, grade, [use(*hint) for hint in hints], Plain()) == expected


@st.composite
def grades(draw: st.DrawFn, by: Grader | None = None) -> tuple[Question, Grade]:
    question = draw(questions())
    number = draw(st.integers(0, len(question.readings) - 1))
    given = [draw(CREDITS) for _ in question.readings[number].points]
    return question, graded(question, *given, reading=number, by=by)


graders: st.SearchStrategy[Grader | None] = st.sampled_from((None, Plain()))


@given(st.data())
@settings(max_examples=200)
def test_each_hint_counts_off_and_none_counts_up(data: st.DataObject) -> None:
    by = data.draw(graders)
    question, grade = data.draw(grades(by))
    assert aided(question, grade, (), by) == grade.score
    names = [point.id for point in question.reading(grade.reading_id).points]
    hints: list[HintUse] = []
    before = grade.score
    for _ in range(data.draw(st.integers(1, 5))):
        hints.append(use(data.draw(st.sampled_from(names)), data.draw(st.integers(1, 3))))
        after = aided(question, grade, hints, by)
        assert 0.0 <= after <= before
        assert after == aided(question, grade, hints[::-1], by)
        before = after


@given(grades())
@settings(max_examples=100)
def test_what_is_left_is_added_up_as_ever(made: tuple[Question, Grade]) -> None:
    """The sum is that of score.py, of credits that are scaled and nothing else."""
    question, grade = made
    reading = question.reading(grade.reading_id)
    for level, share in enumerate(HINT_SHARE, start=1):
        hints = [use(point.id, level) for point in reading.points]
        scaled = [
            judgment
            if judgment.credit is None or point.kind == "misconception"
            else replace(judgment, credit=judgment.credit * share)
            for point, judgment in zip(reading.points, grade.judgments, strict=True)
        ]
        assert aided(question, grade, hints) == add_up(reading, scaled, scale_of(None, reading)).score


def test_the_scale_is_that_of_the_grader_that_judged(bank: Bank) -> None:
    reading = bank.get("model-drift").readings[0]
    default = grader.default_grader()
    expected = default.calibration.profile(reading).scale
    assert scale_of(None, reading) == scale_of(default, reading) == scale_of(HybridGrader(), reading) == expected
    assert scale_of(Plain(), reading) == PLAIN != expected


def bent() -> OfflineGrader:
    """An offline grader on a curve: half of the points earn 0.8."""
    shipped = grader.default_grader().calibration
    scale = Scale(curve=Curve(total=(0.0, 0.5, 1.0), score=(0.0, 0.8, 1.0)))
    plain = shipped.plain.model_copy(update={"scale": scale})
    return OfflineGrader(shipped.model_copy(update={"plain": plain}))


@pytest.mark.parametrize(("hints", "expected"), [([], 1.0), ([("a", 3)], 0.88), ([("a", 3), ("b", 3)], 0.64)])
def test_what_is_left_is_put_on_that_scale(hints: list[tuple[str, int]], expected: float) -> None:
    question, by = three("bonus"), bent()
    grade = graded(question, 1.0, 1.0, 0.0, by=by)
    assert aided(question, grade, [use(*hint) for hint in hints], by) == expected


@pytest.mark.parametrize(
    ("question", "hints", "expected"),
    [
        (three("bonus"), [], 1.0),
        (three("bonus"), [("a", 1)], 0.9),
        (three("bonus"), [("a", 3), ("b", 2)], 0.5),
        # what was not asked for may be hinted and costs nothing
        (three("bonus"), [("c", 3)], 1.0),
        (three("misconception"), [("c", 3)], 1.0),
        (three(count=2), [("a", 3)], 1.0),
        (three(count=2), [("a", 3), ("b", 1)], 0.9),
    ],
)
def test_what_a_full_answer_still_counts(question: Question, hints: list[tuple[str, int]], expected: float) -> None:
    full = graded(question, *(float(point.kind == "required") for point in question.points))
    assert aided(question, full, [use(*hint) for hint in hints], Plain()) == expected


def test_a_score_on_a_scale_unknown_here_is_never_exceeded() -> None:
    question = three("bonus")
    strict = replace(graded(question, 1.0, 1.0, 0.0), score=0.3, low=0.2)
    assert aided(question, strict, [use("a", 1)]) == 0.3


# --- two answers side by side


@pytest.mark.parametrize(
    ("kind", "before", "after", "expected"),
    [
        ("required", 0.0, 1.0, "gained"),
        ("required", 0.5, 0.9, "gained"),
        ("required", 1.0, 0.5, "lost"),
        ("required", 0.1, 0.5, "better"),
        ("required", 0.5, 0.0, "worse"),
        ("required", 0.8, 1.0, "better"),
        ("required", 0.5, 0.5, "same"),
        ("required", None, 1.0, "unknown"),
        ("required", 1.0, None, "unknown"),
        ("bonus", 0.0, 1.0, "gained"),
        ("misconception", 1.0, 0.0, "gained"),
        ("misconception", 0.0, 1.0, "lost"),
        ("misconception", 0.5, 0.2, "better"),
        ("misconception", 0.0, 0.5, "worse"),
        ("misconception", 0.0, 0.0, "same"),
    ],
)
def test_a_point_is_gained_or_lost(kind: str, before: float | None, after: float | None, expected: str) -> None:
    question = three(kind)
    found = difference(question, graded(question, 1.0, 0.0, before), graded(question, 1.0, 0.0, after))
    assert [change.kind for change in found.points] == ["same", "same", expected]
    assert (found.points[2].before_credit, found.points[2].after_credit) == (before, after)


def test_the_change_of_the_score_stands_beside_the_points() -> None:
    question = three("bonus")
    first, second = graded(question, 1.0, 0.0, 0.0, by=Plain()), graded(question, 1.0, 1.0, 0.0, by=Plain())
    found = difference(question, first, second)
    assert (found.score_before, found.score_after, found.change, found.same_reading) == (0.5, 1.0, 0.5, True)
    assert [(change.point_id, change.before, change.after) for change in found.points] == [
        ("a", "met", "met"),
        ("b", "unmet", "met"),
        ("c", "unmet", "unmet"),
    ]


def test_points_of_two_readings_are_not_compared(bank: Bank) -> None:
    question = bank.get("lora")
    first = grader.grade(question, "LoRa is a wireless technology with long range and low power.")
    second = grader.grade(question, "LoRA is a parameter-efficient method for fine-tuning large pretrained models.")
    found = difference(question, first, second)
    assert not found.same_reading
    assert {(change.before, change.kind) for change in found.points} == {(None, "unknown")}
    assert [change.point_id for change in found.points] == [point.id for point in question.points]


# --- earlier attempts


def record(question: Question, number: int, grade: Grade, **changes: Any) -> AnswerRecord:
    at = NOW + timedelta(minutes=number)
    values: dict[str, Any] = {
        "id": f"{number:032x}",
        "learner": "0" * 32,
        "question_id": question.id,
        "question_version": question.version,
        "text": ANSWER,
        "at": at,
    }
    answer = Answer(**{**values, **changes})
    return AnswerRecord(answer, (GradeRecord(answer.id, 0, at, grade, grade.score),))


def test_earlier_attempts_come_latest_first_with_what_they_covered() -> None:
    question = three("bonus")
    first = record(question, 1, graded(question, 1.0, 0.0, 1.0), hints=(use("a", 1),), confidence=0, duration_ms=0)
    second = record(question, 2, graded(question, 1.0, 1.0, 0.0), mode="again", question_version="older")
    rows = history_rows(question, [first, second])
    assert [row.answer_id for row in rows] == [second.answer.id, first.answer.id]
    assert [(row.met, row.wanted, row.hints, row.current) for row in rows] == [(2, 2, 0, False), (1, 2, 1, True)]
    assert [(row.mode, row.confidence, row.duration_ms) for row in rows] == [("again", None, None), ("study", 0, 0)]
    assert [row.score for row in rows] == [grade.latest.grade.score for grade in (second, first)]


@pytest.mark.parametrize(
    ("credits", "expected"), [((1.0, 1.0, 1.0), (2, 2)), ((1.0, 0.0, 0.0), (1, 2)), ((0.0, 0.5, 0.0), (0, 2))]
)
def test_with_a_count_so_many_are_wanted(credits: Sequence[float], expected: tuple[int, int]) -> None:
    question = three(count=2)
    [row] = history_rows(question, [record(question, 1, graded(question, *credits))])
    assert (row.met, row.wanted) == expected


def test_an_attempt_at_a_reading_that_is_gone_is_still_listed() -> None:
    question = three("bonus")
    grade = replace(graded(question, 1.0, 1.0, 0.0), reading_id="gone")
    [row] = history_rows(question, [record(question, 1, grade, question_version="older")])
    assert (row.met, row.wanted, row.current) == (2, 3, False)


def test_the_latest_grade_of_an_answer_is_the_one_shown() -> None:
    question = three("bonus")
    once = record(question, 1, graded(question, 0.0, 0.0, 0.0))
    better = GradeRecord(once.answer.id, 1, NOW, graded(question, 1.0, 1.0, 0.0), 0.9)
    [row] = history_rows(question, [replace(once, grades=(*once.grades, better))])
    assert (row.met, row.aided_score) == (2, 0.9)


CALLS: dict[str, Callable[[Question, Grade], object]] = {
    "aided": lambda question, grade: aided(question, grade, [use("a", 1)]),
    "difference": lambda question, grade: difference(question, grade, grade),
    "would_earn": lambda question, grade: would_earn(question, grade, ANSWER),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_reading_that_is_gone_is_an_error_and_no_guess(name: str) -> None:
    question = three("bonus")
    grade = replace(graded(question, 1.0, 0.0, 0.0), reading_id="gone")
    with pytest.raises(KeyError, match="gone"):
        CALLS[name](question, grade)
