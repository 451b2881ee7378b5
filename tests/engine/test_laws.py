"""The laws of docs/architecture.md that hold for any answer in any script: spans, bounds, repeatability, order."""

from __future__ import annotations

import dataclasses
import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import grader
from grader import Evidence, Grade, Judgment, OfflineGrader, Point, Question, Reading
from grader.text import normalize, tokenize
from tests.engine.conftest import Score
from tests.engine.material import BANK_READINGS, FOREIGN, HEART, OWN_QUESTIONS, REFERENCES
from tests.engine.strategies import SAME_ANSWER, any_text

# The material is made once a session; no example changes it.
lawful = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
seeds = st.integers(0, 2**32 - 1)


def pieces_of(question: Question) -> list[str]:
    """What answers to a question are made of: its own texts, sentences of other subjects, and connectives."""
    own = [point.text for reading in question.readings for point in reading.points]
    own += [text for reading in question.readings for text in reading.references]
    own += [sample.answer for sample in question.samples]
    return [
        *own,
        *FOREIGN[::5],
        question.prompt,
        "It is not true that",
        "but",
        "\n- ",
        "score: 100",
        "😀",
        "العربية",
        "\u200b",
    ]


def answer_to(question: Question, seed: int, noise: str) -> str:
    """Draw an answer: some of the pieces, cut anywhere, with noise between them."""
    source = random.Random(seed)
    chosen = [piece[: source.randrange(1, 300)] for piece in source.choices(pieces_of(question), k=source.randrange(4))]
    chosen.insert(source.randrange(len(chosen) + 1), noise)
    return source.choice((" ", "\n", ". ", ", ")).join(chosen)


def check(question: Question, answer: str, grade: Grade) -> None:
    reading = question.reading(grade.reading_id)
    assert 0.0 <= grade.low <= grade.score <= grade.high <= 1.0
    assert [judgment.point_id for judgment in grade.judgments] == [point.id for point in reading.points]
    for judgment in grade.judgments:
        assert judgment.credit is not None
        assert 0.0 <= judgment.credit <= 1.0
        assert judgment.credit == 0.0 or judgment.evidence
        for item in judgment.evidence:
            assert 0 <= item.start < item.end <= len(answer)
            assert answer[item.start : item.end] == item.quote
            assert 0.0 <= item.strength <= 1.0


# --- law 1 and 4: spans, bounds, in any script


@lawful
@given(which=st.integers(0, 99), seed=seeds, noise=any_text)
def test_evidence_slices_back_out_and_bounds_hold(few: tuple[Question, ...], which: int, seed: int, noise: str) -> None:
    question = few[which % len(few)]
    answer = answer_to(question, seed, noise)
    check(question, answer, grader.grade(question, answer))


def test_every_sample_of_the_few_obeys(few: tuple[Question, ...]) -> None:
    for question in few:
        for sample in question.samples:
            check(question, sample.answer, grader.grade(question, sample.answer))


words = st.sampled_from([token.word for text in FOREIGN for token in tokenize(text)])
statements = st.one_of(st.lists(words, min_size=1, max_size=6).map(" ".join), any_text)


@lawful
@given(
    texts=st.lists(statements, min_size=1, max_size=3), kinds=st.lists(st.integers(0, 4), min_size=3), noise=any_text
)
def test_generated_questions_obey(texts: list[str], kinds: list[int], noise: str) -> None:
    names = ("required", "required", "required", "bonus", "misconception")
    points = tuple(Point(f"p{i}", text, kind=names[kinds[i]]) for i, text in enumerate(texts))  # type: ignore[arg-type]
    question = Question.simple(id="made", prompt=noise, points=points, references=tuple(texts))
    for answer in (noise, ". ".join(texts), f"{noise} {texts[0]}"):
        check(question, answer, grader.grade(question, answer))


# --- law 4: same input, same grade


@lawful
@given(which=st.integers(0, 99), seed=seeds, noise=any_text)
def test_same_input_same_grade(few: tuple[Question, ...], which: int, seed: int, noise: str) -> None:
    question = few[which % len(few)]
    answer = answer_to(question, seed, noise)
    assert grader.grade(question, answer) == grader.grade(question, answer)


def test_a_fresh_grader_gives_the_same_grades_in_another_order() -> None:
    pairs = [(question, text) for question in OWN_QUESTIONS for text in pieces_of(question)]
    first = [grader.grade(question, text) for question, text in pairs]
    fresh = OfflineGrader()
    again = [grader.grade(question, text, grader=fresh) for question, text in reversed(pairs)]
    assert list(reversed(again)) == first


def test_what_was_graded_before_is_forgotten(few: tuple[Question, ...]) -> None:
    question = few[0]
    answer = question.references[0]
    alone = grader.grade(question, answer, grader=OfflineGrader())
    busy = OfflineGrader()
    for other in few:
        grader.grade(other, " ".join(FOREIGN[:3]), grader=busy)
        grader.grade(other, answer, grader=busy)
    assert grader.grade(question, answer, grader=busy) == alone


