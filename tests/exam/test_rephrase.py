"""A model may say one probe in other words; anything else that it says is not said."""

from __future__ import annotations

import asyncio

import pytest

from grader import Bank
from grader.exam.rephrase import MOST_CHARS, rephrase_request, rephrased
from grader.llm.settings import LlmSettings
from grader.llm.types import LlmFailure, Reply, Request
from grader.types import Point, Question
from tests.llm.scripted import Script

SETTINGS = LlmSettings(model="scripted")
ASKED = "What can you say about sensitive data and the law?"


@pytest.fixture
def question(bank: Bank) -> Question:
    return bank.get("cloud-deployment")


def point_of(question: Question) -> Point:
    return next(point for point in question.points if point.id == "privacy-compliance")


def said(question: Question, reply: str) -> str:
    return asyncio.run(rephrased(ASKED, question, point_of(question), Script(lambda _: reply), SETTINGS))


@pytest.mark.parametrize(
    "reply",
    [
        "And sensitive data and the law: any thoughts?",
        "Thank you. What about sensitive data and the law?",
        '"Could you tell me something on sensitive data and the law?"',
    ],
)
def test_one_question_about_the_same_is_said(question: Question, reply: str) -> None:
    assert said(question, reply) == reply.strip('"')


@pytest.mark.parametrize(
    "reply",
    [
        "",
        "Sensitive data and the law.",  # no question
        "What about sensitive data? And what about the law?",  # two
        "What about sensitive data and the law? I mean it.",
        "Is compliance a concern when it comes to sensitive data and the law?",  # gives it away
        "What about privacy and the law?",
        "How is the weather today?",  # another question
        "**What** about sensitive data and the law?",
        "What about <b>sensitive</b> data and the law?",
        "See https://example.org about sensitive data and the law?",
        "One. Two. Three. Four. What about sensitive data and the law?",
        "What about sensitive data and the law" + " hm" * MOST_CHARS + "?",
    ],
)
def test_anything_else_is_not(question: Question, reply: str) -> None:
    assert said(question, reply) == ASKED


def test_where_the_model_fails_the_offline_words_are_said(question: Question) -> None:
    class Failing:
        async def ask(self, request: Request, *, deadline: float | None = None) -> Reply:
            assert deadline is not None
            assert request.model == "scripted"
            raise LlmFailure("timeout", "no reply in time")

    assert asyncio.run(rephrased(ASKED, question, point_of(question), Failing(), SETTINGS)) == ASKED


def test_the_model_sees_no_wording_of_any_point(bank: Bank) -> None:
    for question in bank.questions:
        request = rephrase_request("What else?", question, SETTINGS, "kind")
        sent = " ".join(message.content for message in request.messages)
        for reading in question.readings:
            assert not any(reference in sent for reference in reading.references)
            assert not any(point.text in sent for point in reading.points)
