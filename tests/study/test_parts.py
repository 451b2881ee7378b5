"""A question asked in part: the part is worth its share, and what an answer earned of it is about nothing else."""

from __future__ import annotations

import pytest

import grader
from grader import Bank
from grader.types import Point, Question
from study.compare import aided
from study.parts import counts, narrow, would
from tests.study.made_grades import use

POINTS = (
    Point("what", "The distribution of the data changes.", weight=2, label="what drift is"),
    Point("why", "Sensors wear out over the years.", label="a cause"),
    Point("cost", "The accuracy of the model falls.", label="what it leads to"),
)
QUESTION = Question.simple(id="q", prompt="What is drift?", points=POINTS, references=("It changes.",))
COUNTED = Question.simple(id="c", prompt="Name two.", points=POINTS[1:], references=("It changes.",), required_count=1)


@pytest.mark.parametrize(("focus", "marks"), [(("what",), 5), (("why",), 2.5), (("why", "cost"), 5)])
def test_a_part_is_worth_its_share_of_the_marks(focus: tuple[str, ...], marks: float) -> None:
    grade = grader.grade(QUESTION, "Sensors wear out over the years.")
    part, earned = narrow(QUESTION, grade, focus, None)
    assert part.marks == marks
    assert [point.id for point in part.points] == [judgment.point_id for judgment in earned.judgments] == list(focus)


def test_a_full_answer_to_a_part_has_full_marks() -> None:
    grade = grader.grade(QUESTION, POINTS[1].text)
    assert grade.score < 0.5
    assert narrow(QUESTION, grade, ("why",), None)[1].score == 1
    assert counts(QUESTION, grade, ("why",), (), None) == 1
    assert counts(QUESTION, grade, (), (), None) == grade.score


@pytest.mark.parametrize("focus", [(), ("gone",), ("what", "gone")])
def test_without_a_part_that_is_there_all_stays_as_it_is(focus: tuple[str, ...]) -> None:
    grade = grader.grade(QUESTION, POINTS[0].text)
    assert narrow(QUESTION, grade, focus, None) == (QUESTION, grade)


def test_a_counted_point_is_worth_no_more_than_the_whole() -> None:
    grade = grader.grade(COUNTED, "nothing of it")
    assert narrow(COUNTED, grade, ("why", "cost"), None)[0].marks == COUNTED.marks


def test_what_a_missing_point_would_earn_is_said_of_the_part() -> None:
    answer = "I do not know."
    grade = grader.grade(QUESTION, answer)
    found = would(QUESTION, grade, answer, ("why", "cost"), None)
    assert set(found) == {"why", "cost"}
    for point in POINTS[1:]:
        longer = grader.grade(QUESTION, f"{answer}\n{point.text}")
        assert found[point.id] == narrow(QUESTION, longer, ("why", "cost"), None)[1].score
        assert found[point.id] > narrow(QUESTION, grade, ("why", "cost"), None)[1].score


def test_of_the_whole_it_is_that_of_the_grader(bank: Bank) -> None:
    question = bank.questions[0]
    answer = next(sample.answer for sample in question.samples if sample.kind == "partial")
    grade = grader.grade(question, answer)
    for point_id, score in would(question, grade, answer, (), None).items():
        text = next(point.text for point in question.points if point.id == point_id)
        assert grader.grade(question, f"{answer}\n{text}").score == score


def test_hints_take_their_share_of_what_was_asked_for() -> None:
    grade = grader.grade(QUESTION, POINTS[1].text)
    assert counts(QUESTION, grade, (), [use("why", 1)], None) == aided(QUESTION, grade, [use("why", 1)]) < grade.score
    assert counts(QUESTION, grade, ("why",), [use("why", 1)], None) == 0.8
    assert counts(QUESTION, grade, ("why",), [use("what", 3)], None) == 1
