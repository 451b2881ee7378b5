"""What the engine's tests share: the bank's questions, and one grader that all of them warm up."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import grader
from grader import Bank, Question
from tests.engine.material import OWN_QUESTIONS

Score = Callable[[Question, str], float]


@pytest.fixture(scope="session")
def questions(bank: Bank) -> tuple[Question, ...]:
    """All questions of the project's packs."""
    return bank.questions


class Few(tuple[Question, ...]):
    """Questions whose representation does not flood the report of a failed example."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{len(self)} questions>"


@pytest.fixture(scope="session")
def few(questions: tuple[Question, ...]) -> tuple[Question, ...]:
    """A handful of questions that differ in kind: counts, two readings, misconceptions, short and long rubrics."""
    wanted = ("lora", "quantization-types", "model-drift", "canary-testing", "replay-method")
    chosen = tuple(question for question in questions if question.id in wanted)
    assert len(chosen) == len(wanted)
    return Few((*chosen, *OWN_QUESTIONS))


@pytest.fixture(scope="session")
def score() -> Score:
    """Score an answer with the shipped grader; each pair is graded once a session."""
    known: dict[tuple[str, str, str], float] = {}

    def of(question: Question, answer: str) -> float:
        key = (question.id, question.version, answer)
        if key not in known:
            known[key] = grader.grade(question, answer).score
        return known[key]

    return of
