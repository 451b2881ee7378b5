"""The laws of docs/architecture.md about what an answer says: blank, echo, other subjects, more of the same, denial.

The bank's own questions and samples are the material. What is outside a bound is listed, all of it at once.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence

import pytest

import grader
from grader import Question, Sample
from grader.text import sentence_starts
from tests.engine.conftest import Score
from tests.engine.material import CLASHES, DENIALS, FOREIGN, HALVES, OWN_QUESTIONS, REFERENCES

NEAR_ZERO = 0.1
OWN_REFERENCE = 0.95
# Appending a sentence of the reference: no fall above the first, and few falls at all.
# A misconception may come together out of a sound sentence and the learner's own unsound one.
MOST_FALL, SHARE_OF_FALLS = 0.10, 0.02
# Appending a sentence of another subject: a word of it may happen to fit, a sentence may not.
MOST_RISE, SHARE_OF_RISES = 0.05, 0.10
# A bare list of keywords with a sentence of another subject before or after it.
LIST_IN_COMPANY = 0.20
# One word of another subject that is the very name of a point ("prune the roses").
ONE_NAME = 0.25


def sentences(text: str) -> list[str]:
    starts = sentence_starts(text)
    parts = (text[a:b].strip() for a, b in zip(starts, [*starts[1:], len(text)], strict=True))
    return [part for part in parts if part]


def some_samples(question: Question, number: int, kinds: frozenset[str] | None = None) -> list[Sample]:
    """Return the same few samples of a question each time."""
    samples = [sample for sample in question.samples if kinds is None or sample.kind in kinds]
    return random.Random(question.id).sample(samples, min(number, len(samples)))


def followed(answer: str, text: str) -> str:
    """Append a sentence as a sentence of its own."""
    answer = answer.rstrip()
    return f"{answer} {text}" if answer.endswith((".", "!", "?")) else f"{answer}\n{text}"


def listing(found: Sequence[object], tried: int | None = None) -> str:
    head = f"{len(found)} outside" + (f" of {tried}" if tried else "")
    return "\n".join([head, *(str(item) for item in found)])


# --- nothing said


@pytest.mark.parametrize(
    "answer", ["", " ", "\n\t\r", "...", "?!", "😀", "\x00\x07", "\u200b\ufeff", "\ud800", "-" * 99]
)
def test_the_blank_answer_scores_nothing(questions: tuple[Question, ...], answer: str) -> None:
    for question in (*questions, *OWN_QUESTIONS):
        grade = grader.grade(question, answer)
        assert (grade.score, grade.low, grade.flags) == (0.0, 0.0, ("blank",))
        assert all(judgment.verdict == "unmet" for judgment in grade.judgments)


def test_the_echoed_question_scores_next_to_nothing(questions: tuple[Question, ...], score: Score) -> None:
    outside = []
    for question in (*questions, *OWN_QUESTIONS):
        prompt = question.prompt
        for echo in (
            prompt,
            prompt.upper(),
            f"{prompt} {prompt}",
            f"The question is: {prompt}",
            prompt.rstrip("?.") + ".",
        ):
            if score(question, echo) > NEAR_ZERO:
                outside.append((question.id, score(question, echo), echo))
    assert not outside, listing(outside)


# --- something else said


def test_text_of_another_subject_scores_next_to_nothing(questions: tuple[Question, ...], score: Score) -> None:
    outside = []
    for number, question in enumerate(questions):
        for text in (*FOREIGN[number % 4 :: 4], " ".join(FOREIGN[number % 3 :: 3])):
            bound = ONE_NAME if any(clash in text for clash in CLASHES) else NEAR_ZERO
            if score(question, text) > bound:
                outside.append((question.id, score(question, text), text[:80]))
    assert not outside, listing(outside)


def test_text_of_another_subject_scores_next_to_nothing_in_plain_questions(score: Score) -> None:
    made = [grader.question_from_reference(prompt, [text], id=prompt) for prompt, text in REFERENCES]
    outside = []
    for question in (*OWN_QUESTIONS, *made):
        for text in (*FOREIGN, " ".join(FOREIGN)):
            if score(question, text) > NEAR_ZERO:
                outside.append((question.id, score(question, text), text[:80]))
    assert not outside, listing(outside)


def test_saying_something_else_as_well_never_raises_a_score(questions: tuple[Question, ...], score: Score) -> None:
    rises = []
    tried = 0
    for question in questions:
        for number, sample in enumerate(some_samples(question, 4)):
            for text in FOREIGN[number::11]:
                tried += 1
                rise = score(question, followed(sample.answer, text)) - score(question, sample.answer)
                if rise > 1e-9:
                    rises.append((round(rise, 4), question.id, sample.kind, text))
    rises.sort(reverse=True)
    assert all(rise <= (ONE_NAME if text in CLASHES else MOST_RISE) for rise, *_, text in rises), listing(rises, tried)
    assert len(rises) <= SHARE_OF_RISES * tried, listing(rises, tried)


def test_a_keyword_list_is_one_in_any_company(questions: tuple[Question, ...], score: Score) -> None:
    rises = []
    for question in questions:
        for sample in some_samples(question, 1, frozenset({"keywords"})):
            listed = sample.answer.rstrip(". ")
            for answer in (
                f"{FOREIGN[2]} {listed}.",
                f"{listed}. {FOREIGN[16]}",
                f"{listed} {FOREIGN[17]}",
                f"{FOREIGN[8]}\n{listed}\n{FOREIGN[22]}",
            ):
                rise = score(question, answer) - score(question, sample.answer)
                if rise > LIST_IN_COMPANY:
                    rises.append((round(rise, 4), question.id, answer[:60], answer[-60:]))
    assert not rises, listing(rises)


# --- the right thing said


def test_the_own_reference_scores_full_marks(questions: tuple[Question, ...], score: Score) -> None:
    outside = [
        (question.id, reading.id, score(question, text), text[:80])
        for question in (*questions, *OWN_QUESTIONS)
        for reading in question.readings
        for text in reading.references
        if score(question, text) < OWN_REFERENCE
    ]
    assert not outside, listing(outside)


def test_saying_more_of_the_reference_never_lowers_a_score(questions: tuple[Question, ...], score: Score) -> None:
    falls = []
    tried = 0
    for question in questions:
        for sample in some_samples(question, 3):
            reading = question.reading(sample.reading) if sample.reading else question.readings[0]
            for text in sentences(reading.references[0]):
                tried += 1
                fall = score(question, sample.answer) - score(question, followed(sample.answer, text))
                if fall > 1e-9:
                    falls.append((round(fall, 4), question.id, sample.kind, text))
    falls.sort(reverse=True)
    assert all(fall[0] <= MOST_FALL for fall in falls), listing(falls, tried)
    assert len(falls) <= SHARE_OF_FALLS * tried, listing(falls, tried)


def test_each_sentence_of_the_reference_adds_to_the_one_before(questions: tuple[Question, ...], score: Score) -> None:
    falls = []
    for question in questions:
        parts = sentences(question.references[0])
        scores = [score(question, " ".join(parts[: n + 1])) for n in range(len(parts))]
        falls += [(question.id, a, b) for a, b in itertools.pairwise(scores) if a - b > MOST_FALL]
    assert not falls, listing(falls)


@pytest.mark.parametrize(("prompt", "first", "second"), HALVES)
def test_half_an_answer_earns_half(prompt: str, first: str, second: str) -> None:
    question = grader.question_from_reference(prompt, [f"{first} {second}"])
    assert len(question.points) == 2
    assert grader.grade(question, f"{second} {first}").score >= OWN_REFERENCE
    assert [half for half in (first, second) if not 0.35 <= grader.grade(question, half).score <= 0.65] == []


# --- the right thing denied


@pytest.mark.parametrize(("statement", "denial"), DENIALS)
def test_a_denied_statement_loses_its_credit(statement: str, denial: str) -> None:
    question = grader.question_from_reference("Explain it.", [statement])
    assert grader.grade(question, statement).score >= OWN_REFERENCE
    assert grader.grade(question, denial).score <= NEAR_ZERO


@pytest.mark.parametrize("wrapper", ["It is not true that {}", "It is false that {}", "Nobody claims that {}"])
def test_denying_a_point_of_the_bank_costs_its_credit(wrapper: str, questions: tuple[Question, ...]) -> None:
    kept = []
    for question in questions[::3]:
        for reading in question.readings:
            for point in [point for point in reading.points if point.kind == "required"][:3]:
                answer = wrapper.format(point.text[0].lower() + point.text[1:])
                grade = grader.grade(question, answer)
                earned = {judgment.point_id: judgment.credit for judgment in grade.judgments}
                if grade.reading_id == reading.id and (earned[point.id] or 0.0) > NEAR_ZERO:
                    kept.append((question.id, point.id, earned[point.id], answer))
    assert not kept, listing(kept)


def test_asserting_a_point_of_the_bank_earns_it(questions: tuple[Question, ...]) -> None:
    lost = []
    for question in questions[::3]:
        for reading in question.readings:
            for point in [point for point in reading.points if point.kind == "required"][:3]:
                judgments = grader.default_grader().judge(question, reading, point.text)
                [judgment] = [judgment for judgment in judgments if judgment.point_id == point.id]
                if judgment.verdict != "met":
                    lost.append((question.id, point.id, judgment.credit, point.text))
    assert not lost, listing(lost)


def test_a_denied_misconception_is_not_held_against_anybody(questions: tuple[Question, ...]) -> None:
    blamed = []
    for question in questions:
        for reading in question.readings:
            for point in [point for point in reading.points if point.kind == "misconception"][:1]:
                answer = f"It is not true that {point.text[0].lower()}{point.text[1:]}"
                judgments = grader.default_grader().judge(question, reading, answer)
                [judgment] = [judgment for judgment in judgments if judgment.point_id == point.id]
                if judgment.verdict == "met":
                    blamed.append((question.id, point.id, judgment.credit, answer))
    assert not blamed, listing(blamed)
