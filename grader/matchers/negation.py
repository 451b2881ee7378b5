"""Who denies what: the polarity of every word of a text.

A negation turns round the words after it up to the end of its clause ("does not depend on the data"); one that denies
a whole statement ("it is not true that ...") turns round the rest of the sentence. What stands before a negation in its
clause ("pruning does not help") is not denied, but no longer asserted either: it is *doubted*. Words such as
*limited* or *lack* say something negative without denying; they are counted apart, since "limited scalability" agrees
with "does not scale".
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from grader.data import data_words
from grader.text import Token, within

_NEGATORS = data_words("negators.txt")
_SOFT = data_words("soft_negatives.txt")
# These carry a negation on instead of undoing it.
_LINKED = frozenset({"nor", "neither"})
# Two negations at most so many words apart undo each other.
_DOUBLE = 2
# Words that look like a negation and are none.
_NOT_ONLY = frozenset({"only", "just", "merely", "simply", "solely"})
_NO_NOUNS = frozenset({"doubt", "matter", "wonder", "question"})
_REST_OF_SENTENCE = re.compile(
    r"\b(?:(?:not|n['\u2019]?t|never|hardly|un)\s*(?:really\s+|at\s+all\s+|quite\s+)?(?:true|correct|right|the\s+case|accurate|a\s+fact|so)\s+(?:that|to\s+say)"
    r"|(?:false|wrong|incorrect|untrue|inaccurate|a\s+myth|a\s+mistake|a\s+lie|nonsense|mistaken)\s+(?:that|to\s+(?:say|think|claim|believe)|is\s+that)"
    r"|(?:nobody|no\s+one|none)\s+(?:says|claims|believes|thinks)\s+that"
    r"|\b(?:deny|denies|denied|refute|refutes|disagree|(?<!no\s)(?<!without\s)doubts?)\s+that)\b",
    re.IGNORECASE,
)
_INSTEAD = re.compile(
    r"\b(?:instead\s+of|rather\s+than|as\s+opposed\s+to|in\s+contrast\s+to|unlike|far\s+from|in\s+place\s+of|anything\s+but)\b",
    re.I,
)
_CLAUSE_END = re.compile(
    r"[,:()\[\]\u2013\u2014\u3001\uff0c\u060c]|\s-\s"
    r"|\b(?:but|however|whereas|although|though|while|because|since|yet|instead|rather|so|therefore|and\s+(?:it|they|this|then|thus|is|are|has|have|can|will)|"
    r"aber|sondern|mais|pero|sino|ma|maar|но|which|when|if|unless|until)\b",
    re.I,
)


class Polarity(NamedTuple):
    """One entry a token: ``signs`` 1 asserted or -1 denied; ``doubted`` and ``soft`` 1 where they hold, else 0.

    ``soft`` holds for every token of a clause with a soft negative.
    """

    signs: list[int]
    doubted: list[int]
    soft: list[int]


def polarity(text: str, tokens: Sequence[Token], starts: Sequence[int]) -> Polarity:
    """Say of every token whether it is asserted, denied or doubted, and whether its clause has a soft negative.

    ``starts`` are the offsets at which sentences begin.

    >>> from grader.text import sentence_starts, tokenize
    >>> text = "It does not depend on data, but on time."
    >>> tokens = tokenize(text)
    >>> found = polarity(text, tokens, sentence_starts(text))
    >>> [token.word for token, sign in zip(tokens, found.signs) if sign < 0]
    ['not', 'depend', 'on', 'data']
    >>> [token.word for token, doubt in zip(tokens, found.doubted) if doubt]
    ['it', 'does']
    """
    result = Polarity([1] * len(tokens), [0] * len(tokens), [0] * len(tokens))
    if not tokens:
        return result
    bounds = [*starts[1:], len(text)]
    index = 0
    for start, end in zip(starts, bounds, strict=True):
        first = index
        while index < len(tokens) and tokens[index].start < end:
            index += 1
        if first < index:
            _sentence(text, (start, end), tokens, (first, index), result)
    return result


def _sentence(
    text: str, bounds: tuple[int, int], tokens: Sequence[Token], indices: tuple[int, int], result: Polarity
) -> None:
    """Fill in one sentence, in one pass over its tokens."""
    (start, end), (first, last) = bounds, indices
    sentence = text[start:end]
    ends = [start + match.start() for match in _CLAUSE_END.finditer(sentence)]
    words = [token.word.replace("'", "") for token in tokens[first:last]]
    clauses = [bisect_right(ends, token.start) for token in tokens[first:last]]
    whole = [(start + match.start(), start + match.end()) for match in _REST_OF_SENTENCE.finditer(sentence)]
    denials = [after for _, after in whole]
    instead: dict[int, int] = {}
    for match in _INSTEAD.finditer(sentence):
        instead.setdefault(bisect_right(ends, start + match.end()), start + match.end())
    soft = {clause for word, clause in zip(words, clauses, strict=True) if word in _SOFT}
    sign, clause_of_sign, previous = 1, -1, -_DOUBLE - 1
    first_negator: dict[int, int] = {}
    for i, (word, clause) in enumerate(zip(words, clauses, strict=True)):
        token = tokens[first + i]
        if clause != clause_of_sign:
            sign, clause_of_sign, previous = 1, clause, -_DOUBLE - 1
        if word in _NEGATORS and not _harmless(words, i) and not within(whole, token.start):
            # "Not impossible" is an assertion; a second negation further on denies something else.
            sign = 1 if i - previous <= _DOUBLE and word not in _LINKED else -1
            previous = i
            first_negator.setdefault(clause, i)
        denied = bisect_right(denials, token.start) + (token.start >= instead.get(clause, end))
        result.signs[first + i] = -sign if denied % 2 else sign
        result.soft[first + i] = int(clause in soft)
    for i, clause in enumerate(clauses):
        result.doubted[first + i] = int(i < first_negator.get(clause, 0))


def _harmless(words: Sequence[str], i: int) -> bool:
    following = words[i + 1] if i + 1 < len(words) else ""
    if words[i] == "not" and following in _NOT_ONLY:
        return True
    return words[i] == "no" and following in _NO_NOUNS
