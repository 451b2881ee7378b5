"""The same word in another form: equal Snowball stems, or one derived from the other."""

from __future__ import annotations

from grader.lexicon import lexicon
from grader.matchers.word import Word

_DERIVED = 0.9
LEAST_PREFIX = 4
_LEAST_KINSHIP = 0.25
_SUFFIXES = frozenset(
    "abil abl al anc ant ar at ation ator cal e ed enc ens ent er es i ibl ic "
    "ical if ifi ing ion ist iti ity iv iz ize li ment ness or ous s ual ur us y".split()
) | {""}


def match(term: Word, word: Word) -> float:
    """Return 1 for equal stems, 0.9 for a derivation of the same root, else 0.

    >>> from grader.matchers.word import word_of
    >>> match(word_of("scalability"), word_of("scales")), match(word_of("model"), word_of("modern"))
    (0.9, 0.0)
    """
    if term.stem == word.stem:
        return 1.0
    if term.language != word.language or term.language != "en":
        return 0.0
    a, b = term.stem, word.stem
    length = 0
    for x, y in zip(a, b, strict=False):
        if x != y:
            break
        length += 1
    if length < LEAST_PREFIX or a[length:] not in _SUFFIXES or b[length:] not in _SUFFIXES:
        return 0.0
    # "general" and "generate" share letters, not a meaning: the vectors have the last word where they know both.
    first, second = lexicon().vector(a), lexicon().vector(b)
    if first is not None and second is not None and float(first @ second) < _LEAST_KINSHIP:
        return 0.0
    return _DERIVED
