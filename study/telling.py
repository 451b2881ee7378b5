"""The words that tell a point, as far as they may be shown: first letters and lengths, and what the question itself says."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from grader.exam.phrasing import stems_of as stems_of  # noqa: PLC0414 - where hints look for it
from grader.grammar import function_words
from grader.statement import word_weight
from grader.text import Token, clean, tokenize
from grader.types import Point, Question, Reading

MOST_WORDS = 4
"""So many telling words a point has at most: more first letters are a riddle and no help."""
_LEAST_LETTERS = 3
# A word that tells so much less than the best one is only in the way.
_LEAST_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class TellingWord:
    """What may be shown of a word: its first letter and how many letters it has. ``weight`` says how much it tells."""

    letter: str
    length: int
    weight: float


def telling_words(
    question: Question, reading: Reading, point: Point, shown: Sequence[str] = ()
) -> tuple[TellingWord, ...]:
    """Return the words of a point's wording that tell it, in their order: at most four, those that tell most.

    Words of the prompt and of what is ``shown`` beside it (label, group) are none of them, nor are numbers and words of one or
    two letters, which a first letter would give away.
    """
    said = stems_of(question, question.prompt, *shown)
    spread = Counter(stem for wording in (point.text, *point.aliases) for stem in stems_of(question, wording))
    others = Counter(
        stem
        for other in reading.points
        if other.id != point.id and other.kind != "misconception"
        for stem in stems_of(question, other.text, *other.aliases)
    )
    found: dict[str, TellingWord] = {}
    kept: set[str] = set()
    for key, run in _runs(point.text, question.language):
        word = point.text[run[0].start : run[-1].end]
        letters = _letters(word)
        if key in found or len(letters) < _LEAST_LETTERS or said.issuperset(token.stem for token in run):
            continue
        # What all wordings of this point come back to tells most, and what every point of the question says tells least.
        weight = max(
            word_weight(token, question.language) * spread[token.stem] / (1 + others[token.stem]) for token in run
        )
        # A capital that only begins the sentence says nothing; that of "GPU" or "IoT" does.
        letter = letters[0].lower() if word[1:] == word[1:].lower() else letters[0]
        found[key] = TellingWord(letter, len(letters), weight)
        # "An advantage is that ..." frames points, and its words are in no other wording of this one.
        if any(spread[token.stem] > 1 or not others[token.stem] for token in run):
            kept.add(key)
    words = [word for key, word in found.items() if key in kept or not kept]
    least = _LEAST_SHARE * max((word.weight for word in words), default=0.0)
    best = sorted((word for word in words if word.weight >= least), key=lambda word: -word.weight)[:MOST_WORDS]
    return tuple(word for word in words if any(word is one for one in best))


def words_said(question: Question, point: Point, shown: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the words of content that the prompt or what is ``shown`` shares with a point's wording, as they stand there."""
    wanted = stems_of(question, point.text)
    found: dict[str, str] = {}
    for text in (question.prompt, *shown):
        for key, run in _runs(text, question.language):
            if wanted.issuperset(token.stem for token in run):
                found.setdefault(key, text[run[0].start : run[-1].end])
    return tuple(found.values())


def _runs(text: str, language: str) -> list[tuple[str, list[Token]]]:
    """Return the words of content, each by its stem and tokens; a run of an unspaced script, whose tokens overlap, is one."""
    grammatical = function_words(language)
    runs: list[list[Token]] = []
    for token in tokenize(text, language):
        if token.word in grammatical or not token.word[0].isalpha():
            continue
        if runs and token.start < runs[-1][-1].end:
            runs[-1].append(token)
        else:
            runs.append([token])
    return [(" ".join(token.stem for token in run), run) for run in runs]


def _letters(word: str) -> list[str]:
    """Return the letters of a word as they look, each with the marks that belong to it."""
    letters: list[str] = []
    for character in unicodedata.normalize("NFC", clean(word)[0]).removesuffix("'s").removesuffix("’s"):
        if unicodedata.category(character).startswith("M") and letters:
            letters[-1] += character
        elif character.isalnum():
            letters.append(character)
    return letters
