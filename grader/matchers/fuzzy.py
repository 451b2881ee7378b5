"""A typing error: few edits, fewer in short words, and never a word that is a word of its own."""

from __future__ import annotations

from rapidfuzz.distance import OSA

from grader.matchers.word import Word

_STRENGTH = 0.95
_LEAST_LENGTH = 5
_PREFIXES = ("an", "un", "in", "im", "ir", "il", "non", "dis", "de", "anti", "mis", "a")


def may_be_mistyped(word: Word) -> bool:
    """Say whether a word can be a typing error at all: long enough, beginning with a letter, and no word of its own.

    >>> from grader.matchers.word import word_of
    >>> may_be_mistyped(word_of("quantizaton")), may_be_mistyped(word_of("training"))
    (True, False)
    """
    return len(word.text) >= _LEAST_LENGTH - 2 and word.text[0].isalpha() and not word.known


def match(term: Word, word: Word) -> float:
    """Return 0.95 where ``word`` is most likely a mistyped ``term``, else 0.

    One edit is allowed from five letters, two from nine. A word that the lexicon knows is not a typing error, and a
    negating prefix is not one either.

    >>> from grader.matchers.word import word_of
    >>> match(word_of("quantization"), word_of("quantizaton")), match(word_of("training"), word_of("straining"))
    (0.95, 0.0)
    """
    a, b = term.text, word.text
    longest = max(len(a), len(b))
    if longest < _LEAST_LENGTH or abs(len(a) - len(b)) > 2 or not a[0].isalpha() or not may_be_mistyped(word):
        return 0.0
    limit = 1 if longest < 9 else 2
    if (
        OSA.distance(a, b, score_cutoff=limit) > limit
        and OSA.distance(term.stem, word.stem, score_cutoff=limit) > limit
    ):
        return 0.0
    if any(a == prefix + b or b == prefix + a for prefix in _PREFIXES):
        return 0.0
    return _STRENGTH
