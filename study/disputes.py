""""I was right": a learner's word against the grader's on one point, and what becomes of it.

A dispute is a local label (this passage says the point), a rating of the point, and a proposal: the passage as another
wording for the pack. Only a person's yes puts it there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from grader.types import Grade, Question

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

    The whole answer, without the white space around it, where it is a single sentence. Raises KeyError for a point that the
    grade's reading does not have.
    """
    raise NotImplementedError


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
