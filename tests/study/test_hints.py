"""Hints: every ladder of the packs and of made questions helps by steps and gives nothing away."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader import Bank
from grader.exam.phrasing import group_name, label_text
from grader.types import Point, Question, Reading
from study.hints import HINT_SHARE, TEXT_KEYS, HintText, ladder, next_hint
from study.records import HintUse
from study.telling import stems_of, telling_words, words_said
from tests.study.made_questions import questions
from ui.texts import CATALOGUES, LANGUAGES, Language

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
FIRST_LETTERS = re.compile(r"\S+…( \S+…)*")


def said(text: HintText, language: Language = "en") -> str:
    """A hint in words, as the page says it outside a session's language."""
    key = f"{text.key}_one" if text.values.get("count") == 1 and f"{text.key}_one" in CATALOGUES[language] else text.key
    return CATALOGUES[language][key].format(**text.values)


def ladder_of(bank: Bank, question_id: str, point_id: str, language: Language = "en") -> list[str]:
    question = bank.get(question_id)
    for reading in question.readings:
        for point in reading.points:
            if point.id == point_id:
                return [said(step, language) for step in ladder(question, reading, point, language)]
    raise KeyError(point_id)


# --- what a person expects


@pytest.mark.parametrize(
    ("question_id", "point_id", "expected"),
    [
        (
            "model-drift",
            "data-drift-cause",
            [
                "Think about a cause to do with inputs only.",
                "A key word here begins with “d” and has 12 letters.",
                "The key words begin like this: d… c… d… (4, 6, 12 letters).",
            ],
        ),
        (
            "cloud-deployment",
            "unpredictable-cost",
            [
                "Under “inconveniences”, think about how the bill develops.",
                "A key word here begins with “u” and has 13 letters.",
                "The key words begin like this: r… u… u… g… (4, 13, 5, 5 letters).",
            ],
        ),
        (
            "mlops-metrics",
            "service-availability",
            [
                "One that you could name has to do with whether users can reach the service.",
                "It comes down to one word of 12 letters.",
                "The key word begins like this: a… (12 letters).",
            ],
        ),
        (
            "safe-deployment-strategies",
            "monitoring",
            [
                "Think about “after the release”.",
                "A key word here begins with “c” and has 12 letters.",
                "The key words begin like this: c… m… p… (12, 9, 10 letters).",
            ],
        ),
        (
            "mlops-metrics",
            "resource-utilisation",
            [
                "One that you could name has to do with how busy the hardware is.",
                "A key word here begins with “G” and has 3 letters.",
                "The key words begin like this: r… C… G… m… (9, 3, 3, 6 letters).",
            ],
        ),
    ],
)
def test_a_ladder_leads_from_a_nudge_to_first_letters(
    bank: Bank, question_id: str, point_id: str, expected: list[str]
) -> None:
    assert ladder_of(bank, question_id, point_id) == expected


def test_in_german_the_label_stands_in_quotation_marks(bank: Bank) -> None:
    assert ladder_of(bank, "cloud-deployment", "unpredictable-cost", "de") == [
        "Denk bei „inconveniences“ auch an „how the bill develops“.",
        "Ein Schlüsselwort beginnt hier mit „u“ und hat 13 Buchstaben.",
        "Die Schlüsselwörter beginnen so: r… u… u… g… (4, 13, 5, 5 Buchstaben).",
    ]


POINT = Point("p", "The distribution of the data changes.", label="what alters")


@pytest.mark.parametrize(
    ("point", "others", "prompt", "expected"),
    [
        # without a label, its place among the points
        (
            Point("p", "The distribution changes."),
            (Point("q", "Nothing else."), Point("r", "A bonus.", kind="bonus")),
            "What is drift?",
            "A full answer makes 2 points; this is number 1. What would stand at that place?",
        ),
        (
            Point("p", "The distribution changes."),
            (),
            "What is drift?",
            "A full answer makes only one point. What is it?",
        ),
        # a heading that would give something away is left out
        (Point("p", "It is cheap.", group="cheap things", label="money"), (), "Why?", "Think about money."),
        (Point("p", "It is cheap.", group="pros", label="money"), (), "Why?", "Under “pros”, think about money."),
    ],
)
def test_the_nudge_fits_what_is_known_of_the_point(
    point: Point, others: tuple[Point, ...], prompt: str, expected: str
) -> None:
    question = Question.simple(id="q", prompt=prompt, points=(point, *others), references=("Something.",))
    assert said(ladder(question, question.readings[0], point)[0]) == expected


def test_what_the_question_says_already_needs_no_letters() -> None:
    point = Point("p", "Prices rise with demand.", label="prices and demand, which rise together")
    question = Question.simple(id="q", prompt="What is it?", points=(point,), references=(point.text,))
    steps = [said(step) for step in ladder(question, question.readings[0], point)]
    assert steps == [
        "Think about prices and demand, which rise together.",
        "All that it takes has been said already: how do “prices”, “demand”, “rise” belong together?",
    ]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Straßen über Brücken", "de", [("s", 7), ("b", 7)]),
        ("L'élève apprend", "fr", [("é", 5), ("a", 7)]),
        ("机器学习模型", "zh", [("机", 6)]),
        ("The GPU's memory, IoT and LoRaWAN", "en", [("G", 3), ("m", 6), ("I", 3), ("L", 7)]),
        ("A b 42 of it", "en", []),
        ("co\u00adop e\u0301tude", "eo", [("c", 4), ("é", 5)]),
    ],
)
def test_first_letters_and_lengths_are_those_one_sees(
    text: str, language: str, expected: list[tuple[str, int]]
) -> None:
    point = Point("p", text)
    question = Question.simple(id="q", prompt="?", points=(point,), references=("x",), language=language)
    words = telling_words(question, question.readings[0], point)
    assert [(word.letter, word.length) for word in words] == expected


