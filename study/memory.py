"""What is remembered of each point, and for how long: FSRS by the `fsrs` package, without its chance and its clock.

A grade gives ratings, ratings give cards. Both steps are pure, so that the cards can be derived from the review log at any time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Literal

from grader.types import Grade, Judgment, Point, Question, Reading
from study.records import CardState, HintUse, PointRef, Review

if TYPE_CHECKING:
    from fsrs import Card

AGAIN, HARD, GOOD, EASY = 1, 2, 3, 4
LEARNING, REVIEW, RELEARNING = 1, 2, 3
STEP = timedelta(minutes=10)
"""After how long a missed point is asked again."""
DAY = timedelta(days=1)
EARLIER = timedelta(hours=8)
"""By so much less than a day later than the last time a review may come and still count as one of the next day."""
LONGEST_DAYS = 36_500
"""The longest time after which a point is asked again: the scheduler's own."""

RatingReason = Literal["met", "partial", "little", "unmet", "hint", "unasked", "own"]
"""Why a rating: the verdict ("little" is a partial of less than half), a hint, met though nobody asked, the learner's own."""


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
        from fsrs import Card, Rating, Scheduler, State
        from fsrs.scheduler import DEFAULT_PARAMETERS

        self.parameters = tuple(DEFAULT_PARAMETERS if parameters is None else parameters)
        self.desired_retention = desired_retention
        self._card, self._rating, self._state = Card, Rating, State
        self._scheduler = Scheduler(
            self.parameters,
            desired_retention=desired_retention,
            learning_steps=(STEP,),
            relearning_steps=(STEP,),
            maximum_interval=LONGEST_DAYS,
            enable_fuzzing=False,
        )
        self._decay = -self.parameters[20]
        self._factor = 0.9 ** (1 / self._decay) - 1

    def review(self, card: CardState | None, review: Review) -> CardState:
        """Return the card after ``review``; ``card`` is None for the first one of its point."""
        at = review.at.astimezone(UTC)
        after, _ = self._scheduler.review_card(self._before(card, at), self._rating(review.rating), at)
        lapsed = card is not None and card.state == REVIEW and review.rating == AGAIN
        return CardState(
            learner=review.learner,
            ref=review.ref,
            state=int(after.state),
            step=after.step,
            stability=after.stability,
            difficulty=after.difficulty,
            due=after.due,
            last_review=after.last_review,
            reps=1 if card is None else card.reps + 1,
            lapses=(0 if card is None else card.lapses) + lapsed,
        )

    def rebuild(self, reviews: Iterable[Review]) -> dict[PointRef, CardState]:
        """Return the cards that these reviews of one learner come to, whatever their order."""
        cards: dict[PointRef, CardState] = {}
        for review in sorted(reviews, key=lambda review: (review.at, review.id)):
            cards[review.ref] = self.review(cards.get(review.ref), review)
        return cards

    def retrievability(self, card: CardState, at: datetime) -> float:
        """Return the chance, 0..1, that the point is recalled at ``at``; a card without a review has 0.

        The power curve of FSRS-6, in days and their fractions (the package's own method counts whole days).
        """
        if card.last_review is None or card.stability is None:
            return 0.0
        days = max(0.0, (at - card.last_review) / DAY)
        return float((1 + self._factor * days / card.stability) ** self._decay)

    def due_anew(self, card: CardState) -> CardState:
        """Return a card as it would be due by this desired retention; what is learned in minutes stays as it is.

        Stability and difficulty follow from the parameters alone: with the same ones this is what replaying all reviews comes to.
        """
        if card.state != REVIEW or card.last_review is None or card.stability is None:
            return card
        days = round(card.stability / self._factor * (self.desired_retention ** (1 / self._decay) - 1))
        return replace(card, due=card.last_review + timedelta(days=min(max(1, days), LONGEST_DAYS)))

    def _before(self, card: CardState | None, at: datetime) -> Card:
        """Return the package's card as it stands before a review. Always with an id and a date: it sleeps for one, else."""
        if card is None:
            return self._card(card_id=0, due=at)
        # The package counts days of 24 hours; who comes an hour earlier than the day before would never be asked after a day.
        last = None if card.last_review is None else at - timedelta(days=elapsed_days(card.last_review, at))
        return self._card(0, self._state(card.state), card.step, card.stability, card.difficulty, card.due, last)


