"""What an attack is: a text, and the honest answer that it contains.

``gain`` is what the change to an honest answer moved the score by, in -1..1. An *attack* wants it to rise, a *harmless*
change wants it to stay; either succeeds against the grader beyond ``MARGIN``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from grader.types import Question

Kind = Literal["attack", "harmless"]
Item = TypeVar("Item")

MARGIN = 0.05
"""How far a score may move: more of a rise is a successful attack, more of a fall a harmless change that cost marks."""
LEAST_BASE = 0.2
"""Answers that score no more than this are not tried with harmless changes: there is little to lose."""


class Chance:
    """Choices that look random and are the same every time: a stream derived from a key.

    >>> Chance(0, "q", "typos").shuffled("abcdef") == Chance(0, "q", "typos").shuffled("abcdef")
    True
    >>> sorted(Chance(1, "q", "typos").shuffled([3, 1, 2]))
    [1, 2, 3]
    """

    def __init__(self, *key: object) -> None:
        self._key = "/".join(map(str, key))
        self._drawn = 0

    def below(self, limit: int) -> int:
        """Return a whole number in 0..limit-1."""
        text = f"{self._key}/{self._drawn}".encode("utf-8", "surrogatepass")
        self._drawn += 1
        return int.from_bytes(hashlib.sha256(text).digest()[:8], "big") % limit

    def pick(self, items: Sequence[Item]) -> Item:
        """Return one of the items; there must be one."""
        return items[self.below(len(items))]

    def shuffled(self, items: Iterable[Item]) -> list[Item]:
        """Return the items in another order (Fisher and Yates)."""
        left = list(items)
        for last in range(len(left) - 1, 0, -1):
            other = self.below(last + 1)
            left[last], left[other] = left[other], left[last]
        return left


@dataclass(frozen=True, slots=True)
class Case:
    """One try: ``text`` is what is graded, ``honest`` the answer that it contains (for a harmless change: equals)."""

    text: str
    honest: str = ""


@dataclass(frozen=True, slots=True)
class Target:
    """The question that is attacked, and the questions that have nothing to do with it."""

    question: Question
    unrelated: tuple[Question, ...]
    chance: Chance


@dataclass(frozen=True, slots=True)
class Family:
    """Attacks, or harmless changes, of one kind; ``says`` tells in a line what they do."""

    name: str
    kind: Kind
    make: Callable[[Target], Iterable[Case]]
    says: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """A case and the two scores, each in 0..1."""

    question_id: str
    case: Case
    score: float
    baseline: float

    @property
    def gain(self) -> float:
        """By how much the score is above that of the honest answer, in -1..1."""
        return self.score - self.baseline
