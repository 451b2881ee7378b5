"""A typing error: few edits, fewer in short words, and never a word that is a word of its own."""

from __future__ import annotations

from rapidfuzz.distance import OSA

from grader.lexicon import lexicon
from grader.matchers.word import Word

_STRENGTH = 0.95
_PREFIXES = ("an", "un", "in", "im", "ir", "il", "non", "dis", "de", "anti", "mis", "a")


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
    if longest < 5 or abs(len(a) - len(b)) > 2 or not (a[0].isalpha() and b[0].isalpha()):
        return 0.0
    limit = 1 if longest < 9 else 2
    if (
        OSA.distance(a, b, score_cutoff=limit) > limit
        and OSA.distance(term.stem, word.stem, score_cutoff=limit) > limit
    ):
        return 0.0
    if any(a == prefix + b or b == prefix + a for prefix in _PREFIXES):
        return 0.0
    return 0.0 if word.stem in lexicon() else _STRENGTH
