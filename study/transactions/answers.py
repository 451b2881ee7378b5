"""Answers, and every grade that they ever got."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import astuple
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import RowMapping, Select, exists, func, select, update

from grader.types import Evidence, Grade, Judgment, Usage
from study.records import Answer, AnswerRecord, Asked, GradeRecord
from study.serial import storable
from study.tables import answers, grades, judgments
from study.transactions.base import MANY, Row, Transaction
from study.transactions.hints import hints_from, hints_row


class AnswerReads(Transaction):
    """Looks answers up."""

    def answer(self, answer_id: str) -> AnswerRecord | None:
        """Return an answer with all its grades, or None."""
        return self._one(select(answers).where(answers.c.id == answer_id))

    def answers_to(self, learner: str, question_id: str, limit: int | None = None) -> tuple[AnswerRecord, ...]:
        """Return a learner's answers to one question, the newest first, at most ``limit``."""
        wanted = select(answers).where(answers.c.learner == learner, answers.c.question_id == question_id)
        return self._records(wanted.order_by(answers.c.at.desc(), answers.c.seq.desc()).limit(limit))

    def answers_in(self, sitting_id: str) -> tuple[AnswerRecord, ...]:
        """Return the answers that were given in one session, the oldest first."""
        wanted = select(answers).where(answers.c.sitting == sitting_id)
        return self._records(wanted.order_by(answers.c.at, answers.c.seq))

    def last_answer(self, learner: str) -> AnswerRecord | None:
        """Return the answer that a learner gave last, or None."""
        wanted = select(answers).where(answers.c.learner == learner)
        return self._one(wanted.order_by(answers.c.at.desc(), answers.c.seq.desc()).limit(1))

    def latest_answers(self, learner: str) -> tuple[AnswerRecord, ...]:
        """Return a learner's last answer to each question (grades: only the one that counts), the oldest first."""
        place = func.row_number().over(
            partition_by=answers.c.question_id, order_by=(answers.c.at.desc(), answers.c.seq.desc())
        )
        ranked = select(answers.c.seq, place.label("place")).where(answers.c.learner == learner).subquery()
        wanted = select(answers).join(ranked, ranked.c.seq == answers.c.seq).where(ranked.c.place == 1)
        return self._records(wanted.order_by(answers.c.at, answers.c.seq), only_latest=True)

    def answers(self, learner: str | None = None) -> Iterator[AnswerRecord]:
        """Yield all answers, of one learner or of all, in the order they were stored, without holding all in memory."""
        done = -1
        while True:
            wanted = select(answers).where(answers.c.seq > done).order_by(answers.c.seq).limit(MANY)
            if learner is not None:
                wanted = wanted.where(answers.c.learner == learner)
            rows = self.connection.execute(wanted).mappings().all()
            if not rows:
                return
            yield from self._with_grades(rows)
            done = rows[-1]["seq"]

    def attempts(self, learner: str) -> dict[str, int]:
        """Return how many answers a learner gave to each question, by question id."""
        wanted = select(answers.c.question_id, func.count()).where(answers.c.learner == learner)
        return {row[0]: int(row[1]) for row in self.connection.execute(wanted.group_by(answers.c.question_id))}

    def asked_between(self, learner: str, start: datetime, end: datetime) -> tuple[Asked, ...]:
        """Return what was answered from ``start`` (inclusive) to ``end`` (exclusive), one entry per question and mode."""
        earlier = answers.alias()
        before = exists().where(
            earlier.c.learner == learner,
            earlier.c.question_id == answers.c.question_id,
            earlier.c.at < start,
            earlier.c.mode != "cram",
        )
        wanted = (
            select(
                answers.c.question_id,
                answers.c.mode,
                func.min(answers.c.at).label("at"),
                func.count().label("answers"),
                before.label("known"),
            )
            .where(answers.c.learner == learner, answers.c.at >= start, answers.c.at < end)
            .group_by(answers.c.question_id, answers.c.mode)
            .order_by(func.min(answers.c.at), answers.c.question_id)
        )
        return tuple(
            Asked(row["question_id"], row["mode"], row["at"], row["answers"], not row["known"])
            for row in self.connection.execute(wanted).mappings()
        )

    def _one(self, wanted: Select[Any]) -> AnswerRecord | None:
        found = self._records(wanted)
        return found[0] if found else None

    def _records(self, wanted: Select[Any], *, only_latest: bool = False) -> tuple[AnswerRecord, ...]:
        rows = self.connection.execute(wanted).mappings().all()
        return tuple(
            record
            for first in range(0, len(rows), MANY)
            for record in self._with_grades(rows[first : first + MANY], only_latest=only_latest)
        )

    def _with_grades(self, rows: Sequence[RowMapping], *, only_latest: bool = False) -> Iterator[AnswerRecord]:
        """Yield the records of answer rows, at most MANY, with two further queries in all."""
        ids = [row["id"] for row in rows]
        graded = select(grades).where(grades.c.answer_id.in_(ids)).order_by(grades.c.answer_id, grades.c.number)
        judged = select(judgments).where(judgments.c.answer_id.in_(ids)).order_by(judgments.c.position)
        if only_latest:
            graded = graded.where(grades.c.is_latest)
        found: dict[tuple[str, int], list[Judgment]] = defaultdict(list)
        for row in self.connection.execute(judged).mappings():
            found[row["answer_id"], row["number"]].append(_judgment(row))
        given = {
            answer_id: tuple(_grade_record(row, found[row["answer_id"], row["number"]]) for row in group)
            for answer_id, group in groupby(
                self.connection.execute(graded).mappings().all(), key=lambda row: str(row["answer_id"])
            )
        }
        for row in rows:
            yield AnswerRecord(_answer(row), given[row["id"]])


