"""Past answers under another calibration, prompt or model: which disputes that settles, which it breaks, what moves."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from grader.errors import VivaError
from grader.types import Grade, Grader, Question
from study.disputes import point_of
from study.records import AnswerRecord, Dispute, PointRef

if TYPE_CHECKING:
    from study.store import Store
    from study.trainer import Trainer

Fate = Literal["settled", "broken", "kept", "open", "unknown"]
FATES: tuple[Fate, ...] = ("settled", "broken", "open", "kept", "unknown")

SAME = 5e-5
"""Scores that are nearer to each other than this are the same; grades have four decimals."""

# By whether the learner was right before, and is now.
_FATE_OF: Mapping[tuple[bool, bool], Fate] = {
    (False, True): "settled",
    (True, False): "broken",
    (True, True): "kept",
    (False, False): "open",
}
_FAILED = "llm_failed"
_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class DisputeFate:
    """What becomes of a dispute: ``settled`` (the learner is right now, and was not before), ``broken`` (the other way round),
    ``kept`` (right both times), ``open`` (neither time), ``unknown`` (not both grades say something about the point)."""

    dispute: Dispute
    fate: Fate


@dataclass(frozen=True, slots=True)
class Moved:
    """An answer whose score, in 0..1, is another now."""

    answer_id: str
    question_id: str
    before: float
    after: float

    @property
    def by(self) -> float:
        """How much the score rose, from -1 to 1."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class Failed:
    """An answer that could not be graded again, and why."""

    answer_id: str
    question_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """What grading all past answers again says. ``answers`` counts those that were graded; ``grades`` are their new grades.

    ``reworded`` of them answer an earlier version of their question, and are graded by the present one. ``gone`` names
    questions that no pack has any more, with the number of answers to each. ``signatures`` say what graded.
    """

    answers: int
    disputes: tuple[DisputeFate, ...]
    moved: tuple[Moved, ...]
    reworded: int
    gone: tuple[tuple[str, int], ...]
    failed: tuple[Failed, ...]
    grades: tuple[tuple[str, Grade], ...]
    signatures: tuple[str, ...]

    def count(self, fate: Fate) -> int:
        """Return how many disputes have this fate."""
        return sum(one.fate == fate for one in self.disputes)

    @property
    def mean_change(self) -> float:
        """By how much scores rose on average, over all answers that were graded; 0 where none was."""
        return sum(one.by for one in self.moved) / self.answers if self.answers else 0.0

    @property
    def largest(self) -> Moved | None:
        """The answer whose score moved most, up or down; None where none moved."""
        return max(self.moved, key=lambda one: (abs(one.by), one.answer_id), default=None)


