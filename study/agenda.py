"""What to ask today, and in which order: pure functions over cards, questions and settings."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from grader.types import Question
from study.memory import Memory
from study.records import CardState, Deck, PointRef, StudySettings

Reason = Literal["confidently_wrong", "due", "new"]
SURE = 70
"""From this confidence on (0..100) a miss counts as confidently wrong."""


@dataclass(frozen=True, slots=True)
class Item:
    """One question to ask. ``refs`` are its points that are due (none for a new one).

    ``focus`` names the points to ask for by their labels; empty asks the whole question. ``waits_until`` is set where all
    of ``refs`` are due later in this session (a point missed some minutes ago).
    """

    question_id: str
    kind: Literal["due", "new"]
    refs: tuple[PointRef, ...]
    focus: tuple[str, ...]
    reason: Reason
    retrievability: float | None = None
    waits_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Today:
    """What was asked today already: answers in all, and how many of these were first answers to a question."""

    answers: int = 0
    new: int = 0


@dataclass(frozen=True, slots=True)
class Agenda:
    """The rest of today. ``items`` keep to ``limit``; ``due_count`` and ``new_count`` count questions beyond it too."""

    items: tuple[Item, ...]
    due_count: int
    new_count: int
    done_today: int
    limit: int


def in_deck(question: Question, deck: Deck, pack: str | None) -> bool:
    """Say whether ``deck`` holds the question: each of its non-empty parts must name it; an empty deck holds everything."""
    raise NotImplementedError


def agenda(
    questions: Mapping[str, Question],
    cards: Iterable[CardState],
    today: Today,
    settings: StudySettings,
    memory: Memory,
    now: datetime,
    day_end: datetime,
    wrong: Collection[PointRef] = (),
) -> Agenda:
    """Return what is left for today: ``wrong`` (confidently wrong) first, then what is most at risk, new ones spread between."""
    raise NotImplementedError


def cram(
    questions: Mapping[str, Question], cards: Iterable[CardState], memory: Memory, now: datetime
) -> tuple[Item, ...]:
    """Return every question, the weakest first: never answered, then by mean retrievability; no limits, always whole."""
    raise NotImplementedError


def in_play(question: Question, cards: Sequence[CardState], memory: Memory, now: datetime) -> tuple[CardState, ...]:
    """Return the cards of a question that count: points it still has, of the reading answered last, the N best of a count of N."""
    raise NotImplementedError
