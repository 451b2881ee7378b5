"""A word as the word matchers see it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from string import ascii_lowercase

from grader.lexicon import entry, lexicon
from grader.stem import stem_word


@dataclass(frozen=True, slots=True)
class Word:
    """A folded word with its stem, numeric value (None where it is no number), language and entry in the lexicon.

    ``known`` says whether the lexicon knows it as it is written.
    """

    text: str
    stem: str
    value: float | None
    language: str
    entry: str
    known: bool


# Letters that a word has at least and at most to be taken for a typing error of another.
_SHORTEST, _LONGEST = 5, 16
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
    """Return the word for a folded token; the entry of an English one that nobody knows is that of the word that was meant."""
    stem = stem_word(text, language) if text[:1].isalpha() else text
    name = entry(text, stem, language)
    known = name in lexicon()
    if not known and language == "en" and text.isascii() and text.isalpha():
        name = _meant(text) or name
    return Word(text, stem, number_value(text, language), language, name, known)


def _meant(text: str) -> str | None:
    """Return the stem of the commonest word that is one typing error away, beyond the first letter; None for none.

    >>> _meant("newyl"), _meant("weighzs"), _meant("kubeflow")
    ('newli', 'weight', None)
    """
    if not _SHORTEST <= len(text) <= _LONGEST:
        return None
    table = lexicon()
    found: dict[str, float] = {}
    for typed in _one_edit(text):
        stem = stem_word(typed, "en")
        if stem in table:
            found[stem] = table.weight(stem)
    return min(found, key=lambda stem: (found[stem], stem)) if found else None


def _one_edit(text: str) -> Iterator[str]:
    """Yield what is one edit away (Damerau 1964): a letter left out, too many, wrong, or two in the wrong order."""
    for place in range(1, len(text)):
        head, tail = text[:place], text[place:]
        yield head + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        for letter in ascii_lowercase:
            yield head + letter + tail
            yield head + letter + tail[1:]
    for letter in ascii_lowercase:
        yield text + letter
