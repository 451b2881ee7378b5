"""A question that was asked for some of its points only, and what an answer to that part earned.

The whole answer is judged against the whole question and kept so; what is shown, and what counts, is about the points that were
asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from grader.exam.judging import scale_of
from grader.feedback import describe
from grader.score import add_up
from grader.types import Grade, Grader, Question
from study.agenda import wanted_weight
from study.compare import aided, longer_grades, would_earn

if TYPE_CHECKING:
    from study.records import HintUse


def narrow(question: Question, grade: Grade, focus: Collection[str], grader: Grader | None) -> tuple[Question, Grade]:
    """Return the part of a question that was asked for, worth its share of the marks, and what an answer earned of it.

    Both stay as they are where the whole was asked for, or where the answer was read in a way that lacks these points.
    """
    reading = next((one for one in question.readings if one.id == grade.reading_id), None)
    if not focus or reading is None or not set(focus) <= {point.id for point in reading.points}:
        return question, grade
    points = tuple(point for point in reading.points if point.id in focus)
    part = replace(reading, points=points, required_count=None, count_group=None)
    judgments = tuple(one for one in grade.judgments if one.point_id in focus)
    total = add_up(part, judgments, scale_of(grader, reading))
    whole = wanted_weight(reading)
    share = min(1.0, sum(point.weight for point in points) / whole) if whole else 1.0
    said = describe(part, judgments, grade.flags)
    shown = replace(grade, judgments=judgments, score=total.score, low=total.low, high=total.high, feedback=said)
    return replace(question, readings=(part,), marks=round(question.marks * share, 1)), shown


def counts(
    question: Question, grade: Grade, focus: Collection[str], hints: Iterable[HintUse], grader: Grader | None
) -> float:
    """Return what an answer counts, in 0..1: the score of what was asked for, with hints taken off.

    ``grader`` is the one that gave the grade, None for the default one.
    """
    part, earned = narrow(question, grade, focus, grader)
    return aided(part, earned, hints, grader)


def would(
    question: Question, grade: Grade, answer: str, focus: Collection[str], grader: Grader | None
) -> dict[str, float]:
    """Return for each point that was asked for and is not met the score (0..1) of what was asked for, with that point said too."""
    part, _ = narrow(question, grade, focus, grader)
    if part is question:
        return would_earn(question, grade, answer, grader)
    longer = longer_grades(question, grade, answer, grader, only=focus)
    return {
        point_id: narrow(question, one, focus, grader)[1].score
        for point_id, one in longer.items()
        if one.reading_id == grade.reading_id
    }
