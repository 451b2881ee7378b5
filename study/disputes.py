""" "I was right": a learner's word against the grader's on one point, and what becomes of it.

A dispute is a local label (this answer makes the point, or does not make the mistake), a rating of the point as known, and mostly a
proposal: the passage as another wording for the pack. Only a person's yes puts it there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from grader.text import sentence_starts
from grader.types import Evidence, Grade, Point, Question, Verdict
from study.errors import StudyError
from study.records import AliasProposal, AnswerRecord, Dispute, PointRef

if TYPE_CHECKING:
    from grader.bank import Bank
    from grader.bank.edit import AliasEffect
    from grader.offline import OfflineGrader
    from study.store import Store
    from study.trainer import Trainer, Undone
    from study.transactions import Writing

T = TypeVar("T")

_GOOD = 3


@dataclass(frozen=True, slots=True)
class Disputed:
    """What one click wrote: the dispute, and its passage as a proposed alias; None where it cannot be one."""

    dispute: Dispute
    proposal: AliasProposal | None


@dataclass(frozen=True, slots=True)
class Label:
    """What a learner says of an answer: it makes the point (``met``), or does not make the mistake (``unmet``)."""

    ref: PointRef
    question_version: str
    answer: str
    passage: str
    verdict: Verdict


def passage_for(
    question: Question, grade: Grade, answer: str, point_id: str, grader: OfflineGrader | None = None
) -> tuple[int, int]:
    """Return where in the raw answer the sentence stands that speaks most for a point, half-open.

    Of sentences that say equally little of it, the one that the grade holds least for other points; without the white space
    around it. Of a single sentence it is all of that. Raises KeyError for a point that the grade's reading does not have.

    >>> from grader.engine import grade
    >>> from grader.types import Point
    >>> points = (Point("change", "The distribution of the data changes."), Point("cost", "Accuracy falls."))
    >>> question = Question.simple(id="q", prompt="What is drift?", points=points, references=("It changes.",))
    >>> said = "Its accuracy falls. Data are distributed anew."
    >>> start, end = passage_for(question, grade(question, said), said, "change")
    >>> said[start:end]
    'Data are distributed anew.'
    """
    reading = question.reading(grade.reading_id)
    places = {point.id: place for place, point in enumerate(reading.points)}
    place = places[point_id]
    sentences = list(_sentences(answer))
    if len(sentences) < 2:
        return sentences[0] if sentences else (0, len(answer))
    # The engine is loaded when somebody disputes, not when a page is drawn.
    from grader.engine import default_grader
    from grader.rubric import Rubric
    from grader.support import Support

    texts = [answer[start:end] for start, end in sentences]
    alone = (grader or default_grader()).judge_many(question, reading, texts)
    support = Support(Rubric(question, reading), answer)
    others = [
        (part.start, part.end)
        for judgment in grade.judgments
        if judgment.point_id != point_id and judgment.verdict in {"met", "partial"}
        for part in judgment.evidence
    ]

    def weight(number: int) -> tuple[float, float, float]:
        start, end = sentences[number]
        backing = support.of(place, [Evidence(start, end, texts[number], "dispute", 1.0)])
        taken = sum(max(0, min(end, last) - max(start, first)) for first, last in others)
        return alone[number][place].credit or 0.0, backing, -taken / (end - start)

    return sentences[max(range(len(sentences)), key=weight)]


def _sentences(answer: str) -> Iterator[tuple[int, int]]:
    """Yield where the sentences of a raw answer stand, without the white space around them."""
    starts = sentence_starts(answer)
    for start, end in zip(starts, [*starts[1:], len(answer)], strict=True):
        text = answer[start:end]
        if text.strip():
            yield start + len(text) - len(text.lstrip()), start + len(text.rstrip())


def dispute(
    trainer: Trainer,
    question: Question,
    record: AnswerRecord,
    point_id: str,
    *,
    id: str,
    now: datetime,
    passage: tuple[int, int] | None = None,
    grader: OfflineGrader | None = None,
) -> Disputed:
    """Write down that an answer makes a point after all, and rate that point as known: all of it or nothing.

    ``id`` names the dispute and the rating that ``withdraw`` takes back; the same id again, or another one for a point that is
    in dispute already, changes nothing. Without ``passage`` it is the one that ``passage_for`` finds. Raises StudyError for a
    point that the question no longer has.
    """
    answer, reading_id = record.answer, record.latest.grade.reading_id
    ref = PointRef(answer.question_id, reading_id, point_id)
    point = point_of(question, ref)
    if point is None:
        raise StudyError(f"question {question.id!r} has no point {point_id!r} in {reading_id!r} any more")
    start, end = passage or passage_for(question, record.latest.grade, answer.text, point_id, grader)
    new = Dispute(id, answer.learner, answer.id, ref, now, answer.text[start:end], start, end)
    with trainer.store.writing() as tx:
        known = next((one for one in tx.disputes(answer_id=answer.id) if one.ref == ref), None) or tx.dispute(id)
        if known is not None:
            return Disputed(known, next(iter(tx.proposals(dispute_id=known.id)), None))
        tx.add_dispute(new)
        proposal = _proposal(point, new)
        if proposal is not None:
            tx.add_proposal(proposal)
        _rate(tx, record, point, new)
    return Disputed(new, proposal)


def withdraw(trainer: Trainer, id: str, *, now: datetime) -> Dispute:
    """Take a dispute back: it is no label any more, its rating is undone, and its proposal is rejected if still open.

    Twice is once. Raises StudyError where there is no such dispute.
    """
    with trainer.store.writing() as tx:
        found = _found(tx.dispute(id), "dispute", id)
        if found.withdrawn_at is None:
            _withdraw(tx, trainer.questions, found, now)
        return _found(tx.dispute(id), "dispute", id)


def undo(trainer: Trainer, learner: str, *, now: datetime) -> Undone | None:
    """Take back the learner's last rating as ``Trainer.undo`` does; where a dispute made it, the dispute is withdrawn too."""
    with trainer.store.reading() as tx:
        last = tx.last_action(learner)
        disputed = None if last is None else tx.dispute(last.id)
    undone = trainer.undo(learner, now)
    if disputed is not None:
        withdraw(trainer, disputed.id, now=now)
    return undone


