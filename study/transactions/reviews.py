"""The review log, which is the fact, and the cards, which are derived from it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime

from study.records import Action, CardState, LoggedReview, PointRef, Review
from study.transactions.base import Transaction


class ReviewReads(Transaction):
    """Looks reviews and cards up."""

    def active_reviews(
        self, learner: str, refs: Collection[PointRef] | None = None, since: datetime | None = None
    ) -> tuple[Review, ...]:
        """Return the reviews that count, in the order they happened: of all points or of ``refs``, from ``since`` on."""
        raise NotImplementedError

    def logged_reviews(self, learner: str | None = None) -> Iterator[LoggedReview]:
        """Yield every review with its marks, of one learner or of all, in the order they were written."""
        raise NotImplementedError

    def action(self, action: str) -> Action | None:
        """Return what of this action still counts, or None where nothing does."""
        raise NotImplementedError

    def actions_of(self, answer_id: str) -> tuple[Action, ...]:
        """Return the actions that rate points for this answer and still count, in the order they were written."""
        raise NotImplementedError

    def last_action(self, learner: str) -> Action | None:
        """Return what a learner's last act wrote that still counts, imported reviews aside; None where there is none."""
        raise NotImplementedError

    def cards(
        self, learner: str, question_ids: Collection[str] | None = None, due_before: datetime | None = None
    ) -> tuple[CardState, ...]:
        """Return a learner's cards by due time: all, those of some questions, those due before a time (exclusive)."""
        raise NotImplementedError


class ReviewWrites(ReviewReads):
    """Adds to the log, marks what no longer counts, and puts cards."""

    def add_reviews(self, reviews: Sequence[Review]) -> None:
        """Add reviews to the log; those whose id is there already stay as they are."""
        raise NotImplementedError

    def add_logged(self, reviews: Sequence[LoggedReview]) -> int:
        """Add reviews with their marks, as an export holds them; return how many were new."""
        raise NotImplementedError

    def replace_action(self, old: str, by: str, refs: Collection[PointRef] | None = None) -> tuple[PointRef, ...]:
        """Mark the active reviews of action ``old`` (of ``refs``, or all) as superseded by action ``by``; return their points."""
        raise NotImplementedError

    def undo_action(self, action: str, at: datetime) -> tuple[PointRef, ...]:
        """Mark an action's reviews as undone, and let what it superseded count again; return all points concerned.

        Undoing twice is undoing once: the second time concerns no point.
        """
        raise NotImplementedError

    def put_cards(self, cards: Iterable[CardState]) -> None:
        """Keep cards; each takes the place of the one for the same learner and point."""
        raise NotImplementedError

    def put_card(self, card: CardState) -> None:
        """Keep one card."""
        self.put_cards((card,))

    def drop_cards(self, learner: str, refs: Collection[PointRef] | None = None) -> None:
        """Forget a learner's cards, all or those of ``refs``; the review log stays."""
        raise NotImplementedError
