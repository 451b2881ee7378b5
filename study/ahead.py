"""Some learners who live through the next days side by side: the expected share of them remembers each point.

Chance is spread evenly over them and not drawn, so that the same input gives the same days. All is kept in arrays over the learners
and the points that they have or will have, since looking ahead takes tens of thousands of reviews.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from grader.types import Point, Question, Reading
from study.agenda import by_question, wanted_weight
from study.memory import STEP, Memory
from study.records import CardState, PointRef
from study.strengths import Floats, Strength, Strengths, Whole, micros

FIRST_RECALL = 0.5
"""The share of points that a first answer is taken to have: nothing is known of it yet."""
ALIKE = 4
"""So many learners live side by side."""
_GOLDEN = (math.sqrt(5) - 1) / 2
_STEP = STEP // timedelta(microseconds=1)

Flags = NDArray[np.bool_]
Kind = TypeVar("Kind", np.float64, np.int64, np.bool_)


@dataclass(frozen=True, slots=True)
class _Slot:
    """A point that a learner has or will have, the number of its question, and its card if there is one."""

    number: int
    ref: PointRef
    point: Point
    card: CardState | None


class Learners:
    """Learners who know what ``cards`` say, and begin the other ``questions`` in their order."""

    def __init__(self, questions: Mapping[str, Question], cards: Iterable[CardState], memory: Memory) -> None:
        played = by_question(questions, cards)
        readings = [_reading(question, played.get(name, ())) for name, question in questions.items()]
        slots: list[_Slot] = []
        for number, (name, reading) in enumerate(zip(questions, readings, strict=True)):
            mine = {card.ref.point_id: card for card in played.get(name, ())}
            points = [point for point in reading.points if point.id in mine] if mine else _wanted(reading)
            slots += [_Slot(number, PointRef(name, reading.id, p.id), p, mine.get(p.id)) for p in points]
        self._strengths = Strengths(memory)
        # Of each question: half of its weight, its place by name, and which of the new ones it is (-1: none).
        self._half = np.array([wanted_weight(reading) / 2 for reading in readings])
        place = {name: number for number, name in enumerate(sorted(questions))}
        self._place = np.array([place[name] for name in questions], dtype=np.int64)
        new = [name for name in questions if name not in played]
        turn = {name: number for number, name in enumerate(new)}
        self._turn = np.array([turn.get(name, -1) for name in questions], dtype=np.int64)
        self._left = np.full(ALIKE, len(new), dtype=np.int64)
        # Of each point of each learner, one learner after the other.
        learner = np.arange(ALIKE).repeat(len(slots))
        self._question = learner * len(questions) + _each([slot.number for slot in slots], np.int64)
        self._weight = _each([slot.point.weight for slot in slots], np.float64)
        self._unnamed = _each([not slot.point.label for slot in slots], np.float64)
        self._chance = _each([_start(slot.ref) for slot in slots], np.float64) + learner / ALIKE
        cards_of = [slot.card for slot in slots]
        self._known = _each([card is not None for card in cards_of], np.bool_)
        self._reps = _each([0 if card is None else card.reps for card in cards_of], np.int64)
        self._due = _each([0 if card is None else micros(card.due) for card in cards_of], np.int64)
        strengths = [_strength(card) for card in cards_of]
        self._stability = _each([one[0] for one in strengths], np.float64)
        self._difficulty = _each([one[1] for one in strengths], np.float64)
        self._last = _each([one[2] for one in strengths], np.int64)

    def day(self, at: datetime, end: datetime, new_per_day: int, room: int) -> tuple[float, float, float]:
        """Live one day; return the mean answers to due questions, to new ones, and the questions that found no room."""
        now = micros(at)
        count = ALIKE * len(self._half)
        due = self._known & (self._due < micros(end))
        which = np.flatnonzero(due)
        asked_in = self._question[which]
        risk = np.full(count, math.inf)
        np.minimum.at(risk, asked_in, self._recall(which, now, 0.0))
        weight = np.bincount(asked_in, self._weight[which], count).reshape(ALIKE, -1)
        unnamed = np.bincount(asked_in, self._unnamed[which], count).reshape(ALIKE, -1)
        whole = (weight >= self._half) | (unnamed > 0)
        waiting = (risk < math.inf).reshape(ALIKE, -1)
        chosen = self._first(waiting, risk.reshape(ALIKE, -1), room)
        asked = self._known & chosen.ravel()[self._question] & (due | whole.ravel()[self._question])
        answers = chosen.sum(axis=1) + self._ask(asked, now, 0.0)
        first = self._turn.max(initial=-1) + 1 - self._left
        begun = np.minimum(self._left, np.maximum(0, np.minimum(new_per_day, room - answers)))
        self._left = self._left - begun
        starts = (self._turn >= first[:, None]) & (self._turn < (first + begun)[:, None])
        fresh = starts.ravel()[self._question]
        answers = answers + self._ask(fresh, now, FIRST_RECALL)
        self._known |= fresh
        postponed = np.maximum(0, waiting.sum(axis=1) - room)
        return _mean(np.minimum(answers, room - begun)), _mean(begun), _mean(postponed)

    def _first(self, waiting: Flags, risk: Floats, room: int) -> Flags:
        """Choose each learner's ``room`` questions of those waiting, the most at risk first."""
        if waiting.sum(axis=1).max(initial=0) <= room:
            return waiting
        chosen = np.zeros_like(waiting)
        for mine, risks in zip(chosen, risk, strict=True):
            mine[np.lexsort((self._place, risks))[:room]] = True
        return chosen & waiting

    def _recall(self, which: Whole, at: int, unknown: float) -> Floats:
        """Return the chance that each of these points is recalled; ``unknown`` for those that were never rated."""
        found = self._strengths.retrievability(self._strength(which), at)
        return np.where(np.isnan(found), unknown, found)

    def _ask(self, asked: Flags, at: int, unknown: float) -> Whole:
        """Rate some points, what is missed a second time some minutes later; return in how many questions that was so."""
        which = np.flatnonzero(asked)
        chance = (self._chance[which] + self._reps[which] * _GOLDEN) % 1.0
        forgot = chance >= self._recall(which, at, unknown)
        missed, had = which[forgot], which[~forgot]
        self._keep(had, self._strengths.recalled(self._strength(had), at), 1)
        again = self._strengths.forgotten(self._strength(missed), at)
        self._keep(missed, self._strengths.recalled(again, at + _STEP), 2)
        asked_again = np.bincount(self._question[missed], minlength=ALIKE * len(self._half)) > 0
        return np.asarray(asked_again.reshape(ALIKE, -1).sum(axis=1), dtype=np.int64)

    def _strength(self, which: Whole) -> Strength:
        return Strength(self._stability[which], self._difficulty[which], self._last[which])

    def _keep(self, which: Whole, after: Strength, reviews: int) -> None:
        self._stability[which] = after.stability
        self._difficulty[which] = after.difficulty
        self._last[which] = after.last
        self._due[which] = self._strengths.due(after)
        self._reps[which] += reviews


def _reading(question: Question, cards: Sequence[CardState]) -> Reading:
    return question.reading(cards[0].ref.reading_id) if cards else question.readings[0]


def _wanted(reading: Reading) -> list[Point]:
    """Return the points that a full first answer would have: of counted ones, the first of that number."""
    required = [point for point in reading.points if point.kind == "required"]
    counted = [point for point in required if reading.counted(point)][: reading.required_count]
    return [point for point in required if not reading.counted(point) or point in counted]


def _start(ref: PointRef) -> float:
    """Return a number in 0..1, spread evenly over the points."""
    return zlib.crc32(f"{ref.question_id}\n{ref.reading_id}\n{ref.point_id}".encode()) / 2**32


def _strength(card: CardState | None) -> tuple[float, float, int]:
    if card is None or card.stability is None or card.difficulty is None or card.last_review is None:
        return math.nan, math.nan, 0
    return card.stability, card.difficulty, micros(card.last_review)


def _each(values: Sequence[float], kind: type[Kind]) -> NDArray[Kind]:
    """Return what holds of the points once for each learner."""
    return np.tile(np.array(values, dtype=kind), ALIKE)


def _mean(values: Whole) -> float:
    return float(values.sum()) / ALIKE