def labels(store: Store, questions: Mapping[str, Question], learner: str | None = None) -> tuple[Label, ...]:
    """Return what learners say of their answers, oldest first; of all learners where none is named.

    Withdrawn disputes are none, nor are those about points that no question has any more.
    """
    found: list[Label] = []
    with store.reading() as tx:
        for one in tx.disputes(learner):
            record = tx.answer(one.answer_id)
            point = point_of(questions.get(one.ref.question_id), one.ref)
            if record is not None and point is not None:
                verdict: Verdict = "unmet" if point.kind == "misconception" else "met"
                answer = record.answer
                found.append(Label(one.ref, answer.question_version, answer.text, one.passage, verdict))
    return tuple(found)


def effect_of(store: Store, proposal: AliasProposal, bank: Bank, grader: OfflineGrader | None = None) -> AliasEffect:
    """Tell what a proposed alias would change on the question's graded samples and on the labels of its point.

    Raises StudyError where the bank has no such point any more.
    """
    from grader.bank.edit import alias_effect
    from grader.engine import grade_many

    questions = {question.id: question for question in bank.questions}
    ref = proposal.ref
    question = questions.get(ref.question_id)
    if question is None or point_of(question, ref) is None:
        raise StudyError(f"no pack has the point {ref.point_id!r} of {ref.question_id!r} any more")
    labelled = [(label.answer, label.verdict) for label in labels(store, questions) if label.ref == ref]
    judge = partial(grade_many, grader=grader)
    return alias_effect(question, ref.reading_id, ref.point_id, proposal.text, labelled, judge)


def accept(store: Store, id: str, bank: Bank, *, now: datetime) -> AliasProposal:
    """Put a proposed alias into its pack. The question has another version from then on.

    Raises grader.PackError or grader.UnknownQuestionError, and changes nothing, where the pack cannot take it; StudyError where
    there is no such proposal.
    """
    from grader.bank.edit import add_alias

    with store.reading() as tx:
        proposal = _found(tx.proposal(id), "proposal", id)
    ref = proposal.ref
    path = bank.pack_of(bank.get(ref.question_id)).path
    if path is None:
        raise StudyError(f"the pack of {ref.question_id!r} is no file, so no alias can be put into it")
    # First the file: where only that succeeds, a second yes finds the alias there and goes on.
    add_alias(path, ref.question_id, ref.reading_id, ref.point_id, proposal.text)
    with store.writing() as tx:
        tx.decide_proposal(id, "accepted", now)
        return _found(tx.proposal(id), "proposal", id)


def reject(store: Store, id: str, *, now: datetime) -> AliasProposal:
    """Say no to a proposed alias; the dispute stays, and so does an alias that a pack already has.

    Raises StudyError where there is no such proposal.
    """
    with store.writing() as tx:
        _found(tx.proposal(id), "proposal", id)
        tx.decide_proposal(id, "rejected", now)
        return _found(tx.proposal(id), "proposal", id)


# --- parts


def point_of(question: Question | None, ref: PointRef) -> Point | None:
    """Return the point that is meant, None where the question no longer has it, or is none."""
    for reading in () if question is None else question.readings:
        for point in reading.points:
            if (reading.id, point.id) == (ref.reading_id, ref.point_id):
                return point
    return None


def _proposal(point: Point, made: Dispute) -> AliasProposal | None:
    """Return the passage as a wording of the point, unless it is too long for one, or one that the point has."""
    from grader.bank.edit import MAX_ALIAS_CHARS, one_line

    text = one_line(made.passage)
    if point.kind == "misconception" or not 0 < len(text) <= MAX_ALIAS_CHARS or text in (point.text, *point.aliases):
        return None
    # Its id follows from the dispute's, so that a repeated click proposes nothing twice.
    name = hashlib.sha256(f"alias {made.id}".encode()).hexdigest()[:32]
    return AliasProposal(name, made.id, made.ref, text, "proposed", made.at)


def _rate(tx: Writing, record: AnswerRecord, point: Point, made: Dispute) -> None:
    from study.rating import SCHEDULED, write
    from study.schedule import memory_of

    if point.kind == "required" and record.answer.mode in SCHEDULED:
        write(tx, record, {made.ref: _GOOD}, "learner", made.id, memory_of(tx, made.learner))


def _withdraw(tx: Writing, questions: Mapping[str, Question], found: Dispute, now: datetime) -> None:
    from study.rating import take_back_own
    from study.schedule import memory_of

    tx.withdraw_dispute(found.id, now)
    for proposal in tx.proposals(dispute_id=found.id):
        if proposal.status == "proposed":
            tx.decide_proposal(proposal.id, "rejected", now)
    rating = tx.action(found.id)
    if rating is not None:
        take_back_own(tx, questions, rating, now, memory_of(tx, found.learner))


def _found(what: T | None, name: str, id: str) -> T:
    if what is None:
        raise StudyError(f"there is no {name} {id!r}: it was deleted, or never made")
    return what
