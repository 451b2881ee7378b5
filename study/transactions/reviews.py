"""The review log, which is the fact, and the cards, which are derived from it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, and_, bindparam, delete, func, select, update

from study.records import Action, CardState, LoggedReview, PointRef, Review
from study.tables import answers, cards, reviews
from study.transactions.base import MANY, Row, Transaction, parts

_ACTIVE = and_(reviews.c.undone_at.is_(None), reviews.c.superseded_by.is_(None))


class ReviewReads(Transaction):
    """Looks reviews and cards up."""

    def active_reviews(self, learner: str, refs: Collection[PointRef] | None = None) -> tuple[Review, ...]:
        """Return the reviews that count, in the order they happened: of all points or of ``refs``."""
        wanted = select(reviews).where(reviews.c.learner == learner, _ACTIVE)
        if refs is not None:
            wanted = _of_questions(wanted, reviews.c.question_id, {ref.question_id for ref in refs})
            chosen = frozenset(refs)
            # Sorted here: asked for an order, SQLite would rather walk through all reviews in time than look up the questions.
            rows = [row for row in self.connection.execute(wanted).mappings() if _ref(row) in chosen]
            return tuple(_review(row) for row in sorted(rows, key=lambda row: (row["at"], row["seq"])))
        return self._reviews(wanted)

    def logged_reviews(self, learner: str | None = None) -> Iterator[LoggedReview]:
        """Yield every review with its marks, of one learner or of all, in the order they were written."""
        done = -1
        while True:
            wanted = select(reviews).where(reviews.c.seq > done).order_by(reviews.c.seq).limit(MANY)
            if learner is not None:
                wanted = wanted.where(reviews.c.learner == learner)
            rows = self.connection.execute(wanted).mappings().all()
            if not rows:
                return
            yield from map(_logged, rows)
            done = rows[-1]["seq"]

    def action(self, action: str) -> Action | None:
        """Return what of this action still counts, or None where nothing does."""
        found = self._reviews(select(reviews).where(reviews.c.action == action, _ACTIVE))
        return Action(action, found[0].learner, found[0].at, found) if found else None

    def actions_of(self, answer_id: str) -> tuple[Action, ...]:
        """Return the actions that rate points for this answer and still count, in the order they were written."""
        found = self._reviews(select(reviews).where(reviews.c.answer_id == answer_id, _ACTIVE))
        names = dict.fromkeys(review.action for review in found)
        return tuple(action for name in names if (action := self.action(name)) is not None)

    def sure_misses(self, learner: str, least: int, since: datetime) -> tuple[Review, ...]:
        """Return the active reviews from ``since`` on that missed a point in an answer given with this confidence or more."""
        joined = select(reviews).join(answers, answers.c.id == reviews.c.answer_id)
        wanted = joined.where(reviews.c.learner == learner, reviews.c.at >= since, reviews.c.rating == 1, _ACTIVE)
        return self._reviews(wanted.where(answers.c.confidence >= least))

    def knows_action(self, action: str) -> bool:
        """Say whether an action ever wrote a review, whether or not any of them still counts."""
        return (
            self.connection.execute(select(reviews.c.id).where(reviews.c.action == action).limit(1)).first() is not None
        )

    def last_action(self, learner: str) -> Action | None:
        """Return what a learner's last act wrote that still counts, imported reviews aside; None where there is none.

        Acts are submissions, the newest answer last, and own ratings in the order they were given, be it to older answers. A
        late grade is no act of the learner's.
        """
        wanted = select(reviews.c.action, reviews.c.answer_id, reviews.c.seq).where(
            reviews.c.learner == learner, _ACTIVE
        )
        by_answer = wanted.where(reviews.c.source == "grade").order_by(reviews.c.at.desc(), reviews.c.seq.desc())
        graded = self.connection.execute(by_answer.limit(1)).first()
        own = self.connection.execute(
            wanted.where(reviews.c.source == "learner").order_by(reviews.c.seq.desc()).limit(1)
        ).first()
        if graded is None or own is None:
            last = graded or own
            return None if last is None else self.action(last.action)
        submitted = select(func.min(reviews.c.seq)).where(reviews.c.answer_id == graded.answer_id)
        is_own = own.seq > (self.connection.execute(submitted).scalar() or graded.seq)
        return self.action(own.action if is_own else graded.action)

    def cards(self, learner: str, question_ids: Collection[str] | None = None) -> tuple[CardState, ...]:
        """Return a learner's cards by due time: all, or those of some questions."""
        wanted = select(cards).where(cards.c.learner == learner)
        if question_ids is not None:
            wanted = _of_questions(wanted, cards.c.question_id, question_ids)
        wanted = wanted.order_by(cards.c.due, cards.c.question_id, cards.c.reading_id, cards.c.point_id)
        found = (_card(row) for row in self.connection.execute(wanted).mappings())
        if question_ids is None:
            return tuple(found)
        chosen = frozenset(question_ids)
        return tuple(card for card in found if card.ref.question_id in chosen)

    def _reviews(self, wanted: Select[Any]) -> tuple[Review, ...]:
        rows = self.connection.execute(wanted.order_by(reviews.c.at, reviews.c.seq)).mappings()
        return tuple(_review(row) for row in rows)


