"""The passages that earn a point: where they begin and end, how many there are, and that there are any."""

from __future__ import annotations

import itertools

import pytest

import grader
from grader import Evidence, Judgment, Question
from grader.matchers import NAMES
from tests.engine.material import BANK_READINGS, HEART


def judged(answer: str, point: str, question: Question = HEART) -> Judgment:
    return {j.point_id: j for j in grader.grade(question, answer).judgments}[point]


@pytest.mark.parametrize(
    ("answer", "quotes"),
    [
        ("The heart pumps blood through the body.", ["heart pumps blood through the body"]),
        ("I like soup. The heart pumps blood through the body.", ["heart pumps blood through the body"]),
        ("😀 The HEART\u200b pumps  BLOOD through the body 😀", ["HEART\u200b pumps  BLOOD through the body"]),
        ("\u202eThe heart pumps blood through the body", ["heart pumps blood through the body"]),
    ],
)
def test_quotes_are_the_words_of_the_answer(answer: str, quotes: list[str]) -> None:
    evidence = judged(answer, "pump").evidence
    assert [item.quote for item in evidence] == quotes
    assert all(answer[item.start : item.end] == item.quote for item in evidence)


def test_a_point_has_no_more_than_three_passages_in_the_order_of_the_text() -> None:
    answer = (
        "It pumps. There is blood, and the heart, and the body, and circulation; it pumps blood, it drives the body."
    )
    evidence = judged(answer, "pump").evidence
    assert 1 <= len(evidence) <= 3
    assert [item.start for item in evidence] == sorted(item.start for item in evidence)
    assert all(a.end <= b.start for a, b in itertools.pairwise(evidence))


def test_evidence_names_its_matcher_and_strength() -> None:
    [item] = judged("The heart pumps blood through the body.", "pump").evidence
    assert item.matcher == "keyword"
    assert item.matcher in NAMES
    assert 0.9 <= item.strength <= 1.0


def test_a_typing_error_still_earns_its_passage() -> None:
    [item] = judged("The heart pmups blood through the body.", "pump").evidence
    assert item.quote == "heart pmups blood through the body"


def test_what_another_sentence_says_is_not_quoted() -> None:
    answer = "Valves keep the blood from flowing backwards. Tomatoes like sun."
    assert all("Tomatoes" not in item.quote for item in judged(answer, "valves").evidence)


@pytest.mark.parametrize(
    "answer", ["", "   ", "Tomatoes like sun.", "😀", "The heart does not pump blood through the body."]
)
def test_no_credit_has_no_evidence(answer: str) -> None:
    judgment = judged(answer, "pump")
    assert judgment.credit == 0.0
    assert judgment.evidence == ()


def test_the_evidence_is_of_the_reading_that_counts() -> None:
    answer = "It is the sloping land at the edge of a river."
    grade = grader.grade(BANK_READINGS, answer)
    assert grade.reading_id == "river"
    [judgment] = grade.judgments
    assert isinstance(judgment.evidence[0], Evidence)
    assert judgment.evidence[0].quote == "sloping land at the edge of a river"
