"""A grade in words: literal sentences, and nothing of the wording given away."""

from __future__ import annotations

import string
import tomllib

import pytest

import grader
from grader.data import FOLDER
from grader.feedback import describe, flag_names, flag_text, languages
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


# --- other languages


@pytest.mark.parametrize(
    ("verdicts", "labels", "text"),
    [
        (("met", "met", "met"), LABELS[:3], "Du hast 3 von 3 Punkten getroffen."),
        (
            ("met", "partial", "unmet"),
            ("Ursache", "Folge", "Beispiel"),
            "Du hast 1 von 3 Punkten getroffen. Teilweise gesagt: „Folge“. Noch fehlt: „Beispiel“.",
        ),
        (
            ("unmet", "abstain", "met"),
            ("Ursache", "Folge", "Beispiel"),
            "Du hast 1 von 3 Punkten getroffen. Noch fehlen: „Ursache“ und „Folge“.",
        ),
        (("unmet",), (None,), "Du hast 0 von 1 Punkt getroffen. 1 fehlt noch."),
        (
            ("partial", "unmet", "unmet"),
            (None, None, None),
            "Du hast 0 von 3 Punkten getroffen. 1 weiterer ist teilweise da. 2 fehlen noch.",
        ),
        (
            ("unmet",) * 5,
            LABELS[:5],
            (
                "Du hast 0 von 5 Punkten getroffen. "
                "Noch fehlen: „its cause“, „its effect“, „an example“, „the cost“ und 1 weiterer."
            ),
        ),
    ],
)
def test_literal_feedback_in_german(verdicts: tuple[Verdict, ...], labels: tuple[str | None, ...], text: str) -> None:
    assert describe(reading(labels), judgments(*verdicts), (), "de") == text


def test_a_language_without_wordings_is_told_in_english() -> None:
    assert describe(reading(LABELS[:1]), judgments("met"), (), "xx") == describe(
        reading(LABELS[:1]), judgments("met"), ()
    )
    assert flag_text("blank", "xx") == flag_text("blank")


def test_every_language_has_every_wording_with_the_same_places() -> None:
    found = tomllib.loads((FOLDER / "feedback.toml").read_text(encoding="utf-8"))
    assert languages() == tuple(found)
    english = found.pop("en")
    for other in found.values():
        assert tuple(other["flags"]) == flag_names()
        sentences = {key: text for key, text in other.items() if key != "flags"}
        assert {key.removesuffix("_one") for key in sentences} == english.keys() - {"flags"}
        assert all(places(text) == places(english[key.removesuffix("_one")]) for key, text in sentences.items())
        assert not set(sentences.values()) & {english[key] for key in english if key != "flags"}
        assert not set(other["flags"].values()) & set(english["flags"].values())


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
