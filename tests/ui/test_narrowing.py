"""A question asked in part: whether it can be, and in which words."""

from __future__ import annotations

import pytest

from grader.types import Point, Question
from ui.narrowing import follow_up_text, reading_of

POINTS = (
    Point("what", "The distribution of the data changes.", weight=2, label="what drift is"),
    Point("why", "Sensors wear out over the years.", label="a cause"),
    Point("cost", "The accuracy of the model falls.", label="what it leads to"),
)
QUESTION = Question.simple(id="q", prompt="What is drift?", points=POINTS, references=("It changes.",))


@pytest.mark.parametrize("focus", [(), ("gone",), ("what", "gone")])
def test_without_a_part_that_is_there_the_whole_is_asked(focus: tuple[str, ...]) -> None:
    assert reading_of(QUESTION, focus) is None
    assert follow_up_text(QUESTION, focus, ()) == ""


def test_a_follow_up_names_labels_and_no_wording() -> None:
    said = follow_up_text(QUESTION, ("why",), ("what",))
    assert "what drift is" in said
    assert "a cause" in said
    assert POINTS[1].text not in said
