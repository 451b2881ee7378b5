"""Words of kindred meaning, by the cosine of their vectors in the lexicon."""

from __future__ import annotations

from grader.lexicon import lexicon
from grader.matchers.antonym import contrast
from grader.matchers.word import Word

# Cosines between which kinship turns from none to full; a kindred word never counts as much as the word itself.
_NONE, _FULL, _MOST = 0.42, 0.85, 0.9


def match(term: Word, word: Word) -> float:
    """Return 0 (unrelated, or a word unknown to the table) to 0.9 (synonyms).

    >>> from grader.matchers.word import word_of
    >>> match(word_of("abrupt"), word_of("sudden")) > 0.6, match(word_of("abrupt"), word_of("banana"))
    (True, 0.0)
    """
    if term.value is not None or word.value is not None or contrast(term, word):
        return 0.0
    table = lexicon()
    a, b = table.vector(term.stem), table.vector(word.stem)
    if a is None or b is None:
        return 0.0
    place = (float(a @ b) - _NONE) / (_FULL - _NONE)
    return _MOST * min(1.0, max(0.0, place))
