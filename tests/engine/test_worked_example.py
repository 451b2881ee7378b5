"""The worked example in docs/grading.md says what the grader says."""

from __future__ import annotations

import re
from itertools import zip_longest
from pathlib import Path

import pytest

import grader
from grader import Grade, Question
from grader.answer import analyse, side_by_side
from grader.calibration import default_calibration
from grader.features import NAMES, extract
from grader.lexicon import FloatArray
from grader.rubric import Rubric
from grader.scale import Scale
from grader.score import add_up

# The vectors may differ in their last digits from one machine to another.
NEAR = 0.0015


@pytest.fixture(scope="module")
def page(project_root: Path) -> str:
    """The section of the page."""
    text = (project_root / "docs" / "grading.md").read_text(encoding="utf-8")
    return text.partition("\n## An example\n")[2].partition("\n## ")[0]


@pytest.fixture(scope="module")
def question(page: str, questions: tuple[Question, ...]) -> Question:
    [name] = re.findall(r"--question (\S+)", page)
    return next(question for question in questions if question.id == name)


@pytest.fixture(scope="module")
def answer(page: str) -> str:
    [text] = re.findall(r"--answer '([^']+)'", page)
    return str(text)


@pytest.fixture(scope="module")
def grade(question: Question, answer: str) -> Grade:
    return grader.grade(question, answer)


@pytest.fixture(scope="module")
def features(question: Question, answer: str) -> tuple[FloatArray, FloatArray]:
    """The features and the chances of all points."""
    [reading] = question.readings
    rubric = Rubric(question, reading)
    script = side_by_side([analyse(answer, question.language)])
    found = extract(rubric, script, rubric.match(script))
    return found.values[0], default_calibration().chances(reading, found.values, found.denied)[0]


def rows(page: str, first: str) -> list[list[str]]:
    """Return the cells of the table whose first column has this title, without its head."""
    for table in re.findall(r"(?:^\|.*\|\n)+", page, re.M):
        head, _, *body = ([cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines())
        if head[0] == first:
            return body
    raise AssertionError(f"no table of {first}")


def test_the_points(page: str, question: Question, grade: Grade, features: tuple[FloatArray, FloatArray]) -> None:
    [reading] = question.readings
    *sound, wrong = rows(page, "point")
    told = [point for point in reading.points if point.kind != "misconception"]
    judged = {judgment.point_id: judgment for judgment in grade.judgments}
    chances = dict(zip((point.id for point in reading.points), features[1].tolist(), strict=True))
    for (text, kind, chance, credit, verdict, evidence), point in zip(sound, told, strict=True):
        judgment = judged[point.id]
        assert text == point.text
        assert kind == point.kind + (f", weight {point.weight:g}" if point.weight != 1 else "")
        assert float(chance) == pytest.approx(chances[point.id], abs=NEAR)
        assert (float(credit), verdict) == (judgment.credit, judgment.verdict)
        assert re.findall('"([^"]*)"', evidence) == [passage.quote for passage in judgment.evidence]
    misconceptions = [point.id for point in reading.points if point.kind == "misconception"]
    assert wrong[0] == f"{('no', 'one', 'two', 'three', 'four')[len(misconceptions)]} misconceptions"
    for name in misconceptions:
        assert (judged[name].credit, judged[name].verdict) == (float(wrong[3]), wrong[4])
        assert float(wrong[2]) == pytest.approx(chances[name], abs=NEAR)


def test_the_features_of_the_first_point(page: str, features: tuple[FloatArray, FloatArray]) -> None:
    [cells] = rows(page, NAMES[0])
    for name, cell, value in zip_longest(NAMES, cells, features[0][0].tolist()):
        assert float(cell) == pytest.approx(value, abs=NEAR), name


def test_the_total_the_score_and_the_interval(page: str, question: Question, grade: Grade) -> None:
    total = add_up(question.readings[0], grade.judgments, Scale())
    assert re.findall(r"a total of (\d\.\d+)", page) == [f"{total.raw:.2f}"]
    said = re.findall(r"the same, (\d\.\d+), and its 90 % interval goes from (\d\.\d+) to (\d\.\d+)", page)
    assert said == [(f"{grade.score:.2f}", f"{grade.low:.4f}", f"{grade.high:.4f}")]


def test_what_is_said_beside_the_tables(page: str, question: Question) -> None:
    calibration = default_calibration()
    assert f"the ramp's foot of {calibration.described.ramp.none:g}" in page
    instead = "The new version first goes to a small fraction of the users, and its performance is monitored there."
    judged = {judgment.point_id: judgment.verdict for judgment in grader.grade(question, instead).judgments}
    assert '"its performance is monitored" it is met' in page
    assert judged["evaluate"] == "met"
