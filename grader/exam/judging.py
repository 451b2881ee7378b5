"""What was said to a question, graded: the whole after every turn, without what only repeats the examiner's words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from grader.engine import default_grader, grade
from grader.errors import VivaError
from grader.exam.phrasing import stems_of
from grader.exam.said import Said
from grader.exam.types import Record, Turn
from grader.grammar import function_words
from grader.offline import OfflineGrader
from grader.scale import PLAIN, Scale
from grader.text import tokenize
from grader.types import Grade, Grader, Question, Reading

_GIVEN_AWAY = 0.05
"""More credit than this for the examiner's own words, and they are not counted for the candidate."""


def scale_of(grader: Grader | None, reading: Reading) -> Scale:
    """Return the scale on which a grader puts what the points of a reading add up to; None is the default grader."""
    offline = offline_of(grader)
    return PLAIN if offline is None else offline.calibration.profile(reading).scale


def offline_of(grader: Grader | None) -> OfflineGrader | None:
    """Return the offline grader that a grader is or leans on; None for one that has nothing to do with it."""
    if grader is None:
        return default_grader()
    inner = getattr(grader, "offline", grader)
    return inner if isinstance(inner, OfflineGrader) else None


def narrowed(question: Question, reading_id: str) -> Question:
    """Return a question with one reading alone."""
    return replace(question, readings=(question.reading(reading_id),))


def said_so_far(record: Record) -> Said:
    """Return what was said in the turns of a question."""
    return Said(tuple(turn.said or "" for turn in record.turns))


def graded(question: Question, record: Record, grader: Grader | None) -> Grade:
    """Grade all that was said to a question so far; the reading is settled by the first answer.

    Where the grader refuses, the offline grader stands in for it, and the grade says so: a failure is not a zero.
    """
    asked = question if record.reading_id is None else narrowed(question, record.reading_id)
    text = _counting(asked, record.turns).text
    try:
        found = grade(asked, text, grader=grader)
    except VivaError as error:
        found = grade(asked, text)
        flags = (*found.flags, "llm_failed") if "llm_failed" not in found.flags else found.flags
        found = replace(found, flags=flags, notes=(*found.notes, str(error)))
    return replace(found, question_version=question.version)


def given_away(question: Question, record: Record, asked: str, grader: Grader | None) -> tuple[str, ...]:
    """Return the points that would earn credit if the candidate only said back what the examiner is about to ask.

    Judged offline, whoever grades: it is about words.
    """
    if record.reading_id is None:
        return ()
    offline = offline_of(grader) or default_grader()
    part = narrowed(question, record.reading_id)
    before = _counting(part, record.turns)
    echoed = Said((*before.turns, asked))
    known, after = offline.judge_many(part, part.readings[0], [before.text, echoed.text])
    return tuple(
        second.point_id
        for first, second in zip(known, after, strict=True)
        if (second.credit or 0.0) > (first.credit or 0.0) + _GIVEN_AWAY
        and any(turn == len(before.turns) for turn, _ in echoed.located(second.evidence))
    )


def _counting(question: Question, turns: Sequence[Turn]) -> Said:
    """Return what is graded: replies without the words of a probe that gave something away; offsets stay as they are."""
    parts = [
        without(turn.said or "", stems_of(question, turn.asked) - stems_of(question, question.prompt), question)
        if turn.gives_away
        else turn.said or ""
        for turn in turns
    ]
    return Said(tuple(parts))


def without(text: str, stems: Collection[str], question: Question) -> str:
    """Blank out the words with these stems, character by character.

    >>> from grader.types import Point
    >>> question = Question.simple(id="q", prompt="Why?", points=(Point("a", "A"),), references=("A",))
    >>> without("Response time is the network's.", {"respons", "time"}, question)
    "              is the network's."
    """
    kept = list(text)
    grammatical = function_words(question.language)
    for token in tokenize(text, question.language):
        if token.stem in stems and token.word not in grammatical:
            kept[token.start : token.end] = " " * (token.end - token.start)
    return "".join(kept)
