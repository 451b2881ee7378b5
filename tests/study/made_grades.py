"""Grades of any credits, and a grader without a scale of its own."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from grader import Evidence, Grade, Grader, Judgment, Point, Question, Reading
from grader.engine import make_grade
from grader.exam.judging import scale_of
from grader.types import Verdict
from study.records import HintUse

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
ANSWER = "x"


class Plain:
    """A grader without a scale of its own, which finds a point where the answer holds its text."""

    signature = "plain"

    def judge(self, question: Question, reading: Reading, answer: str) -> tuple[Judgment, ...]:
        assert reading in question.readings
        return tuple(judged(point.id, 1.0 if point.text in answer else 0.0) for point in reading.points)


def judged(point_id: str, credit: float | None, source: str = "offline") -> Judgment:
    if credit is None:
        return Judgment(point_id, "abstain", None, reason="timeout", source=source)
    found: Verdict = "met" if credit >= 0.7 else "partial" if credit >= 0.4 else "unmet"
    said = (Evidence(0, 1, ANSWER, "keyword", 1.0),) if credit else ()
    return Judgment(point_id, found, credit, said, source=source)


def graded(question: Question, *credits: float | None, reading: int = 0, by: Grader | None = None) -> Grade:
    """A grade of these credits, in the order of the points."""
    read = question.readings[reading]
    judgments = tuple(judged(point.id, credit) for point, credit in zip(read.points, credits, strict=True))
    return make_grade(question, read, ANSWER, judgments, scale_of(by, read), "test")


def use(point_id: str, level: int) -> HintUse:
    return HintUse(point_id, level, NOW)


def three(kind: str = "", count: int | None = None) -> Question:
    """Points a, b and c, of which c may be a bonus or a misconception."""
    last: Any = kind or "required"
    points = (Point("a", "A says."), Point("b", "B says."), Point("c", "C says.", kind=last))
    return Question.simple(id="q", prompt="What?", points=points, references=("A says. B says.",), required_count=count)
