"""Follow-ups: what is asked for in place of the whole question reads as sentences and gives nothing away."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader import Bank
from grader.types import Point, Question, Reading
from study.focus import TEXT_KEYS, FollowUp, follow_up
from study.telling import stems_of
from tests.study.made_questions import questions
from ui.texts import CATALOGUES, LANGUAGES, Language


def said(asked: FollowUp, language: Language = "en") -> str:
    """A follow-up in words, as the page says it."""
    catalogue = CATALOGUES[language]
    sentences = []
    for text in asked.sentences:
        key = f"{text.key}_one" if text.values.get("count") == 1 and f"{text.key}_one" in catalogue else text.key
        sentences.append(catalogue[key].format(**text.values))
    return " ".join(sentences)


def asked_for(question: Question, had: str, wanted: str, language: Language = "en") -> str:
    """The follow-up for points of the first reading, named by their ids."""
    points = {point.id: point for point in question.points}
    return said(
        follow_up(
            question,
            question.readings[0],
            [points[name] for name in had.split()],
            [points[name] for name in wanted.split()],
            language,
        ),
        language,
    )


@pytest.mark.parametrize(
    ("question_id", "had", "wanted", "expected"),
    [
        (
            "model-drift",
            "performance-loss",
            "data-drift-cause",
            "You have covered what happens to the model. What can you say about a cause to do with inputs only?",
        ),
        ("model-drift", "", "data-drift-cause", "What can you say about a cause to do with inputs only?"),
        (
            # the weightiest is named, whatever the order
            "model-drift",
            "changed-world performance-loss gets-better",
            "concept-drift-cause data-drift-cause",
            (
                "You have covered what happens to the model, and one more point. What can you say about a cause to do with inputs "
                "and outputs, and about a cause to do with inputs only?"
            ),
        ),
        (
            # one heading for all is said once
            "cloud-deployment",
            "elasticity cicd-integration managed-services",
            "privacy-compliance unpredictable-cost",
            (
                "You have covered handling a changing load, and 2 more points. Now for “inconveniences”. What can you say about "
                "sensitive data and the law, and about how the bill develops?"
            ),
        ),
        (
            "cloud-deployment",
            "",
            "elasticity unpredictable-cost realtime-latency",
            (
                "What can you say about handling a changing load (advantages), about how the bill develops (inconveniences), and "
                "about response time (inconveniences)?"
            ),
        ),
        (
            # a label with commas of its own is kept together in a list
            "mlops-readiness-levels",
            "",
            "manual-process continuous-training",
            (
                "What can you say about “level 0, where everybody starts”, and about “level 3, how the model in production stays "
                "up to date”?"
            ),
        ),
        (
            "mlops-metrics",
            "",
            "cost-efficiency deployment-frequency recovery-time data-quality",
            (
                "What can you say about these points: the money side; the release rhythm; what follows an incident; the state of "
                "what goes into the model?"
            ),
        ),
    ],
)
def test_a_follow_up_names_what_is_there_and_what_is_wanted(
    bank: Bank, question_id: str, had: str, wanted: str, expected: str
) -> None:
    assert asked_for(bank.get(question_id), had, wanted) == expected


@pytest.mark.parametrize(
    ("had", "wanted", "expected"),
    [
        (
            "elasticity",
            "privacy-compliance unpredictable-cost",
            (
                "„handling a changing load“ hast du schon getroffen. Jetzt zu „inconveniences“. Was kannst du zu „sensitive data "
                "and the law“ und zu „how the bill develops“ sagen?"
            ),
        ),
        (
            "elasticity cicd-integration",
            "realtime-latency",
            (
                "„handling a changing load“ und einen weiteren Punkt hast du schon getroffen. Jetzt zu „inconveniences“. Was "
                "kannst du zu „response time“ sagen?"
            ),
        ),
    ],
)
def test_in_german_labels_stand_in_quotation_marks(bank: Bank, had: str, wanted: str, expected: str) -> None:
    assert asked_for(bank.get("cloud-deployment"), had, wanted, "de") == expected


@pytest.mark.parametrize(
    ("had", "wanted", "expected"),
    [
        ("a", "b", "You have covered what it costs. A full answer makes one more point. Which is it?"),
        ("b", "a", "What can you say about what it costs?"),
        ("", "a b", "A full answer makes 2 more points. Which are they?"),
    ],
)
def test_a_point_without_a_label_is_asked_for_in_general(had: str, wanted: str, expected: str) -> None:
    points = (Point("a", "It costs less.", label="what it costs"), Point("b", "It runs everywhere."))
    question = Question.simple(id="q", prompt="Why?", points=points, references=("x",))
    assert asked_for(question, had, wanted) == expected


def test_where_nothing_is_wanted_there_is_nothing_to_ask(bank: Bank) -> None:
    question = bank.get("model-drift")
    with pytest.raises(ValueError, match="model-drift"):
        follow_up(question, question.readings[0], question.points, ())


def gives_nothing_away(question: Question, reading: Reading, asked: FollowUp, named: list[Point]) -> None:
    told = stems_of(question, question.prompt, *(point.label or "" for point in named))
    wordings = [text for one in reading.points for text in (one.text, *one.aliases)]
    secret = stems_of(question, *wordings, *reading.references) - told
    for text in asked.sentences:
        assert text.key in TEXT_KEYS
        assert not secret & stems_of(question, *(value for value in text.values.values() if isinstance(value, str)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_choice_of_points_of_the_packs_reads_as_sentences(bank: Bank, language: Language) -> None:
    seen = 0
    for question in bank.questions:
        for reading in question.readings:
            points = [point for point in reading.points if point.kind != "misconception"]
            for first in range(len(points)):
                for size in range(1, min(5, len(points))):
                    wanted = [points[(first + step) % len(points)] for step in range(size)]
                    had = [point for point in points if point not in wanted]
                    asked = follow_up(question, reading, had, wanted, language)
                    gives_nothing_away(question, reading, asked, points)
                    sentences = said(asked, language)
                    assert re.fullmatch(r"[A-ZÄÖÜ„].*[.?]", sentences), sentences
                    assert not re.search(r"[{}]|  |\.\.", sentences), sentences
                    assert all(point.label in sentences for point in wanted if point.label)
                    seen += 1
    assert seen > 500


@given(questions(), st.sampled_from(LANGUAGES), st.data())
@settings(max_examples=100)
def test_no_follow_up_gives_anything_away(question: Question, language: Language, data: st.DataObject) -> None:
    for reading in question.readings:
        wanted = data.draw(st.lists(st.sampled_from(reading.points), min_size=1, unique_by=lambda point: point.id))
        had = data.draw(st.lists(st.sampled_from(reading.points), unique_by=lambda point: point.id))
        asked = follow_up(question, reading, had, wanted, language)
        gives_nothing_away(question, reading, asked, [*had, *wanted])
        assert said(asked, language)
        assert 1 <= len(asked.sentences) <= 3
