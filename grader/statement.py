"""What a statement of a rubric comes down to: key terms with weights and polarities, and the vector of the whole."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from grader.data import data_words
from grader.grammar import function_words
from grader.lexicon import FloatArray, entry, lexicon
from grader.matchers import Word
from grader.matchers.negation import polarity
from grader.matchers.word import word_of
from grader.text import Token, sentence_starts, tokenize

# What a word of the question itself still counts in a point: everybody can repeat it.
QUESTION_WORD_WEIGHT = 0.2
# A single letter ("P(y|x)") says little by itself.
LETTER_WEIGHT = 0.25
# In a language without a list of function words, so short words in Latin, Greek or Cyrillic letters are taken for such.
_SHORT, _SHORT_WEIGHT, _ALPHABETS_END = 3, 0.25, "\u0530"
# Least sum of word weights for a wording that tells all by itself.
TELLING = 1.0

FUNCTION_WORDS = data_words("function_words.txt")


@dataclass(frozen=True, slots=True)
class Statement:
    """One wording of a point, compiled.

    ``weights`` (float32, shape ``(terms,)``) sum to 1; ``signs`` are -1 for terms that the statement itself denies, and
    ``doubted`` is 1 for those that stand before a denial (see ``grader.matchers.negation``).
    ``acronyms`` maps the initials of neighbouring words to the indices of their terms. ``vector`` has unit length, or is
    all zero where the lexicon knows none of the words.
    """

    point: int
    is_alias: bool
    terms: tuple[Word, ...]
    weights: FloatArray
    signs: FloatArray
    doubted: FloatArray
    soft: bool
    acronyms: dict[str, tuple[int, ...]]
    vector: FloatArray


def is_function_word(word: str) -> bool:
    """Say whether an English word carries grammar rather than content."""
    return word in FUNCTION_WORDS


def content_tokens(tokens: Collection[Token], language: str = "en") -> list[Token]:
    """Return the tokens that carry content; all of them where none does."""
    grammatical = function_words(language)
    found = [token for token in tokens if token.word not in grammatical]
    return found or list(tokens)


def word_weight(token: Token, language: str) -> float:
    """Return how much a word tells, in 0..1: less when it is common."""
    if not function_words(language) and len(token.word) <= _SHORT and token.word < _ALPHABETS_END:
        return _SHORT_WEIGHT
    return lexicon().weight(entry(token.word, token.stem, language))


def phrase_vector(entries: Collection[str], weights: Collection[float]) -> FloatArray:
    """Return the unit-length weighted mean of the vectors of lexicon entries, shape ``(dimensions,)``; zeros for none."""
    table = lexicon()
    total = np.zeros(table.dimensions, dtype=np.float32)
    for name, weight in zip(entries, weights, strict=True):
        vector = table.vector(name)
        if vector is not None:
            total += weight * vector
    norm = float(np.linalg.norm(total))
    return total / norm if norm > 0 else total


def compile_statement(
    text: str, *, point: int, is_alias: bool, language: str, question_stems: Collection[str]
) -> Statement | None:
    """Compile one wording of a point; None for a text without any word."""
    tokens = tokenize(text, language)
    if not tokens:
        return None
    found = polarity(text, tokens, sentence_starts(text), language)
    place = {token.start: index for index, token in enumerate(tokens)}
    kept: dict[str, tuple[Word, float, int]] = {}
    for token in content_tokens(tokens, language):
        if token.stem not in kept:
            weight = word_weight(token, language) * (QUESTION_WORD_WEIGHT if token.stem in question_stems else 1.0)
            if len(token.word) == 1 and token.word.isascii():
                weight *= LETTER_WEIGHT
            kept[token.stem] = (word_of(token.word, language), weight, place[token.start])
    raw_weights = [weight for _, weight, _ in kept.values()]
    places = [index for _, _, index in kept.values()]
    weights = np.array(raw_weights, dtype=np.float32)
    # A wording made of everyday words only ("new data") is no proof, however fully it is met.
    tells = min(1.0, float(weights.sum()) / TELLING)
    return Statement(
        point=point,
        is_alias=is_alias,
        terms=tuple(word for word, _, _ in kept.values()),
        weights=weights / weights.sum() * tells,
        signs=np.array([found.signs[index] for index in places], dtype=np.float32),
        doubted=np.array([found.doubted[index] for index in places], dtype=np.float32),
        soft=any(found.soft),
        acronyms=_initials(tokens, list(kept)),
        vector=phrase_vector([entry(word.text, word.stem, language) for word, _, _ in kept.values()], raw_weights),
    )


def _initials(tokens: list[Token], stems: list[str]) -> dict[str, tuple[int, ...]]:
    """Map the initials of each run of two to five content words to the indices of those words' terms."""
    place = {stem: index for index, stem in enumerate(stems)}
    words = [token for token in tokens if token.stem in place and token.word[0].isalpha()]
    found: dict[str, tuple[int, ...]] = {}
    for size in range(2, 6):
        for run in zip(*(words[offset:] for offset in range(size)), strict=False):
            initials = "".join(token.word[0] for token in run)
            found.setdefault(initials, tuple(place[token.stem] for token in run))
    return found
