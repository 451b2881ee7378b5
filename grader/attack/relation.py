"""Which questions have to do with each other: the reference of a related one is no attack, it may well be right.

Two questions are related where any of these holds:

- they have the same topic, or a tag in common (tags with a colon, such as ``seed:7``, number questions and do not count);
- their prompts share two neighbouring content words ("continual learning");
- the reference holds the rarest word of the first sentence that asks, which is mostly what the question is about;
- of what the reference says, by the rarity of its words among these questions, ``MOST_SHARED`` or more is in the
  vocabulary of the question that is asked;
- one sentence of the reference holds ``MOST_OF_WORDING`` or more of one wording of a sound point, by the rarity of its words.

The test is of words alone and does not ask the grader, so it cannot excuse what the grader gets wrong by meaning.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from itertools import islice, pairwise

from grader.attack.case import Chance
from grader.attack.words import content, cover, references, sentences, sound, stems, vocabulary
from grader.lexicon import lexicon
from grader.types import Question

MOST_SHARED = 0.15
MOST_OF_WORDING = 0.7


class Relations:
    """What is related to what, among some questions."""

    def __init__(self, questions: Sequence[Question]) -> None:
        self._questions = tuple(questions)
        self._vocabulary = {question.id: vocabulary(question) for question in questions}
        found = Counter(stem for known in self._vocabulary.values() for stem in known)
        self._rarity = {
            stem: math.log(1 + len(self._questions) / count) * lexicon().weight(stem) for stem, count in found.items()
        }
        self._sentences = {question.id: _sentence_stems(question) for question in questions}
        self._wordings = {question.id: _wording_stems(question) for question in questions}

    def unrelated(self, question: Question, chance: Chance, most: int = 40) -> tuple[Question, ...]:
        """Return up to ``most`` questions whose references say nothing that answers this one, in random order."""
        others = (other for other in chance.shuffled(self._questions) if other.id != question.id)
        return tuple(islice((other for other in others if not self.related(question, other)), most))

    def related(self, question: Question, other: Question) -> bool:
        """Say whether the reference of ``other`` may hold a part of an answer to ``question``."""
        return (
            (question.topic == other.topic != "")
            or bool(_tags(question) & _tags(other))
            or bool(_pairs(question) & _pairs(other))
            or self._subject(question) in self._said(other)
            or self._shared(question, other) >= MOST_SHARED
            or self._best_wording(question, other) >= MOST_OF_WORDING
        )

    def _subject(self, question: Question) -> str | None:
        first = (sentences(question.prompt) or [""])[0]
        asked = sorted(stem for stem in stems(first, question.language) if stem[0].isalpha())
        return max(asked, key=lambda stem: self._rarity[stem], default=None)

    def _said(self, question: Question) -> frozenset[str]:
        return frozenset[str]().union(*self._sentences[question.id])

    def _shared(self, question: Question, other: Question) -> float:
        said = self._said(other)
        known = said & self._vocabulary[question.id]
        whole = sum(self._rarity[stem] for stem in said)
        return sum(self._rarity[stem] for stem in known) / whole if whole else 0.0

    def _best_wording(self, question: Question, other: Question) -> float:
        wordings, parts = self._wordings[question.id], self._sentences[other.id]
        return max((cover(wording, said) for wording in wordings for said in parts if wording & said), default=0.0)


def _sentence_stems(question: Question) -> list[frozenset[str]]:
    return [stems(part, question.language) for _, text in references(question) for part in sentences(text)]


def _wording_stems(question: Question) -> set[frozenset[str]]:
    return {
        stems(wording, question.language)
        for reading in question.readings
        for point in sound(reading)
        for wording in (point.text, *point.aliases)
    }


def _tags(question: Question) -> set[str]:
    return {tag for tag in question.tags if ":" not in tag}


def _pairs(question: Question) -> set[tuple[str, str]]:
    said = [token.stem for token in content(question.prompt, question.language)]
    return set(pairwise(said))
