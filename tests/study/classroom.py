"""Questions, grades and a database for the tests of the schedule."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from grader.types import Evidence, Grade, Judgment, Point, Question, Reading, Verdict
from study.records import Answer, CardState, PointRef, Review
from study.store import Store
from study.trainer import Submitted, Trainer

ANNA, BEN = "a" * 32, "b" * 32
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = timedelta(days=1)
CREDIT: dict[Verdict, float | None] = {"met": 1.0, "partial": 0.5, "unmet": 0.0, "abstain": None}
LETTERS: dict[str, Verdict] = {"m": "met", "p": "partial", "u": "unmet", "a": "abstain"}


def question(
    name: str = "q", points: int = 3, *, count: int | None = None, labels: bool = True, **more: Any
) -> Question:
    """A question with points p1, p2, ... of one weight, each with a label."""
    made = tuple(
        Point(f"p{number}", f"Text {number}.", label=f"label {number}" if labels else None)
        for number in range(1, points + 1)
    )
    return Question.simple(id=name, prompt="What?", points=made, references=("Text.",), required_count=count, **more)


def judgment(point_id: str, verdict: Verdict, credit: float | None = None) -> Judgment:
    value = CREDIT[verdict] if credit is None else credit
    return Judgment(point_id, verdict, value, (Evidence(0, 1, "x", "keyword", 1.0),) if value else ())


def grade(question: Question, verdicts: str, *, reading: str | None = None, signature: str = "offline") -> Grade:
    """A grade with one letter for each point: met, partial, unmet or abstain."""
    chosen: Reading = question.readings[0] if reading is None else question.reading(reading)
    found = tuple(judgment(point.id, LETTERS[letter]) for point, letter in zip(chosen.points, verdicts, strict=True))
    score = sum(one.credit or 0.0 for one in found) / len(found)
    return Grade(question.id, question.version, chosen.id, found, score, score, score, (), "", signature)


def hexa(name: str) -> str:
    """A made-up id."""
    return hashlib.sha256(name.encode()).hexdigest()[:32]


def ref(name: str, point: int | str = 1, reading: str = "main") -> PointRef:
    return PointRef(name, reading, f"p{point}" if isinstance(point, int) else point)


def review(name: PointRef, rating: int, at: datetime, number: int = 0, learner: str = ANNA) -> Review:
    made = hexa(f"{name}{rating}{at}{number}")
    return Review(made, learner, name, rating, at, None, None, "grade", made)


def card(
    name: PointRef, *, due: datetime, stability: float = 5.0, state: int = 2, last: datetime | None = None
) -> CardState:
    step = None if state == 2 else 0
    return CardState(ANNA, name, state, step, stability, 5.0, due, last or due - timedelta(days=5), 1, 0)


@dataclass
class Classroom:
    """A trainer on a database in memory, and a clock that a test moves."""

    questions: Sequence[Question]
    now: datetime = NOW
    store: Store = field(init=False)
    trainer: Trainer = field(init=False)

    def __post_init__(self) -> None:
        self.store = Store.open("sqlite://", now=self.now)
        self.trainer = Trainer(self.store, {one.id: one for one in self.questions})

    def answer(self, name: str, verdicts: str, answer_id: str | None = None, **more: Any) -> Submitted:
        """Submit an answer now."""
        question = self.trainer.questions[name]
        given = Answer(
            id=answer_id or hexa(f"{name}{self.now}"),
            learner=more.pop("learner", ANNA),
            question_id=name,
            question_version=question.version,
            text="x",
            at=self.now,
            **more,
        )
        return self.trainer.submit(given, grade(question, verdicts), self.now, hexa("action" + given.id))

    def cards(self, learner: str = ANNA) -> dict[PointRef, CardState]:
        with self.store.reading() as tx:
            return {card.ref: card for card in tx.cards(learner)}

    def reviews(self, learner: str = ANNA) -> list[tuple[str, int]]:
        """What counts, as point id and rating."""
        with self.store.reading() as tx:
            return [(one.ref.point_id, one.rating) for one in tx.active_reviews(learner)]

    def close(self) -> None:
        self.store.close()
