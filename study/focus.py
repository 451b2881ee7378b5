"""A question again, asked for what is missing: "You have covered the definition. What can you say about its causes?"

As with hints, what is said comes back as keys of the catalogue with values, made from labels and never from the points' wording.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.types import Point, Question, Reading
from study.hints import HintText, group_name, label_text, quoted

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
_LISTED = ("focus.ask", "focus.ask_two", "focus.ask_three")


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What is asked in place of the whole question.

    ``covered`` says what the learner has already, ``under`` names the heading that all of what is wanted stands under; each is None
    where there is no such thing.
    """

    covered: HintText | None
    under: HintText | None
    asked: HintText

    @property
    def sentences(self) -> tuple[HintText, ...]:
        """The one to three sentences, in the order in which they are read."""
        return tuple(one for one in (self.covered, self.under, self.asked) if one is not None)


def follow_up(
    question: Question, reading: Reading, had: Sequence[Point], wanted: Sequence[Point], language: str = "en"
) -> FollowUp:
    """Ask for the points ``wanted``, after a word on those that the learner ``had``; both from ``reading``.

    Points of ``had`` without a label are passed over, and so are misconceptions; one that is wanted without a label makes the
    question a general one. ``language`` is that of the page. Raises ``ValueError`` where nothing is wanted.
    """
    if not wanted:
        raise ValueError(f"question {question.id!r}: a follow-up asks for at least one point")
    groups = {group_name(question, reading, point) for point in wanted}
    # One heading for all is said once, and not behind every label.
    common = groups.pop() if len(groups) == 1 and all(point.label for point in wanted) else None
    under = None if common is None else HintText("focus.under", {"group": quoted(common, language)})
    names = []
    for point in wanted:
        if not point.label:
            return FollowUp(_covered(question, had, language), None, HintText("focus.ask_rest", {"count": len(wanted)}))
        group = group_name(question, reading, point) if common is None else None
        name = _name(question, point.label, len(wanted) > 1, language)
        names.append(name if group is None else f"{name} ({group})")
    return FollowUp(_covered(question, had, language), under, _asked(names))


def _covered(question: Question, had: Sequence[Point], language: str) -> HintText | None:
    known = sorted((point for point in had if point.kind != "misconception"), key=lambda point: -point.weight)
    labels = [point.label for point in known if point.label]
    if not labels:
        return None
    label = _name(question, labels[0], len(labels) > 1, language)
    if len(labels) == 1:
        return HintText("focus.covered", {"label": label})
    return HintText("focus.covered_more", {"label": label, "count": len(labels) - 1})


def _asked(names: Sequence[str]) -> HintText:
    if len(names) > len(_LISTED):
        return HintText("focus.ask_many", {"labels": "; ".join(names), "count": len(names)})
    places = ("first", "second", "third")
    return HintText(_LISTED[len(names) - 1], dict(zip(places, names, strict=False)))


def _name(question: Question, label: str, among_others: bool, language: str) -> str:
    """Return a label for a list; one that holds a comma of its own is kept together by quotation marks."""
    return quoted(label, language) if among_others and "," in label else label_text(question, label, language)