class ReviewWrites(ReviewReads):
    """Adds to the log, marks what no longer counts, and puts cards."""

    def add_reviews(self, new: Sequence[Review]) -> int:
        """Add reviews to the log and return how many were new; those whose id is there already stay as they are."""
        return self.add_logged([LoggedReview(review) for review in new])

    def add_logged(self, new: Sequence[LoggedReview]) -> int:
        """Add reviews with their marks, as an export holds them; return how many were new."""
        for learner in dict.fromkeys(logged.review.learner for logged in new):
            self._know(learner)
        return self._add(reviews, [_review_row(logged) for logged in new])

    def replace_action(self, old: str, by: str, refs: Collection[PointRef] | None = None) -> tuple[PointRef, ...]:
        """Mark the active reviews of action ``old`` (of ``refs``, or all) as superseded by action ``by``; return their points."""
        current = self.action(old)
        if current is None or old == by:
            return ()
        chosen = [review for review in current.reviews if refs is None or review.ref in refs]
        self._mark([{"key": review.id, "superseded_by": by} for review in chosen])
        return tuple(dict.fromkeys(review.ref for review in chosen))

    def undo_action(self, action: str, at: datetime) -> tuple[PointRef, ...]:
        """Mark an action's reviews as undone, and let what it superseded count again; return all points concerned.

        Undoing twice is undoing once: the second time concerns no point. What the action superseded falls to the action that
        superseded this one in turn, if there is one.
        """
        own = select(reviews).where(reviews.c.action == action, reviews.c.undone_at.is_(None))
        rows = self.connection.execute(own.order_by(reviews.c.seq)).mappings().all()
        heirs = {_ref(row): row["superseded_by"] for row in rows}
        past = select(reviews).where(reviews.c.superseded_by == action).order_by(reviews.c.seq)
        revived = self.connection.execute(past).mappings().all()
        self._mark([{"key": row["id"], "superseded_by": heirs.get(_ref(row))} for row in revived])
        undo = update(reviews).where(reviews.c.action == action, reviews.c.undone_at.is_(None))
        self.connection.execute(undo.values(undone_at=at))
        return tuple(dict.fromkeys(_ref(row) for row in (*rows, *revived)))

    def merge_marks(self, logged: Sequence[LoggedReview]) -> None:
        """Take over what became elsewhere of reviews that are here: what was undone in one of the places is undone.

        What a review was superseded by is what says so in either place and was not undone; what an undone action superseded counts
        again, as after ``undo_action``. Reviews that are not here, or are another learner's, are passed over.
        """
        told = {one.review.id: one for one in logged}
        apart = []
        for part in parts(told):
            for row in self.connection.execute(select(reviews).where(reviews.c.id.in_(part))).mappings():
                mine, theirs = _logged(row), told[row["id"]]
                if mine.review.learner == theirs.review.learner and mine != theirs:
                    apart.append((mine, theirs))
        undone = [{"key": mine.review.id, "when": theirs.undone_at} for mine, theirs in apart if theirs.undone_at]
        if undone:
            mark = update(reviews).where(reviews.c.id == bindparam("key"), reviews.c.undone_at.is_(None))
            self.connection.execute(mark.values(undone_at=bindparam("when", type_=reviews.c.undone_at.type)), undone)
        void = self._undone({by for pair in apart for one in pair if (by := one.superseded_by) is not None})
        marks = []
        for mine, theirs in apart:
            standing = (by for by in (mine.superseded_by, theirs.superseded_by) if by is not None and by not in void)
            marks.append({"key": mine.review.id, "superseded_by": next(standing, None)})
        self._mark(marks)

    def put_cards(self, new: Iterable[CardState]) -> None:
        """Keep cards; each takes the place of the one for the same learner and point."""
        rows = [_card_row(card) for card in new]
        for learner in dict.fromkeys(row["learner"] for row in rows):
            self._know(learner)
        self._put(cards, rows)

    def drop_cards(self, learner: str, refs: Collection[PointRef] | None = None) -> None:
        """Forget a learner's cards, all or those of ``refs``; the review log stays."""
        gone = delete(cards).where(cards.c.learner == learner)
        if refs is None:
            self.connection.execute(gone)
        elif refs:
            one = and_(
                cards.c.question_id == bindparam("question"),
                cards.c.reading_id == bindparam("reading"),
                cards.c.point_id == bindparam("point"),
            )
            keys = [{"question": ref.question_id, "reading": ref.reading_id, "point": ref.point_id} for ref in refs]
            self.connection.execute(gone.where(one), keys)

    def _undone(self, actions: Collection[str]) -> set[str]:
        """Return those of some actions that were undone."""
        undone: set[str] = set()
        for part in parts(actions):
            wanted = select(reviews.c.action).where(reviews.c.action.in_(part), reviews.c.undone_at.is_not(None))
            undone.update(self.connection.execute(wanted).scalars())
        return undone

    def _mark(self, marks: Sequence[Row]) -> None:
        if marks:
            self.connection.execute(
                update(reviews)
                .where(reviews.c.id == bindparam("key"))
                .values(superseded_by=bindparam("superseded_by")),
                marks,
            )