class AnswerWrites(AnswerReads):
    """Keeps answers and grades. Neither is ever changed or deleted, but with all that a learner left behind."""

    def add_answer(self, answer: Answer, *given: GradeRecord) -> bool:
        """Keep an answer with its grades (numbered 0, 1, ...; at least one); say whether it is new.

        An answer that is there already stays as it is. Raises StoreError where that one has another text, learner or question.
        """
        if [grade.number for grade in given] != list(range(len(given))) or not given:
            self._fail(f"answer {answer.id} came without its grades, or they are not numbered 0, 1, ...")
        self._know(answer.learner)
        row = _answer_row(answer)
        if self._add(answers, [row]) == 0:
            kept = self.connection.execute(select(answers).where(answers.c.id == answer.id)).mappings().one()
            if any(kept[name] != row[name] for name in ("learner", "question_id", "text")):
                self._fail(f"another answer is stored under the id {answer.id}; nothing was overwritten")
            return False
        self._add(grades, [_grade_row(grade, answer.id, is_latest=grade is given[-1]) for grade in given])
        self._add(judgments, [row for grade in given for row in _judgment_rows(grade, answer.id)])
        return True

    def add_grade(self, answer_id: str, at: datetime, grade: Grade, aided_score: float) -> GradeRecord:
        """Add a later grade, which counts from now on, and return it with its number.

        The very grade of the very moment is not added twice. Raises StoreError where there is no such answer.
        """
        record = self.answer(answer_id)
        if record is None:
            self._fail(f"there is no answer {answer_id} to grade")
        new = GradeRecord(answer_id, len(record.grades), at, grade, aided_score)
        wanted = _content(new)
        for known in record.grades:
            if _content(known) == wanted:
                return known
        latest = update(grades).where(grades.c.answer_id == answer_id, grades.c.is_latest)
        self.connection.execute(latest.values(is_latest=False))
        self._add(grades, [_grade_row(new, answer_id, is_latest=True)])
        self._add(judgments, _judgment_rows(new, answer_id))
        return new


def _content(record: GradeRecord) -> tuple[object, ...]:
    """Return what makes a grade that grade, as the database holds it."""
    row = _grade_row(record, record.answer_id, is_latest=True)
    rows = _judgment_rows(record, record.answer_id)
    return (
        *(value for name, value in row.items() if name != "number"),
        *({**judgment, "number": 0} for judgment in rows),
    )


# --- rows


def _answer_row(answer: Answer) -> Row:
    return {
        "id": answer.id,
        "learner": answer.learner,
        "question_id": answer.question_id,
        "question_version": answer.question_version,
        "text": storable(answer.text),
        "at": answer.at,
        "mode": answer.mode,
        "duration_ms": answer.duration_ms,
        "confidence": answer.confidence,
        "hints": hints_row(answer.hints),
        "focus": list(answer.focus),
        "first_try": answer.first_try,
        "sitting": answer.sitting,
    }


def _answer(row: RowMapping) -> Answer:
    return Answer(
        row["id"],
        row["learner"],
        row["question_id"],
        row["question_version"],
        row["text"],
        row["at"],
        row["mode"],
        row["duration_ms"],
        row["confidence"],
        hints_from(row["hints"]),
        tuple(row["focus"]),
        row["first_try"],
        row["sitting"],
    )


def _grade_row(record: GradeRecord, answer_id: str, *, is_latest: bool) -> Row:
    grade = record.grade
    return {
        "answer_id": answer_id,
        "number": record.number,
        "at": record.at,
        "is_latest": is_latest,
        "question_id": grade.question_id,
        "question_version": grade.question_version,
        "reading_id": grade.reading_id,
        "score": float(grade.score),
        "low": float(grade.low),
        "high": float(grade.high),
        "aided_score": float(record.aided_score),
        "signature": grade.signature,
        "feedback": storable(grade.feedback),
        "flags": list(grade.flags),
        "notes": [storable(note) for note in grade.notes],
        "usage": None if grade.usage is None else list(astuple(grade.usage)),
    }


def _grade_record(row: RowMapping, judged: Sequence[Judgment]) -> GradeRecord:
    grade = Grade(
        row["question_id"],
        row["question_version"],
        row["reading_id"],
        tuple(judged),
        row["score"],
        row["low"],
        row["high"],
        tuple(row["flags"]),
        row["feedback"],
        row["signature"],
        tuple(row["notes"]),
        None if row["usage"] is None else Usage(*row["usage"]),
    )
    return GradeRecord(row["answer_id"], row["number"], row["at"], grade, row["aided_score"])


def _judgment_rows(record: GradeRecord, answer_id: str) -> list[Row]:
    return [
        {
            "answer_id": answer_id,
            "number": record.number,
            "position": position,
            "point_id": judgment.point_id,
            "verdict": judgment.verdict,
            "credit": None if judgment.credit is None else float(judgment.credit),
            "reason": storable(judgment.reason),
            "source": judgment.source,
            "evidence": [
                [int(part.start), int(part.end), storable(part.quote), part.matcher, float(part.strength)]
                for part in judgment.evidence
            ],
        }
        for position, judgment in enumerate(record.grade.judgments)
    ]


def _judgment(row: RowMapping) -> Judgment:
    evidence = tuple(Evidence(*part) for part in row["evidence"])
    return Judgment(row["point_id"], row["verdict"], row["credit"], evidence, row["reason"], row["source"])
