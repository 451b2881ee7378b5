"""From a question and an answer to a grade."""

from __future__ import annotations

from functools import lru_cache

from grader.errors import InputError
from grader.feedback import describe
from grader.flags import find_flags
from grader.offline import OfflineGrader
from grader.score import Total, add_up
from grader.types import Grade, Grader, Question, Reading

MAX_ANSWER_CHARS = 50_000
"""The longest answer that is graded, in characters (code points)."""


@lru_cache(maxsize=1)
def default_grader() -> OfflineGrader:
    """Return the offline grader with the calibration that ships with it; one a process."""
    return OfflineGrader()


def grade(question: Question, answer: str, *, grader: Grader | None = None) -> Grade:
    """Grade an answer; of several readings of the question, the one that serves the answer best counts.

    Raises ``InputError`` for an answer of more than 50,000 characters.

    >>> from grader.types import Point
    >>> point = Point("change", "The distribution of the data changes.")
    >>> question = Question.simple(id="q", prompt="What is drift?", points=(point,), references=(point.text,))
    >>> result = grade(question, "The distribution of the data has changed.")
    >>> result.score, result.judgments[0].evidence[0].quote
    (1.0, 'distribution of the data has changed')
    """
    if len(answer) > MAX_ANSWER_CHARS:
        raise InputError(f"the answer has {len(answer):,} characters; at most {MAX_ANSWER_CHARS:,} are graded")
    judge = default_grader() if grader is None else grader
    graded = [_grade_reading(question, reading, answer, judge) for reading in question.readings]
    # The first reading wins a draw, so the order in the pack is the order of preference.
    return max(graded, key=lambda result: result.score)


def _grade_reading(question: Question, reading: Reading, answer: str, grader: Grader) -> Grade:
    judgments = grader.judge(question, reading, answer)
    total = add_up(reading, judgments)
    flags = find_flags(question, reading, answer, judgments)
    if "blank" in flags:
        total = Total(0.0, 0.0, 0.0)  # nothing was said: of that there is no doubt
    return Grade(
        question_id=question.id,
        question_version=question.version,
        reading_id=reading.id,
        judgments=judgments,
        score=total.score,
        low=total.low,
        high=total.high,
        flags=flags,
        feedback=describe(reading, judgments, flags),
        signature=grader.signature,
    )
