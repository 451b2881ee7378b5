""""I was right": a learner's word against the grader's on one point, and what becomes of it.

A dispute is a local label (this passage says the point), a rating of the point, and a proposal: the passage as another
wording for the pack. Only a person's yes puts it there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from grader.text import sentence_starts
from grader.types import Evidence, Grade, Question

if TYPE_CHECKING:
    from grader.bank import Bank
    from grader.bank.edit import AliasEffect
    from grader.offline import OfflineGrader
    from study.records import AliasProposal, AnswerRecord, Dispute, PointRef
    from study.store import Store
    from study.trainer import Trainer


@dataclass(frozen=True, slots=True)
class Disputed:
    """What one click wrote: the dispute, and its passage as a proposed alias."""

    dispute: Dispute
    proposal: AliasProposal


@dataclass(frozen=True, slots=True)
class Label:
    """An answer that a learner says makes a point. Withdrawn disputes are no labels."""

    ref: PointRef
    question_version: str
    answer: str
    passage: str


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
    """Write down that an answer makes a point after all, and rate that point as known.

    ``id`` names the dispute and the act that ``withdraw`` takes back; the same id again changes nothing. Without ``passage``
    it is the one that ``passage_for`` finds.
    """
    raise NotImplementedError


def withdraw(trainer: Trainer, id: str, *, now: datetime) -> Dispute:
    """Take a dispute back: it is no label any more, its rating is undone, and its proposal is rejected if still open."""
    raise NotImplementedError


def labels(store: Store, learner: str | None = None) -> tuple[Label, ...]:
    """Return what learners say their answers make, oldest first; of all learners where none is named."""
    raise NotImplementedError


def effect_of(store: Store, proposal: AliasProposal, bank: Bank, grader: OfflineGrader | None = None) -> AliasEffect:
    """Tell what a proposed alias would change on the question's graded samples and on the labels of its point."""
    raise NotImplementedError


def accept(store: Store, id: str, bank: Bank, *, now: datetime) -> AliasProposal:
    """Put a proposed alias into its pack. Raises grader.PackError, and changes nothing, where the pack cannot take it."""
    raise NotImplementedError


def reject(store: Store, id: str, *, now: datetime) -> AliasProposal:
    """Say no to a proposed alias; the dispute stays."""
    raise NotImplementedError
