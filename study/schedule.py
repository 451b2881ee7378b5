"""What a learner has before them: settings, the day's agenda, plans and sessions. Each method is one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING

from grader.types import Question
from study.agenda import Agenda, Item, cram
from study.errors import StudyError
from study.fitting import Fit, fit
from study.memory import Memory
from study.outlook import Standing, chosen, due_by_tomorrow, standings, todays_agenda
from study.plan import DayForecast, PlanLoad, daily_load, forecast
from study.rating import derive_all
from study.records import Deck, FittedParameters, Plan, Sitting
from study.settings import StudySettings
from study.sittings import SittingSummary, last_ratings, summary

if TYPE_CHECKING:
    from study.store import Store
    from study.transactions import Reading


class Schedule:
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
        with self.store.reading() as tx:
            return tx.settings(learner)

    def save_settings(self, learner: str, settings: StudySettings, now: datetime) -> None:  # noqa: ARG002 - as all take it
        """Keep the settings; where they change the schedule, the cards follow at once."""
        with self.store.writing() as tx:
            before = memory_of(tx, learner)
            tx.put_settings(learner, settings)
            after = memory_of(tx, learner)
            if before.parameters != after.parameters:
                derive_all(tx, learner, after)
            elif before.desired_retention != after.desired_retention:
                tx.put_cards(after.due_anew(card) for card in tx.cards(learner))

    def parameters(self, learner: str) -> tuple[float, ...] | None:
        """Return the FSRS parameters in use: the fitted ones, or None for the package's own."""
        with self.store.reading() as tx:
            return parameters_of(tx, learner)

    def memory(self, learner: str) -> Memory:
        """Return the memory model with the learner's parameters and desired retention."""
        with self.store.reading() as tx:
            return memory_of(tx, learner)

    def fit(self, learner: str, now: datetime) -> Fit:
        """Fit the parameters to the learner's reviews and adopt them where ``Fit.better``. Raises FittingError."""
        with self.store.reading() as tx:
            reviews, before = tx.active_reviews(learner), parameters_of(tx, learner)
        # Fitting takes seconds, in which others may write: the cards are derived from what is there afterwards.
        found = fit(reviews, before)
        if found.better:
            with self.store.writing() as tx:
                tx.put_parameters(
                    FittedParameters(learner, now, found.values, found.reviews, found.loss_before, found.loss_after)
                )
                derive_all(tx, learner, memory_of(tx, learner))
        return found

    def rebuild(self, learner: str, now: datetime) -> int:  # noqa: ARG002 - as all take it
        """Derive all cards of the learner from the review log anew; return how many there are."""
        with self.store.writing() as tx:
            return derive_all(tx, learner, memory_of(tx, learner))

    # --- what to do

    def agenda(self, learner: str, deck: Deck, now: datetime, zone: tzinfo) -> Agenda:
        """Return the rest of the learner's day."""
        with self.store.reading() as tx:
            memory = memory_of(tx, learner)
            return todays_agenda(tx, learner, self.questions, self.packs, deck, memory, now, zone)

    def cram(self, learner: str, deck: Deck, now: datetime) -> tuple[Item, ...]:
        """Return all questions of the deck, the weakest first, whatever the schedule says."""
        with self.store.reading() as tx:
            return cram(chosen(self.questions, self.packs, deck), tx.cards(learner), memory_of(tx, learner), now)

    def standing(self, learner: str, now: datetime, zone: tzinfo = UTC) -> dict[str, Standing]:
        """Return how the learner stands with each question that they answered."""
        with self.store.reading() as tx:
            return standings(tx, learner, self.questions, memory_of(tx, learner), now, zone)

    def forecast(self, learner: str, now: datetime, zone: tzinfo, days: int = 30) -> tuple[DayForecast, ...]:
        """Return what the next days are expected to bring, today first."""
        with self.store.reading() as tx:
            settings, cards, memory = tx.settings(learner), tx.cards(learner), memory_of(tx, learner)
        return forecast(self.questions, cards, settings.new_per_day, settings, memory, now, zone, days)

    # --- plans

    def plans(self, learner: str) -> tuple[Plan, ...]:
        """Return the plans that have not ended, the nearest exam first."""
        with self.store.reading() as tx:
            return tuple(plan for plan in tx.plans(learner) if plan.ended_at is None)

    def add_plan(self, plan: Plan) -> None:
        """Keep a plan. While it runs, its number of new questions a day stands in for that of the settings."""
        with self.store.writing() as tx:
            tx.add_plan(plan)

    def end_plan(self, plan_id: str, now: datetime) -> None:
        """End a plan; it stays in the database."""
        with self.store.writing() as tx:
            tx.end_plan(plan_id, now)

    def plan_load(self, plan: Plan, now: datetime, zone: tzinfo) -> PlanLoad:
        """Return what a plan (kept or only thought of) takes a day."""
        with self.store.reading() as tx:
            settings, cards, memory = tx.settings(plan.learner), tx.cards(plan.learner), memory_of(tx, plan.learner)
        questions = chosen(self.questions, self.packs, plan.deck)
        return daily_load(plan, questions, cards, settings, memory, now, zone)

    # --- sessions

    def start_sitting(self, sitting: Sitting) -> None:
        """Keep a session that begins; one that was still open is ended at that time."""
        with self.store.writing() as tx:
            running = tx.running_sitting(sitting.learner)
            if running is not None and running.id != sitting.id:
                tx.end_sitting(running.id, sitting.at)
            tx.add_sitting(sitting)

    def open_sitting(self, learner: str) -> Sitting | None:
        """Return the session that goes on, so that a reload continues it."""
        with self.store.reading() as tx:
            return tx.running_sitting(learner)

    def end_sitting(self, sitting_id: str, now: datetime) -> None:
        """End a session; one that is ended already stays as it is."""
        with self.store.writing() as tx:
            tx.end_sitting(sitting_id, now)

    def sitting_summary(self, sitting_id: str, now: datetime, zone: tzinfo) -> SittingSummary:
        """Return what a session has come to so far. Raises StudyError where there is none of this id."""
        with self.store.reading() as tx:
            sitting = tx.sitting(sitting_id)
            if sitting is None:
                raise StudyError(f"there is no session {sitting_id!r}: start a new one")
            records = tx.answers_in(sitting_id)
            points = last_ratings(self.questions, records, ())
            reviews = tx.active_reviews(sitting.learner, tuple(points)) if points else ()
            open_now = [one.question_id for one in tx.openings(sitting.learner) if one.at >= sitting.at]
            due = due_by_tomorrow(tx, sitting.learner, self.questions, now, zone)
            open_question = open_now[-1] if open_now else None
            return summary(sitting, self.questions, records, reviews, due_tomorrow=due, open_question=open_question)


def parameters_of(tx: Reading, learner: str) -> tuple[float, ...] | None:
    """Return the FSRS parameters in use: the fitted ones, or None for the package's own."""
    found = tx.parameters(learner) if tx.settings(learner).use_fitted else None
    return None if found is None else found.values


def memory_of(tx: Reading, learner: str) -> Memory:
    """Return the memory model with the learner's parameters and desired retention."""
    return Memory(parameters_of(tx, learner), tx.settings(learner).desired_retention)
