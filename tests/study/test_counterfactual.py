"""What another sentence would earn: the same as grading the longer answer by hand, and never asked of a model."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

import grader
from grader import Bank, Grade, Grader, OfflineGrader, Point, Question
from grader.engine import MAX_ANSWER_CHARS
from grader.hybrid import HybridGrader
from grader.llm.judge import Judge
from grader.llm.settings import LlmSettings
from grader.llm.types import LlmFailure, Reply, Request
from grader.score import add_up
from study.compare import extended, longer_grades, would_earn
from tests.engine.strategies import any_text
from tests.llm.material import DRIFT, GOOD
from tests.llm.scripted import Say, Script, says, verdict
from tests.study.made_grades import ANSWER, Plain, graded, three
from tests.study.made_questions import questions


def by_hand(question: Question, grade: Grade, answer: str, by: Grader | None = None) -> dict[str, float]:
    """Grade every extended answer by itself."""
    reading = question.reading(grade.reading_id)
    return {
        point.id: grader.grade(question, extended(answer, point), grader=by).score
        for point, judgment in zip(reading.points, grade.judgments, strict=True)
        if point.kind != "misconception" and judgment.verdict != "met"
    }


def test_the_counterfactual_is_what_the_grader_gives(bank: Bank) -> None:
    """No estimate: over every third sample of the packs, and where the wording is added by hand."""
    samples = [(question, sample.answer) for question in bank.questions for sample in question.samples][::3]
    found = 0
    for question, answer in samples:
        grade = grader.grade(question, answer)
        earned = would_earn(question, grade, answer)
        assert earned == by_hand(question, grade, answer)
        found += len(earned)
    assert found > 200


@given(questions(), any_text)
@settings(max_examples=60)
def test_the_counterfactual_is_exact_for_any_question_and_answer(question: Question, answer: str) -> None:
    for by in (None, HybridGrader(), Plain()):
        grade = grader.grade(question, answer, grader=by)
        assert would_earn(question, grade, answer, by) == by_hand(question, grade, answer, by)


def test_saying_a_missing_point_of_the_packs_earns_it(bank: Bank) -> None:
    question = bank.get("model-drift")
    answer = "The performance of the model gets worse over time."
    grade = grader.grade(question, answer)
    earned = would_earn(question, grade, answer)
    assert set(earned) == {"changed-world", "concept-drift-cause", "data-drift-cause", "upstream-change"}
    assert all(score > grade.score for score in earned.values())


def test_only_the_points_that_are_asked_for_are_looked_at(bank: Bank) -> None:
    question = bank.get("model-drift")
    answer = "The performance of the model gets worse over time."
    grade = grader.grade(question, answer)
    longer = longer_grades(question, grade, answer, only=("data-drift-cause", "performance-loss"))
    [point] = [point for point in question.points if point.id == "data-drift-cause"]
    assert longer == {point.id: grader.grade(question, extended(answer, point))}


def test_nothing_is_left_to_earn_where_all_is_met() -> None:
    question = three("misconception")
    assert would_earn(question, graded(question, 1.0, 0.8, 0.0), ANSWER) == {}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [("It says so.", "It says so.\nA says."), ("It says so. \n\n", "It says so.\nA says."), (" \n", "A says.")],
)
def test_the_wording_comes_on_a_line_of_its_own(answer: str, expected: str) -> None:
    assert extended(answer, Point("a", "A says.")) == expected


def test_an_answer_that_would_get_too_long_is_left_out() -> None:
    question = three("bonus")
    answer = "x " * (MAX_ANSWER_CHARS // 2 - 1) + "yz"
    grade = grader.grade(question, answer, grader=Plain())
    assert len(answer) == MAX_ANSWER_CHARS
    assert would_earn(question, grade, answer, Plain()) == {}
    shorter = answer[:-9]
    assert set(would_earn(question, grader.grade(question, shorter, grader=Plain()), shorter, Plain())) == {
        "a",
        "b",
        "c",
    }


class Failing:
    """A model that cannot be reached."""

    async def ask(self, request: Request, *, deadline: float | None = None) -> Reply:
        assert request.messages
        assert deadline is not None
        raise LlmFailure("no_server", "no server answers there")


def hybrid(asker: Any) -> HybridGrader:
    settings = LlmSettings(model="m", second_look=False, support=0.2)
    return HybridGrader(judge=Judge(asker, settings))


@pytest.mark.parametrize(
    "claim",
    [
        verdict("unmet"),
        verdict("partial", "What leads to a label"),
        # said without a passage that supports it, so that the offline judgment stands beside the model's
        verdict("met", "What leads"),
    ],
)
def test_for_a_models_grade_only_the_point_added_is_judged_anew_and_the_model_is_not_asked_again(
    claim: dict[str, str],
) -> None:
    say: Say = says({"relation": verdict("met", "What leads to a label is not what it was before."), "sudden": claim})
    script = Script(say)
    by = hybrid(script)
    grade = grader.grade(DRIFT, GOOD, grader=by)
    asked = len(script.requests)
    assert "llm:m" in {judgment.source for judgment in grade.judgments}
    earned = would_earn(DRIFT, grade, GOOD, by)
    assert len(script.requests) == asked
    reading = DRIFT.readings[0]
    offline: OfflineGrader = by.offline
    for point_id, score in earned.items():
        [point] = [point for point in reading.points if point.id == point_id]
        [said] = [
            judgment
            for judgment in offline.judge(DRIFT, reading, extended(GOOD, point))
            if judgment.point_id == point_id
        ]
        judgments = [said if judgment.point_id == point_id else judgment for judgment in grade.judgments]
        assert score == add_up(reading, judgments, offline.calibration.profile(reading).scale).score
        assert score >= grade.score
    assert set(earned) == {"retrain", "sudden"}


def test_where_the_model_failed_the_offline_grader_tells() -> None:
    by = hybrid(Failing())
    grade = grader.grade(DRIFT, GOOD, grader=by)
    assert "llm_failed" in grade.flags
    assert would_earn(DRIFT, grade, GOOD, by) == by_hand(DRIFT, grade, GOOD)
