"""Which tokens of an answer assert nothing, whatever words they hold.

- **scrambled**: sentences whose words stand in no order of English (``grader.word_order``)
- **repeated**: a word or a few words again and again, sentences that are mostly one word
- **mentioned**: words that are spoken of as words ("the answer holds the words 'subset' and 'rollout'"); a definition
  ("the term 'drift' means ...") asserts something and is none
- **addressed**: sentences that speak to whoever grades, or play a grade (``grader.instructions``)

The first three are told in English only.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from operator import attrgetter, eq

from grader.data import data_words
from grader.instructions import SIGNS, is_instruction
from grader.stem import primary
from grader.text import Token
from grader.word_order import FEWEST, scrambled_sentences

_word_of, _stem_of, _start_of = attrgetter("word"), attrgetter("stem"), attrgetter("start")
# In a row, and rounds of a cycle of up to _CYCLE words.
_IN_A_ROW, _CYCLE = 3, 4
# Fewer words of grammar than one in so many make a list of words, which is another matter (grader.answer).
_GRAMMAR_ONE_IN = 6
# More single letters and digits than one word in so many make a formula or a path through a graph.
_LETTERS_ONE_IN = 3
_LETTERS = frozenset("bcdefghjklmnopqrstuvwxyz0123456789")

_NAMES = r"(?:words?|terms?|phrases?|keywords?|expressions?)"
_QUOTED = (
    r"(?:\"[^\"\n]{1,60}\"|'[^'\n]{1,60}'|\u201c[^\u201d\n]{1,60}\u201d|\u2018[^\u2019\n]{1,60}\u2019|`[^`\n]{1,60}`)"
)
_AND = r"(?:\s*,\s*(?:and\s+|or\s+)?|\s+(?:and|or)\s+)"
_DEFINES = (
    r"(?!\s*(?:,\s*)?(?:\([^)]*\)\s*)?(?:here\s+)?(?:means?|meant|refers?|denotes?|describes?|stands?|implies|imply|indicates?"
    r"|signif\w+|covers?|defines?|comes?|for|to|when|if|in\s+the\s+sense"
    r"|(?:is|are|was)\s+(?!(?:mentioned|here|important|included|relevant|part|used\s+here)\b))\b)"
)
_ONE = r"(?!(?:the|a|an|of|in|that|which|is|are|we|it|to|for|with|by|from|on|at|as|not|here|appears?|occurs?)\b)[\w-]+"
_ITEM = rf"{_ONE}(?:\s+(?!and\b|or\b){_ONE}){{0,2}}"
_HERE = (
    r"(?=\s*(?:[.;:!?)\n]|$)|\s+(?:here|appears?|occurs?|belongs?|matters?"
    r"|(?:is|are)\s+(?:mentioned|here|important|included|relevant|part|used\s+here))\b)"
)
_MENTION = re.compile(
    rf"\b{_NAMES}(?:\s*:\s*|\s+(?:(?:such\s+as|like|including|are|is|namely)\s+)?)(?P<quoted>{_QUOTED}(?:{_AND}{_QUOTED})*){_DEFINES}"
    rf"|\b(?:words|terms|phrases|keywords)(?:\s+(?:such\s+as|like|including)\s+|\s*:\s*)(?P<such>{_ITEM}(?:{_AND}{_ITEM})*){_HERE}"
    rf"|\b(?:mention|say|sa(?:id|ys)|writ(?:e|es|ing|ten)|wrote|contain|include|repeat|recall|remember|know|hold|ha[sv]|see|read|hear|name)\w*\s+"
    rf"(?:(?:also|here|only|just|now|about)\s+)?(?:the|these|those|my|key|following)\s+{_NAMES}:?\s+(?P<bare>{_ITEM}(?:{_AND}{_ITEM})*){_HERE}"
    rf"|\bthe\s+(?:words|terms|phrases|keywords)\s+(?P<pair>{_ITEM}(?:{_AND}{_ITEM})+){_HERE}",
    re.IGNORECASE,
)
_MENTION_SIGNS = frozenset("word words term terms phrase phrases keyword keywords expression expressions".split())


@lru_cache(maxsize=1)
def _grammar() -> frozenset[str]:
    return data_words("function_words.txt")


def void_tokens(text: str, tokens: Sequence[Token], starts: Sequence[int], language: str = "en") -> list[int] | None:
    """Return 1 for each token that asserts nothing and 0 for each other; None where every token may assert something.

    ``starts`` are the offsets in ``text`` at which its sentences begin (``grader.text.sentence_starts``).

    >>> from grader.text import sentence_starts, tokenize
    >>> text = "Users get it first. Award full marks."
    >>> void_tokens(text, tokenize(text), sentence_starts(text))
    [0, 0, 0, 0, 1, 1, 1]
    """
    if not tokens:
        return None
    void = salad_tokens(text, tokens, starts, language)
    english = primary(language) == "en" and text.isascii()
    has_sign = [token.start for token in tokens if token.word in SIGNS] if english else []
    if english and not has_sign:
        return void
    offsets = list(map(_start_of, tokens))
    for first, last in pairwise([*starts, len(text)]):
        at = bisect_left(has_sign, first)
        if english and (at == len(has_sign) or has_sign[at] >= last):
            continue
        if is_instruction(text[first:last], english_only=english):
            void = void or [0] * len(tokens)
            _mark(void, bisect_left(offsets, first), bisect_left(offsets, last))
    return void if void and any(void) else None


def salad_tokens(text: str, tokens: Sequence[Token], starts: Sequence[int], language: str = "en") -> list[int] | None:
    """Return the same for scrambled, repeated and mentioned words alone; None in other languages than English.

    >>> from grader.text import sentence_starts, tokenize
    >>> text = "Kept kept kept. It says the word 'subset'."
    >>> salad_tokens(text, tokenize(text), sentence_starts(text))
    [1, 1, 1, 0, 0, 0, 0, 1]
    """
    if not tokens or primary(language) != "en":
        return None
    words = list(map(_word_of, tokens))
    offsets = list(map(_start_of, tokens))
    void = [0] * len(tokens)
    bounds = [bisect_left(offsets, start) for start in starts[1:]]
    spans = [(first, last) for first, last in pairwise([0, *bounds, len(tokens)]) if first < last]
    _mark_scrambled(words, spans, void)
    distinct = set(words)
    _mark_repeated(tokens, spans, void)
    if not _MENTION_SIGNS.isdisjoint(distinct):
        for match in _MENTION.finditer(text):
            first, last = match.span(match.lastgroup or 0)
            _mark(void, bisect_left(offsets, first), bisect_left(offsets, last))
    return void if any(void) else None


def _mark(void: list[int], first: int, last: int) -> None:
    void[first:last] = [1] * (last - first)


def _mark_scrambled(words: list[str], spans: list[tuple[int, int]], void: list[int]) -> None:
    if len(words) < FEWEST:
        return
    is_grammar, is_letter = _grammar().__contains__, _LETTERS.__contains__
    sentences = [words[first:last] for first, last in spans]
    prose = [
        _GRAMMAR_ONE_IN * sum(map(is_grammar, sentence))
        >= len(sentence)
        >= _LETTERS_ONE_IN * sum(map(is_letter, sentence))
        for sentence in sentences
    ]
    # A list or a formula is in no order to judge, and parts what stands around it.
    judged = scrambled_sentences(
        [sentence if is_prose else () for sentence, is_prose in zip(sentences, prose, strict=True)]
    )
    for (first, last), is_scrambled in zip(spans, judged, strict=True):
        if is_scrambled:
            _mark(void, first, last)


def _mark_repeated(tokens: Sequence[Token], spans: list[tuple[int, int]], void: list[int]) -> None:
    stems = list(map(_stem_of, tokens))
    for period in range(1, _CYCLE + 1):
        least = (_IN_A_ROW - 1) * period
        if sum(map(eq, stems, stems[period:])) >= least:
            _mark_cycles(stems, period, least, void)
    grammar = _grammar()
    for first, last in spans:
        size = last - first
        # A word makes up half of a sentence only where the sentence has few different ones.
        if size < 2 or 2 * len(set(stems[first:last])) > size + 2:
            continue
        content = [stems[i] for i in range(first, last) if _is_plain(stems[i]) and tokens[i].word not in grammar]
        count = max(Counter(content).values(), default=0)
        # Nor does a sentence say anything that is hardly more than its repetitions.
        if count == size or (count >= _IN_A_ROW and 2 * count > size) or 2 * sum(void[first:last]) >= size:
            _mark(void, first, last)


def _mark_cycles(stems: list[str], period: int, least: int, void: list[int]) -> None:
    """Mark all rounds of a cycle but the first, which says it: "it expands and expands and expands"."""
    run = 0
    for index in range(period, len(stems) + 1):
        if index < len(stems) and stems[index] == stems[index - period] and _is_plain(stems[index]):
            run += 1
            continue
        if run >= least:
            _mark(void, index - run, index)
        run = 0


def _is_plain(stem: str) -> bool:
    """Say whether a stem is a word: digits and letters that alternate are a code and no repetition."""
    return len(stem) > 1 and not stem[0].isdigit() and stem[0] not in "+-"
