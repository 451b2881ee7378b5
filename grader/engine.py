"""From a question and an answer to a grade."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from grader.errors import InputError
from grader.feedback import describe
from grader.flags import find_flags
from grader.offline import OfflineGrader
from grader.scale import PLAIN, Scale
from grader.score import Total, add_up
from grader.types import AnswerGrader, Grade, Grader, Judgment, Question, Reading

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
    return grade_many(question, [answer], grader=grader)[0]


def grade_many(question: Question, answers: Sequence[str], *, grader: Grader | None = None) -> list[Grade]:
    """Grade several answers to one question, in their order: the same grades as one by one, in a fraction of the time.

    Raises ``InputError`` for an answer of more than 50,000 characters, before any is graded.

    >>> from grader.types import Point
    >>> point = Point("change", "The distribution of the data changes.")
    >>> question = Question.simple(id="q", prompt="What is drift?", points=(point,), references=(point.text,))
    >>> [result.score for result in grade_many(question, ["The data distribution changed.", ""])]
    [1.0, 0.0]
    """
    for answer in answers:
        check_length(answer)
    judge = default_grader() if grader is None else grader
    if isinstance(judge, AnswerGrader):
        return judge.grade_many(question, answers)
    best: list[Grade] = []
    for reading in question.readings:
        graded = _grade_reading(question, reading, answers, judge)
        # The first reading wins a draw, so the order in the pack is the order of preference.
        best = (
            [max(pair, key=lambda result: result.score) for pair in zip(best, graded, strict=True)] if best else graded
        )
    return best


def check_length(answer: str) -> None:
    """Raise ``InputError`` for an answer of more than 50,000 characters."""
    if len(answer) > MAX_ANSWER_CHARS:
        raise InputError(f"the answer has {len(answer):,} characters; at most {MAX_ANSWER_CHARS:,} are graded")


def _grade_reading(question: Question, reading: Reading, answers: Sequence[str], grader: Grader) -> list[Grade]:
    if isinstance(grader, OfflineGrader):
        judged, scale = grader.judge_many(question, reading, answers), grader.calibration.profile(reading).scale
        signature = grader.signature_for(question.language)
    else:
        judged, scale = [grader.judge(question, reading, answer) for answer in answers], PLAIN
        signature = grader.signature
    return [
        make_grade(question, reading, answer, judgments, scale, signature)
        for answer, judgments in zip(answers, judged, strict=True)
    ]


def make_grade(
    question: Question,
    reading: Reading,
    answer: str,
    judgments: tuple[Judgment, ...],
    scale: Scale,
    signature: str,
) -> Grade:
    """Add judgments up to a grade: one per point of ``reading``, in the order of its points."""
    total = add_up(reading, judgments, scale)
    flags = find_flags(question, reading, answer, judgments)
    if "blank" in flags:
        total = Total(0.0, 0.0, 0.0, raw=0.0)  # nothing was said: of that there is no doubt
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
        signature=signature,
    )
