"""The trainer: what the page, the command line and the simulation call. Each method is one transaction.

All times are aware; they are kept in UTC. Raises StoreError where the database cannot be used. Ids (of answers, actions, sittings)
are made at the edge, so that a repeated call writes once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING

from grader.types import Grade, Question
from study.agenda import Agenda, Item
from study.fitting import Fit
from study.memory import Memory, PointRating
from study.plan import DayForecast, PlanLoad
from study.records import Answer, AnswerRecord, Deck, Opening, Plan, PointRef, Sitting, StudySettings
from study.sittings import SittingSummary

if TYPE_CHECKING:
    from study.store import Store


@dataclass(frozen=True, slots=True)
class Submitted:
    """A kept answer: the reviews that it made (none in modes that make none) and when each of these points is due next."""

    record: AnswerRecord
    ratings: tuple[PointRating, ...]
    next_due: Mapping[PointRef, datetime]


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back: the ratings of an answer. ``ratings`` are those that count now (none after an automatic rating)."""

    answer_id: str | None
    question_id: str
    was: str  # "grade": the automatic rating; "learner": the learner's own
    ratings: tuple[PointRating, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a learner stands with one question: points due and weak, mean chance of recall, and the last of so many answers."""

    due: int
    weak: int
    retrievability: float | None
    last_score: float | None
    last_at: datetime | None
    attempts: int


class Trainer:
    """A learner's days with ``questions`` (by id, in the order in which new ones are asked).

    ``packs`` names the pack of each question, for decks that are packs. What the database holds of questions or points
    that are gone stays there and is left out of what is asked.
    """

    def __init__(self, store: Store, questions: Mapping[str, Question], packs: Mapping[str, str] | None = None) -> None:
        self.store = store
        self.questions = questions
        self.packs = packs or {}

    # --- settings and parameters

    def settings(self, learner: str) -> StudySettings:
        """Return the learner's settings, or the defaults."""
        raise NotImplementedError

    def save_settings(self, learner: str, settings: StudySettings, now: datetime) -> None:
        """Keep the settings; where they change the schedule, the cards are derived anew."""
        raise NotImplementedError

    def parameters(self, learner: str) -> tuple[float, ...] | None:
        """Return the FSRS parameters in use: the fitted ones, or None for the package's own."""
        raise NotImplementedError

    def memory(self, learner: str) -> Memory:
        """Return the memory model with the learner's parameters and desired retention."""
        raise NotImplementedError

    def fit(self, learner: str, now: datetime) -> Fit:
        """Fit the parameters to the learner's reviews and adopt them where ``Fit.better``. Raises FittingError."""
        raise NotImplementedError

    def rebuild(self, learner: str, now: datetime) -> int:
        """Derive all cards of the learner from the review log anew; return how many there are."""
        raise NotImplementedError

    # --- one question

    def open(self, learner: str, question_id: str, mode: str, focus: tuple[str, ...], now: datetime) -> Opening:
        """Note that a question is open. Where it is already, its first time and its hints stay."""
        raise NotImplementedError

    def take_hint(self, learner: str, question_id: str, point_id: str, level: int, now: datetime) -> Opening:
        """Note a hint (step 1..3) that was shown; the same one twice counts once. Raises StudyError where nothing is open."""
        raise NotImplementedError

    def submit(
        self, answer: Answer, grade: Grade, now: datetime, action: str, aided_score: float | None = None
    ) -> Submitted:
        """Keep an answer and its grade, rate its points, move their cards and close the question: all or nothing.

        ``aided_score`` is what the answer counts with hints taken off (None: ``grade.score``). The same id again writes
        nothing and returns what is kept. Modes "cram" and "again" make no reviews.
        """
        raise NotImplementedError

    def regrade(
        self, answer_id: str, grade: Grade, now: datetime, action: str, aided_score: float | None = None
    ) -> Submitted:
        """Add a later grade (a model's). It rates the points anew, unless the learner rated them or took the rating back."""
        raise NotImplementedError

    def rate(self, answer_id: str, rating: int, now: datetime, action: str, point_id: str | None = None) -> Submitted:
        """Let the learner's own rating (1..4) stand for all points that were asked, or for one. It replaces the automatic one.

        An answer in a mode that makes no reviews is left as it is. Raises StudyError for an unknown answer or point.
        """
        raise NotImplementedError

    def undo(self, learner: str, now: datetime) -> Undone | None:
        """Take back the last rating: the learner's own (what it replaced counts again), or else the automatic one of an answer.

        The answer and its grades stay. Returns None where there is nothing to take back.
        """
        raise NotImplementedError

    # --- what to do

    def agenda(self, learner: str, deck: Deck, now: datetime, zone: tzinfo) -> Agenda:
        """Return the rest of the learner's day."""
        raise NotImplementedError

    def cram(self, learner: str, deck: Deck, now: datetime) -> tuple[Item, ...]:
        """Return all questions of the deck, the weakest first, whatever the schedule says."""
        raise NotImplementedError

    def standing(self, learner: str, now: datetime, zone: tzinfo = UTC) -> dict[str, Standing]:
        """Return how the learner stands with each question that they answered."""
        raise NotImplementedError

    def forecast(self, learner: str, now: datetime, zone: tzinfo, days: int = 30) -> tuple[DayForecast, ...]:
        """Return what the next days are expected to bring, today first."""
        raise NotImplementedError

    # --- plans

    def plans(self, learner: str) -> tuple[Plan, ...]:
        """Return the plans that have not ended, the nearest exam first."""
        raise NotImplementedError

    def add_plan(self, plan: Plan) -> None:
        """Keep a plan. While it runs, its number of new questions a day stands in for that of the settings."""
        raise NotImplementedError

    def end_plan(self, plan_id: str, now: datetime) -> None:
        """End a plan; it stays in the database."""
        raise NotImplementedError

    def plan_load(self, plan: Plan, now: datetime, zone: tzinfo) -> PlanLoad:
        """Return what a plan (kept or only thought of) takes a day."""
        raise NotImplementedError

    # --- sessions

    def start_sitting(self, sitting: Sitting) -> None:
        """Keep a session that begins; one that was still open is ended at that time."""
        raise NotImplementedError

    def open_sitting(self, learner: str) -> Sitting | None:
        """Return the session that goes on, so that a reload continues it."""
        raise NotImplementedError

    def end_sitting(self, sitting_id: str, now: datetime) -> None:
        """End a session; one that is ended already stays as it is."""
        raise NotImplementedError

    def sitting_summary(self, sitting_id: str, now: datetime, zone: tzinfo) -> SittingSummary:
        """Return what a session has come to so far. Raises StudyError where there is none of this id."""
        raise NotImplementedError