def _of_questions(wanted: Select[Any], column: ColumnElement[str], question_ids: Collection[str]) -> Select[Any]:
    """Narrow a query to some questions, where they are few enough for a list; the caller sifts in any case."""
    return wanted.where(column.in_(sorted(question_ids))) if len(question_ids) <= MANY else wanted


# --- rows


def _ref(row: RowMapping) -> PointRef:
    return PointRef(row["question_id"], row["reading_id"], row["point_id"])


def _review(row: RowMapping) -> Review:
    return Review(
        row["id"],
        row["learner"],
        _ref(row),
        row["rating"],
        row["at"],
        row["answer_id"],
        row["duration_ms"],
        row["source"],
        row["action"],
    )


def _logged(row: RowMapping) -> LoggedReview:
    return LoggedReview(_review(row), row["undone_at"], row["superseded_by"])


def _review_row(logged: LoggedReview) -> Row:
    review = logged.review
    return {
        "id": review.id,
        "learner": review.learner,
        "question_id": review.ref.question_id,
        "reading_id": review.ref.reading_id,
        "point_id": review.ref.point_id,
        "rating": int(review.rating),
        "at": review.at,
        "answer_id": review.answer_id,
        "duration_ms": review.duration_ms,
        "source": review.source,
        "action": review.action,
        "undone_at": logged.undone_at,
        "superseded_by": logged.superseded_by,
    }


def _card(row: RowMapping) -> CardState:
    return CardState(
        row["learner"],
        _ref(row),
        row["state"],
        row["step"],
        row["stability"],
        row["difficulty"],
        row["due"],
        row["last_review"],
        row["reps"],
        row["lapses"],
    )


def _card_row(card: CardState) -> Row:
    return {
        "learner": card.learner,
        "question_id": card.ref.question_id,
        "reading_id": card.ref.reading_id,
        "point_id": card.ref.point_id,
        "state": int(card.state),
        "step": card.step,
        "stability": card.stability,
        "difficulty": card.difficulty,
        "due": card.due,
        "last_review": card.last_review,
        "reps": card.reps,
        "lapses": card.lapses,
    }
