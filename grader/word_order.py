"""Whether words stand in an order that English has: a small table of which sort of word follows which.

Every common word is a class of its own, others fall into classes by their ending. For each pair of classes the table holds
the log odds log(P(b after a) / P(b)), once for neighbours and once, at half weight, for words two apart. In prose most of
them are positive; in the same words shuffled most are not. ``data/word_order.txt`` is made by ``scripts/build_word_order.py``.

A sentence's ``order`` is the sum of its log odds over the root of its length: what is a little odd has to go on for long to count.

>>> order("the model is tested on a subset of the users".split()) > 0
True
>>> scrambled("the on users is a tested subset of model the".split())
True
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Sequence
from functools import lru_cache
from itertools import compress
from math import sqrt
from operator import getitem

from grader.data import data_lines

FILE = "word_order.txt"
# Log odds are stored as bytes: (byte - ZERO) / SCALE. Words two apart weigh half as much, in the table already.
ZERO, SCALE = 128, 16
_REMEMBERED = 50_000
# The least order that is taken for English: by length, since short sentences of learners vary most, and of a run of sentences.
_LEAST, _LEAST_A_WORD, _LONG, _LEAST_TOGETHER = -2.1, 0.03, 30, -1.4
_MOSTLY = 0.5
FEWEST = 6
"""A sentence of fewer words is too short to tell."""
START, END, NUMBER, LETTER, OTHER = "<", ">", "#", "'", "-"
"""Classes beside words and endings; numbers and single letters, which may be names, have log odds of 0."""


class WordOrder(dict[str, int]):
    """The class of each word, remembered once looked up, and the table: one row of bytes for each class."""

    def __init__(self) -> None:
        super().__init__()
        lines: dict[str, list[str]] = {}
        for line in data_lines(FILE):
            key, _, value = line.partition(": ")
            lines.setdefault(key, []).append(value)
        words, endings = " ".join(lines["words"]).split(), " ".join(lines["endings"]).split()
        self._words = {word: index for index, word in enumerate(words)}
        self._endings = {ending: len(words) + index for index, ending in enumerate(endings)}
        self._longest = max(map(len, endings))
        self.size = len(words) + len(endings)
        self.start, self.end = self._endings[START], self._endings[END]
        self.near = self._rows("".join(lines["near"]))
        self.apart = self._rows("".join(lines["apart"]))

    def _rows(self, packed: str) -> tuple[bytes, ...]:
        cells = zlib.decompress(base64.b85decode(packed))
        return tuple(cells[first : first + self.size] for first in range(0, len(cells), self.size))

    def __missing__(self, word: str) -> int:
        found = self._words.get(word)
        if found is None:
            found = self._endings[ending_of(word, self._endings, self._longest)]
        if len(self) < _REMEMBERED:
            self[word] = found
        return found


def ending_of(word: str, endings: dict[str, int], longest: int) -> str:
    """Return the class of a word that is none of the common ones: number, letter, its longest known ending, or other.

    >>> ending_of("deployment", {"-ment": 0, "-t": 1}, 5), ending_of("x", {}, 5), ending_of("-0.5", {}, 5)
    ('-ment', "'", '#')
    """
    if word[:1].isdigit() or word[:1] in {"-", "+"}:
        return NUMBER
    if len(word) < 2:
        return LETTER
    for size in range(min(longest - 1, len(word) - 3), 0, -1):
        ending = "-" + word[-size:]
        if ending in endings:
            return ending
    return OTHER


@lru_cache(maxsize=1)
def word_order() -> WordOrder:
    """Return the process's table, reading it on the first call."""
    return WordOrder()


def log_odds(words: Sequence[str]) -> tuple[float, int]:
    """Return the sum of a sentence's log odds and how many neighbours it has, its ends counted; 0 and 1 for no words."""
    if not words:
        return 0.0, 1
    table = word_order()
    classes = [table.start, *map(table.__getitem__, words), table.end]
    size = len(classes)
    near = sum(map(getitem, map(table.near.__getitem__, classes), classes[1:]))
    apart = sum(map(getitem, map(table.apart.__getitem__, classes), classes[2:]))
    return (near + apart - ZERO * (2 * size - 3)) / SCALE, size - 1


def order(words: Sequence[str]) -> float:
    """Return how well folded words stand in the order of English: above 0 in prose, below it in shuffled words."""
    total, size = log_odds(words)
    return total / sqrt(size)


def scrambled(words: Sequence[str]) -> bool:
    """Say whether one sentence's folded words stand in no order of English; never of fewer than six words.

    >>> scrambled("its in the the is by data model with of drift change".split())
    True
    """
    return _is_scrambled(len(words), *log_odds(words))


def _is_scrambled(count: int, total: float, size: int) -> bool:
    return count >= FEWEST and total < (_LEAST + _LEAST_A_WORD * min(count, _LONG)) * sqrt(size)


def scrambled_sentences(sentences: Sequence[Sequence[str]]) -> list[bool]:
    """Say of each sentence whether it is scrambled, by itself or together with others; an empty one is not.

    Neighbours that are all below 0 are looked at together: what is too little to tell in one may be enough in three. Where
    most words stand in scrambled sentences, the rest is no better: some of the shuffled pieces look right by chance.

    >>> scrambled_sentences([["the", "model", "is", "tested", "on", "users"], ["fine"]])
    [False, False]
    """
    found = [log_odds(words) for words in sentences]
    flagged = [_is_scrambled(len(words), *odds) for words, odds in zip(sentences, found, strict=True)]
    first = 0
    while first < len(found):
        end, total, size = first, 0.0, 0
        while end < len(found) and found[end][0] < 0:
            total += found[end][0]
            size += found[end][1]
            end += 1
        if end > first + 1 and size >= 2 * FEWEST and total < _LEAST_TOGETHER * sqrt(size):
            flagged[first:end] = [True] * (end - first)
        first = max(end, first + 1)
    if any(flagged):
        sizes = list(map(len, sentences))
        if sum(compress(sizes, flagged)) > _MOSTLY * sum(sizes):
            return [size > 0 for size in sizes]
    return flagged