def replay(
    store: Store,
    questions: Mapping[str, Question],
    new: Grader,
    old: Grader | None = None,
    *,
    learner: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> ReplayReport:
    """Grade all past answers with ``new``, and compare with their latest grades, or with what ``old`` says. Writes nothing.

    Each question's equal answers are graded once. ``progress`` is told how many of how many answers are done. An answer that
    cannot be graded, or that a model failed on, is among the ``failed`` and in no other figure.
    """
    with store.reading() as tx:
        records = list(tx.answers(learner))
        disputed = tx.disputes(learner)
    gone = Counter(one.answer.question_id for one in records if one.answer.question_id not in questions)
    by_question: dict[str, list[AnswerRecord]] = {}
    for record in records:
        if record.answer.question_id in questions:
            by_question.setdefault(record.answer.question_id, []).append(record)
    wanted = sum(map(len, by_question.values()))
    before: dict[str, Grade] = {}
    after: dict[str, Grade] = {}
    failed: list[Failed] = []
    done = 0
    for question_id, asked in by_question.items():
        for part in _parts(asked):
            fresh = dict(_graded(questions[question_id], part, new, failed))
            known = (
                {record.answer.id: record.latest.grade for record in part}
                if old is None
                else dict(_graded(questions[question_id], [one for one in part if one.answer.id in fresh], old, failed))
            )
            after.update({answer_id: grade for answer_id, grade in fresh.items() if answer_id in known})
            before.update(known)
            done += len(part)
            if progress is not None:
                progress(done, wanted)
    return ReplayReport(
        answers=len(after),
        disputes=tuple(
            DisputeFate(one, _fate(one, questions, before.get(one.answer_id), after.get(one.answer_id)))
            for one in disputed
        ),
        moved=tuple(
            Moved(answer_id, grade.question_id, before[answer_id].score, grade.score)
            for answer_id, grade in after.items()
            if abs(grade.score - before[answer_id].score) > SAME
        ),
        reworded=sum(
            one.answer.id in after and one.answer.question_version != questions[one.answer.question_id].version
            for group in by_question.values()
            for one in group
        ),
        gone=tuple(sorted(gone.items())),
        failed=tuple(failed),
        grades=tuple(after.items()),
        signatures=tuple(dict.fromkeys(grade.signature for grade in after.values())),
    )


def apply(trainer: Trainer, report: ReplayReport, grader: Grader, *, now: datetime) -> int:
    """Add the new grades to their answers, with the hints that were taken; return how many. Twice adds them once.

    ``grader`` is the one that gave them. A grade that says what the latest one says is not added. Each answer is a transaction of
    its own, so that what was done stays done where this is stopped.
    """
    from study.parts import counts

    added = 0
    for answer_id, grade in report.grades:
        with trainer.store.reading() as tx:
            record = tx.answer(answer_id)
        question = trainer.questions.get(grade.question_id)
        if record is None or question is None or _said(record.latest.grade) == _said(grade):
            continue
        answer = record.answer
        # The act's id follows from what it does, so that a repeated call repeats nothing.
        action = hashlib.sha256(f"replay {answer_id} {grade.signature} {now.isoformat()}".encode()).hexdigest()[:32]
        trainer.regrade(answer_id, grade, now, action, counts(question, grade, answer.focus, answer.hints, grader))
        added += 1
    return added


# --- parts


def _parts(records: Sequence[AnswerRecord]) -> Iterator[Sequence[AnswerRecord]]:
    """Cut a long run of answers, so that progress shows and a model is asked about as many at once as it takes."""
    for first in range(0, len(records), _AT_ONCE):
        yield records[first : first + _AT_ONCE]


def _graded(
    question: Question, records: Sequence[AnswerRecord], grader: Grader, failed: list[Failed]
) -> Iterator[tuple[str, Grade]]:
    """Yield answer ids with their grades; what cannot be graded goes to ``failed``."""
    texts = list(dict.fromkeys(record.answer.text for record in records))
    results = dict(zip(texts, _grades(question, texts, grader), strict=True))
    for record in records:
        result = results[record.answer.text]
        if isinstance(result, Grade) and _FAILED not in result.flags:
            yield record.answer.id, result
        else:
            reason = "; ".join(result.notes) if isinstance(result, Grade) else str(result)
            failed.append(Failed(record.answer.id, question.id, reason))


def _grades(question: Question, texts: Sequence[str], grader: Grader) -> list[Grade | VivaError]:
    from grader.engine import grade_many

    try:
        return list(grade_many(question, texts, grader=grader))
    except VivaError as error:
        if len(texts) == 1:
            return [error]
    # One answer that cannot be graded takes all down with it; alone each says for itself.
    return [result for text in texts for result in _grades(question, [text], grader)]


def _fate(dispute: Dispute, questions: Mapping[str, Question], before: Grade | None, after: Grade | None) -> Fate:
    point = point_of(questions.get(dispute.ref.question_id), dispute.ref)
    was, now = (_is_met(grade, dispute.ref) for grade in (before, after))
    if point is None or was is None or now is None:
        return "unknown"
    wanted = point.kind != "misconception"
    return _FATE_OF[was == wanted, now == wanted]


def _is_met(grade: Grade | None, ref: PointRef) -> bool | None:
    """Say whether a grade counts the point as met; None where it does not judge it, or read the question in another way."""
    if grade is None or grade.reading_id != ref.reading_id:
        return None
    verdicts = (judgment.verdict for judgment in grade.judgments if judgment.point_id == ref.point_id)
    verdict = next(verdicts, "abstain")
    return None if verdict == "abstain" else verdict == "met"


def _said(grade: Grade) -> Grade:
    """Return a grade without what is no part of what it says: what it cost."""
    return replace(grade, usage=None)
