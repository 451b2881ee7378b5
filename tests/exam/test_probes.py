"""Follow-ups: the right point, in words that read well and give nothing away."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader import Bank
from grader.exam import probes
from grader.exam.phrasing import stems_of
from grader.exam.types import Manner
from grader.exam.wordings import catalogue, said
from grader.types import Evidence, Judgment, Point, Question, Reading
from tests.exam.sitting import COLOURS, TREES
from tests.study.made_questions import questions

MANNERS: tuple[Manner, ...] = ("kind", "neutral", "strict")
SOME = (Evidence(0, 1, "x", "keyword", 1.0),)


def judged(reading: Reading, met: str = "", partial: str = "", abstain: str = "") -> list[Judgment]:
    found = []
    for point in reading.points:
        if point.id in met.split():
            found.append(Judgment(point.id, "met", 1.0, SOME))
        elif point.id in partial.split():
            found.append(Judgment(point.id, "partial", 0.5, SOME))
        elif point.id in abstain.split():
            found.append(Judgment(point.id, "abstain", None))
        else:
            found.append(Judgment(point.id, "unmet", 0.0))
    return found


def picked(question: Question, *, met: str = "", partial: str = "", abstain: str = "", probed: str = "") -> str | None:
    reading = question.readings[0]
    found = probes.pick(reading, judged(reading, met, partial, abstain), probed.split(), most_each=2)
    return None if found is None else found[0].id + ("~" if found[1] else "")


# --- which point


@pytest.mark.parametrize(
    ("question", "met", "partial", "probed", "expected"),
    [
        (TREES, "", "", "", "light"),  # the heaviest
        (TREES, "light", "", "", "water"),
        (TREES, "", "light", "", "light~"),
        (TREES, "water light", "", "", None),
        (TREES, "", "", "light", "water"),  # each once, before any again
        (TREES, "", "", "light water", None),  # none again that is as missing as before
        (TREES, "", "light", "light water", "light~"),  # but one that came part of the way
        (TREES, "", "light", "light light water", None),  # and no more than twice
        (COLOURS, "", "", "", "red"),
        (COLOURS, "", "blue", "", "blue~"),  # of equals the half-said one
        (COLOURS, "red", "", "", "blue"),
        (COLOURS, "red green", "", "", None),  # any two are enough
        (COLOURS, "red green", "blue", "", None),
    ],
)
def test_the_point_that_is_asked_for(
    question: Question, met: str, partial: str, probed: str, expected: str | None
) -> None:
    assert picked(question, met=met, partial=partial, probed=probed) == expected


def test_a_point_that_nobody_could_judge_is_not_called_missing() -> None:
    assert picked(TREES, met="water", abstain="light") is None


def test_bonus_points_and_errors_are_not_asked_for() -> None:
    points = (Point("a", "A"), Point("b", "B", kind="bonus"), Point("c", "C", kind="misconception"))
    question = Question.simple(id="q", prompt="?", points=points, references=("A",))
    assert picked(question) == "a"
    assert picked(question, met="a") is None


# --- in which words: a table over the five packs


def asked(
    bank: Bank, question_id: str, point_id: str, had: str = "", *, half: bool = False, manner: Manner = "neutral"
) -> str:
    question = bank.get(question_id)
    (reading,) = (one for one in question.readings if point_id in {point.id for point in one.points})
    points = {point.id: point for point in reading.points}
    found = probes.phrases(
        question, reading, points[point_id], had=[points[name] for name in had.split()], is_half=half
    )
    return said(found, manner)


@pytest.mark.parametrize(
    ("question_id", "point_id", "had", "half", "expected"),
    [
        (
            "concept-drift-definition",
            "over-time",
            "",
            False,
            "What can you say about the dimension along which it changes?",
        ),
        ("model-drift", "performance-loss", "", False, "Can you say what happens to the model?"),
        (
            "model-drift",
            "data-drift-cause",
            "performance-loss",
            False,
            "You have covered what happens to the model. What can you say about a cause to do with inputs only?",
        ),
        (
            "cloud-deployment",
            "unpredictable-cost",
            "elasticity managed-services",
            False,
            (
                "You have covered handling a changing load, and one more point. Now for “inconveniences”. Can you say how the bill "
                "develops?"
            ),
        ),
        (
            "mlops-metrics",
            "deployment-frequency",
            "model-latency",
            False,
            "You have covered what a waiting caller notices. Another is about the release rhythm. Which is it?",
        ),
        ("mlops-metrics", "cost-efficiency", "", True, "You have touched on the money side. Can you be more precise?"),
        (
            "distillation",
            "needs-teacher",
            "",
            True,
            "You have touched on what one must have first. Can you be more precise?",
        ),
        ("full-retraining", "from-scratch", "", False, "What can you say about the state in which training begins?"),
        ("safe-deployment-strategies", "monitoring", "", False, "What can you say about “after the release”?"),
    ],
)
def test_how_a_probe_reads(bank: Bank, question_id: str, point_id: str, had: str, half: bool, expected: str) -> None:
    assert asked(bank, question_id, point_id, had, half=half) == expected


@pytest.mark.parametrize(
    ("manner", "expected"),
    [
        (
            "kind",
            "Good, you have covered what happens to the model. What can you tell me about the general reason behind it?",
        ),
        ("neutral", "You have covered what happens to the model. What can you say about the general reason behind it?"),
        (
            "strict",
            "What happens to the model: that is covered. What do you have to say about the general reason behind it?",
        ),
    ],
)
def test_the_manner_changes_the_words(bank: Bank, manner: Manner, expected: str) -> None:
    assert asked(bank, "model-drift", "changed-world", "performance-loss", manner=manner) == expected


def test_a_heading_is_not_said_twice_in_a_row(bank: Bank) -> None:
    question = bank.get("cloud-deployment")
    reading = question.readings[0]
    points = {point.id: point for point in reading.points}
    first = probes.phrases(question, reading, points["realtime-latency"])
    again = probes.phrases(question, reading, points["provider-dependence"], earlier=first)
    other = probes.phrases(question, reading, points["elasticity"], earlier=first)
    assert said(first) == "Now for “inconveniences”. What can you say about response time?"
    assert said(again) == "Let us go on. What can you say about relation to the host company?"
    assert said(other) == "Let us go on. Now for “advantages”. What can you say about handling a changing load?"


# --- laws


def gives_nothing_away(
    question: Question, reading: Reading, text: str, named: list[Point], frame: frozenset[str]
) -> None:
    told = stems_of(question, question.prompt, *(point.label or "" for point in named))
    wordings = [wording for one in reading.points for wording in (one.text, *one.aliases)]
    secret = stems_of(question, *wordings, *reading.references) - told - frame
    assert not secret & stems_of(question, text), (text, secret & stems_of(question, text))


def frame_of(question: Question, language: str) -> frozenset[str]:
    """The examiner's own words, which are the same whatever is asked."""
    words = [re.sub(r"\{\w+\}", " ", text) for texts in catalogue()[language].values() for text in texts.values()]
    return stems_of(question, *words)


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("manner", MANNERS)
def test_every_probe_of_the_packs_is_one_question_and_gives_nothing_away(
    bank: Bank, manner: Manner, language: str
) -> None:
    seen = 0
    for question in bank.questions:
        frame = frame_of(question, language)
        for reading in question.readings:
            required = [point for point in reading.points if point.kind == "required"]
            for number, point in enumerate(required):
                had = [one for one in required if one is not point][: number % 4]
                for half in (False, True):
                    first = probes.phrases(question, reading, point, had=had, is_half=half, language=language)
                    later = probes.phrases(
                        question, reading, point, had=had, is_half=half, earlier=first, language=language
                    )
                    for phrases in (first, later):
                        text = said(phrases, manner, language)
                        assert text.count("?") == 1, text
                        assert text.endswith("?")
                        assert re.fullmatch(r"[A-ZÄÖÜ“„].*", text), text
                        assert "{" not in text
                        assert point.label is None or point.label in text or point.label[1:] in text
                        gives_nothing_away(question, reading, text, [*had, point], frame)
                        seen += 1
    assert seen > 600


