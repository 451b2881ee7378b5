"""A question that was asked for some of its points only, and what an answer to that part earned.

The whole answer is judged against the whole question and kept so; what is shown, and what counts for how sure a learner was, is
about the points that were asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from grader.feedback import describe
from grader.score import add_up
from grader.types import Grade, Grader, Question, Reading
from study import HintUse
from study.compare import aided, longer_grades, scale_of, would_earn
from study.focus import follow_up
from study.hints import HintText
from ui.texts import language, t


def reading_of(question: Question, focus: Collection[str]) -> Reading | None:
    """Return the first reading that has all points of ``focus``; None where none has, or nothing is named."""
    if not focus:
        return None
    return next(
        (one for one in question.readings if set(focus) <= {p.id for p in one.points if p.kind == "required"}), None
    )


def narrow(question: Question, grade: Grade, focus: Collection[str], grader: Grader | None) -> tuple[Question, Grade]:
    """Return the part of a question that was asked for, worth its share of the marks, and what an answer earned of it.

    Both stay as they are where the whole was asked for, or where the answer was read in a way that lacks these points.
    """
    reading = next((one for one in question.readings if one.id == grade.reading_id), None)
    if not focus or reading is None or not set(focus) <= {point.id for point in reading.points}:
        return question, grade
    points = tuple(point for point in reading.points if point.id in focus)
    part = replace(reading, points=points, required_count=None, count_group=None)
    judgments = tuple(one for one in grade.judgments if one.point_id in focus)
    total = add_up(part, judgments, scale_of(grader, reading))
    whole = _worth(reading)
    share = min(1.0, sum(point.weight for point in points) / whole) if whole else 1.0
    said = describe(part, judgments, grade.flags)
    shown = replace(grade, judgments=judgments, score=total.score, low=total.low, high=total.high, feedback=said)
    return replace(question, readings=(part,), marks=round(question.marks * share, 1)), shown


def counts(
    question: Question, grade: Grade, focus: Collection[str], hints: Sequence[HintUse], grader: Grader | None
) -> float:
    """Return what an answer counts, in 0..1: the score of what was asked for, with hints taken off."""
    part, earned = narrow(question, grade, focus, grader)
    return earned.score if not hints else aided(part, earned, hints, grader)


def would(
    question: Question, grade: Grade, answer: str, focus: Collection[str], grader: Grader | None
) -> dict[str, float]:
    """Return for each point that was asked for and is not met the score (0..1) of what was asked for, with that point said too."""
    part, _ = narrow(question, grade, focus, grader)
    if part is question:
        return would_earn(question, grade, answer, grader)
    longer = longer_grades(question, grade, answer, grader, only=focus)
    return {
        point_id: narrow(question, one, focus, grader)[1].score
        for point_id, one in longer.items()
        if one.reading_id == grade.reading_id
    }


def _worth(reading: Reading) -> float:
    """Return the weights that make up the whole: of counted points, as many as are wanted."""
    required = [point for point in reading.points if point.kind == "required"]
    counted = sorted((p.weight for p in required if reading.counted(p)), reverse=True)[: reading.required_count]
    return sum(p.weight for p in required if not reading.counted(p)) + (sum(counted) if reading.required_count else 0.0)


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
