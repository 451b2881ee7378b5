"""Records to fill a store with: one learner, one question of eight points, and numbered ids."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from grader.types import Evidence, Grade, Judgment, Point, Question, Usage, Verdict
from study.records import Answer, AnswerRecord, CardState, GradeRecord, HintUse, LoggedReview, PointRef, Review
from study.store import Store
from study.transactions import Writing

NOW = datetime(2026, 11, 24, 9, 0, 0, 123456, tzinfo=UTC)
LEARNER = "a" * 32
OTHER = "b" * 32
TEXT = "Drift is when the data change; the old model no longer fits them."


def number(value: int) -> str:
    """An id, as the edge makes them at random."""
    return f"{value:032x}"


def ref(point: int, question: str = "drift") -> PointRef:
    return PointRef(question, "main", f"p{point}")


def made_grade(
    points: int = 8, verdict: Verdict = "met", question: str = "drift", signature: str = "offline:1"
) -> Grade:
    credit = {"met": 1.0, "partial": 0.5, "unmet": 0.0, "abstain": None}[verdict]
    evidence = (Evidence(0, 5, TEXT[:5], "fuzzy", 0.1 + 0.2),) if credit else ()
    judgments = tuple(Judgment(f"p{i}", verdict, credit, evidence, "said so") for i in range(points))
    score = credit or 0.0
    usage = Usage(1, 0, 200, 30, 100, None)
    return Grade(
        question, "v1", "main", judgments, score, 0.0, 1.0, ("echo",), "Well said.", signature, ("slow",), usage
    )


def question(points: int = 8) -> Question:
    """The question of these grades."""
    made = tuple(Point(f"p{i}", f"The point that is number {i}.") for i in range(points))
    return Question.simple(id="drift", prompt="What is drift?", points=made, references=(TEXT,))


@dataclass(frozen=True, slots=True)
class Submission:
    """All that one submission writes."""

    answer: Answer
    grade: GradeRecord
    reviews: tuple[Review, ...]
    cards: tuple[CardState, ...]

    @property
    def record(self) -> AnswerRecord:
        return AnswerRecord(self.answer, (self.grade,))

    @property
    def action(self) -> str:
        return self.reviews[0].action

    def write(self, tx: Writing) -> bool:
        """Write it the way the trainer does."""
        new = tx.add_answer(self.answer, self.grade)
        tx.add_reviews(self.reviews)
        tx.put_cards(self.cards)
        tx.close_question(self.answer.learner, self.answer.question_id)
        return new


def submission(
    value: int,
    *,
    learner: str = LEARNER,
    question: str = "drift",
    points: int = 8,
    at: datetime = NOW,
    text: str = TEXT,
    rating: int = 3,
) -> Submission:
    """Make the ``value``-th submission; ids follow from the number."""
    answer_id, action = number(value * 1_000), number(value * 1_000 + 1)
    hints = (HintUse("p1", 2, at),)
    answer = Answer(answer_id, learner, question, "v1", text, at, "study", 61_000, 80, hints, ("p1", "p2"))
    reviews = tuple(
        Review(number(value * 1_000 + 2 + i), learner, ref(i, question), rating, at, answer_id, 5_000, "grade", action)
        for i in range(points)
    )
    due = at + timedelta(days=3, microseconds=1)
    cards = tuple(CardState(learner, review.ref, 2, None, 3.1, 5.2, due, at, 1, 0) for review in reviews)
    return Submission(answer, GradeRecord(answer_id, 0, at, made_grade(points, question=question), 0.9), reviews, cards)


def write(store: Store, made: Submission) -> bool:
    with store.writing() as tx:
        return made.write(tx)


class Contents(NamedTuple):
    """All that answers, log and cards hold, to compare two states."""

    answers: tuple[AnswerRecord, ...]
    logged: tuple[LoggedReview, ...]
    cards: tuple[CardState, ...]


def contents(store: Store) -> Contents:
    with store.reading() as tx:
        cards = tuple(card for person in tx.learners() for card in tx.cards(person.learner))
        return Contents(tuple(tx.answers()), tuple(tx.logged_reviews()), cards)
