"""What a learner has before them, read from the database: today's agenda, and how they stand with each question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

from grader.types import Question
from study.agenda import SURE, Agenda, Today, agenda, by_question, in_deck, mean_retrievability
from study.days import day_end, day_of, day_start
from study.memory import REVIEW, Memory
from study.plan import days_until, new_per_day
from study.rating import SCHEDULED
from study.records import Asked, CardState, Deck, Plan, PointRef
from study.settings import StudySettings

if TYPE_CHECKING:
    from study.transactions import Reading

WEAK_BELOW = 0.1
"""A point is weak from so far below the desired retention on, and while a miss is being learned again."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How a learner stands with one question: points due and weak, mean chance of recall, and the last of so many answers."""

    due: int
    weak: int
    retrievability: float | None
    last_score: float | None
    last_at: datetime | None
    attempts: int


def chosen(questions: Mapping[str, Question], packs: Mapping[str, str], deck: Deck) -> dict[str, Question]:
    """Return the questions of a deck, in their order."""
    return {name: question for name, question in questions.items() if in_deck(question, deck, packs.get(name))}


def running_plans(tx: Reading, learner: str, settings: StudySettings, now: datetime, zone: tzinfo) -> tuple[Plan, ...]:
    """Return the plans that were not ended and whose exam is still to come, the nearest first."""
    plans = (plan for plan in tx.plans(learner) if plan.ended_at is None)
    return tuple(plan for plan in plans if days_until(plan, settings, now, zone) > 0)


def todays_agenda(
    tx: Reading,
    learner: str,
    questions: Mapping[str, Question],
    packs: Mapping[str, str],
    deck: Deck,
    memory: Memory,
    now: datetime,
    zone: tzinfo,
) -> Agenda:
    """Return the rest of the learner's day. A running plan sets the number of new questions, and its own come first."""
    settings = tx.settings(learner)
    day = day_of(now, zone, settings.day_starts_at)
    start, end = (at(day, zone, settings.day_starts_at) for at in (day_start, day_end))
    scheduled = [one for one in tx.asked_between(learner, start, end) if one.mode in SCHEDULED]
    begun = {one.question_id for one in scheduled if one.first_ever}
    today = Today(sum(one.answers for one in scheduled), len(begun), _first_times(scheduled))
    cards = tx.cards(learner)
    order = chosen(questions, packs, deck)
    planned = []
    for plan in running_plans(tx, learner, settings, now, zone):
        wanted = chosen(questions, packs, plan.deck)
        # What was begun today counts as still to begin, or the number would change within the day.
        left = len(wanted) - len(by_question(wanted, cards)) + len(begun & wanted.keys())
        planned.append(new_per_day(days_until(plan, settings, now, zone), left))
        first = {name: question for name, question in order.items() if name in wanted}
        order = first | order
    if any(planned):
        settings = settings.model_copy(update={"new_per_day": sum(planned)})
    wrong = confidently_wrong(tx, learner, cards, end)
    return agenda(order, cards, today, settings, memory, now, end, wrong)


def confidently_wrong(tx: Reading, learner: str, cards: tuple[CardState, ...], end: datetime) -> frozenset[PointRef]:
    """Return the points due before ``end`` that were missed last time by an answer that the learner was sure of."""
    missed = {card.ref: card.last_review for card in cards if card.state != REVIEW and card.due < end}
    times = [at for at in missed.values() if at is not None]
    if not times:
        return frozenset()
    found = tx.sure_misses(learner, SURE, min(times))
    # A point whose last review is a later one was asked again since.
    return frozenset(review.ref for review in found if missed.get(review.ref) == review.at)


def standings(
    tx: Reading, learner: str, questions: Mapping[str, Question], memory: Memory, now: datetime, zone: tzinfo
) -> dict[str, Standing]:
    """Return how the learner stands with each question that they answered, in the order of ``questions``."""
    starts_at = tx.settings(learner).day_starts_at
    end = day_end(day_of(now, zone, starts_at), zone, starts_at)
    played = by_question(questions, tx.cards(learner))
    last = {record.answer.question_id: record for record in tx.latest_answers(learner)}
    attempts = tx.attempts(learner)
    weak_below = memory.desired_retention - WEAK_BELOW
    found = {}
    for name, question in questions.items():
        cards, record = played.get(name, ()), last.get(name)
        if not cards and record is None:
            continue
        found[name] = Standing(
            due=sum(card.due < end for card in cards),
            weak=sum(card.state != REVIEW or memory.retrievability(card, now) < weak_below for card in cards),
            retrievability=mean_retrievability(question, cards, memory, now),
            last_score=None if record is None else record.latest.aided_score,
            last_at=None if record is None else record.answer.at,
            attempts=attempts.get(name, 0),
        )
    return found


def due_by_tomorrow(tx: Reading, learner: str, questions: Mapping[str, Question], now: datetime, zone: tzinfo) -> int:
    """Return how many questions are due by the end of the learner's tomorrow."""
    starts_at = tx.settings(learner).day_starts_at
    end = day_end(day_of(now, zone, starts_at) + timedelta(days=1), zone, starts_at)
    played = by_question(questions, tx.cards(learner))
    return sum(any(card.due < end for card in cards) for cards in played.values())


def _first_times(asked: list[Asked]) -> dict[str, datetime]:
    found: dict[str, datetime] = {}
    for one in asked:
        found[one.question_id] = min(one.at, found.get(one.question_id, one.at))
    return found