def elapsed_days(last: datetime, at: datetime) -> int:
    """Return the whole days between two reviews as a learner counts them: 16 hours or more make a day.

    >>> elapsed_days(datetime(2026, 1, 1, 20, tzinfo=UTC), datetime(2026, 1, 2, 19, tzinfo=UTC))
    1
    """
    return max(0, (at - last + EARLIER).days)


def ratings(
    question: Question, grade: Grade, *, focus: Sequence[str] = (), hints: Sequence[HintUse] = ()
) -> tuple[PointRating, ...]:
    """Return what ``grade`` says of the memory of each required point, in the order of the points.

    Met is good; a partial of half or more is hard, of less is again; unmet is again; abstained says nothing. After a hint of
    step 1 or 2 a met point is hard, after step 3 any is again. Points outside a ``focus`` count only where met. Of
    counted points ("any 5 of") as many are again as are short, those of greatest weight first.
    Bonus points and misconceptions have no memory. A reading or point that ``question`` no longer has is left out.
    """
    reading = _reading(question, grade)
    if reading is None:
        return ()
    judged = {judgment.point_id: judgment for judgment in grade.judgments}
    spared = _spared(reading, judged)
    steps = {hint.point_id: max(h.level for h in hints if h.point_id == hint.point_id) for hint in hints}
    found = []
    for point in _required(reading, judged):
        judgment = judged[point.id]
        if judgment.verdict == "abstain":
            continue
        if focus:
            if point.id not in focus and judgment.verdict != "met":
                continue
        elif point.id in spared:
            continue
        ref = PointRef(question.id, reading.id, point.id)
        found.append(_rated(ref, judgment, steps.get(point.id, 0), asked=not focus or point.id in focus))
    return tuple(found)


def asked(question: Question, grade: Grade, *, focus: Sequence[str] = ()) -> tuple[PointRef, ...]:
    """Return the points that an answer was asked for, which the learner's own rating is about.

    Those of the focus, or all required ones; of counted points those that were named and as many more as are short.
    """
    reading = _reading(question, grade)
    if reading is None:
        return ()
    judged = {judgment.point_id: judgment for judgment in grade.judgments}
    spared = _spared(reading, judged)
    return tuple(
        PointRef(question.id, reading.id, point.id)
        for point in _required(reading, judged)
        if (point.id in focus if focus else point.id not in spared)
    )


def _reading(question: Question, grade: Grade) -> Reading | None:
    return next((reading for reading in question.readings if reading.id == grade.reading_id), None)


def _required(reading: Reading, judged: Collection[str]) -> list[Point]:
    return [point for point in reading.points if point.kind == "required" and point.id in judged]


def _rated(ref: PointRef, judgment: Judgment, step: int, *, asked: bool) -> PointRating:
    if step >= 3:
        return PointRating(ref, AGAIN, "hint")
    if judgment.verdict == "met":
        return PointRating(ref, HARD, "hint") if step else PointRating(ref, GOOD, "met" if asked else "unasked")
    if judgment.verdict == "partial":
        return PointRating(ref, HARD, "partial") if _half(judgment) else PointRating(ref, AGAIN, "little")
    return PointRating(ref, AGAIN, "unmet")


def _half(judgment: Judgment) -> bool:
    return judgment.credit is not None and judgment.credit >= 0.5


def _spared(reading: Reading, judged: Mapping[str, Judgment]) -> frozenset[str]:
    """Return the counted points that were not named and need not have been; abstained ones may have been named."""
    counted = [point for point in _required(reading, judged) if reading.counted(point)]
    silent = [p for p in counted if judged[p.id].verdict != "abstain" and not _named(judged[p.id])]
    short = max(0, (reading.required_count or 0) - (len(counted) - len(silent)))
    # sorted() is stable: of equal weights the first ones in the rubric.
    return frozenset(point.id for point in sorted(silent, key=lambda point: -point.weight)[short:])


def _named(judgment: Judgment) -> bool:
    return judgment.verdict == "met" or (judgment.verdict == "partial" and _half(judgment))
