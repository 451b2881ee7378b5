"""A question that is asked for some of its points only: whether it can be, and in which words. What it earns: study.parts."""

from __future__ import annotations

from collections.abc import Collection

from grader.types import Question, Reading
from study.focus import follow_up
from study.hints import HintText
from study.parts import counts, narrow, would
from ui.texts import language, t

__all__ = ["counts", "follow_up_text", "hint_text", "narrow", "reading_of", "would"]


def reading_of(question: Question, focus: Collection[str]) -> Reading | None:
    """Return the first reading that has all points of ``focus``; None where none has, or nothing is named."""
    if not focus:
        return None
    return next(
        (one for one in question.readings if set(focus) <= {p.id for p in one.points if p.kind == "required"}), None
    )


def follow_up_text(question: Question, focus: Collection[str], had: Collection[str]) -> str:
    """Ask for the points of ``focus`` in sentences, after a word on those that the learner had; empty without a focus."""
    reading = reading_of(question, focus)
    if reading is None:
        return ""
    wanted = [point for point in reading.points if point.id in focus]
    known = [p for p in reading.points if p.id in had and p.id not in focus and p.kind == "required"]
    asked = follow_up(question, reading, known, wanted, language())
    return " ".join(hint_text(sentence) for sentence in asked.sentences)


def hint_text(text: HintText) -> str:
    """Put a hint, or a sentence of a follow-up, into words."""
    return t(text.key, **text.values)
