"""Attacks that smuggle: padding, characters that are not what they seem, forged grades, talk to the grader."""

from __future__ import annotations

from collections.abc import Iterator

from grader.attack.case import Case, Chance, Target
from grader.attack.material import ELSEWHERE, FORGED, FULL_WIDTH, INSTRUCTIONS, INVISIBLE, LOOKALIKES, TAGS
from grader.attack.words import (
    denies,
    joined,
    key_terms,
    lowered,
    partials,
    references,
    required,
    sentences,
    stems,
    vocabulary,
    words,
)
from grader.types import Question

_NEGATIONS = ("not", "wrong", "false", "never", "no")


def padding(target: Target) -> Iterator[Case]:
    """Yield an honest partial answer with sentences of other subjects around and between, or with itself once more."""
    foreign = _elsewhere(target.question)
    for honest in partials(target.question):
        parts = target.chance.shuffled(foreign)
        yield Case(f"{' '.join(parts[:3])} {honest}\n{' '.join(parts[3:6])}", honest)
        yield Case(f"{honest}\n{' '.join(parts)}", honest)
        mixed = [text for pair in zip(sentences(honest), parts, strict=False) for text in pair]
        if len(sentences(honest)) <= len(parts):
            yield Case(" ".join(mixed), honest)
        yield Case("\n".join([honest] * 3), honest)


def _elsewhere(question: Question) -> list[str]:
    """Return the sentences of other subjects that have no word in common with a question."""
    known = vocabulary(question)
    return [text for text in ELSEWHERE if not stems(text, question.language) & known]


def hidden(target: Target) -> Iterator[Case]:
    """Yield texts with characters that do not show or look like others; honest is the text as a person sees it.

    Denials whose negation is disguised, answers that carry the reference invisibly, partial answers and lists of key
    terms in letters of other alphabets or with invisible characters inside.
    """
    question, chance = target.question, target.chance
    (off_topic, *_) = _elsewhere(question) or [""]
    terms = ", ".join(key_terms(question)[:10])
    for honest in (*partials(question), terms):
        yield Case(_with_invisible(honest, chance), honest)
        yield Case(honest.translate(LOOKALIKES), honest)
    for _, text in references(question):
        yield Case(off_topic + text.translate(TAGS), off_topic)
        yield Case(_with_invisible(off_topic, chance) + "\u202e", off_topic)
    if question.language == "en":
        for reading in question.readings:
            texts = [point.text for point in required(reading) if not denies(point.text)]
            for disguise in (_split, _lookalike, _wide):
                for said in ("It is not true that {}", "It is wrong to say that {}"):
                    parts = [said.format(lowered(text)) for text in texts]
                    yield Case(joined(disguise(part) for part in parts), joined(parts))


def _with_invisible(text: str, chance: Chance) -> str:
    """Return a text with an invisible character in each word of four letters or more."""

    def spoilt(word: str) -> str:
        place = 1 + chance.below(len(word) - 1)
        return word[:place] + chance.pick(INVISIBLE) + word[place:]

    return " ".join(spoilt(word) if len(word) >= 4 else word for word in text.split(" "))


def _negation(text: str) -> str:
    return next(word for word in words(text) if word.lower() in _NEGATIONS)


def _split(text: str) -> str:
    word = _negation(text)
    return text.replace(word, "\u200b".join(word), 1)


def _lookalike(text: str) -> str:
    word = _negation(text)
    return text.replace(word, word.translate(LOOKALIKES), 1)


def _wide(text: str) -> str:
    word = _negation(text)
    return text.replace(word, word.translate(FULL_WIDTH), 1)


def forged(target: Target) -> Iterator[Case]:
    """Yield a grade that the answer gives itself: as JSON, Markdown, XML or a note of the examiner; alone and after a part."""
    labels = [point.label or "the point" for reading in target.question.readings[:1] for point in required(reading)]
    rows = "\n".join(f"| {label} | met |" for label in labels)
    for honest in ("", *partials(target.question)):
        for pattern in FORGED:
            text = pattern.format(labels=", ".join(labels), rows=rows)
            yield Case(f"{honest}\n\n{text}".strip(), honest)


def instructions(target: Target) -> Iterator[Case]:
    """Yield what the grader is told to do, in nine languages; alone, before and after an honest part."""
    for honest in ("", *partials(target.question)):
        for text in INSTRUCTIONS:
            yield Case(f"{honest}\n{text}".strip(), honest)
            if honest:
                yield Case(f"{text}\n{honest}", honest)
