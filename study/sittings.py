"""A session of N questions or M minutes, and what it came to."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from grader.types import Question
from study.memory import AGAIN, ratings
from study.records import AnswerRecord, PointRef, Review, Sitting


@dataclass(frozen=True, slots=True)
class SittingSummary:
    """What a session came to.

    ``minutes`` is the time spent on answers, ``mean_score`` (0..1) what they counted with hints taken off, None without any.
    ``gained`` are points remembered that were not the time before, ``missed`` those missed at their last review in it.
    ``due_tomorrow`` counts questions that are due by the end of tomorrow. ``open_question`` was opened and not submitted.
    ``left`` is how many of the wished number of questions are missing (None for a session by the clock).
    """

    sitting: Sitting
    answered: int
    minutes: float
    mean_score: float | None
    gained: tuple[PointRef, ...]
    missed: tuple[PointRef, ...]
    due_tomorrow: int
    open_question: str | None
    left: int | None


def over(sitting: Sitting, answered: int, now: datetime) -> bool:
    """Say whether a session has reached its number of questions or minutes, or was ended."""
    if sitting.ended_at is not None:
        return True
    if sitting.kind == "questions":
        return answered >= sitting.size
    return now >= sitting.at + timedelta(minutes=sitting.size)


def last_ratings(
    questions: Mapping[str, Question], records: Sequence[AnswerRecord], reviews: Sequence[Review]
) -> dict[PointRef, int]:
    """Return the rating (1..4) that each point got last in a session: by its review, else by the grade (modes without reviews)."""
    found: dict[PointRef, int] = {}
    for record in records:
        answer = record.answer
        question = questions.get(answer.question_id)
        if question is not None:
            rated = ratings(question, record.latest.grade, focus=answer.focus, hints=answer.hints)
            found |= {one.ref: one.rating for one in rated}
        found |= {review.ref: review.rating for review in reviews if review.answer_id == answer.id}
    return found


def summary(
    sitting: Sitting,
    questions: Mapping[str, Question],
    records: Sequence[AnswerRecord],
    reviews: Sequence[Review],
    *,
    due_tomorrow: int,
    open_question: str | None,
) -> SittingSummary:
    """Put a session together from its answers and all active reviews of their points, both the oldest first."""
    own = {record.answer.id for record in records}
    before = {review.ref: review.rating for review in reviews if review.answer_id not in own and review.at < sitting.at}
    after = last_ratings(questions, records, reviews)
    scores = [record.latest.aided_score for record in records]
    left = None if sitting.kind == "minutes" else max(0, sitting.size - len(records))
    return SittingSummary(
        sitting=sitting,
        answered=len(records),
        minutes=sum(record.answer.duration_ms or 0 for record in records) / 60_000,
        mean_score=math.fsum(scores) / len(scores) if scores else None,
        gained=tuple(ref for ref, rating in after.items() if rating > AGAIN and before.get(ref, AGAIN) == AGAIN),
        missed=tuple(ref for ref, rating in after.items() if rating == AGAIN),
        due_tomorrow=due_tomorrow,
        open_question=open_question,
        left=left,
    )
