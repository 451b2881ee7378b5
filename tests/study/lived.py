"""A learner who lives through days one review after the other, by the scheduler itself: what looking ahead has to come to."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterable, Mapping
from datetime import datetime

from grader.types import Question
from study.agenda import by_question, focus_of
from study.ahead import ALIKE, FIRST_RECALL
from study.memory import AGAIN, GOOD, STEP, Memory
from study.records import CardState, PointRef, Review

_GOLDEN = (math.sqrt(5) - 1) / 2


class Lived:
    """One of the learners, by hand."""

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
        return (start + self.share / ALIKE + reps * _GOLDEN) % 1.0


def _wanted(question: Question) -> list[PointRef]:
    """Return the points that a full first answer would have: of counted ones, the first of that number."""
    reading = question.readings[0]
    required = [point for point in reading.points if point.kind == "required"]
    counted = [point for point in required if reading.counted(point)][: reading.required_count]
    chosen = [point for point in required if not reading.counted(point) or point in counted]
    return [PointRef(question.id, reading.id, point.id) for point in chosen]
