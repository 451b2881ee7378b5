"""Polarity in the languages that have lists of their own: the same question as in ``grader.matchers.negation``.

Two negations never undo each other here: in most of these languages they belong together ("ne ... pas", "no ... nunca").
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from grader.grammar import Grammar, Unspaced, find_phrases
from grader.text import Token

_MARK = re.compile(r"[,:()\[\]\u2013\u2014\u3001\uff0c\uff1a\u060c]|\s-\s")
# Thai parts its clauses with spaces.
_THAI_GAP = re.compile(r"(?<=[\u0e00-\u0e7f])\s+(?=[\u0e00-\u0e7f])")


class _Seen(NamedTuple):
    """What bears on polarity in one sentence, by index of its tokens.

    ``starts`` begin clauses, ``negators`` deny, ``lacks`` are denied by themselves; from each of ``denials`` on all is
    denied, or all of the sentence where ``is_false``.
    """

    starts: set[int]
    negators: list[int]
    lacks: set[int]
    denials: list[int]
    is_false: bool


def polarity_of(
    text: str, bounds: tuple[int, int], tokens: Sequence[Token], grammar: Grammar
) -> tuple[list[int], list[int]]:
    """Return the signs and doubts of the tokens of one sentence, ``text[slice(*bounds)]`` (see ``Polarity``)."""
    signs, doubted = [1] * len(tokens), [0] * len(tokens)
    seen = (_unspaced if grammar.unspaced else _spaced)(text, bounds, tokens, grammar)
    if seen.is_false:
        return [-1] * len(tokens), doubted
    for first, last in pairwise(sorted(seen.starts | {0, len(tokens)})):
        place = bisect_left(seen.negators, first)
        if place < len(seen.negators) and seen.negators[place] < last:
            begin = first if grammar.denies_clause else seen.negators[place]
            signs[begin:last] = [-1] * (last - begin)
            doubted[first:begin] = [1] * (begin - first)
    for index in seen.lacks:
        signs[index] = -1
    for start in seen.denials:
        signs[start:] = [-sign for sign in signs[start:]]
    return signs, doubted


def telling(text: str, tokens: Sequence[Token], grammar: Grammar) -> bool:
    """Say whether a text may hold anything that bears on polarity."""
    if grammar.unspaced is not None:
        return any(
            pattern is not None and pattern.search(text) is not None
            for pattern in (grammar.unspaced.negator, grammar.unspaced.rest, grammar.unspaced.whole)
        )
    words = [token.word for token in tokens]
    if not grammar.without.isdisjoint(words) or any(map(grammar.negates, words)):
        return True
    return bool(find_phrases(grammar.rest, words) or find_phrases(grammar.whole, words))


def _spaced(text: str, bounds: tuple[int, int], tokens: Sequence[Token], grammar: Grammar) -> _Seen:
    start, end = bounds
    words = [token.word for token in tokens]
    begins = [token.start for token in tokens]
    starts = {bisect_left(begins, match.start()) for match in _MARK.finditer(text, start, end)}
    starts |= {i for i, word in enumerate(words) if word in grammar.bounds}
    rest = find_phrases(grammar.rest, words)
    harmless = {i for first, last in (*rest, *find_phrases(grammar.plain, words)) for i in range(first, last)}
    negators = [i for i, word in enumerate(words) if i not in harmless and grammar.negates(word)]
    lacks: set[int] = set()
    for index, word in enumerate(words):
        if word in grammar.without:
            following = (i for i in range(index + 1, len(words)) if words[i] not in grammar.function_words)
            lacks.update(range(index, next(following, index) + 1))
    return _Seen(starts, negators, lacks, [last for _, last in rest], bool(find_phrases(grammar.whole, words)))


def _unspaced(text: str, bounds: tuple[int, int], tokens: Sequence[Token], grammar: Grammar) -> _Seen:
    start, end = bounds
    assert grammar.unspaced is not None
    patterns: Unspaced = grammar.unspaced
    begins = [token.start for token in tokens]

    def found(pattern: re.Pattern[str] | None) -> list[re.Match[str]]:
        return [] if pattern is None else list(pattern.finditer(text, start, end))

    rest = [match.span() for match in found(patterns.rest)]
    starts = {match.start() for pattern in (_MARK, _THAI_GAP, patterns.bound) for match in found(pattern)}
    starts |= {match.end() for match in found(patterns.ends)}
    negations = [match.start() for match in found(patterns.negator) if match["no"] is not None]
    # A negation at the very end has no pair of characters of its own; the last one stands for it.
    negators = [
        min(bisect_left(begins, place), len(tokens) - 1)
        for place in negations
        if not any(first <= place < last for first, last in rest)
    ]
    denials = [bisect_right(begins, last - 1) for _, last in rest]
    return _Seen(
        {bisect_left(begins, place) for place in starts}, negators, set(), denials, bool(found(patterns.whole))
    )
