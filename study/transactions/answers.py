"""Answers, and every grade that they ever got."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from grader.types import Grade
from study.records import Answer, AnswerRecord, Asked, GradeRecord
from study.transactions.base import Transaction


class AnswerReads(Transaction):
    """Looks answers up."""

    def answer(self, answer_id: str) -> AnswerRecord | None:
        """Return an answer with all its grades, or None."""
        raise NotImplementedError

    def answers_to(self, learner: str, question_id: str, limit: int | None = None) -> tuple[AnswerRecord, ...]:
        """Return a learner's answers to one question, the newest first, at most ``limit``."""
        raise NotImplementedError

    def answers_in(self, sitting_id: str) -> tuple[AnswerRecord, ...]:
        """Return the answers that were given in one session, the oldest first."""
        raise NotImplementedError

    def last_answer(self, learner: str) -> AnswerRecord | None:
        """Return the answer that a learner gave last, or None."""
        raise NotImplementedError

    def latest_answers(self, learner: str) -> tuple[AnswerRecord, ...]:
        """Return a learner's last answer to each question (grades: only the one that counts), the oldest first."""
        raise NotImplementedError

    def answers(self, learner: str | None = None) -> Iterator[AnswerRecord]:
        """Yield all answers, of one learner or of all, the oldest first, without holding all in memory."""
        raise NotImplementedError

    def attempts(self, learner: str) -> dict[str, int]:
        """Return how many answers a learner gave to each question, by question id."""
        raise NotImplementedError

    def asked_between(self, learner: str, start: datetime, end: datetime) -> tuple[Asked, ...]:
        """Return what was answered from ``start`` (inclusive) to ``end`` (exclusive), one entry per question and mode."""
        raise NotImplementedError


class AnswerWrites(AnswerReads):
    """Keeps answers and grades. Neither is ever changed or deleted, but with all that a learner left behind."""

    def add_answer(self, answer: Answer, *grades: GradeRecord) -> bool:
        """Keep an answer with its grades (numbered 0, 1, ...; at least one); say whether it is new.

        An answer that is there already stays as it is. Raises StoreError where that one has another text, learner or question.
        """
        raise NotImplementedError

    def add_grade(self, answer_id: str, at: datetime, grade: Grade, aided_score: float) -> GradeRecord:
        """Add a later grade, which counts from now on, and return it with its number.

        The very grade of the very moment is not added twice. Raises StoreError where there is no such answer.
        """
        raise NotImplementedError
