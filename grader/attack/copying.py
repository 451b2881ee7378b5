"""Attacks that copy: the question, the reference of another one, and the reference's words without their statements."""

from __future__ import annotations

import re
from collections.abc import Iterator

from grader.attack.case import Case, Chance, Target
from grader.attack.material import NONSENSE
from grader.attack.words import content, key_terms, named, references, sentences, words

_ASKING = re.compile(
    r"^(?:(?:can|could|would|will)\s+you\s+|please\s+)?"
    r"(?:what|which|why|how|who|when|where|explain|describe|define|name|list|give|discuss|compare|state)\b[\s,]*"
    r"(?:(?:is|are|was|were|do|does|did|can|at\s+least)\b\s*)*",
    re.IGNORECASE,
)
_KEY_TERMS = 12
_TIMES = 5
_SHORT = 8


def echo(target: Target) -> Iterator[Case]:
    """Yield the question said back: as it is, twice, quoted, and as a statement."""
    prompt = target.question.prompt.strip()
    about = _ASKING.sub("", (sentences(prompt) or [""])[0]).rstrip("?. ")
    yield Case(prompt)
    yield Case(f"{prompt} {prompt}")
    yield Case(f"The question is: {prompt}")
    yield Case(prompt.rstrip("?. ") + ".")
    if about:
        yield Case(f"This answer is about {about}. {about[0].upper()}{about[1:]} is what it explains.")
        yield Case(f"There is a good explanation of {about}, and everybody should know {about}.")


def foreign(target: Target) -> Iterator[Case]:
    """Yield references of questions that have nothing to do with this one (see ``relation``)."""
    for other in target.unrelated:
        for _, text in references(other):
            yield Case(text)


def shuffled(target: Target) -> Iterator[Case]:
    """Yield the words of a reference in random order: bare, with commas, and cut into sentences that say nothing."""
    for _, text in references(target.question):
        said = words(text)
        if len(content(text, target.question.language)) < _SHORT:
            continue
        mixed = target.chance.shuffled(said)
        for bag in (" ".join(mixed), ", ".join(mixed), _as_sentences(target.chance.shuffled(said))):
            yield Case(bag, named(target.question, bag))


def _as_sentences(said: list[str], length: int = 9) -> str:
    parts = (" ".join(said[start : start + length]) for start in range(0, len(said), length))
    return " ".join(part[0].upper() + part[1:] + "." for part in parts)


def keywords(target: Target) -> Iterator[Case]:
    """Yield the rarest words of references and points as a list: with commas, on lines, with an introduction."""
    terms = key_terms(target.question)
    for chosen in (terms[:_KEY_TERMS], target.chance.shuffled(terms)[:_KEY_TERMS], terms[: 3 * _KEY_TERMS]):
        for text in (
            ", ".join(chosen),
            "\n".join(f"- {term}" for term in chosen),
            f"Important are: {', '.join(chosen)}.",
        ):
            yield Case(text, named(target.question, text))


def repeated(target: Target) -> Iterator[Case]:
    """Yield each key term five times: one after the other, round by round, and as a list."""
    terms = key_terms(target.question)[:_KEY_TERMS]
    runs = [" ".join([term] * _TIMES) for term in terms]
    for text in (" ".join(runs), ". ".join(runs) + ".", ", ".join(terms * _TIMES), " ".join(terms * _TIMES)):
        yield Case(text, named(target.question, text))


def nonsense(target: Target) -> Iterator[Case]:
    """Yield grammatical English sentences that drop the question's key terms and assert nothing relevant."""
    if target.question.language != "en":
        return
    for _ in range(4):
        text = _fluent(target.chance, key_terms(target.question))
        if text:
            yield Case(text, named(target.question, text))


def _fluent(chance: Chance, terms: tuple[str, ...]) -> str:
    terms = terms[: 2 * _KEY_TERMS]
    if len(terms) < 3:
        return ""
    patterns = chance.shuffled(NONSENSE)
    parts = []
    for pattern in patterns[: 3 + chance.below(4)]:
        a, b, c = chance.shuffled(terms)[:3]
        parts.append(pattern.format(a=a.lower(), b=b.lower(), c=c.lower()))
    return " ".join(parts)
