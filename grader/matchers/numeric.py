"""Numbers: equal values match, whatever they are written like; different values speak against each other."""

from __future__ import annotations

from grader.matchers.word import Word


def match(term: Word, word: Word) -> float:
    """Return 1 for equal values, 0 else.

    >>> from grader.matchers.word import word_of
    >>> match(word_of("5"), word_of("five")), match(word_of("1,000"), word_of("1000")), match(word_of("8"), word_of("16"))
    (1.0, 1.0, 0.0)
    """
    if term.value is None or word.value is None:
        return 0.0
    return 1.0 if term.value == word.value else 0.0
