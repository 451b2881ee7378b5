"""A word as the word matchers see it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from grader.text import stem_word


@dataclass(frozen=True, slots=True)
class Word:
    """A folded word with its stem, its numeric value (None where it is no number) and its language."""

    text: str
    stem: str
    value: float | None
    language: str


_NUMBER_WORDS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "twenty": 20, "thirty": 30, "fifty": 50, "hundred": 100, "thousand": 1000,
    "million": 1_000_000, "billion": 1_000_000_000, "half": 0.5, "twice": 2, "double": 2, "triple": 3,
}  # fmt: skip


def number_value(text: str, language: str = "en") -> float | None:
    """Read a number written in digits or, in English, as a word; None where ``text`` is neither.

    >>> number_value("1,000"), number_value("3.5"), number_value("five"), number_value("model")
    (1000.0, 3.5, 5.0, None)
    """
    if text[:1].isdigit() or text[1:2].isdigit():
        digits = text
        if "," in digits and "." not in digits and len(digits.rpartition(",")[2]) != 3:
            digits = digits.replace(",", ".")
        try:
            return float(digits.replace(",", ""))
        except ValueError:
            return None
    if language != "en":
        return None
    value = _NUMBER_WORDS.get(text)
    return None if value is None else float(value)


@lru_cache(maxsize=131072)
def word_of(text: str, language: str = "en") -> Word:
    """Return the word for a folded token."""
    stem = stem_word(text, language) if text[:1].isalpha() else text
    return Word(text, stem, number_value(text, language), language)
