"""The grader as the benchmarks call it, in one place: a question for each distinct reference, and grades for many answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

import grader
from benchmarks.corpora import Row
from benchmarks.metrics import FloatArray
from grader import Grade, OfflineGrader, Question
from grader.scale import Scale
from grader.score import add_up


@lru_cache(maxsize=1000)
def _question(prompt: str, references: tuple[str, ...]) -> Question:
    return grader.question_from_reference(prompt, references)


def question_of(row: Row) -> Question:
    """Return the question that a row asks, with points cut out of its references."""
    return _question(row.question, row.references)


def by_question(rows: Sequence[Row]) -> list[list[int]]:
    """Return the places of the rows that share question and references, in the order of their first row."""
    groups: dict[tuple[str, str, tuple[str, ...]], list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        groups[row.question_key, row.question, row.references].append(place)
    return list(groups.values())


def grade_rows(rows: Sequence[Row], judge: OfflineGrader | None = None) -> list[Grade]:
    """Grade every row; equal answers to a question are graded once."""
    grades: dict[int, Grade] = {}
    for places in by_question(rows):
        answers = list(dict.fromkeys(rows[place].answer for place in places))
        known = dict(zip(answers, grader.grade_many(question_of(rows[places[0]]), answers, grader=judge), strict=True))
        grades.update((place, known[rows[place].answer]) for place in places)
    return [grades[place] for place in range(len(rows))]


def totals(rows: Sequence[Row], judge: OfflineGrader) -> tuple[FloatArray, FloatArray]:
    """Return what the judgments of each row add up to, off any scale, and the effective number of points."""
    raw, points = np.zeros(len(rows)), np.ones(len(rows))
    for places in by_question(rows):
        question = question_of(rows[places[0]])
        answers = [rows[place].answer for place in places]
        for reading in question.readings:
            for place, judgments in zip(places, judge.judge_many(question, reading, answers), strict=True):
                total = add_up(reading, judgments, Scale())
                if total.raw > raw[place] or reading is question.readings[0]:
                    raw[place], points[place] = total.raw, total.points
    return raw, points
