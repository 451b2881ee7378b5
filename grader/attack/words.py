"""Texts, taken apart and put together again: sentences, clauses, key terms, names, partial answers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from grader.data import data_words
from grader.lexicon import lexicon
from grader.stem import stem_word
from grader.text import Token, sentence_starts, tokenize
from grader.types import Point, Question, Reading

_GRAMMAR = data_words("function_words.txt")
_NEGATORS = data_words("negators.txt")
_CLAUSE = re.compile(
    r"\s*[,:()\u2013\u2014]\s*|\s+(?=(?:and|or|but|because|since|while|whereas|although|though|which|who|that|so|when|if|as|until|once)\s)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
# A wording of so many content words at most is a name rather than a statement.
_NAME_WORDS = 3


def sentences(text: str) -> list[str]:
    """Return the sentences, lines and semicolon-separated parts of a text, in order.

    >>> sentences("It shrinks. It is, e.g. on phones, faster.")
    ['It shrinks.', 'It is, e.g. on phones, faster.']
    """
    starts = sentence_starts(text)
    parts = (text[a:b].strip() for a, b in zip(starts, [*starts[1:], len(text)], strict=True))
    return [part for part in parts if part]


def clauses(sentence: str) -> list[tuple[int, int]]:
    """Return where the clauses of a sentence stand, half-open; together they cover all but what joins them.

    >>> [("costs rise, and users leave")[a:b] for a, b in clauses("costs rise, and users leave")]
    ['costs rise', 'and users leave']
    """
    spans, start = [], 0
    for match in _CLAUSE.finditer(sentence):
        if match.start() > start:
            spans.append((start, match.start()))
        start = match.end()
    return [*spans, (start, len(sentence))] if start < len(sentence) else spans


def without_clause(sentence: str, offset: int) -> str:
    """Return a sentence without the clause in which ``offset`` stands.

    >>> without_clause("Costs rise, and users leave.", 2)
    'and users leave.'
    """
    for start, end in clauses(sentence):
        if start <= offset < end:
            return (sentence[:start].rstrip(" ,:(") + sentence[end:]).strip(" ,:;)")
    return sentence


def words(text: str) -> list[str]:
    """Return the words of a text as they are written.

    >>> words("It doesn't scale, sadly.")
    ['It', "doesn't", 'scale', 'sadly']
    """
    return _WORD.findall(text)


def content(text: str, language: str) -> list[Token]:
    """Return the tokens of a text that carry content (in other languages than English: all of them)."""
    return [token for token in tokenize(text, language) if token.word not in _GRAMMAR or language != "en"]


def stems(text: str, language: str) -> frozenset[str]:
    """Return the stems of a text's content words.

    >>> sorted(stems("The models are deployed.", "en"))
    ['deploy', 'model']
    """
    return frozenset(token.stem for token in content(text, language))


def denies(text: str) -> bool:
    """Say whether a text has a negating word.

    >>> denies("It does not scale."), denies("It scales.")
    (True, False)
    """
    return any(token.word.replace("'", "") in _NEGATORS for token in tokenize(text))


def joined(parts: Iterable[str]) -> str:
    """Return statements as sentences, one after the other.

    >>> joined(["it shrinks", "It is faster."])
    'It shrinks. It is faster.'
    """
    return " ".join(_sentence(part) for part in parts if part.strip(" ;,\n"))


def _sentence(text: str) -> str:
    text = text.strip(" ;,\n")
    return text[0].upper() + text[1:] + ("" if text.endswith((".", "!", "?", "\u3002", "\u0964")) else ".")


def lowered(text: str) -> str:
    """Return a sentence as it goes on within another: a small first letter, unless the word is an abbreviation.

    >>> lowered("The model drifts."), lowered("CI/CD is used."), lowered("A model drifts.")
    ('the model drifts.', 'CI/CD is used.', 'a model drifts.')
    """
    return text[0].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text


def sound(reading: Reading) -> tuple[Point, ...]:
    """Return the points that a good answer says: all but misconceptions."""
    return tuple(point for point in reading.points if point.kind != "misconception")


def required(reading: Reading) -> tuple[Point, ...]:
    """Return the required points; of alternatives ("any five of") only as many as are wanted."""
    alternatives = [point for point in reading.points if reading.counted(point)]
    spare = {point.id for point in alternatives[reading.required_count or 0 :]} if alternatives else set()
    return tuple(point for point in reading.points if point.kind == "required" and point.id not in spare)


def references(question: Question) -> list[tuple[Reading, str]]:
    """Return every reference answer with its reading; the points themselves where there is none."""
    return [
        (reading, text)
        for reading in question.readings
        for text in (reading.references or (joined(point.text for point in sound(reading)),))
    ]


@lru_cache(maxsize=1024)
def key_terms(question: Question) -> tuple[str, ...]:
    """Return the words of references and required points as they are written, the rarest first, each stem once."""
    known: dict[str, str] = {}
    for reading in question.readings:
        for text in (*reading.references, *(point.text for point in required(reading))):
            for token in content(text, question.language):
                if token.word[0].isalpha() and len(token.word) > 2:
                    known.setdefault(token.stem, text[token.start : token.end])
    return tuple(known[stem] for stem in sorted(known, key=lambda stem: -lexicon().weight(stem)))


@lru_cache(maxsize=1024)
def _names(question: Question) -> tuple[tuple[tuple[str, ...], str], ...]:
    found: dict[tuple[str, ...], str] = {}
    for reading in question.readings:
        for point in sound(reading):
            for wording in (point.text, *point.aliases):
                said = tuple(token.stem for token in content(wording, question.language))
                if 0 < len(said) <= _NAME_WORDS:
                    found.setdefault(said, wording.rstrip("."))
    return tuple(found.items())


def named(question: Question, text: str) -> str:
    """Return what a bag of words honestly says: the names of points that stand in it, as a list.

    An author who gives a point a wording of three content words or fewer ("concept drift") says that the name alone
    says the point; so a list that holds it, its words side by side, is no trick as far as that.

    >>> point = Point("a", "Concept drift.")
    >>> asked = Question.simple(id="q", prompt="Which?", points=(point,), references=("Concept drift.",))
    >>> named(asked, "time, concept, drift, model"), named(asked, "concept, time, drift")
    ('Concept drift', '')
    """
    said = [token.stem for token in content(text, question.language)]
    said = [stem for place, stem in enumerate(said) if not place or said[place - 1] != stem]
    runs = {tuple(said[a : a + n]) for n in range(1, _NAME_WORDS + 1) for a in range(len(said) - n + 1)}
    return ", ".join(wording for name, wording in _names(question) if name in runs)


def partials(question: Question) -> Iterator[str]:
    """Yield honest answers that say a part: every other sentence of a reference, every other point, partial samples."""
    for reading, text in references(question):
        parts = sentences(text)
        if len(parts) > 1:
            yield " ".join(parts[::2])
            yield " ".join(parts[1::2])
        points = required(reading)
        if len(points) > 1:
            yield joined(point.text for point in points[::2])
    yield from (sample.answer for sample in question.samples if sample.kind == "partial")


def vocabulary(question: Question) -> frozenset[str]:
    """Return every content stem of a question: its prompt, points, other wordings and references."""
    texts = [question.prompt]
    for reading in question.readings:
        texts += reading.references
        for point in reading.points:
            texts += (point.text, *point.aliases)
    return frozenset().union(*(stems(text, question.language) for text in texts))


def is_word(word: str, language: str) -> bool:
    """Say whether the lexicon knows a word, as it is or by its stem."""
    folded = word.lower()
    return folded in lexicon() or stem_word(folded, language) in lexicon()


def cover(stems_of_wording: frozenset[str], said: frozenset[str]) -> float:
    """Return the share of a wording, by how rare its words are, that ``said`` holds; in 0..1."""
    whole = sum(lexicon().weight(stem) for stem in stems_of_wording)
    return sum(lexicon().weight(stem) for stem in stems_of_wording & said) / whole if whole else 0.0


def best_sentence(parts: Sequence[str], point: Point, language: str) -> int:
    """Return the index of the sentence that holds most of a point's words; the first wins a draw."""
    wordings = [stems(wording, language) for wording in (point.text, *point.aliases)]
    covers = [max(cover(wording, stems(part, language)) for wording in wordings) for part in parts]
    return covers.index(max(covers))
