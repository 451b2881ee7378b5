"""Small made-up questions for the families, and graders that are bad on purpose."""

from __future__ import annotations

import pytest

from grader.attack import Chance, Target
from grader.types import Point, Question, Sample

_HEART = (
    "The heart pumps 5 litres of blood through the body each minute. A small valve is placed at each exit, and it keeps "
    "the blood from flowing backwards. The heart does not stop during sleep."
)
HEART = Question.simple(
    id="heart",
    prompt="What is the job of the heart? Explain it.",
    topic="Body",
    points=(
        Point("pump", "The heart pumps 5 litres of blood through the body each minute.", label="what it does all day"),
        Point("valves", "A small valve keeps the blood from flowing backwards."),
        Point("night", "The heart works during sleep.", aliases=("it beats at night",)),
        Point("thinks", "The heart is the seat of reason.", kind="misconception"),
    ),
    references=(_HEART,),
    samples=(
        Sample("partial", "It's a muscle that doesn't tire. It pumps blood.", (("pump", "met"), ("valves", "unmet"))),
        Sample("full", "- pumps blood through the body\n- valves stop the blood from flowing backwards", ()),
    ),
)
VOLCANO = Question.simple(
    id="volcano",
    prompt="Why does a volcano erupt?",
    topic="Earth",
    points=(
        Point("magma", "Molten magma rises because it is lighter than the rock around it."),
        Point("gas", "The pressure of dissolved gas increases until the crust breaks."),
    ),
    references=(
        (
            "Molten magma rises because it is lighter than the rock around it. The pressure of dissolved gas increases "
            "until the crust breaks."
        ),
    ),
)
TREES = Question.simple(
    id="trees",
    prompt="Name three kinds of maple.",
    topic="Plants",
    tags=("seed:1",),
    points=(Point("red", "Red maple."), Point("sugar", "Sugar maple."), Point("silver", "Silver maple.")),
    references=("The red maple, the sugar maple and the silver maple.",),
    required_count=2,
)
HERZ = Question.simple(
    id="herz",
    prompt="Was macht das Herz?",
    language="de",
    points=(Point("pumpe", "Das Herz pumpt Blut durch den Körper."),),
    references=("Das Herz pumpt Blut durch den Körper und steht niemals still.",),
)
QUESTIONS = (HEART, VOLCANO, TREES, HERZ)


@pytest.fixture
def heart() -> Target:
    """The question about the heart, as the families get it."""
    return Target(HEART, (VOLCANO,), Chance("test"))


@pytest.fixture
def volcano() -> Target:
    """A question with a word in it that has an opposite."""
    return Target(VOLCANO, (HEART,), Chance("test"))
