"""A grade in words: literal sentences, and nothing of the wording given away."""

from __future__ import annotations

import pytest

import grader
from grader.feedback import describe
from grader.types import Evidence, Judgment, Point, Reading, Verdict

SAID = (Evidence(0, 1, "x", "keyword", 1.0),)
CREDITS: dict[Verdict, float | None] = {"met": 1.0, "partial": 0.5, "unmet": 0.0, "abstain": None}
LABELS = ("its cause", "its effect", "an example", "the cost", "the risk", "the history")


def reading(labels: tuple[str | None, ...], count: int | None = None) -> Reading:
    points = tuple(Point(f"p{i}", f"secret wording {i}", label=label) for i, label in enumerate(labels))
    return Reading("main", points, (), required_count=count)


def judgments(*verdicts: Verdict) -> list[Judgment]:
    return [
        Judgment(f"p{i}", verdict, CREDITS[verdict], SAID if CREDITS[verdict] else (), "")
        for i, verdict in enumerate(verdicts)
    ]


@pytest.mark.parametrize(
    ("verdicts", "text"),
    [
        (("met", "met", "met"), "You covered 3 of 3 points."),
        (
            ("met", "partial", "unmet"),
            "You covered 1 of 3 points. Said in part: its effect. Still missing: an example.",
        ),
        (
            ("unmet", "unmet", "unmet"),
            "You covered 0 of 3 points. Still missing: its cause, its effect and an example.",
        ),
        (("abstain", "met", "met"), "You covered 2 of 3 points. Still missing: its cause."),
        (("partial", "partial", "met"), "You covered 1 of 3 points. Said in part: its cause and its effect."),
    ],
)
def test_literal_feedback(verdicts: tuple[Verdict, ...], text: str) -> None:
    assert describe(reading(LABELS[:3]), judgments(*verdicts), ()) == text


@pytest.mark.parametrize(
    ("verdicts", "text"),
    [
        (("met", "met", "unmet"), "You covered 2 of 3 points. 1 are still missing."),
        (("partial", "partial", "unmet"), "You covered 0 of 3 points. 2 more are there in part. 1 are still missing."),
    ],
)
def test_points_without_labels_are_counted(verdicts: tuple[Verdict, ...], text: str) -> None:
    found = describe(reading((None, None, None)), judgments(*verdicts), ())
    assert found.startswith(text.partition(".")[0])
    assert "secret" not in found
    assert found.count(".") == text.count(".")


def test_a_count_wants_no_more_than_it_asks_for() -> None:
    any_two = reading(LABELS[:4], count=2)
    assert describe(any_two, judgments("met", "met", "unmet", "unmet"), ()) == "You covered 2 of 2 points."
    assert describe(any_two, judgments("met", "met", "met", "met"), ()) == "You covered 2 of 2 points."
    assert describe(any_two, judgments("met", "unmet", "unmet", "unmet"), ()).startswith("You covered 1 of 2 points.")


def test_long_lists_of_labels_are_cut() -> None:
    found = describe(reading(LABELS), judgments("unmet", "unmet", "unmet", "unmet", "unmet", "unmet"), ())
    assert "its cause, its effect, an example, the cost and 2 more" in found


def test_blank_is_all_there_is_to_say() -> None:
    assert describe(reading(LABELS[:1]), judgments("unmet"), ("blank",)) == "There is nothing to grade yet."


@pytest.mark.parametrize("flag", ["contradiction", "misconception"])
def test_denials_and_misunderstandings_are_named(flag: str) -> None:
    found = describe(reading(LABELS[:1]), judgments("unmet"), (flag,))
    assert found.endswith(grader.feedback.flag_text(flag))


def test_the_feedback_of_the_bank_gives_no_wording_away(questions: tuple[grader.Question, ...]) -> None:
    for question in questions:
        found = grader.grade(question, "Tomatoes like sun.").feedback
        assert found.startswith("You covered 0 of ")
        assert all(point.text not in found for point in question.points)
        assert all(alias not in found for point in question.points for alias in point.aliases if " " in alias)
