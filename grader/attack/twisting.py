"""Attacks that turn statements round: denied, swapped for the opposite, with other numbers, or contradicted."""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.attack.case import Case, Chance, Target
from grader.attack.swaps import opposites_of, other_number
from grader.attack.verbs import with_negated_verb
from grader.attack.words import (
    best_sentence,
    clauses,
    denies,
    joined,
    lowered,
    references,
    required,
    sentences,
    sound,
    stems,
    without_clause,
    words,
)
from grader.types import Point, Question, Reading

_WRAPPERS = ("It is not true that {}", "It is false that {}", "It is wrong to say that {}")
_DENIALS = (*_WRAPPERS, "However, it is not the case that {}")
_NUMBER = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)?(?![\w])|\b(?:two|three|four|five|six|seven|eight|nine|ten)\b", re.I)
_WORD = re.compile(r"[A-Za-z]+")


def negated(target: Target) -> Iterator[Case]:
    """Yield every statement denied: "it is not true that" before each, or its verb negated. What remains says nothing.

    Sentences that deny something themselves are left out, since two denials make an assertion; a verb is negated only
    in a sentence of one clause, since the others would stay asserted.
    """
    if target.question.language != "en":
        return
    for reading, text in references(target.question):
        told = [part for part in sentences(text) if not denies(part)]
        points = [point.text for point in required(reading) if not denies(point.text)]
        for parts in (told, points):
            for wrapper in _WRAPPERS if parts else ():
                yield Case(joined(wrapper.format(lowered(part)) for part in parts))
            verbs = [turned for part in parts if len(clauses(part)) == 1 and (turned := with_negated_verb(part))]
            if verbs:
                yield Case(joined(verbs))
                yield Case(joined([target.chance.pick(verbs)]))


def antonyms(target: Target) -> Iterator[Case]:
    """Yield answers with a word turned into its opposite; honest is the answer without the clause in which it stands.

    Only words that a required point's own text holds, and only where no sound point speaks of an opposite.
    """
    if target.question.language != "en":
        return
    for reading, parts in _tellings(target.question):
        own, told = _spoken(reading, target.question)
        for index, part in enumerate(parts):
            for match in _WORD.finditer(part):
                others = opposites_of(match[0])
                if others and stems(match[0], "en") <= own and not stems(" ".join(others), "en") & told:
                    yield _swapped(parts, index, match, target.chance.pick(others))


def numbers(target: Target) -> Iterator[Case]:
    """Yield answers with a number made another one; honest is the answer without the clause in which it stands."""
    for reading, parts in _tellings(target.question):
        own, told = _spoken(reading, target.question)
        for index, part in enumerate(parts):
            for match in _NUMBER.finditer(part):
                other = other_number(match[0], target.chance)
                language = target.question.language
                if stems(match[0], language) <= own and not stems(other, language) & told:
                    yield _swapped(parts, index, match, other)


def _tellings(question: Question) -> Iterator[tuple[Reading, list[str]]]:
    """Yield full answers as lists of sentences: each reference, and the texts of the required points."""
    for reading, text in references(question):
        yield reading, sentences(text)
    for reading in question.readings:
        yield reading, [joined([point.text]) for point in required(reading)]


def _spoken(reading: Reading, question: Question) -> tuple[frozenset[str], frozenset[str]]:
    """Return the stems of what the required points say in their own text, and of all sound wordings."""
    own = frozenset[str]().union(*(stems(point.text, question.language) for point in required(reading)))
    wordings = [wording for point in sound(reading) for wording in (point.text, *point.aliases)]
    return own, frozenset[str]().union(*(stems(wording, question.language) for wording in wordings))


def _swapped(parts: list[str], index: int, match: re.Match[str], other: str) -> Case:
    part = parts[index]
    wrong = part[: match.start()] + other + part[match.end() :]
    rest = without_clause(part, match.start())
    rest = rest if words(rest) else ""
    return Case(
        joined([*parts[:index], wrong, *parts[index + 1 :]]), joined([*parts[:index], rest, *parts[index + 1 :]])
    )


def contradicted(target: Target) -> Iterator[Case]:
    """Yield full answers with a sentence that denies one of their points; honest is the answer without that point.

    The full answer is the required points' own texts, or a reference in which the point has a sentence to itself.
    """
    if target.question.language != "en":
        return
    for reading, text in references(target.question):
        points = required(reading)
        parts = sentences(text)
        homes = [best_sentence(parts, point, "en") for point in points]
        for number, point in enumerate(points):
            if denies(point.text) or len(points) < 2:
                continue
            denial = _denial(point, target.chance)
            others = [other.text for other in points if other is not point]
            yield Case(joined([*(other.text for other in points), denial]), joined(others))
            yield Case(joined([denial, *(other.text for other in points)]), joined(others))
            if homes.count(homes[number]) == 1:
                honest = joined(part for place, part in enumerate(parts) if place != homes[number])
                yield Case(joined([*parts, denial]), honest)


def _denial(point: Point, chance: Chance) -> str:
    return chance.pick(_DENIALS).format(lowered(point.text))
