"""Changes that a person reads over: they must not cost marks. ``honest`` is the answer before the change."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

from grader.attack.case import Case, Chance, Target
from grader.attack.contractions import contracted, expanded
from grader.attack.spelling import american, british
from grader.attack.words import is_word, references, sentences
from grader.types import Question

_LONG_WORD = re.compile(r"(?<![^\W_])[^\W\d_]{5,}(?![^\W_])")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ONE_IN = 10
_TRIES = 12
_BULLET = re.compile(r"^\s*(?:[-*\u2022+]|\d{1,2}[.)])\s+")
_NUMBERED = re.compile(r"^\s*\d{1,2}[.)]\s+")
_ACCENTS = {"a": "\u0301", "e": "\u0301", "i": "\u0308", "o": "\u0302", "u": "\u0308"}


def answers(question: Question) -> list[str]:
    """Return the answers that are changed: references and graded samples."""
    return [text for _, text in references(question)] + [sample.answer for sample in question.samples]


def typos(target: Target) -> Iterator[Case]:
    """Yield answers with a typing error in one of ten words, in words of five letters or more; none of them makes another word."""
    for text in answers(target.question):
        yield Case(with_typos(text, target.chance, target.question.language), text)


def with_typos(text: str, chance: Chance, language: str = "en") -> str:
    """Return a text with a typing error in one of ten words, at least in one where a word is long enough.

    >>> with_typos("The distribution changes.", Chance(0)) != "The distribution changes."
    True
    """
    found = list(_LONG_WORD.finditer(text))
    wanted = max(1, len(text.split()) // _ONE_IN)
    changed: dict[int, str] = {}
    for place in chance.shuffled(range(len(found))):
        if len(changed) == wanted:
            break
        wrong = _mistyped(found[place][0], chance, language)
        if wrong:
            changed[place] = wrong
    for place in sorted(changed, reverse=True):
        match = found[place]
        text = text[: match.start()] + changed[place] + text[match.end() :]
    return text


def _mistyped(word: str, chance: Chance, language: str) -> str:
    """Return a word with two letters swapped, or one left out, doubled or replaced; an empty text where none is safe."""
    for _ in range(_TRIES):
        place = 1 + chance.below(len(word) - 2)
        letter = chance.pick(_LETTERS)
        wrong = chance.pick(
            (
                word[:place] + word[place + 1] + word[place] + word[place + 2 :],
                word[:place] + word[place + 1 :],
                word[:place] + word[place] + word[place:],
                word[:place] + letter + word[place + 1 :],
            )
        )
        if wrong != word and not is_word(wrong, language):
            return wrong
    return ""


def case(target: Target) -> Iterator[Case]:
    """Yield answers in capitals throughout, and without any."""
    for text in answers(target.question):
        yield from _changed(text, str.upper, str.lower)


def spelling(target: Target) -> Iterator[Case]:
    """Yield answers with British spelling made American, and the other way round."""
    if target.question.language == "en":
        for text in answers(target.question):
            yield from _changed(text, british, american)


def contractions(target: Target) -> Iterator[Case]:
    """Yield answers with ``do not`` made ``don't``, and the other way round."""
    if target.question.language == "en":
        for text in answers(target.question):
            yield from _changed(text, contracted, expanded)


def _changed(text: str, *changes: Callable[[str], str]) -> Iterator[Case]:
    for change in changes:
        if change(text) != text:
            yield Case(change(text), text)


def order(target: Target) -> Iterator[Case]:
    """Yield answers with their sentences or list items in another order."""
    for text in answers(target.question):
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) > 1:
            yield Case(_reordered(lines, target.chance), text)
        elif len(sentences(text)) > 1:
            yield Case(" ".join(_closed(part) for part in target.chance.shuffled(sentences(text))), text)


def _reordered(lines: list[str], chance: Chance) -> str:
    """Return lines in another order; the numbers of a list stay in theirs."""
    matches = [_NUMBERED.match(line) for line in lines]
    if not all(matches):
        return "\n".join(chance.shuffled(lines))
    marks = [match[0] for match in matches if match]
    told = chance.shuffled([_NUMBERED.sub("", line) for line in lines])
    return "\n".join(mark + part for mark, part in zip(marks, told, strict=True))


def bullets(target: Target) -> Iterator[Case]:
    """Yield answers with their sentences as a list with bullets or numbers, and lists as prose."""
    for text in answers(target.question):
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) > 1 and all(_BULLET.match(line) for line in lines):
            yield Case(" ".join(_closed(_BULLET.sub("", line)) for line in lines), text)
        elif len(sentences(text)) > 1:
            yield Case("\n".join(f"- {part}" for part in sentences(text)), text)
            yield Case("\n".join(f"{number}. {part}" for number, part in enumerate(sentences(text), 1)), text)


def _closed(part: str) -> str:
    part = part.rstrip(" ;")
    return part if part.endswith((".", "!", "?", "\u3002", "\u0964")) else part + "."


def accents(target: Target) -> Iterator[Case]:
    """Yield answers with accents on one letter of every fifth Latin word, as one character and as two."""
    for text in answers(target.question):
        marked = with_accents(text)
        if marked != text:
            yield Case(unicodedata.normalize("NFC", marked), text)
            yield Case(unicodedata.normalize("NFD", marked), text)


def with_accents(text: str) -> str:
    """Return a text with an accent in every fifth word that has a letter for it, the first one included.

    >>> with_accents("naive models")
    'nai\u0308ve models'
    """
    out, seen = [], 0
    for word in re.split(r"(\s+)", text):
        places = [place for place, letter in enumerate(word) if letter in "aeiou" and place]
        marked = word
        if places and word.isascii():
            if seen % 5 == 0:
                place = places[len(places) // 2]
                marked = word[: place + 1] + _ACCENTS[word[place]] + word[place + 1 :]
            seen += 1
        out.append(marked)
    return "".join(out)