# --- law 4: order of points and readings


def shuffled(question: Question, seed: int) -> Question:
    source = random.Random(seed)
    readings = []
    for reading in question.readings:
        points = list(reading.points)
        source.shuffle(points)
        aliases = [dataclasses.replace(p, aliases=tuple(source.sample(p.aliases, len(p.aliases)))) for p in points]
        readings.append(dataclasses.replace(reading, points=tuple(aliases)))
    return dataclasses.replace(question, readings=tuple(readings))


def by_point(grade: Grade) -> dict[str, tuple[object, ...]]:
    return {j.point_id: (j.verdict, j.credit, j.reason, bool(j.evidence)) for j in grade.judgments}


@settings(lawful, max_examples=20)
@given(which=st.integers(0, 99), seed=seeds)
def test_the_order_of_points_is_irrelevant(few: tuple[Question, ...], which: int, seed: int) -> None:
    question = few[which % len(few)]
    other = shuffled(question, seed)
    for answer in (answer_to(question, seed, "and"), question.references[0]):
        one, two = grader.grade(question, answer), grader.grade(other, answer)
        assert one.score == two.score
        assert (one.low, one.high) == (two.low, two.high)
        assert by_point(one) == by_point(two)
        assert one.flags == two.flags


@lawful
@given(seed=seeds, noise=any_text)
def test_the_order_of_readings_is_irrelevant_save_for_draws(seed: int, noise: str) -> None:
    turned = dataclasses.replace(BANK_READINGS, readings=BANK_READINGS.readings[::-1])
    answer = answer_to(BANK_READINGS, seed, noise)
    one, two = grader.grade(BANK_READINGS, answer), grader.grade(turned, answer)
    assert one.score == two.score
    if one.reading_id != two.reading_id:
        scores = [grader.grade(dataclasses.replace(turned, readings=(r,)), answer).score for r in turned.readings]
        assert scores[0] == scores[1]


# --- law 6: equal answers, equal marks


@pytest.mark.parametrize("name", SAME_ANSWER)
def test_the_same_answer_written_differently_has_the_same_score(
    name: str, few: tuple[Question, ...], score: Score
) -> None:
    differing = []
    for question in few:
        for text in [sample.answer for sample in question.samples[:6]] or [*question.references]:
            other = SAME_ANSWER[name](text)
            assert normalize(other) == normalize(text)
            if score(question, other) != score(question, text):
                differing.append((question.id, score(question, text), score(question, other), other[:80]))
    assert not differing


@lawful
@given(name=st.sampled_from(sorted(SAME_ANSWER)), seed=seeds, noise=any_text)
def test_equal_after_normalizing_is_equal_in_score(name: str, seed: int, noise: str) -> None:
    answer = answer_to(HEART, seed, noise)
    other = SAME_ANSWER[name](answer)
    if normalize(other) == normalize(answer):
        one, two = grader.grade(HEART, answer), grader.grade(HEART, other)
        assert (one.score, by_point(one)) == (two.score, by_point(two))


@lawful
@given(seed=seeds, noise=any_text)
def test_the_normalized_answer_scores_the_same(seed: int, noise: str) -> None:
    answer = answer_to(HEART, seed, noise)
    assert grader.grade(HEART, normalize(answer)).score == grader.grade(HEART, answer).score


# --- law 8: nothing an answer says adds credit without evidence


@lawful
@given(noise=any_text, which=st.integers(0, 2))
def test_text_without_a_word_of_the_question_earns_nothing(noise: str, which: int) -> None:
    question = OWN_QUESTIONS[which]
    if not any(character.isascii() and character.isalnum() for character in noise):
        assert grader.grade(question, f"{noise} 😀 score: 100").score <= 0.1


def test_a_judgment_without_evidence_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="evidence"):
        Judgment("a", "met", 0.7)
    assert Judgment("a", "met", 0.7, (Evidence(0, 1, "x", "keyword", 1.0),)).credit == 0.7


# --- ad-hoc questions


@pytest.mark.parametrize(("prompt", "reference"), REFERENCES)
def test_a_plain_reference_earns_full_marks(prompt: str, reference: str) -> None:
    question = grader.question_from_reference(prompt, [reference])
    grade = grader.grade(question, reference)
    check(question, reference, grade)
    assert grade.score >= 0.95


@pytest.mark.parametrize(("prompt", "reference"), REFERENCES)
def test_another_reference_does_not(prompt: str, reference: str, score: Score) -> None:
    question = grader.question_from_reference(prompt, [reference], id=prompt)
    others = [other for _, other in REFERENCES if other != reference]
    assert {other: score(question, other) for other in others if score(question, other) > 0.3} == {}


def test_each_of_several_references_earns_full_marks() -> None:
    references = ["Chlorophyll reflects green light.", "Their pigment absorbs the other colours."]
    question = grader.question_from_reference("Why are leaves green?", references)
    assert len(question.readings) == 2
    assert isinstance(question.readings[0], Reading)
    assert all(grader.grade(question, reference).score >= 0.95 for reference in references)
