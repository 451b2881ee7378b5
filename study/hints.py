"""Hints in three steps, from a nudge to first letters: made from a point's label, never from its wording.

Everything here is pure. What a hint says comes back as a key of the catalogue with values to fill in, so that the page can say
it in the learner's language; ``TEXT_KEYS`` names every key that can come.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grader.exam.phrasing import group_name, label_text, quoted
from grader.exam.types import Phrase
from grader.types import Grade, Point, Question, Reading
from study.telling import telling_words, words_said

if TYPE_CHECKING:
    from study.records import HintUse

HINT_SHARE = (0.8, 0.6, 0.4)
"""What a point still counts after one, two and three hints; it has no more."""

HintText = Phrase
"""A sentence of the catalogue, as the oral exam has them too."""

TEXT_KEYS = (
    "hint.about",
    "hint.among",
    "hint.choice",
    "hint.unnamed",
    "hint.key_word",
    "hint.one_word",
    "hint.together",
    "hint.letters",
)
"""The keys of the catalogue that a hint can have."""


@dataclass(frozen=True, slots=True)
class Hint:
    """One hint for one point; ``level`` runs from 1, a nudge, to 3, first letters."""

    point_id: str
    level: int
    text: HintText


def ladder(question: Question, reading: Reading, point: Point, language: str = "en") -> tuple[HintText, ...]:
    """Return the hints for a point, from a nudge to the first letters of the words that tell it.

    They are three, and fewer where the point's wording has no word of its own beside the question and the label. ``language`` is
    that of the page. A misconception has none: nobody is asked to say it.
    """
    if point.kind == "misconception":
        return ()
    group = group_name(question, reading, point)
    shown = tuple(text for text in (point.label, group) if text)
    return _nudge(question, reading, point, group, language), *_words(question, reading, point, shown, language)


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
    reading = question.readings[0] if draft is None else question.reading(draft.reading_id)
    levels: dict[str, int] = {}
    for use in taken:
        levels[use.point_id] = max(use.level, levels.get(use.point_id, 0))
    for point in _missing(reading, draft, focus):
        steps = ladder(question, reading, point, language)
        level = levels.get(point.id, 0)
        if level < len(steps):
            return Hint(point.id, level + 1, steps[level])
    return None


def _nudge(question: Question, reading: Reading, point: Point, group: str | None, language: str) -> HintText:
    if not point.label:
        alike = [one.id for one in reading.points if one.kind == point.kind]
        return HintText("hint.unnamed", {"number": alike.index(point.id) + 1, "count": len(alike)})
    label = label_text(question, point.label, language)
    if reading.counted(point) and _has_choice(reading):
        return HintText("hint.choice", {"label": label})
    if group is not None:
        return HintText("hint.among", {"group": quoted(group, language), "label": label})
    return HintText("hint.about", {"label": label})


def _words(
    question: Question, reading: Reading, point: Point, shown: tuple[str, ...], language: str
) -> tuple[HintText, ...]:
    words = telling_words(question, reading, point, shown)
    if not words:
        # All that it takes has been said already, by the question or by the nudge.
        said = words_said(question, point, shown)
        if not said:
            return ()
        names = ", ".join(quoted(word, language) for word in said)
        return (HintText("hint.together", {"words": names, "count": len(said)}),)
    most = max(words, key=lambda word: word.weight)
    first = HintText("hint.key_word", {"letter": quoted(most.letter, language), "length": most.length})
    if len(words) == 1:
        first = HintText("hint.one_word", {"length": most.length})
    letters = " ".join(f"{word.letter}…" for word in words)
    lengths = ", ".join(str(word.length) for word in words)
    return first, HintText("hint.letters", {"letters": letters, "lengths": lengths, "count": len(words)})


def _missing(reading: Reading, draft: Grade | None, focus: Collection[str]) -> list[Point]:
    met = (
        {judgment.point_id for judgment in draft.judgments if judgment.verdict == "met"} if draft is not None else set()
    )
    wanted = [point for point in reading.points if point.kind == "required" and (not focus or point.id in focus)]
    reached = reading.required_count is not None and reading.required_count <= sum(
        reading.counted(point) for point in reading.points if point.id in met
    )
    return [point for point in wanted if point.id not in met and not (reached and reading.counted(point))]


def _has_choice(reading: Reading) -> bool:
    return reading.required_count is not None and reading.required_count < sum(map(reading.counted, reading.points))
