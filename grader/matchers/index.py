"""Which terms of a rubric a word may match at all, so that few pairs need a closer look.

``match_word`` is the law: the index leaves out pairs for which it would return nothing, and reads off a table of cosines what it
would return for words that have nothing but their meaning in common.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from grader.lexicon import cosines, lexicon
from grader.matchers import NAMES, acronym, antonym, fuzzy, match_word, semantic
from grader.matchers.keyword import LEAST_PREFIX
from grader.matchers.word import Word

Row = tuple[list[int], list[float], list[int]]
"""Places of terms, strengths in -1..1, and indices of matchers."""
_SEMANTIC = NAMES.index("semantic")
# All numbers meet, since a different one speaks against a term.
_NUMBER = "#"


class TermIndex:
    """The terms of a rubric, by everything that a word can share with them.

    >>> from grader.matchers.word import word_of
    >>> index = TermIndex([word_of("deployment"), word_of("increase"), word_of("deployment")])
    >>> [(places, strengths) for places, strengths, _ in index.match([word_of("deployed"), word_of("xyzzy")])]
    [([0, 2], [1.0, 1.0]), ([], [])]
    """

    def __init__(self, terms: Sequence[Word]) -> None:
        self._places: dict[Word, list[int]] = {}
        for place, term in enumerate(terms):
            self._places.setdefault(term, []).append(place)
        self._distinct = list(self._places)
        self._by_key: dict[str, set[int]] = {}
        for index, term in enumerate(self._distinct):
            for key in {*_keys(term), *antonym.opposites(term), *antonym.contrasts(term), *acronym.expansion(term)}:
                self._by_key.setdefault(key, set()).add(index)
        self._all = set(range(len(self._distinct)))
        self._vectors = lexicon().whole([_name(term) for term in self._distinct])

    def match(self, words: Sequence[Word]) -> Iterator[Row]:
        """Yield, for each word, the terms that it matches."""
        near = cosines(*lexicon().whole([_name(word) for word in words]), *self._vectors)
        strengths = semantic.strengths(near)
        rows, columns = np.nonzero(strengths > 0)
        bounds = np.searchsorted(rows, np.arange(len(words) + 1)).tolist()
        found = list(zip(columns.tolist(), strengths[rows, columns].tolist(), strict=True))
        for number, word in enumerate(words):
            if fuzzy.may_be_mistyped(word):
                candidates = self._all
            else:
                candidates = set().union(
                    *(self._by_key.get(key, ()) for key in (*_keys(word), *acronym.expansion(word)))
                )
            yield self._row(word, candidates, found[bounds[number] : bounds[number + 1]])

    def _row(self, word: Word, candidates: set[int], kindred: list[tuple[int, float]]) -> Row:
        matched = [(index, strength, _SEMANTIC) for index, strength in kindred if index not in candidates]
        matched += [(index, *match_word(self._distinct[index], word)) for index in sorted(candidates)]
        row: Row = ([], [], [])
        for index, strength, matcher in matched:
            if strength:
                places = self._places[self._distinct[index]]
                row[0].extend(places)
                row[1].extend([strength] * len(places))
                row[2].extend([matcher] * len(places))
        return row


def _keys(word: Word) -> set[str]:
    """Return what two words share if they are of one root, or both numbers."""
    return {word.stem, f"{word.stem[:LEAST_PREFIX]}-"} | ({_NUMBER} if word.value is not None else set())


def _name(word: Word) -> str:
    """Return the lexicon entry of a word, or what no entry is called for a number, which has no kindred."""
    return word.entry if word.value is None else ""
