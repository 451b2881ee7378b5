"""The project's own questions: complete, in order, with the counts, readings and samples that they need."""

from __future__ import annotations

import pytest

from grader.bank import Bank
from grader.bank.asked import asked_count
from grader.bank.lint import SAMPLE_KINDS, lint
from grader.bank.markdown import repair_mojibake
from grader.types import Question

COUNTS = {1: 5, 3: 5, 6: 4, 10: 5, 11: 2}
NUMBERS = range(1, 32)


@pytest.fixture(scope="session")
def by_number(bank: Bank) -> dict[int, Question]:
    return {int(tag[5:]): question for question in bank.questions for tag in question.tags if tag.startswith("seed:")}


def test_all_questions_once_and_in_order(bank: Bank) -> None:
    assert [[tag for tag in question.tags if tag.startswith("seed:")] for question in bank.questions] == [
        [f"seed:{number}"] for number in NUMBERS
    ]


def test_the_linter_finds_nothing() -> None:
    assert [str(finding) for finding in lint([]).findings] == []


@pytest.mark.parametrize("number", NUMBERS)
def test_samples_of_every_kind(number: int, by_number: dict[int, Question]) -> None:
    question = by_number[number]
    assert {sample.kind for sample in question.samples} >= set(SAMPLE_KINDS)
    answers = [sample.answer for sample in question.samples]
    assert len(set(answers)) == len(answers)
    references = [reference for reading in question.readings for reference in reading.references]
    assert not set(answers) & set(references)


@pytest.mark.parametrize("number", NUMBERS)
def test_labels_of_samples_fit_their_kind(number: int, by_number: dict[int, Question]) -> None:
    """A full answer meets what is required, or as much of it as counts; wrong ones and denials meet nothing of it."""
    question = by_number[number]
    readings = {reading.id: reading for reading in question.readings}
    for sample in question.samples:
        reading = readings[sample.reading] if sample.reading else question.readings[0]
        verdicts = dict(sample.verdicts)
        required = [point for point in reading.points if point.kind == "required"]
        met = [point for point in required if verdicts[point.id] == "met"]
        if sample.kind in {"full", "terse"}:
            counted = sum(reading.counted(point) for point in met)
            assert all(point in met or reading.counted(point) for point in required), sample.answer
            assert reading.required_count is None or counted >= reading.required_count, sample.answer
            assert not [p.id for p in reading.points if p.kind == "misconception" and verdicts[p.id] == "met"]
        elif sample.kind in {"wrong", "denial"}:
            assert met == [], sample.answer


@pytest.mark.parametrize("number", NUMBERS)
def test_counts_stand_where_the_prompt_asks_for_them(number: int, by_number: dict[int, Question]) -> None:
    question = by_number[number]
    assert {reading.required_count for reading in question.readings} == {COUNTS.get(number)}
    assert asked_count(question.prompt) == COUNTS.get(number)


def test_which_of_two_types_is_asked_beside_the_types(by_number: dict[int, Question]) -> None:
    (reading,) = by_number[11].readings
    counted = [point for point in reading.points if reading.counted(point)]
    assert reading.count_group is not None
    assert len(counted) == 2
    assert [point for point in reading.points if point.kind == "required" and point not in counted]


def test_lora_is_low_rank_adaptation_first_and_a_radio_too(by_number: dict[int, Question]) -> None:
    first, second = by_number[12].readings
    assert "rank" in first.id
    assert "low-rank" in first.references[0].lower()
    assert any("radio" in reference.lower() or "wireless" in reference.lower() for reference in second.references)
    assert [number for number in NUMBERS if len(by_number[number].readings) > 1] == [12]


def test_crisp_dm_has_its_six_phases(by_number: dict[int, Question]) -> None:
    text = " ".join(point.text for point in by_number[31].points if point.kind == "required").lower()
    for phase in (
        "business understanding",
        "data understanding",
        "data preparation",
        "model",
        "evaluation",
        "deployment",
    ):
        assert phase in text


def test_no_text_is_broken(bank: Bank) -> None:
    for question in bank.questions:
        for reading in question.readings:
            texts = [question.prompt, *reading.references]
            texts += [text for point in reading.points for text in (point.text, *point.aliases)]
            for text in (*texts, *(sample.answer for sample in question.samples)):
                assert repair_mojibake(text) == text
                assert text == text.strip()
                assert "**" not in text
                assert "<" not in text or " < " in text, text


def test_every_point_has_a_label_that_gives_nothing_away(bank: Bank) -> None:
    for question in bank.questions:
        for reading in question.readings:
            for point in reading.points:
                assert point.label, (question.id, point.id)
                assert point.text.lower() not in point.label.lower()


def test_packs_say_what_they_are(bank: Bank) -> None:
    for pack in bank.packs:
        assert pack.title
        assert pack.description
        assert (pack.subject, pack.licence, pack.language) == ("MLOps", "MIT", "en")
        assert {question.topic != "" for question in pack.questions} == {True}
