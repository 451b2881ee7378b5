"""The passages of an answer that speak for a point, as exact spans of the raw text."""

from __future__ import annotations

import numpy as np

from grader.answer import AnswerText
from grader.features import Found
from grader.lexicon import FloatArray
from grader.matchers import NAMES
from grader.rubric import Matches, Rubric
from grader.types import Evidence

_LEAST_STRENGTH = 0.45
_MOST_PASSAGES = 3
_LEAST_GAIN = 0.1
_LONE, _SHORT_CLAUSE = 3, 14


def passages(rubric: Rubric, answer: AnswerText, matches: Matches, found: Found, point: int) -> tuple[Evidence, ...]:
    """Return up to three passages for one point, in the order of the text; none where no word of it was found.

    The wording of the point that the answer covers best decides. A passage runs from the first to the last word
    that matched in a clause; clauses come in as long as they add something new.
    """
    statements = [int(index) for index in np.flatnonzero(rubric.point_of == point)]
    if not statements or not len(answer.tokens):
        return ()
    best = max(statements, key=lambda s: (_whole(rubric, found, s) + float(found.coverage[:, s].max()), -s))
    first = int(rubric.offsets[best])
    columns = slice(first, first + int(rubric.sizes[best]))
    strengths, weights = found.terms[:, columns], rubric.weights[columns]
    bounds = list(zip(answer.clauses, [*answer.clauses[1:], len(answer.tokens)], strict=True))
    seen = np.zeros(len(weights), dtype=np.float32)
    chosen: list[tuple[int, int]] = []
    for clause in np.argsort(-found.coverage[:, best], kind="stable"):
        begin, end = (int(bound) for bound in bounds[clause])
        here = strengths[begin:end].max(axis=0)
        gain = float(((np.maximum(seen, here) - seen) * weights).sum())
        if gain < _LEAST_GAIN or len(chosen) == _MOST_PASSAGES:
            break
        hits = np.flatnonzero(strengths[begin:end].max(axis=1) >= _LEAST_STRENGTH)
        if len(hits):
            chosen.append(_passage(answer, begin, end, begin + int(hits[0]), begin + int(hits[-1])))
            seen = np.maximum(seen, here)
    return tuple(_evidence(answer, matches, strengths, columns, weights, run) for run in sorted(chosen))


def _passage(answer: AnswerText, begin: int, end: int, first: int, last: int) -> tuple[int, int]:
    """Widen a word or two to the clause that they stand in, unless it is long: a lone word explains little."""
    if last - first + 1 >= _LONE or end - begin > _SHORT_CLAUSE:
        return first, last
    content = [first, last, *(index for index in range(begin, end) if answer.content[index])]
    return min(content), max(content)


def _whole(rubric: Rubric, found: Found, statement: int) -> float:
    first = int(rubric.offsets[statement])
    columns = slice(first, first + int(rubric.sizes[statement]))
    return float((found.terms[:, columns].max(axis=0) * rubric.weights[columns]).sum())


def _evidence(
    answer: AnswerText,
    matches: Matches,
    strengths: FloatArray,
    columns: slice,
    weights: FloatArray,
    run: tuple[int, int],
) -> Evidence:
    first, last = run
    part = strengths[first : last + 1]
    token, term = np.unravel_index(int((part * weights).argmax()), part.shape)
    name = NAMES[int(matches.matcher[first + token, columns.start + term])]
    start, end = answer.span(first, last)
    strength = round(min(1.0, float((part.max(axis=0) * weights).sum())), 4)
    return Evidence(start, end, answer.raw[start:end], name, strength)
