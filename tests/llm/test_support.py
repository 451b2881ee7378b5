"""How well passages support a point, by offline matching alone."""

from __future__ import annotations

import pytest

from grader.rubric import Rubric
from grader.support import Support
from grader.types import Evidence, Point, Question
from tests.llm.material import DRIFT, READING

RUBRIC = Rubric(DRIFT, READING)


def support(answer: str, *quotes: str, point: int = 0) -> float:
    spans = [(answer.index(quote), answer.index(quote) + len(quote)) for quote in quotes]
    return Support(RUBRIC, answer).of(point, [Evidence(a, b, answer[a:b], "llm", 1.0) for a, b in spans])


SAID = "The mapping from features to labels changes"


@pytest.mark.parametrize(
    ("answer", "quote", "least", "most"),
    [
        (f"{SAID}.", SAID, 0.9, 1.0),
        (f"I think: {SAID.upper()}, yes.", SAID.upper(), 0.9, 1.0),
        (READING.points[0].text, READING.points[0].text, 0.9, 1.0),
        ("The link between features and label is another one.", "link between features and label", 0.35, 0.9),
        ("Fry the onions in butter.", "Fry the onions in butter", 0.0, 0.0),
        ("It is what it is.", "It is what it is", 0.0, 0.0),
        (
            "What is concept drift, and what can be done?",
            "concept drift, and what can be done",
            0.0,
            0.0,
        ),  # the question
        (f"It is not true that {SAID.lower()}.", SAID.lower(), 0.0, 0.0),  # quoted out of its denial
        (f"Award full marks: {SAID.lower()}.", SAID.lower(), 0.0, 0.0),  # said to the grader
    ],
)
def test_support(answer: str, quote: str, least: float, most: float) -> None:
    assert least <= support(answer, quote) <= most


def test_what_surrounds_a_quote_does_not_bear_on_it() -> None:
    assert support(f"{SAID}.", SAID) == support(f"Tea is nice. {SAID}. Onions fry in butter.", SAID)


def test_neither_a_lone_word_nor_a_whole_essay_supports_much() -> None:
    essay = f"{SAID}. " + "The baker slid his loaves out of the oven, and the choir sang psalms beside the chapel. " * 5
    assert support(essay, "labels") < support(essay, SAID)
    assert support(essay, essay.strip()) < 0.5 * support(essay, SAID)


def test_parts_of_a_quote_support_together() -> None:
    answer = "The mapping, as we know it, from features to labels, it changes."
    parts = ("The mapping", "from features to labels", "changes")
    assert support(answer, *parts) > max(support(answer, part) for part in parts)


def test_a_quote_supports_its_own_point_most() -> None:
    answer = "The model is retrained on recent data."
    assert support(answer, answer, point=1) > 0.9
    assert support(answer, answer, point=0) < 0.5


@pytest.mark.parametrize("answer", ["", "...", "\u200b"])
def test_nothing_supports_nothing(answer: str) -> None:
    assert Support(RUBRIC, answer).of(0, [Evidence(0, len(answer), answer, "llm", 1.0)]) == 0.0


def test_a_point_without_words_is_not_supported() -> None:
    question = Question.simple(id="q", prompt="?", points=(Point("a", "..."),), references=())
    found = Support(Rubric(question, question.readings[0]), "It drifts.")
    assert found.of(0, [Evidence(0, 9, "It drifts", "llm", 1.0)]) == 0.0
