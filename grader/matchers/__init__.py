"""Ways to find a point in an answer, each in one small file.

A *word matcher* compares one key term of a statement with one word of the answer and returns a strength in -1..1:
1 the same word, 0 nothing in common, -1 the opposite. The order of the registry is the order of trust; the strongest
match counts, and a negative one (an antonym, another number) ends the search.
"""

from __future__ import annotations

from collections.abc import Callable

from grader.matchers import acronym, antonym, fuzzy, keyword, numeric, semantic
from grader.matchers.word import Word

WordMatcher = Callable[[Word, Word], float]

REGISTRY: tuple[tuple[str, WordMatcher], ...] = (
    ("number", numeric.match),
    ("keyword", keyword.match),
    ("acronym", acronym.match),
    ("antonym", antonym.match),
    ("fuzzy", fuzzy.match),
    ("semantic", semantic.match),
)
NAMES: tuple[str, ...] = tuple(name for name, _ in REGISTRY)

__all__ = ["NAMES", "REGISTRY", "Word", "WordMatcher", "match_word"]


def match_word(term: Word, word: Word) -> tuple[float, int]:
    """Return the strength of the best match in -1..1, and the index in ``NAMES`` of the matcher that found it.

    >>> from grader.matchers.word import word_of
    >>> match_word(word_of("deployment"), word_of("deploying"))
    (1.0, 1)
    >>> match_word(word_of("increase"), word_of("decreases"))
    (-1.0, 3)
    >>> match_word(word_of("anaerobic"), word_of("aerobic"))[0] <= 0
    True
    """
    best, name = 0.0, 0
    for index, (_, matcher) in enumerate(REGISTRY):
        strength = matcher(term, word)
        if strength < 0.0 or strength >= 1.0:
            return strength, index
        if strength > best:
            best, name = strength, index
    return best, name
