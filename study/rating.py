"""Ratings within one transaction: what an answer's grade, or its learner, says becomes reviews, and reviews become cards.

Reviews are dated by the answer, however late their rating comes, since that is when the memory was tried.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from grader.types import Question
from study.memory import Memory, PointRating, asked, ratings
from study.records import Action, AnswerRecord, PointRef, Review, Source

if TYPE_CHECKING:
    from study.transactions import Reading, Writing

SCHEDULED = ("study", "review")
"""The modes that make reviews."""


def graded(questions: Mapping[str, Question], record: AnswerRecord, number: int = -1) -> tuple[PointRating, ...]:
    """Return the ratings by one of the answer's grades, the latest unless told; none in a mode that makes no reviews."""
    answer = record.answer
    question = questions.get(answer.question_id)
    if question is None or answer.mode not in SCHEDULED:
        return ()
    return ratings(question, record.grades[number].grade, focus=answer.focus, hints=answer.hints)


def askable(questions: Mapping[str, Question], record: AnswerRecord) -> tuple[PointRef, ...]:
    """Return the points that the learner's own rating of the answer is about."""
    answer = record.answer
    question = questions.get(answer.question_id)
    if question is None or answer.mode not in SCHEDULED:
        return ()
    return asked(question, record.latest.grade, focus=answer.focus)


def in_force(tx: Reading, questions: Mapping[str, Question], record: AnswerRecord) -> tuple[PointRating, ...]:
    """Return the ratings of an answer that count now, with their reasons, in the order of the points."""
    why = {one.ref: one.why for one in graded(questions, record)}
    counting = {review.ref: review for action in tx.actions_of(record.answer.id) for review in action.reviews}
    place = {ref: number for number, ref in enumerate(dict.fromkeys([*why, *counting]))}
    return tuple(
        PointRating(ref, review.rating, "own" if review.source == "learner" else why.get(ref, "met"))
        for ref, review in sorted(counting.items(), key=lambda pair: place[pair[0]])
    )


def write(
    tx: Writing, record: AnswerRecord, rated: Mapping[PointRef, int], source: Source, action: str, memory: Memory
) -> None:
    """Add reviews of an answer in place of those of the same points, and derive the cards anew."""
    answer = record.answer
    if not rated or tx.knows_action(action):
        return
    for earlier in tx.actions_of(answer.id):
        tx.replace_action(earlier.id, action, tuple(rated))
    tx.add_reviews(
        [
            Review(
                id=_derived(action, ref),
                learner=answer.learner,
                ref=ref,
                rating=rating,
                at=answer.at,
                answer_id=answer.id,
                duration_ms=answer.duration_ms,
                source=source,
                action=action,
            )
            for ref, rating in rated.items()
        ]
    )
    derive(tx, answer.learner, tuple(rated), memory)


def regrade(tx: Writing, questions: Mapping[str, Question], record: AnswerRecord, action: str, memory: Memory) -> None:
    """Rate the points by the latest grade where an earlier grade rated them; the learner's own ratings stay."""
    if tx.knows_action(action):
        return
    actions = tx.actions_of(record.answer.id)
    if not actions and len(record.grades) > 1 and graded(questions, record, -2):
        return  # The learner took the rating back.
    mine, automatic = _by_source(actions)
    rated = {one.ref: one.rating for one in graded(questions, record) if one.ref not in mine}
    if rated == automatic:
        return
    for earlier in actions:
        # Points that the later grade says nothing of are no longer rated.
        gone = [ref for ref in earlier.refs if ref in automatic and ref not in rated]
        if gone:
            tx.replace_action(earlier.id, action, gone)
            derive(tx, record.answer.learner, gone, memory)
    write(tx, record, rated, "grade", action, memory)


def take_back(tx: Writing, questions: Mapping[str, Question], last: Action, now: datetime, memory: Memory) -> Source:
    """Undo the learner's last own rating of the answer that ``last`` is about, or else all its automatic ones; say which."""
    answer_id = last.reviews[0].answer_id
    if answer_id is None:
        derive(tx, last.learner, tx.undo_action(last.id, now), memory)
        return last.reviews[0].source
    own = [action for action in tx.actions_of(answer_id) if any(r.source == "learner" for r in action.reviews)]
    if own:
        take_back_own(tx, questions, own[-1], now, memory)
        return "learner"
    while actions := tx.actions_of(answer_id):
        derive(tx, last.learner, tx.undo_action(actions[-1].id, now), memory)
    return "grade"


def take_back_own(tx: Writing, questions: Mapping[str, Question], own: Action, now: datetime, memory: Memory) -> None:
    """Undo one of the learner's own ratings of an answer; what it replaced counts again."""
    derive(tx, own.learner, tx.undo_action(own.id, now), memory)
    answer_id = own.reviews[0].answer_id
    record = None if answer_id is None else tx.answer(answer_id)
    if record is not None and len(record.grades) > 1:
        # What counts again may be by a grade that a later one has replaced meanwhile.
        regrade(tx, questions, record, _derived(own.id, "undone"), memory)


def derive(tx: Writing, learner: str, refs: Collection[PointRef], memory: Memory) -> None:
    """Make the cards of these points from their active reviews; a point without any has no card."""
    if not refs:
        return
    cards = memory.rebuild(tx.active_reviews(learner, refs))
    gone = [ref for ref in refs if ref not in cards]
    if gone:
        tx.drop_cards(learner, gone)
    tx.put_cards(cards.values())


def derive_all(tx: Writing, learner: str, memory: Memory) -> int:
    """Make all cards of a learner from the review log; return how many there are."""
    cards = memory.rebuild(tx.active_reviews(learner))
    tx.drop_cards(learner)
    tx.put_cards(cards.values())
    return len(cards)


def _by_source(actions: Sequence[Action]) -> tuple[dict[PointRef, int], dict[PointRef, int]]:
    """Return the ratings that count now, the learner's own and the automatic ones."""
    reviews = [review for action in actions for review in action.reviews]
    mine = {review.ref: review.rating for review in reviews if review.source == "learner"}
    return mine, {review.ref: review.rating for review in reviews if review.source != "learner"}


def _derived(action: str, what: PointRef | str) -> str:
    """Return an id that a repeated call comes to as well, so that it writes nothing twice."""
    name = what if isinstance(what, str) else "\n".join((what.question_id, what.reading_id, what.point_id))
    return hashlib.sha256(f"{action}\n{name}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
