"""A question again, asked for what is missing: "You have covered the definition. What can you say about its causes?"

As with hints, what is said comes back as keys of the catalogue with values, made from labels and never from the points' wording.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.types import Point, Question, Reading
from study.hints import HintText

TEXT_KEYS = (
    "focus.covered",
    "focus.covered_more",
    "focus.ask",
    "focus.ask_two",
    "focus.ask_three",
    "focus.ask_many",
    "focus.ask_rest",
)
"""The keys of the catalogue that a follow-up can have."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What is asked in place of the whole question: what the learner has already (None for nothing), and what is wanted."""

    covered: HintText | None
    asked: HintText

    @property
    def sentences(self) -> tuple[HintText, ...]:
        """The one or two sentences, in the order in which they are read."""
        return (self.asked,) if self.covered is None else (self.covered, self.asked)


def follow_up(
    question: Question, reading: Reading, had: Sequence[Point], wanted: Sequence[Point], language: str = "en"
) -> FollowUp:
    """Ask for the points ``wanted``, after a word on those that the learner ``had``; both from ``reading``.

    Points of ``had`` without a label are passed over, and so are misconceptions. ``ValueError`` where nothing is wanted.
    """
    raise NotImplementedError
