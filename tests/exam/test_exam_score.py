"""How the questions of an exam add up."""

from __future__ import annotations

import pytest

from grader.exam.scoring import exam_score
from grader.exam.types import QuestionMark


def made(score: float, low: float, high: float) -> QuestionMark:
    return QuestionMark(score, low, high, score, ())


@pytest.mark.parametrize(
    ("marks", "settled", "expected"),
    [
        ([10.0], [made(0.5, 0.3, 0.9)], (0.5, 0.3, 0.9)),
        ([10.0, 10.0], [made(1.0, 0.8, 1.0), made(0.0, 0.0, 0.2)], (0.5, 0.4, 0.6)),
        ([30.0, 10.0], [made(1.0, 1.0, 1.0), made(0.0, 0.0, 0.0)], (0.75, 0.75, 0.75)),
        # 0.3 / 2 and 0.4 / 2 add up as squares to 0.25
        ([1.0, 1.0], [made(0.5, 0.2, 0.5), made(0.5, 0.1, 0.5)], (0.5, 0.25, 0.5)),
        ([10.0, 10.0], [made(1.0, 1.0, 1.0), None], (0.5, 0.5, 0.5)),
    ],
)
def test_an_exam_is_the_mean_by_marks(
    marks: list[float], settled: list[QuestionMark | None], expected: tuple[float, float, float]
) -> None:
    found = exam_score(marks, settled)
    assert (found.score, found.low, found.high) == pytest.approx(expected)


def test_what_was_not_asked_is_told_apart() -> None:
    assert exam_score([10.0, 10.0], [made(0.8, 0.8, 0.8), None]).asked == 0.8
    assert exam_score([10.0], [None]).asked is None
