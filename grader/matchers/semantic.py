"""Words of kindred meaning, by the cosine of their vectors in the lexicon; nothing in a language that it does not cover."""

from __future__ import annotations

import numpy as np

from grader.lexicon import FloatArray, lexicon
from grader.matchers.antonym import contrast
from grader.matchers.word import Word

# Cosines between which kinship turns from none to full; a kindred word never counts as much as the word itself.
_NONE, _FULL, _MOST = 0.3, 0.85, 0.8


def match(term: Word, word: Word) -> float:
    """Return 0 (unrelated, or a word unknown to the table) to 0.8 (synonyms).

    >>> from grader.matchers.word import word_of
    >>> match(word_of("abrupt"), word_of("sudden")) > 0.6, match(word_of("abrupt"), word_of("banana"))
    (True, 0.0)
    """
    if term.value is not None or word.value is not None or contrast(term, word):
        return 0.0
    return float(strengths(np.array(lexicon().cosine(term.entry, word.entry))))


def strengths(cosines: FloatArray) -> FloatArray:
    """Return how much cosines count, elementwise: 0 up to 0.3, 0.8 from 0.85.

    >>> strengths(np.array([0.3, 0.575, 1.0])).round(2).tolist()
    [0.0, 0.4, 0.8]
    """
    result: FloatArray = _MOST * np.clip((cosines - _NONE) / (_FULL - _NONE), 0.0, 1.0)
    return result
