"""What one learner left behind, given to another one."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from study.lines import Line
from study.records import AliasProposal, AnswerRecord, Dispute, LoggedReview, Plan, Sitting

if TYPE_CHECKING:
    from study.transactions import Reading


class Copies:
    """Gives records to another learner. An id that somebody else here holds becomes another one, the same each time."""

    def __init__(self, tx: Reading, learner: str | None) -> None:
        """``learner`` is who gets the records; with None they stay as they are."""
        self._tx = tx
        self._learner = learner
        self._plans = (
            {plan.id: one.learner for one in tx.learners() for plan in tx.plans(one.learner)} if learner else {}
        )
        self._answers: dict[str, bool] = {}
        self._disputes: dict[str, bool] = {}
        self._sittings: dict[str, bool] = {}

    def of(self, record: Line) -> Line:
        """Return a record as it belongs to the learner it is given to."""
        learner = self._learner
        if learner is None:
            return record
        match record:
            case AnswerRecord():
                return self._answer(record, learner)
            case LoggedReview():
                return self._review(record, learner)
            case Dispute():
                copied = self._disputes[record.id] = self._is_copied(record.answer_id)
                new = replace(record, learner=learner, answer_id=self._answer_id(record.answer_id))
                return replace(new, id=self._other(record.id)) if copied else new
            case AliasProposal():
                if not self._disputes.get(record.dispute_id, False):
                    return record
                return replace(record, id=self._other(record.id), dispute_id=self._other(record.dispute_id))
            case Sitting():
                found = self._tx.sitting(record.id)
                copied = self._sittings[record.id] = found is not None and found.learner != learner
                return replace(record, learner=learner, id=self._other(record.id) if copied else record.id)
            case Plan():
                copied = self._plans.get(record.id, learner) != learner
                return replace(record, learner=learner, id=self._other(record.id) if copied else record.id)
            case _:
                return replace(record, learner=learner)

    def _answer(self, record: AnswerRecord, learner: str) -> AnswerRecord:
        answer = record.answer
        copied = self._answer_id(answer.id)
        sitting = answer.sitting
        if sitting is not None and self._sittings.get(sitting, False):
            sitting = self._other(sitting)
        first_try = None if answer.first_try is None else self._answer_id(answer.first_try)
        given = replace(answer, id=copied, learner=learner, sitting=sitting, first_try=first_try)
        return AnswerRecord(given, tuple(replace(grade, answer_id=copied) for grade in record.grades))

    def _review(self, record: LoggedReview, learner: str) -> LoggedReview:
        review = record.review
        if review.answer_id is None or not self._is_copied(review.answer_id):
            return replace(record, review=replace(review, learner=learner))
        given = replace(
            review,
            id=self._other(review.id),
            learner=learner,
            answer_id=self._answer_id(review.answer_id),
            action=self._other(review.action),
        )
        by = None if record.superseded_by is None else self._other(record.superseded_by)
        return replace(record, review=given, superseded_by=by)

    def _is_copied(self, answer_id: str) -> bool:
        if answer_id not in self._answers:
            found = self._tx.answer(answer_id)
            self._answers[answer_id] = found is not None and found.answer.learner != self._learner
        return self._answers[answer_id]

    def _answer_id(self, answer_id: str) -> str:
        return self._other(answer_id) if self._is_copied(answer_id) else answer_id

    def _other(self, id: str) -> str:
        return hashlib.sha256(f"{self._learner} {id}".encode()).hexdigest()[:32]
