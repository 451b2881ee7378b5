"""What is remembered of each point, and for how long: FSRS by the `fsrs` package, without its chance and its clock.

A grade gives ratings, ratings give cards. Both steps are pure, so that the cards can be derived from the review log at any time.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from grader.types import Grade, Point, Question, Reading
from study.records import CardState, HintUse, PointRef, Review

if TYPE_CHECKING:
    from fsrs import Card, Scheduler

AGAIN, HARD, GOOD, EASY = 1, 2, 3, 4
LEARNING, REVIEW, RELEARNING = 1, 2, 3
STEP = timedelta(minutes=10)
"""After how long a missed point is asked again."""

RatingReason = Literal["met", "partial", "little", "unmet", "hint", "unasked"]
"""Why a point is rated as it is: by its verdict ("little" is a partial of less than half), after a hint, or met though not asked."""


@dataclass(frozen=True, slots=True)
class PointRating:
    """How well a point was remembered: ``rating`` is 1 (again), 2 (hard), 3 (good) or 4 (easy)."""

    ref: PointRef
    rating: int
    why: RatingReason


class Memory:
    """FSRS-6 with these 21 parameters (None: the package's own) and this desired retention (0..1, exclusive).

    Raises ValueError for parameters out of their bounds. The same reviews give the same cards, always.
    """

    def __init__(self, parameters: Sequence[float] | None = None, desired_retention: float = 0.9) -> None:
        raise NotImplementedError

    def review(self, card: CardState | None, review: Review) -> CardState:
        """Return the card after ``review``; ``card`` is None for the first one of its point."""
        raise NotImplementedError

    def rebuild(self, reviews: Iterable[Review]) -> dict[PointRef, CardState]:
        """Return the cards that these reviews of one learner come to, whatever their order."""
        raise NotImplementedError

    def retrievability(self, card: CardState, at: datetime) -> float:
        """Return the chance, 0..1, that the point is recalled at ``at``; a card without a review has 0."""
        raise NotImplementedError

    def interval(self, stability: float) -> int:
        """Return after how many days (1 or more) a point of this stability comes down to the desired retention."""
        raise NotImplementedError


def elapsed_days(last: datetime, at: datetime) -> int:
    """Return the whole days between two reviews as a learner counts them: 16 hours or more make a day."""
    raise NotImplementedError


def ratings(
    question: Question, grade: Grade, *, focus: Sequence[str] = (), hints: Sequence[HintUse] = ()
) -> tuple[PointRating, ...]:
    """Return what ``grade`` says of the memory of each required point, in the order of the points.

    Met is good; a partial of half or more is hard, of less is again; unmet is again; abstained says nothing. After a hint of
    step 1 or 2 a met point is hard, after step 3 it is again. Points outside a ``focus`` count only where met. Of
    counted points ("any 5 of") as many are again as are short, those of greatest weight first.
    Bonus points and misconceptions have no memory. A reading or point that ``question`` no longer has is left out.
    """
    raise NotImplementedError


def asked(question: Question, grade: Grade, *, focus: Sequence[str] = ()) -> tuple[PointRef, ...]:
    """Return the points that an answer was asked for, which the learner's own rating is about."""
    raise NotImplementedError