@given(questions(), st.sampled_from(MANNERS), st.sampled_from(["en", "de"]), st.booleans(), st.data())
@settings(max_examples=100)
def test_no_probe_gives_anything_away(
    question: Question, manner: Manner, language: str, half: bool, data: st.DataObject
) -> None:
    for reading in question.readings:
        required = [point for point in reading.points if point.kind == "required"]
        point = data.draw(st.sampled_from(required))
        had = data.draw(st.lists(st.sampled_from(reading.points), unique_by=lambda one: one.id))
        phrases = probes.phrases(question, reading, point, had=had, is_half=half, language=language)
        for phrase in phrases:
            for value in phrase.values.values():
                if isinstance(value, str):
                    gives_nothing_away(question, reading, value, [*had, point], frozenset())
        assert said(phrases, manner, language)


@given(questions(), st.data())
@settings(max_examples=100)
def test_what_is_asked_for_is_missing(question: Question, data: st.DataObject) -> None:
    reading = question.readings[0]
    names = [point.id for point in reading.points]
    met = " ".join(data.draw(st.lists(st.sampled_from(names), unique=True)))
    found = picked(question, met=met)
    judgments = {one.point_id: one for one in judged(reading, met)}
    missing = probes.missing(reading, judgments)
    assert (found is None) == (not missing)
    if found is not None:
        point = next(point for point in reading.points if point.id == found)
        assert point in missing
        assert point.weight == max(one.weight for one in missing)
        assert found not in met.split()


def test_all_manners_and_languages_have_the_same_sentences_and_places() -> None:
    shapes = {
        (language, manner): {name: tuple(re.findall(r"\{(\w+)\}", text)) for name, text in texts.items()}
        for language, manners in catalogue().items()
        for manner, texts in manners.items()
    }
    assert set(shapes) == {(language, manner) for language in ("en", "de") for manner in MANNERS}
    assert len({str(sorted(shape.items())) for shape in shapes.values()}) == 1
