"""An answer as the matchers read it: tokens with their polarity, cut into clauses, sentences and list items."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from grader.fluency import void_tokens
from grader.grammar import function_words
from grader.lexicon import FloatArray, IntArray
from grader.matchers.negation import polarity
from grader.text import Token, clean, plain_letters, sentence_starts, tokenize, within

_CLAUSE = re.compile(
    r"[,:()\[\]/\u2013\u2014\u3001\uff0c\u060c]|\s[-+*\u2022]+>?\s|->|=>|\u2192"
    r"|\b(?:but|however|whereas|although|though|while|because|since|yet|which|and|or|when|if|so)\b",
    re.IGNORECASE,
)
# "1." and "b)" at the head of a line number what follows; they are no words of the answer.
_LIST_MARKER = re.compile(r"^[ \t]*\(?(?:\d{1,2}|[A-Za-z])[.)](?=\s)", re.MULTILINE)
# A run of words is a list when none of them is grammar, and its items are one or two words long on average.
_LIST_ITEMS = 4
# Characters up to which an analysis is remembered.
_SHORT = 2_000
_LIST_ITEM_WORDS = 2.3
_STREAM_WORDS = 8
# So many are enough where they are the whole answer, and it does not look like a sentence.
_STREAM_ALONE = 4
_JOINERS = frozenset({"and", "or"})
# The share of a list's items that must say a point by themselves: more where they are hardly more than single words.
_LIST_SHARE, _PHRASE_SHARE, _PHRASE_WORDS = 0.6, 0.25, 1.7


@dataclass(frozen=True, slots=True)
class AnswerText:
    """A raw answer, analysed once for all questions.

    ``text`` is the answer as it looks, ``places`` where its characters stand in ``raw`` (see
    ``grader.text.clean``); the tokens refer to ``text``. ``clauses`` and ``sentences`` hold the token index at
    which each begins. ``signs`` (1 asserted, -1 denied, 0 nothing said) and ``doubted`` have one entry a token.
    ``listed`` is True for tokens that stand in a bare list of words, ``streamed`` for those in a list without any
    separators.
    """

    raw: str
    text: str
    places: list[int] | None
    tokens: tuple[Token, ...]
    clauses: IntArray
    sentences: IntArray
    signs: FloatArray
    doubted: FloatArray
    soft: npt.NDArray[np.bool_]
    content: npt.NDArray[np.bool_]
    listed: npt.NDArray[np.bool_]
    streamed: npt.NDArray[np.bool_]

    def span(self, first: int, last: int) -> tuple[int, int]:
        """Return where the tokens ``first`` to ``last`` stand in the raw answer, half-open."""
        start, end = self.tokens[first].start, self.tokens[last].end
        if self.places is None:
            return start, end
        return self.places[start], self.places[end - 1] + 1


@dataclass(frozen=True, slots=True)
class Script:
    """Some analysed answers side by side, as the features are computed from them; each has at least one token.

    ``answers`` holds the token at which each answer begins, ``clauses`` and ``sentences`` those of their parts, and
    ``first_clauses`` and ``first_sentences`` each answer's first part. The other arrays have one entry a token.
    """

    texts: tuple[AnswerText, ...]
    answers: IntArray
    clauses: IntArray
    sentences: IntArray
    first_clauses: IntArray
    first_sentences: IntArray
    signs: FloatArray
    doubted: FloatArray
    soft: npt.NDArray[np.bool_]
    content: npt.NDArray[np.bool_]
    listed: npt.NDArray[np.bool_]


def side_by_side(texts: Sequence[AnswerText]) -> Script:
    """Put analysed answers side by side.

    >>> script = side_by_side([analyse("It drifts. It decays."), analyse("The data changes.")])
    >>> script.answers.tolist(), script.sentences.tolist(), script.first_sentences.tolist()
    ([0, 4], [0, 2, 4], [0, 2])
    """
    answers = _firsts([len(text.tokens) for text in texts])
    clauses = [len(text.clauses) for text in texts]
    sentences = [len(text.sentences) for text in texts]
    return Script(
        texts=tuple(texts),
        answers=answers,
        clauses=np.concatenate([text.clauses for text in texts]) + np.repeat(answers, clauses),
        sentences=np.concatenate([text.sentences for text in texts]) + np.repeat(answers, sentences),
        first_clauses=_firsts(clauses),
        first_sentences=_firsts(sentences),
        signs=np.concatenate([text.signs for text in texts]),
        doubted=np.concatenate([text.doubted for text in texts]),
        soft=np.concatenate([text.soft for text in texts]),
        content=np.concatenate([text.content for text in texts]),
        listed=np.concatenate([text.listed for text in texts]),
    )


def _firsts(sizes: Sequence[int]) -> IntArray:
    return np.cumsum([0, *sizes[:-1]])


def analyse(raw: str, language: str = "en") -> AnswerText:
    """Analyse a raw answer; a short one is remembered for a while, since all readings and the flags look at it.

    >>> text = analyse("drift, accuracy, data, model, time, change")
    >>> bool(text.listed.all()), len(text.clauses)
    (True, 6)
    """
    return (_remembered if len(raw) <= _SHORT else _analyse)(raw, language)


def _analyse(raw: str, language: str) -> AnswerText:
    text, places = clean(raw)
    if language == "en":
        text = plain_letters(text)
    markers = [match.span() for match in _LIST_MARKER.finditer(text)]
    tokens = tuple(token for token in tokenize(text, language) if not within(markers, token.start))
    starts = sentence_starts(text)
    found = polarity(text, tokens, starts, language)
    void = void_tokens(text, tokens, starts, language)
    signs = (
        found.signs if void is None else [0 if empty else sign for sign, empty in zip(found.signs, void, strict=True)]
    )
    sentences = _first_tokens(tokens, starts)
    grammatical = function_words(language)
    content = np.array([token.word not in grammatical for token in tokens], dtype=np.bool_)
    listed = np.zeros(len(tokens), dtype=np.bool_)
    streamed = np.zeros(len(tokens), dtype=np.bool_)
    cuts = {match.end() if not match.group()[0].isalpha() else match.start() for match in _CLAUSE.finditer(text)}
    clauses = _first_tokens(tokens, sorted(cuts | set(starts)))
    # Whether a run of words is a bare list shows in its lack of grammar, which is known for English only.
    if tokens and language == "en":
        spaced = np.array([token.word.isascii() for token in tokens], dtype=np.bool_)
        _find_lists(text, tokens, sentences, clauses, content & spaced, listed, streamed)
    if streamed.any():
        clauses = sorted(set(clauses) | set(np.flatnonzero(streamed).tolist()))
    return AnswerText(
        raw=raw,
        text=text,
        places=places,
        tokens=tokens,
        clauses=np.array(clauses, dtype=np.int64),
        sentences=np.array(sentences, dtype=np.int64),
        signs=np.array(signs, dtype=np.float32),
        doubted=np.array(found.doubted, dtype=np.float32),
        soft=np.array(found.soft, dtype=np.bool_),
        content=content,
        listed=listed,
        streamed=streamed,
    )


_remembered = lru_cache(maxsize=2_000)(_analyse)


def _first_tokens(tokens: tuple[Token, ...], starts: list[int]) -> list[int]:
    """Return the index of the first token of each part that has one; ``starts`` are offsets, ascending."""
    firsts: list[int] = []
    part, last_part = 0, -1
    for index, token in enumerate(tokens):
        while part + 1 < len(starts) and token.start >= starts[part + 1]:
            part += 1
        if part != last_part:
            firsts.append(index)
            last_part = part
    return firsts


def _find_lists(
    text: str,
    tokens: tuple[Token, ...],
    sentences: list[int],
    clauses: list[int],
    content: npt.NDArray[np.bool_],
    listed: npt.NDArray[np.bool_],
    streamed: npt.NDArray[np.bool_],
) -> None:
    """Mark the tokens of bare lists: runs of short items without grammar, and runs of words without separators."""
    bare = content | np.array([token.word in _JOINERS for token in tokens], dtype=np.bool_)
    sentence_of = np.searchsorted(sentences, np.arange(len(tokens)), side="right")
    sentence_size = np.bincount(sentence_of)
    for first, end in _runs(bare):
        last = end
        inside = clauses[bisect_left(clauses, first) : bisect_left(clauses, last)]
        if inside and last < len(tokens) and clauses[min(bisect_left(clauses, last), len(clauses) - 1)] != last:
            last = inside.pop()  # the run ends within a clause of prose, which is no item
        if len(inside) >= _LIST_ITEMS:
            _mark_items(last, inside, sentence_of, sentence_size, listed)
    starts = set(clauses)
    is_sentence = text[tokens[0].start].isupper() or text.rstrip().endswith((".", "!", "?"))
    run = 0
    for index in range(len(tokens) + 1):
        if index < len(tokens) and content[index] and (index not in starts or run == 0):
            run += 1
            continue
        if run >= _STREAM_WORDS or (run == len(tokens) and run >= _STREAM_ALONE and not is_sentence):
            listed[index - run : index] = streamed[index - run : index] = True
        run = int(index < len(tokens) and bool(content[index]))


def _mark_items(
    last: int,
    inside: list[int],
    sentence_of: IntArray,
    sentence_size: IntArray,
    listed: npt.NDArray[np.bool_],
) -> None:
    """Mark a run of short items as a list, unless it is an enumeration that a sentence of prose leads up to."""
    begin = inside[0]
    items = len(inside)
    opens_sentence = begin == 0 or sentence_of[begin - 1] != sentence_of[begin]
    in_same_sentence = int((sentence_of[begin:last] == sentence_of[begin]).sum())
    is_most = 2 * in_same_sentence >= sentence_size[sentence_of[begin]]
    if (last - begin) / items <= _LIST_ITEM_WORDS and (opens_sentence or is_most or items >= 2 * _LIST_ITEMS):
        listed[begin:last] = True


def _runs(mask: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return the maximal runs of True as half-open index pairs."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(np.int8), [0]])))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def keyword_lists(text: AnswerText, earning: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return the bare lists that are no more than keywords, as token ranges; ``earning`` tells which clauses say a point.

    A list of names that each earn a point is an answer ("canary, shadow, A/B tests"); one in which most items earn
    nothing is not, and neither is a run of words without any separator. Each list is looked at by itself.
    """
    found = []
    for first, last in _runs(text.listed):
        items = (text.clauses >= first) & (text.clauses < last)
        count = int(items.sum())
        enough = _LIST_SHARE if count and (last - first) / count < _PHRASE_WORDS else _PHRASE_SHARE
        if text.streamed[first:last].any() or not count or float(earning[items].mean()) < enough:
            found.append((first, last))
    return found


def blank_out(text: AnswerText, runs: list[tuple[int, int]]) -> str:
    """Return the raw answer with some runs of tokens blanked out; all else stays in its place."""
    characters = list(text.raw)
    for first, last in runs:
        start, end = text.span(first, last - 1)
        characters[start:end] = [c if c in "\r\n" else " " for c in characters[start:end]]
    return "".join(characters)
