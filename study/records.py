"""What a learner leaves behind, as plain records. Immutable; knows nothing of databases.

Times are aware and in UTC. Scores, credits and retention are fractions in 0..1, a confidence is in percent, durations are in
milliseconds. A learner and every ``id`` or ``action`` are 32 hexadecimal characters, made at the edge, so that writing the
same record twice is writing it once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from grader.types import Grade
from study.settings import SessionKind as SessionKind  # noqa: PLC0414 - one home for all records
from study.settings import StudySettings as StudySettings  # noqa: PLC0414 - one home for all records

Mode = Literal["study", "review", "cram", "again"]
"""How a question was asked: whole, because due, ignoring the schedule, or a second try. The last two make no reviews."""

Source = Literal["grade", "learner", "import"]
"""Where a review's rating comes from."""

ProposalStatus = Literal["proposed", "accepted", "rejected"]


@dataclass(frozen=True, slots=True, order=True)
class PointRef:
    """Names one point of one reading of a question: the unit of what is remembered."""

    question_id: str
    reading_id: str
    point_id: str


@dataclass(frozen=True, slots=True)
class HintUse:
    """A hint that was taken: for which point, how far down the ladder (1..3), and when."""

    point_id: str
    level: int
    at: datetime

    def __post_init__(self) -> None:
        _in_range("the level of a hint", self.level, 1, 3)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it was given. ``focus`` names the points that were asked for; empty means the whole question.

    ``first_try`` is the id of the answer that this one improves on, ``sitting`` that of the session it was given in.
    """

    id: str
    learner: str
    question_id: str
    question_version: str
    text: str
    at: datetime
    mode: Mode = "study"
    duration_ms: int | None = None
    confidence: int | None = None
    hints: tuple[HintUse, ...] = ()
    focus: tuple[str, ...] = ()
    first_try: str | None = None
    sitting: str | None = None

    def __post_init__(self) -> None:
        if self.confidence is not None:
            _in_range("a confidence", self.confidence, 0, 100)
        if self.duration_ms is not None and self.duration_ms < 0:
            raise ValueError(f"a duration of {self.duration_ms} ms is negative")


@dataclass(frozen=True, slots=True)
class GradeRecord:
    """One grade that an answer got. ``number`` counts an answer's grades from 0.

    ``aided_score`` is what the answer counts with its hints taken off, in 0..1; without hints it is ``grade.score``.
    """

    answer_id: str
    number: int
    at: datetime
    grade: Grade
    aided_score: float

    def __post_init__(self) -> None:
        _in_range("an aided score", self.aided_score, 0, 1)


@dataclass(frozen=True, slots=True)
class AnswerRecord:
    """An answer with every grade that it ever got, in their order; there is at least one."""

    answer: Answer
    grades: tuple[GradeRecord, ...]

    def __post_init__(self) -> None:
        if not self.grades:
            raise ValueError(f"answer {self.answer.id} has no grade")

    @property
    def latest(self) -> GradeRecord:
        """The grade that counts now."""
        return self.grades[-1]


@dataclass(frozen=True, slots=True)
class Review:
    """One rating of one point: 1 again, 2 hard, 3 good, 4 easy. ``action`` groups what one act wrote, for undo."""

    id: str
    learner: str
    ref: PointRef
    rating: int
    at: datetime
    answer_id: str | None
    duration_ms: int | None
    source: Source
    action: str

    def __post_init__(self) -> None:
        _in_range("a rating", self.rating, 1, 4)


@dataclass(frozen=True, slots=True)
class LoggedReview:
    """A review with its marks. It counts (is active) while it was neither undone nor superseded by another action."""

    review: Review
    undone_at: datetime | None = None
    superseded_by: str | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """What one act wrote that still counts: the active reviews that share an ``action``, in the order they were written."""

    id: str
    learner: str
    at: datetime
    reviews: tuple[Review, ...]

    @property
    def refs(self) -> tuple[PointRef, ...]:
        """The points concerned, each once."""
        return tuple(dict.fromkeys(review.ref for review in self.reviews))


@dataclass(frozen=True, slots=True)
class CardState:
    """What the scheduler remembers of one point. ``state``: 1 learning, 2 review, 3 relearning. Stability is in days."""

    learner: str
    ref: PointRef
    state: int
    step: int | None
    stability: float | None
    difficulty: float | None
    due: datetime
    last_review: datetime | None
    reps: int = 0
    lapses: int = 0

    def __post_init__(self) -> None:
        _in_range("a card's state", self.state, 1, 3)


@dataclass(frozen=True, slots=True)
class Opening:
    """A question that is open now, one per learner and question: when it was first seen and which hints were taken."""

    learner: str
    question_id: str
    at: datetime
    hints: tuple[HintUse, ...] = ()
    focus: tuple[str, ...] = ()
    mode: Mode = "study"


@dataclass(frozen=True, slots=True)
class Deck:
    """Which questions are meant; nothing named means all of them."""

    packs: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sitting:
    """A session of ``size`` questions or minutes. ``ended_at`` is None while it runs."""

    id: str
    learner: str
    at: datetime
    kind: SessionKind
    size: int
    mode: Mode = "study"
    deck: Deck = field(default_factory=Deck)
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Dispute:
    """A learner's "I was right": this point counts as met. ``start`` and ``end`` are offsets in the raw answer, half-open.

    A dispute without ``withdrawn_at`` is a local label.
    """

    id: str
    learner: str
    answer_id: str
    ref: PointRef
    at: datetime
    passage: str
    start: int
    end: int
    withdrawn_at: datetime | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"a passage from {self.start} to {self.end} is none")


@dataclass(frozen=True, slots=True)
class AliasProposal:
    """A paraphrase from a dispute that may become an alias of its point, once a person says yes."""

    id: str
    dispute_id: str
    ref: PointRef
    text: str
    status: ProposalStatus
    at: datetime
    decided_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """An exam and what it is about. ``exam_on`` is a day of the learner's calendar."""

    id: str
    learner: str
    name: str
    exam_on: date
    deck: Deck
    at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FittedParameters:
    """FSRS parameters fitted to one learner from ``reviews`` reviews; the losses are those on held-out reviews."""

    learner: str
    at: datetime
    values: tuple[float, ...]
    reviews: int
    loss_before: float
    loss_after: float


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was answered within some time in one mode; ``at`` is the first such answer.

    ``first_ever`` says that it was never answered before that time, cramming aside.
    """

    question_id: str
    mode: Mode
    at: datetime
    answers: int
    first_ever: bool


@dataclass(frozen=True, slots=True)
class LearnerSummary:
    """A learner with the number of answers, and when the first and the last was given."""

    learner: str
    answers: int
    first: datetime | None
    last: datetime | None


def _in_range(what: str, value: float, least: int, most: int) -> None:
    if not least <= value <= most:
        raise ValueError(f"{what} of {value} is outside {least}..{most}")
