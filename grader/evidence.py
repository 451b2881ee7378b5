"""The passages of an answer that speak for a point, as exact spans of the raw text."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from grader.answer import AnswerText, Script
from grader.features import Found
from grader.lexicon import FloatArray
from grader.matchers import NAMES
from grader.rubric import Matches, Rubric
from grader.types import Evidence

_LEAST_STRENGTH = 0.35
_MOST_PASSAGES = 3
_LEAST_GAIN = 0.1
_LONE, _SHORT_CLAUSE = 3, 14


def passages(
    rubric: Rubric, script: Script, matches: Matches, found: Found, number: int, point: int
) -> tuple[Evidence, ...]:
    """Return up to three passages of the ``number``-th answer for one point, in the order of the text.

    None where no word of it was found. The wording of the point that the answer covers best decides. A passage runs from
    the first to the last word that matched in a clause; clauses come in as long as they add something new.
    """
    statements = np.flatnonzero(rubric.point_of == point)
    if not len(statements):
        return ()
    answer = script.texts[number]
    best = int(statements[found.fit[number, statements].argmax()])
    origin, first_clause = int(script.answers[number]), int(script.first_clauses[number])
    columns = slice(int(rubric.offsets[best]), int(rubric.offsets[best] + rubric.sizes[best]))
    strengths = found.terms[origin : origin + len(answer.tokens), columns]
    weights = rubric.weights[columns]
    coverage = found.coverage[first_clause : first_clause + len(answer.clauses), best]
    bounds = [*answer.clauses.tolist(), len(answer.tokens)]
    seen = np.zeros(len(weights), dtype=np.float32)
    chosen: list[tuple[int, int]] = []
    for clause in np.argsort(-coverage, kind="stable").tolist():
        begin, end = bounds[clause], bounds[clause + 1]
        here = strengths[begin:end].max(axis=0)
        gain = float(((np.maximum(seen, here) - seen) * weights).sum())
        # The best clause of a long statement may hold little of it, and still be what there is.
        if gain <= 0.0 or (chosen and gain < _LEAST_GAIN) or len(chosen) == _MOST_PASSAGES:
            break
        hits = np.flatnonzero(strengths[begin:end].max(axis=1) >= _LEAST_STRENGTH)
        if len(hits):
            chosen.append(_passage(answer, begin, end, begin + int(hits[0]), begin + int(hits[-1])))
            seen = np.maximum(seen, here)
    matcher = matches.matcher[origin : origin + len(answer.tokens), columns]
    return tuple(_evidence(answer, matcher, strengths, weights, run) for run in sorted(chosen))


def _passage(answer: AnswerText, begin: int, end: int, first: int, last: int) -> tuple[int, int]:
    """Widen a word or two to the clause that they stand in, unless it is long: a lone word explains little."""
    if last - first + 1 >= _LONE or end - begin > _SHORT_CLAUSE:
        return first, last
    content = [first, last, *(index for index in range(begin, end) if answer.content[index])]
    return min(content), max(content)


def _evidence(
    answer: AnswerText, matcher: npt.NDArray[np.int8], strengths: FloatArray, weights: FloatArray, run: tuple[int, int]
) -> Evidence:
    first, last = run
    part = strengths[first : last + 1]
    token, term = divmod(int((part * weights).argmax()), part.shape[1])
    name = NAMES[int(matcher[first + token, term])]
    start, end = answer.span(first, last)
    strength = round(min(1.0, float((part.max(axis=0) * weights).sum())), 4)
    return Evidence(start, end, answer.raw[start:end], name, strength)
