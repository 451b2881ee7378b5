"""Opposites: the words that turn a statement round when one takes the other's place."""

from __future__ import annotations

from grader.data import data_lines
from grader.matchers.word import Word, word_of


def _pairs(name: str) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for line in data_lines(name):
        a, b = (word_of(word).stem for word in line.split())
        found.setdefault(a, set()).add(b)
        found.setdefault(b, set()).add(a)
    return {stem: frozenset(others) for stem, others in found.items()}


_OPPOSITES, _CONTRASTS = _pairs("opposites.txt"), _pairs("counterparts.txt")


def opposites(word: Word) -> frozenset[str]:
    """Return the stems of a word's opposites.

    >>> word_of("increase").stem in opposites(word_of("decrease"))
    True
    """
    return _OPPOSITES.get(word.stem, frozenset())


def contrasts(word: Word) -> frozenset[str]:
    """Return the stems of a word's counterparts."""
    return _CONTRASTS.get(word.stem, frozenset())


def match(term: Word, word: Word) -> float:
    """Return -1 where the two are opposites, else 0.

    >>> match(word_of("sudden"), word_of("gradually")), match(word_of("sudden"), word_of("abrupt"))
    (-1.0, 0.0)
    """
    return -1.0 if word.stem in opposites(term) else 0.0


def contrast(term: Word, word: Word) -> bool:
    """Say whether the two are counterparts that kindred vectors must not confuse (teacher, student)."""
    return word.stem in contrasts(term)
