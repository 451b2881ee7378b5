"""Hints in three steps, from a nudge to first letters: made from a point's label, never from its wording.

Everything here is pure. What a hint says comes back as a key of the catalogue with values to fill in, so that the page can say
it in the learner's language; ``TEXT_KEYS`` names every key that can come.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from grader.types import Grade, Point, Question, Reading

if TYPE_CHECKING:
    from study.records import HintUse

STEPS = 3
"""How many hints a point has at most."""
HINT_SHARE = (0.8, 0.6, 0.4)
"""What a point still counts after one, two and three hints."""

TEXT_KEYS = (
    "hint.about",
    "hint.among",
    "hint.choice",
    "hint.unnamed",
    "hint.key_word",
    "hint.one_word",
    "hint.together",
    "hint.letters",
    "hint.length",
)
"""The keys of the catalogue that a hint can have."""


@dataclass(frozen=True, slots=True)
class HintText:
    """A sentence of the catalogue: its key, and the values that stand in it, as plain text and numbers."""

    key: str
    values: Mapping[str, str | int] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Hint:
    """One hint for one point; ``level`` runs from 1, a nudge, to 3, first letters."""

    point_id: str
    level: int
    text: HintText


def ladder(question: Question, reading: Reading, point: Point, language: str = "en") -> tuple[HintText, ...]:
    """Return the three hints for a point, from a nudge to the first letters of the words that tell it.

    ``language`` is that of the page. A misconception has none: nobody is asked to say it.
    """
    raise NotImplementedError


def next_hint(
    question: Question,
    draft: Grade | None,
    taken: Iterable[HintUse] = (),
    *,
    focus: Collection[str] = (),
    language: str = "en",
) -> Hint | None:
    """Return the next hint for the first point that a draft does not meet; None where nothing is missing or all is said.

    ``draft`` is the draft as graded offline, None for an empty one. Only required points have hints, of points that are counted
    ("any five of") only while the count is not reached, and with a ``focus`` only the points that it names.
    """
    raise NotImplementedError
