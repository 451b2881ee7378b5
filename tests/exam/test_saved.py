"""Every state as JSON and back, and what is no saved exam."""

from __future__ import annotations

import json

import pytest

from grader.exam.errors import SavedExamError
from grader.exam.events import Draft
from grader.exam.saved import VERSION, from_json, to_json
from grader.exam.types import ExamSetup
from tests.exam.sitting import QUESTIONS, Sitting


def text() -> str:
    exam = Sitting(ExamSetup(questions=2, challenge_share=1))
    exam.begin()
    exam.say("The roots take up water from the soil. \ud800 😀 模型\u2028")
    exam.tell(Draft("so far"))
    return to_json(exam.state)


def test_a_state_is_one_line_and_comes_back_equal() -> None:
    saved = text()
    assert "\n" not in saved
    assert to_json(from_json(saved)) == saved


def test_nothing_of_a_reference_is_saved() -> None:
    for question in QUESTIONS.values():
        for point in question.points:
            if point.id != "water":
                assert point.text not in text()


@pytest.mark.parametrize(
    ("saved", "told"),
    [
        ("", "is no JSON"),
        ("{", "is no JSON"),
        ("[" * 100_000, "is no JSON"),
        ("[]", "this is no saved exam"),
        ('{"version": 1}', "this is no saved exam"),
        (
            json.dumps({"format": "viva-exam", "version": VERSION + 1}),
            f"is of version {VERSION + 1}; this program reads",
        ),
        (json.dumps({"format": "viva-exam"}), "is of version None"),
        (json.dumps({"format": "viva-exam", "version": VERSION}), "is damaged at state"),
        (json.dumps({"format": "viva-exam", "version": VERSION, "state": {}}), "is damaged at setup"),
    ],
)
def test_anything_else_is_refused_in_a_line(saved: str, told: str) -> None:
    with pytest.raises(SavedExamError, match=told) as refusal:
        from_json(saved)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("place", "value", "told"),
    [
        (("phase",), "nowhere", "phase"),
        (("latest",), "2026-01-01T00:00:00", "latest"),  # no zone
        (("setup", "probes_most"), 9, "setup.probes_most"),
        (("setup", "unknown"), 1, "setup.unknown"),
    ],
)
def test_a_damaged_one_is_told_by_its_place(place: tuple[str, ...], value: object, told: str) -> None:
    values = json.loads(text())
    here = values["state"]
    for name in place[:-1]:
        here = here[name]
    here[place[-1]] = value
    with pytest.raises(SavedExamError, match=f"damaged at {told}"):
        from_json(json.dumps(values))
