"""A question again, asked for what is missing: "You have covered the definition. What can you say about its causes?"

As with hints, what is said comes back as keys of the catalogue with values, made from labels and never from the points' wording.
The oral exam asks in the same way, so the phrasing itself is the engine's: ``grader.exam.phrasing``.
"""

from __future__ import annotations

from grader.exam.phrasing import FollowUp, follow_up

TEXT_KEYS = (
    "focus.covered",
    "focus.covered_more",
    "focus.under",
    "focus.ask",
    "focus.ask_two",
    "focus.ask_three",
    "focus.ask_many",
    "focus.ask_rest",
)
"""The keys of the catalogue that a follow-up can have."""

__all__ = ["TEXT_KEYS", "FollowUp", "follow_up"]