@pytest.mark.parametrize(
    ("label", "question_language", "page", "expected"),
    [
        ("what happens", "en", "en", "what happens"),
        ("After the release", "en", "en", "“After the release”"),
        ("what happens", "en", "de", "„what happens“"),
        ("was geschieht", "de", "de", "„was geschieht“"),
        ("was geschieht", "de", "en", "“was geschieht”"),
        ("what happens", "en-GB", "en-US", "what happens"),
    ],
)
def test_a_label_stands_bare_only_where_that_reads_well(
    label: str, question_language: str, page: str, expected: str
) -> None:
    question = Question.simple(id="q", prompt="?", points=(POINT,), references=("x",), language=question_language)
    assert label_text(question, label, page) == expected


# --- laws, over every point of the packs and over made ones


def points_of(bank: Bank) -> Iterator[tuple[Question, Reading, Point]]:
    for question in bank.questions:
        for reading in question.readings:
            yield from ((question, reading, point) for point in reading.points)


def gives_nothing_away(question: Question, reading: Reading, point: Point, steps: tuple[HintText, ...]) -> None:
    """No hint holds a word of content of any wording, but those that stand in the label or in the prompt."""
    told = stems_of(question, question.prompt, point.label or "")
    wordings = [text for one in reading.points for text in (one.text, *one.aliases)]
    secret = stems_of(question, *wordings, *reading.references) - told
    for text in steps:
        if text.key == "hint.letters":
            letters, lengths = str(text.values["letters"]), str(text.values["lengths"])
            assert FIRST_LETTERS.fullmatch(letters)
            sizes = [int(length) for length in lengths.split(", ")]
            assert len(sizes) == letters.count("…") == text.values["count"]
            assert min(sizes) >= 3
            continue
        if text.key == "hint.key_word":
            letter = str(text.values["letter"])[1:-1]
            assert sum(not unicodedata.category(one).startswith("M") for one in letter) == 1
            continue
        values = [str(value) for value in text.values.values() if isinstance(value, str)]
        assert not secret & stems_of(question, *values)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_point_of_the_packs_has_three_hints_that_read_as_sentences(bank: Bank, language: Language) -> None:
    seen = 0
    for question, reading, point in points_of(bank):
        steps = ladder(question, reading, point, language)
        if point.kind == "misconception":
            assert steps == ()
            continue
        gives_nothing_away(question, reading, point, steps)
        sentences = [said(text, language) for text in steps]
        assert len(set(sentences)) == len(HINT_SHARE)
        assert point.label
        assert point.label in sentences[0]
        for sentence in sentences:
            assert re.fullmatch(r"[A-ZÄÖÜ„“].*[.?]", sentence), sentence
            assert not re.search(r"[{}]|  |\.\.", sentence), sentence
        seen += 1
    assert seen > 100


@given(questions(), st.sampled_from(LANGUAGES))
@settings(max_examples=150)
def test_no_hint_gives_anything_away(question: Question, language: Language) -> None:
    for reading in question.readings:
        for point in reading.points:
            steps = ladder(question, reading, point, language)
            assert len(steps) <= len(HINT_SHARE)
            assert bool(steps) == (point.kind != "misconception")
            assert {text.key for text in steps} <= set(TEXT_KEYS)
            gives_nothing_away(question, reading, point, steps)
            for text in steps:
                assert said(text, language)
            assert steps == ladder(question, reading, point, language)
            group = group_name(question, reading, point)
            assert group is None or group == point.group


@given(questions())
@settings(max_examples=60)
def test_telling_words_are_in_the_wording_and_not_in_the_question(question: Question) -> None:
    for reading in question.readings:
        for point in reading.points:
            shown = (point.label or "",)
            words = telling_words(question, reading, point, shown)
            assert len(words) <= 4
            assert all(word.length >= 3 for word in words)
            if not stems_of(question, point.text) - stems_of(question, question.prompt, *shown):
                assert words == ()
            heard = stems_of(question, *words_said(question, point, shown))
            assert heard <= stems_of(question, question.prompt, *shown)


@given(questions(), st.data())
@settings(max_examples=80)
def test_hints_end_and_never_come_twice(question: Question, data: st.DataObject) -> None:
    focus = tuple(data.draw(st.lists(st.sampled_from([point.id for point in question.points]), max_size=2)))
    taken: list[HintUse] = []
    while (hint := next_hint(question, None, taken, focus=focus)) is not None:
        new = HintUse(hint.point_id, hint.level, NOW)
        assert new not in taken
        assert hint.level == 1 + max((one.level for one in taken if one.point_id == hint.point_id), default=0)
        taken.append(new)
        assert len(taken) <= len(HINT_SHARE) * len(question.points)
    hinted = {one.point_id for one in taken}
    assert hinted == {
        point.id for point in question.points if point.kind == "required" and (not focus or point.id in focus)
    }
