"""Who denies what: the polarity of every word of a text.

A negation turns round the words after it up to the end of its clause ("does not depend on the data"); one that denies
a whole statement ("it is not true that ...") turns round the rest of the sentence. What stands before a negation in its
clause ("pruning does not help") is not denied, but no longer asserted either: it is *doubted*. Words such as
*limited* or *lack* say something negative without denying; they are counted apart, since "limited scalability" agrees
with "does not scale".
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from grader.data import data_words
from grader.grammar import OWN, grammar
from grader.matchers import foreign
from grader.stem import primary
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
# Who denies that something is as before says that it changes: only these words are denied, not what is said of the thing.
_SAME = frozenset("same identical constant unchanged unchanging static stationary stable".split())
_BEFORE_SAME = frozenset(
    "longer the a an any exactly quite really be been stay stays remain remains keep keeps".split()
)
# "Not what it was", "not as they used to be".
_AS_BEFORE = frozenset(
    (how, who, once)
    for how in ("what", "as", "how", "like")
    for who in ("it", "they")
    for once in ("was", "were", "used")
)
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
_CLAUSE_END = re.compile(r"[,:()\[\]\u2013\u2014\u3001\uff0c\u060c]|\s-\s")
_CLAUSE_WORDS = frozenset(
    "but however whereas although though while because since yet instead rather so therefore which when if unless until "
    "aber sondern mais pero sino ma maar но".split()
)
# "And" parts clauses only where one with a verb of its own follows.
_AFTER_AND = frozenset("it they this then thus is are has have can will".split())
# Without any of these words no phrase above can stand in a text; "nt" and "un" are written apart at times, or run in.
_PHRASE_WORDS = frozenset(
    "nt un false wrong incorrect untrue inaccurate myth mistake lie nonsense mistaken nobody none deny denies denied refute "
    "refutes disagree doubt doubts instead rather opposed contrast unlike far place anything".split()
) | {
    first + second
    for first in ("not", "nt", "never", "hardly", "un")
    for second in "true correct right the accurate a so really at quite".split()
}
# Every phrase that denies the rest of a sentence ends in one of these.
_THAT = frozenset({"that", "thats", "thatll", "thatd", "to"})
_TELLING = _NEGATORS | _SOFT | _PHRASE_WORDS


class _Plain(dict[str, str]):
    """Folded words without apostrophes, empty where they bear on no polarity; filled when first looked up."""

    def __missing__(self, word: str) -> str:
        if len(self) >= _MAX_WORDS:
            self.clear()
        plain = word.replace("'", "")
        found = self[word] = plain if plain in _TELLING else ""
        return found


_MAX_WORDS = 131_072
_telling = _Plain().__getitem__


class Polarity(NamedTuple):
    """One entry a token: ``signs`` 1 asserted or -1 denied; ``doubted`` and ``soft`` 1 where they hold, else 0.

    ``soft`` holds for every token of a clause with a soft negative.
    """

    signs: list[int]
    doubted: list[int]
    soft: list[int]


def polarity(text: str, tokens: Sequence[Token], starts: Sequence[int], language: str = "en") -> Polarity:
    """Say of every token whether it is asserted, denied or doubted, and whether its clause has a soft negative.

    ``starts`` are the offsets at which sentences begin. A language without lists of its own is read by those for English,
    which hold the commonest negations of others too.

    >>> from grader.text import sentence_starts, tokenize
    >>> text = "It does not depend on data, but on time."
    >>> tokens = tokenize(text)
    >>> found = polarity(text, tokens, sentence_starts(text))
    >>> [token.word for token, sign in zip(tokens, found.signs) if sign < 0]
    ['not', 'depend', 'on', 'data']
    >>> [token.word for token, doubt in zip(tokens, found.doubted) if doubt]
    ['it', 'does']
    """
    count = len(tokens)
    result = Polarity([1] * count, [0] * count, [0] * count)
    own = grammar(language) if primary(language) in OWN else None
    if own is not None:
        telling = list(range(count)) if foreign.telling(text, tokens, own) else []
    else:
        telling = [index for index, token in enumerate(tokens) if _telling(token.word)]
    if not telling:
        return result
    # Only sentences with a telling word need a look.
    begins = [token.start for token in tokens]
    bounds = [*starts, len(text)]
    done = 0
    for index in telling:
        if index >= done:
            part = bisect_right(starts, begins[index]) - 1
            span = (bounds[part], bounds[part + 1])
            first, done = bisect_left(begins, span[0]), bisect_left(begins, span[1])
            if own is None:
                _sentence(text, span, tokens, (first, done), result)
            else:
                signs, doubted = foreign.polarity_of(text, span, tokens[first:done], own)
                result.signs[first:done], result.doubted[first:done] = signs, doubted
    return result


def _sentence(
    text: str, bounds: tuple[int, int], tokens: Sequence[Token], indices: tuple[int, int], result: Polarity
) -> None:
    """Fill in one sentence, in one pass over its tokens."""
    (start, end), (first, last) = bounds, indices
    sentence = text[start:end]
    words = [token.word.replace("'", "") for token in tokens[first:last]]
    ends = [start + match.start() for match in _CLAUSE_END.finditer(sentence)]
    for i, word in enumerate(words):
        if word in _CLAUSE_WORDS or (word == "and" and _goes_on(text, tokens, first + i + 1, last)):
            ends.append(tokens[first + i].start)
    ends.sort()
    clauses = [bisect_right(ends, token.start) for token in tokens[first:last]]
    whole: list[tuple[int, int]] = []
    instead: dict[int, int] = {}
    if not _THAT.isdisjoint(words):
        whole = [(start + match.start(), start + match.end()) for match in _REST_OF_SENTENCE.finditer(sentence)]
    if not _PHRASE_WORDS.isdisjoint(words):
        for match in _INSTEAD.finditer(sentence):
            instead.setdefault(bisect_right(ends, start + match.end()), start + match.end())
    denials = [after for _, after in whole]
    soft = {clause for word, clause in zip(words, clauses, strict=True) if word in _SOFT}
    sign, clause_of_sign, previous = 1, -1, -_DOUBLE - 1
    first_negator: dict[int, int] = {}
    changed: set[int] = set()
    for i, (word, clause) in enumerate(zip(words, clauses, strict=True)):
        token = tokens[first + i]
        if clause != clause_of_sign:
            sign, clause_of_sign, previous = 1, clause, -_DOUBLE - 1
        same = _same_after(words, i) if word in _NEGATORS else None
        if same is not None:
            changed.update(range(i, same + 1))
        elif word in _NEGATORS and not _harmless(words, i) and not within(whole, token.start):
            # "Not impossible" is an assertion; a second negation further on denies something else.
            sign = 1 if i - previous <= _DOUBLE and word not in _LINKED else -1
            previous = i
            first_negator.setdefault(clause, i)
        denied = bisect_right(denials, token.start) + (token.start >= instead.get(clause, end))
        result.signs[first + i] = -sign if (denied + (i in changed)) % 2 else sign
        result.soft[first + i] = int(clause in soft)
    for i, clause in enumerate(clauses):
        result.doubted[first + i] = int(i < first_negator.get(clause, 0))


def _goes_on(text: str, tokens: Sequence[Token], after: int, last: int) -> bool:
    """Say whether the token at ``after``, which follows an "and", begins a clause with it."""
    return (
        after < last
        and tokens[after].word in _AFTER_AND
        and text[tokens[after - 1].end : tokens[after].start].isspace()
    )


def _same_after(words: Sequence[str], i: int) -> int | None:
    """Return the last place of the sameness that the negator at ``i`` denies ("no longer the same"); None without one."""
    if tuple(words[i + 1 : i + 4]) in _AS_BEFORE:
        return i + 3
    for place in range(i + 1, min(i + 5, len(words))):
        if words[place] in _SAME:
            return place
        if words[place] not in _BEFORE_SAME:
            return None
    return None


def _harmless(words: Sequence[str], i: int) -> bool:
    following = words[i + 1] if i + 1 < len(words) else ""
    if words[i] == "not" and following in _NOT_ONLY:
        return True
    return words[i] == "no" and following in _NO_NOUNS
