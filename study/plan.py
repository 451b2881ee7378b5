"""Looking ahead: how much a day an exam asks for, and what is coming on each day.

Reviews depend on what will be remembered, which is a matter of chance. Here chance is spread evenly and not drawn: some learners
run side by side, of which the expected share remembers each point, and their mean is the forecast. The same input gives the same.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from grader.types import Question
from study.agenda import by_question, focus_of
from study.days import day_end, day_of, day_start
from study.memory import AGAIN, GOOD, STEP, Memory
from study.records import CardState, Plan, PointRef, Review
from study.settings import StudySettings

FIRST_RECALL = 0.5
"""The share of points that a first answer is taken to have: nothing is known of it yet."""
_ALIKE = 4
_GOLDEN = (math.sqrt(5) - 1) / 2
_REST = 5
"""One part in this many of the days before an exam begins nothing new."""


@dataclass(frozen=True, slots=True)
class DayForecast:
    """What is expected of one day, in answers (means, so not whole): ``due`` of reviews with second askings, and ``new``.

    ``postponed`` is the number of questions that the daily load leaves for another day.
    """

    date: date
    due: float
    new: float
    postponed: float = 0.0


@dataclass(frozen=True, slots=True)
class PlanLoad:
    """What a plan takes: ``new_per_day`` new questions until shortly before the exam, and the expected work of each day.

    ``feasible`` says that the daily load has room for all of it; ``needed`` is the load, in answers a day, that has.
    """

    days_left: int
    new_left: int
    new_per_day: int
    forecast: tuple[DayForecast, ...]
    needed: int
    feasible: bool


def new_per_day(days_left: int, new_left: int) -> int:
    """Return how many new questions a day leave the last fifth of the days before an exam for reviews; 0 without any.

    >>> new_per_day(days_left=10, new_left=20)
    3
    """
    return math.ceil(new_left / max(1, days_left - math.ceil(days_left / _REST))) if new_left else 0


def days_until(plan: Plan, settings: StudySettings, now: datetime, zone: tzinfo) -> int:
    """Return how many days are left to study, today included and the day of the exam not; 0 when it is over."""
    return max(0, (plan.exam_on - day_of(now, zone, settings.day_starts_at)).days)


def daily_load(
    plan: Plan,
    questions: Mapping[str, Question],
    cards: Iterable[CardState],
    settings: StudySettings,
    memory: Memory,
    now: datetime,
    zone: tzinfo,
) -> PlanLoad:
    """Return how many answers a day lead to an exam about ``questions`` with nothing new or due left over."""
    cards = tuple(cards)
    left = days_until(plan, settings, now, zone)
    new_left = len(questions) - len(by_question(questions, cards))
    new = new_per_day(left, new_left)
    days = forecast(questions, cards, new, settings, memory, now, zone, left)
    feasible = left > 0 and days[-1].postponed < 1 and sum(day.new for day in days) > new_left - 0.5
    seen = days
    if not feasible:
        roomy = settings.model_copy(update={"daily_load": 1_000_000})
        seen = forecast(questions, cards, new, roomy, memory, now, zone, left)
    needed = math.ceil(max((day.due + day.new for day in seen), default=0.0))
    return PlanLoad(left, new_left, new, days, needed, feasible)


def forecast(
    questions: Mapping[str, Question],
    cards: Iterable[CardState],
    new_per_day: int,
    settings: StudySettings,
    memory: Memory,
    now: datetime,
    zone: tzinfo,
    days: int,
) -> tuple[DayForecast, ...]:
    """Return what the next ``days`` days are expected to bring under the daily load, today first."""
    cards = tuple(cards)
    first = day_of(now, zone, settings.day_starts_at)
    runs = [_Run(questions, cards, memory, share) for share in range(_ALIKE)]
    into_day = now - day_start(first, zone, settings.day_starts_at)
    found = []
    for number in range(days):
        day = first + timedelta(days=number)
        end = day_end(day, zone, settings.day_starts_at)
        at = min(day_start(day, zone, settings.day_starts_at) + into_day, end - STEP)
        counts = [run.day(at, end, new_per_day, settings.daily_load) for run in runs]
        due, new, postponed = (sum(part) / _ALIKE for part in zip(*counts, strict=True))
        found.append(DayForecast(day, due, new, postponed))
    return tuple(found)


class _Run:
    """One of the learners that run side by side."""

    def __init__(
        self, questions: Mapping[str, Question], cards: Iterable[CardState], memory: Memory, share: int
    ) -> None:
        self.questions, self.memory, self.share = questions, memory, share
        self.cards = {name: {card.ref: card for card in mine} for name, mine in by_question(questions, cards).items()}
        self.new = [name for name in questions if name not in self.cards]

    def day(self, at: datetime, end: datetime, new_per_day: int, room: int) -> tuple[float, int, int]:
        """Live one day; return the answers to due questions, to new ones, and the questions that found no room."""
        waiting = []
        for name, mine in self.cards.items():
            due = [card for card in mine.values() if card.due < end]
            if due:
                waiting.append((min(self.memory.retrievability(card, at) for card in due), name, due))
        waiting.sort(key=lambda entry: entry[:2])
        answers = 0
        for _, name, due in waiting[:room]:
            focus = focus_of(self.questions[name], due)
            again = self._ask([card.ref for card in (due if focus else self.cards[name].values())], at)
            answers += 2 if again else 1
        begun = self.new[: max(0, min(new_per_day, room - answers))]
        self.new = self.new[len(begun) :]
        for name in begun:
            self.cards[name] = {}
            again = self._ask(_wanted(self.questions[name]), at)
            answers += 1 if again else 0
        return min(answers, room - len(begun)), len(begun), max(0, len(waiting) - room)

    def _ask(self, refs: Iterable[PointRef], at: datetime) -> bool:
        """Rate some points of one question, what is missed a second time some minutes later; say whether that was so."""
        missed = False
        for ref in refs:
            mine = self.cards[ref.question_id]
            card = mine.get(ref)
            chance = FIRST_RECALL if card is None else self.memory.retrievability(card, at)
            forgot = self._chance(ref, 0 if card is None else card.reps) >= chance
            mine[ref] = self._rated(ref, card, AGAIN if forgot else GOOD, at)
            if forgot:
                mine[ref] = self._rated(ref, mine[ref], GOOD, at + STEP)
                missed = True
        return missed

    def _rated(self, ref: PointRef, card: CardState | None, rating: int, at: datetime) -> CardState:
        return self.memory.review(card, Review("", "", ref, rating, at, None, None, "grade", ""))

    def _chance(self, ref: PointRef, reps: int) -> float:
        """Return a number in 0..1, evenly spread over the learners, the points and the times that a point is asked."""
        start = zlib.crc32(f"{ref.question_id}\n{ref.reading_id}\n{ref.point_id}".encode()) / 2**32
        return (start + self.share / _ALIKE + reps * _GOLDEN) % 1.0


def _wanted(question: Question) -> list[PointRef]:
    """Return the points that a full first answer would have: of counted ones, the first of that number."""
    reading = question.readings[0]
    required = [point for point in reading.points if point.kind == "required"]
    counted = [point for point in required if reading.counted(point)][: reading.required_count]
    chosen = [point for point in required if not reading.counted(point) or point in counted]
    return [PointRef(question.id, reading.id, point.id) for point in chosen]
