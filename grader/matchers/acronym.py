"""An acronym and one word of its expansion, from a small table of common ones.

Acronyms that a pack itself spells out, and initials of neighbouring words, are found when the statement is compiled
(``grader.statement``); this table is for what everybody abbreviates.
"""

from __future__ import annotations

from grader.data import data_lines
from grader.matchers.word import Word, word_of

_EXPANSIONS = {
    short: frozenset(word_of(word).stem for word in long)
    for short, *long in (line.split() for line in data_lines("acronyms.txt"))
}
_STRENGTH = 0.95


def expansion(word: Word) -> frozenset[str]:
    """Return the stems of what a word abbreviates; none where it is no acronym of the table.

    >>> sorted(expansion(word_of("qat")))
    ['awar', 'quantiz', 'train']
    """
    return _EXPANSIONS.get(word.text, frozenset())


def match(term: Word, word: Word) -> float:
    """Return 0.95 where one of the two abbreviates a phrase with the other, else 0.

    >>> match(word_of("quantization"), word_of("qat")), match(word_of("qat"), word_of("quantization"))
    (0.95, 0.0)
    """
    # Only an acronym in the answer stands for each word of its phrase; one word does not stand for the acronym.
    if term.stem in _EXPANSIONS.get(word.text, ()):
        return _STRENGTH
    expansion = _EXPANSIONS.get(term.text, ())
    return _STRENGTH if len(expansion) == 1 and word.stem in expansion else 0.0
