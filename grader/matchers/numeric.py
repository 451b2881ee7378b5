"""Numbers: equal values match, whatever they are written like; different values speak against each other."""

from __future__ import annotations

from grader.matchers.word import Word

_NO_COUNT = "one"


def match(term: Word, word: Word) -> float:
    """Return 1 for equal values, -1 for different ones, 0 where one of the two is no number.

    "One" is mostly no count, so it speaks against nothing.

    >>> from grader.matchers.word import word_of
    >>> match(word_of("5"), word_of("five")), match(word_of("1,000"), word_of("1000")), match(word_of("8"), word_of("16"))
    (1.0, 1.0, -1.0)
    """
    if term.value is None or word.value is None:
        return 0.0
    if term.value == word.value:
        return 1.0
    return 0.0 if _NO_COUNT in (term.text, word.text) else -1.0
