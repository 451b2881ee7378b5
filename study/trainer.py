"""The trainer: what the page, the command line and the simulation call. Each method is one transaction.

All times are aware; they are kept in UTC. Raises StoreError where the database cannot be used. Ids (of answers, actions, sittings)
are made at the edge, so that a repeated call writes once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from grader.types import Grade
from study.errors import StudyError
from study.memory import PointRating
from study.outlook import Standing
from study.rating import SCHEDULED, askable, graded, in_force, regrade, take_back, write
from study.records import Answer, AnswerRecord, GradeRecord, HintUse, Mode, Opening, PointRef, Source
from study.schedule import Schedule, memory_of

if TYPE_CHECKING:
    from study.transactions import Reading

__all__ = ["Standing", "Submitted", "Trainer", "Undone"]


@dataclass(frozen=True, slots=True)
class Submitted:
    """A kept answer: the reviews that it made (none in modes that make none) and when each of these points is due next."""

    record: AnswerRecord
    ratings: tuple[PointRating, ...]
    next_due: Mapping[PointRef, datetime]


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back: the automatic ratings of an answer (``was`` is "grade") or the learner's own ("learner").

    ``ratings`` are those of the answer that count now: none after the automatic ones went.
    """

    answer_id: str | None
    question_id: str
    was: Source
    ratings: tuple[PointRating, ...]


class Trainer(Schedule):
    """A schedule that learns from answers: what is submitted, graded again, rated and taken back."""

    # --- one question

    def open(self, learner: str, question_id: str, mode: Mode, focus: tuple[str, ...], now: datetime) -> Opening:
        """Note that a question is open. Where it is already, its first time and its hints stay."""
        with self.store.writing() as tx:
            return tx.open_question(Opening(learner, question_id, now, (), focus, mode))

    def take_hint(self, learner: str, question_id: str, point_id: str, level: int, now: datetime) -> Opening:
        """Note a hint (step 1..3) that was shown; the same one twice counts once. Raises StudyError where nothing is open."""
        with self.store.writing() as tx:
            return tx.add_hint(learner, question_id, HintUse(point_id, level, now))

    def submit(
        self, answer: Answer, grade: Grade, now: datetime, action: str, aided_score: float | None = None
    ) -> Submitted:
        """Keep an answer and its grade, rate its points, move their cards and close the question: all or nothing.

        ``aided_score`` is what the answer counts with hints taken off (None: ``grade.score``). The same id again writes
        nothing and returns what is kept. Modes "cram" and "again" make no reviews.
        """
        aided = grade.score if aided_score is None else aided_score
        with self.store.writing() as tx:
            is_new = tx.add_answer(answer, GradeRecord(answer.id, 0, now, grade, aided))
            record = _record(tx, answer.id)
            if is_new:
                rated = {one.ref: one.rating for one in graded(self.questions, record)}
                write(tx, record, rated, "grade", action, memory_of(tx, answer.learner))
                tx.close_question(answer.learner, answer.question_id)
            return self._submitted(tx, record)

    def regrade(
        self, answer_id: str, grade: Grade, now: datetime, action: str, aided_score: float | None = None
    ) -> Submitted:
        """Add a later grade (a model's). It rates the points anew, unless the learner rated them or took the rating back."""
        with self.store.writing() as tx:
            _record(tx, answer_id)
            tx.add_grade(answer_id, now, grade, grade.score if aided_score is None else aided_score)
            record = _record(tx, answer_id)
            regrade(tx, self.questions, record, action, memory_of(tx, record.answer.learner))
            return self._submitted(tx, record)

    def rate(
        self,
        answer_id: str,
        rating: int,
        now: datetime,  # noqa: ARG002 - as all take it; the review is dated by the answer
        action: str,
        point_id: str | None = None,
    ) -> Submitted:
        """Let the learner's own rating (1..4) stand for all points that were asked, or for one. It replaces the automatic one.

        An answer in a mode that makes no reviews is left as it is. Raises StudyError for an unknown answer or point.
        """
        with self.store.writing() as tx:
            record = _record(tx, answer_id)
            if record.answer.mode in SCHEDULED:
                refs = self._points_to_rate(record, point_id)
                memory = memory_of(tx, record.answer.learner)
                write(tx, record, dict.fromkeys(refs, rating), "learner", action, memory)
            return self._submitted(tx, record)

    def undo(self, learner: str, now: datetime) -> Undone | None:
        """Take back the last rating: the learner's own (what it replaced counts again), or else the automatic one of an answer.

        The answer and its grades stay. Returns None where there is nothing to take back.
        """
        with self.store.writing() as tx:
            last = tx.last_action(learner)
            if last is None:
                return None
            was = take_back(tx, self.questions, last, now, memory_of(tx, learner))
            review = last.reviews[0]
            record = None if review.answer_id is None else tx.answer(review.answer_id)
            counting = () if record is None else in_force(tx, self.questions, record)
            return Undone(review.answer_id, review.ref.question_id, was, counting)

    # --- parts

    def _submitted(self, tx: Reading, record: AnswerRecord) -> Submitted:
        counting = in_force(tx, self.questions, record)
        refs = {one.ref for one in counting}
        cards = tx.cards(record.answer.learner, [record.answer.question_id]) if refs else ()
        return Submitted(record, counting, {card.ref: card.due for card in cards if card.ref in refs})

    def _points_to_rate(self, record: AnswerRecord, point_id: str | None) -> tuple[PointRef, ...]:
        answer = record.answer
        question = self.questions.get(answer.question_id)
        if question is None:
            raise StudyError(f"question {answer.question_id!r} is in no pack any more: its points cannot be rated")
        if point_id is None:
            return askable(self.questions, record)
        reading_id = record.latest.grade.reading_id
        readings = [reading for reading in question.readings if reading.id == reading_id]
        if not any(point.id == point_id and point.kind == "required" for r in readings for point in r.points):
            raise StudyError(f"question {answer.question_id!r} has no required point {point_id!r} to rate")
        return (PointRef(answer.question_id, reading_id, point_id),)


def _record(tx: Reading, answer_id: str) -> AnswerRecord:
    record = tx.answer(answer_id)
    if record is None:
        raise StudyError(f"there is no answer {answer_id!r}: it was deleted, or never kept")
    return record
