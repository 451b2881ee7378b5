"""How well passages of an answer support a point, by offline matching alone: the second check of what a model quotes.

Support is the geometric mean of two shares, by weight: how much of a wording of the point the passages say, and how much of the
passages says that wording. So neither a lone word of the point nor a whole essay with all its words supports it.
Passages are read where they stand in the answer: what the answer denies, repeats or says to whoever grades supports nothing, and
neither do the question's own words.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from grader.answer import analyse, side_by_side
from grader.lexicon import FloatArray
from grader.rubric import Rubric
from grader.types import Evidence


class Support:
    """What passages of one answer support.

    >>> from grader.types import Point, Question
    >>> point = Point("change", "The distribution of the data changes.")
    >>> question = Question.simple(id="q", prompt="What is drift?", points=(point,), references=(point.text,))
    >>> answer = "I like tea. The data is distributed in a new way."
    >>> support = Support(Rubric(question, question.readings[0]), answer)
    >>> support.of(0, [Evidence(12, 48, answer[12:48], "llm", 1.0)]) > 0.3
    True
    >>> support.of(0, [Evidence(0, 11, answer[:11], "llm", 1.0)])
    0.0
    """

    def __init__(self, rubric: Rubric, answer: str) -> None:
        self._rubric = rubric
        self._text = analyse(answer, rubric.language)
        self._spans = [self._text.span(index, index) for index in range(len(self._text.tokens))]
        self._empty = not self._spans or not rubric.statements
        if not self._empty:
            script = side_by_side([self._text])
            matches = rubric.match(script)
            # Denied words on one side only say the opposite; words that assert nothing have no sign.
            said = np.maximum(matches.strength, 0.0) * script.signs[:, None] * rubric.signs
            self._said: FloatArray = np.maximum(said, 0.0)
            self._weights: FloatArray = matches.weights

    def of(self, point: int, passages: Sequence[Evidence]) -> float:
        """Return how well passages support the point at an index of the reading, in 0..1."""
        if self._empty:
            return 0.0
        inside = [
            index
            for index, (first, last) in enumerate(self._spans)
            if any(one.start < last and first < one.end for one in passages)
        ]
        content = [index for index in inside if self._text.content[index]]
        if all(self._text.tokens[index].stem in self._rubric.asked for index in content):
            return 0.0
        rubric, said, weights = self._rubric, self._said[inside], self._weights[inside]
        whole = float(weights.sum())
        if whole <= 0.0:
            return 0.0
        best = 0.0
        for statement in np.flatnonzero(rubric.point_of == point).tolist():
            terms = rubric.statement_of == statement
            told = float(rubric.told[statement])
            covered = float((said[:, terms].max(axis=0) * rubric.weights[terms]).sum()) / max(told, 1e-9)
            spent = float((said[:, terms].max(axis=1) * weights).sum()) / whole
            best = max(best, float(np.sqrt(covered * spent)))
        return round(min(1.0, best), 4)
