"""An exam as tests hold one: a small question bank, a clock that is set by hand, and every state saved and read back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

from grader.exam.draw import new_exam
from grader.exam.events import Action, Answer, Asked, Begin, Event, Next, Place
from grader.exam.machine import step
from grader.exam.saved import from_json, to_json
from grader.exam.types import ENDED, ExamSetup, ExamState, Phase, Record, Turn
from grader.types import Grader, Point, Question, Reading

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


def _question(name: str, topic: str, prompt: str, *points: Point, count: int | None = None) -> Question:
    reference = " ".join(point.text for point in points if point.kind != "misconception")
    return Question.simple(
        id=name, prompt=prompt, points=points, references=(reference,), topic=topic, required_count=count
    )


TREES = _question(
    "trees",
    "Plants",
    "What does a tree need?",
    Point("water", "The roots take up water from the soil.", label="what comes from below"),
    Point("light", "Leaves turn sunlight into sugar.", 2.0, label="what comes from above"),
    Point("cold", "Trees are harmed by sunlight.", kind="misconception", label="harm"),
)
BREAD = _question(
    "bread",
    "Kitchen",
    "How is bread made?",
    Point("dough", "Flour and yeast are kneaded into dough.", label="the beginning"),
    Point("rise", "The dough rests until its volume has doubled.", label="the waiting"),
    Point("bake", "The loaf is baked in a hot oven.", label="the end"),
    Point("salt", "A pinch of salt improves the taste.", kind="bonus", label="seasoning"),
)
COLOURS = _question(
    "colours",
    "Painting",
    "Name two colours and what paints them.",
    Point("red", "Red pigment comes from iron oxide.", label="a warm one"),
    Point("blue", "Blue pigment comes from cobalt.", label="a cold one"),
    Point("green", "Green pigment comes from malachite.", label="one between"),
    count=2,
)
QUESTIONS: Mapping[str, Question] = {question.id: question for question in (TREES, BREAD, COLOURS)}


class Sitting:
    """An exam in the middle of it; the state goes through JSON with every event."""

    def __init__(
        self, setup: ExamSetup, questions: Mapping[str, Question] = QUESTIONS, grader: Grader | None = None
    ) -> None:
        self.questions, self.grader, self.now = questions, grader, START
        self.state: ExamState = new_exam(setup, list(questions.values()))
        self.actions: tuple[Action, ...] = ()
        self.seen: list[Action] = []

    def tell(self, event: Event, seconds: float = 0.0) -> tuple[Action, ...]:
        """Let some seconds pass, then something happen."""
        self.now += timedelta(seconds=seconds)
        before = to_json(self.state)
        state, self.actions = step(self.state, event, now=self.now, questions=self.questions, grader=self.grader)
        assert to_json(self.state) == before
        self.state = from_json(to_json(state))
        assert self.state == state
        self.seen += self.actions
        return self.actions

    def begin(self) -> None:
        """Begin, and have the first question shown."""
        self.tell(Begin())
        self.tell(Asked())

    def say(self, text: str, seconds: float = 0.0) -> tuple[Action, ...]:
        """Answer what is on the table, and have what follows shown."""
        actions = self.tell(Answer(text), seconds)
        if self.state.open_turn is not None:
            self.tell(Asked())
        return actions

    def go_on(self) -> None:
        """Have the next question shown."""
        self.tell(Next())
        self.tell(Asked())

    def phase(self) -> Phase:
        return self.state.phase

    @property
    def record(self) -> Record:
        return self.state.records[-1]

    @property
    def turn(self) -> Turn:
        return self.record.turns[-1]

    @property
    def place(self) -> Place:
        assert self.state.place is not None
        return self.state.place

    @property
    def question(self) -> Question:
        return self.questions[self.record.question_id]

    @property
    def reading(self) -> Reading:
        return self.question.reading(self.record.reading_id or "main")

    @property
    def is_over(self) -> bool:
        return self.state.phase in ENDED


def all_said(question: Question, ids: Sequence[str] = ()) -> str:
    """Every point of a question in its own wording, or those named."""
    return " ".join(
        point.text for point in question.points if point.kind != "misconception" and (not ids or point.id in ids)
    )
