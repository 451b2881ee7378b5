"""Which questions are drawn: the same by the same seed, spread over topics, by difficulty and by weakness."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader import Bank, InputError
from grader.exam.draw import draw, hardness, new_exam
from grader.exam.types import ExamSetup
from grader.types import Point, Question
from tests.exam.sitting import BREAD, COLOURS, TREES


def made(name: str, topic: str, points: int = 1) -> Question:
    return Question.simple(
        id=name,
        prompt=name,
        topic=topic,
        references=("x",),
        points=tuple(Point(f"p{n}", f"x{n}") for n in range(points)),
    )


MANY = [made(f"{topic}{number}", topic, number + 1) for topic in "abcd" for number in range(5)]


def names(setup: ExamSetup, questions: list[Question] | None = None, **known: dict[str, float]) -> list[str]:
    return [question.id for question in draw(setup, questions or MANY, **known)]


@given(st.integers(), st.integers(1, 20), st.randoms(use_true_random=False))
def test_the_seed_decides_and_not_the_order_of_the_packs(seed: int, number: int, random: object) -> None:
    setup = ExamSetup(questions=number, seed=seed)
    shuffled = sorted(MANY, key=lambda question: hash((question.id, seed)))
    assert names(setup) == names(setup, shuffled)
    assert len(set(names(setup))) == number


@given(st.integers(), st.integers(1, 20))
def test_no_topic_gives_a_second_question_before_each_has_given_one(seed: int, number: int) -> None:
    drawn = names(ExamSetup(questions=number, seed=seed))
    counts = [sum(name[0] == topic for name in drawn) for topic in "abcd"]
    assert max(counts) - min(counts) <= 1


def test_other_seeds_draw_other_questions() -> None:
    assert len({tuple(names(ExamSetup(questions=4, seed=seed))) for seed in range(50)}) > 40
    assert {name for seed in range(60) for name in names(ExamSetup(questions=4, seed=seed))} == {one.id for one in MANY}


def test_only_the_topics_that_were_agreed() -> None:
    assert {name[0] for name in names(ExamSetup(questions=6, topics=("b", "d")))} == {"b", "d"}


def test_easy_and_hard_are_the_halves_by_what_a_full_answer_takes() -> None:
    for seed in range(20):
        assert all(int(name[1]) <= 2 for name in names(ExamSetup(questions=5, seed=seed, difficulty="easy")))
        assert all(int(name[1]) >= 2 for name in names(ExamSetup(questions=5, seed=seed, difficulty="hard")))


def test_a_known_difficulty_counts_before_that() -> None:
    known = {question.id: -float(question.id[1]) for question in MANY}
    for seed in range(20):
        setup = ExamSetup(questions=5, seed=seed, difficulty="easy")
        assert all(int(name[1]) >= 2 for name in names(setup, difficulty=known))


def test_where_the_half_is_too_small_the_nearest_join_it() -> None:
    assert len(names(ExamSetup(questions=18, difficulty="hard"))) == 18


def test_weak_points_come_first_and_topics_stay_spread() -> None:
    weakness = {"c3": 0.9, "c1": 0.8, "a2": 0.5, "b0": 0.1}
    drawn = names(ExamSetup(questions=5, weak_first=True), weakness=weakness)
    assert drawn[:3] == ["c3", "a2", "b0"]
    assert drawn[4] == "c1"
    assert names(ExamSetup(questions=5), weakness=weakness) == names(ExamSetup(questions=5))


def test_a_choice_is_easier_than_having_to_know_all() -> None:
    assert hardness(COLOURS) < hardness(BREAD)
    assert hardness(TREES) < hardness(BREAD)


def test_too_few_questions_are_refused_in_a_line() -> None:
    with pytest.raises(InputError, match="wants 7 questions, and there are 5 on b"):
        names(ExamSetup(questions=7, topics=("b",)))


def test_a_new_exam_waits_with_what_was_drawn(bank: Bank) -> None:
    state = new_exam(ExamSetup(questions=5, seed=1), bank.questions)
    assert state.phase == "setup"
    assert [bank.get(name).version for name in state.drawn] == list(state.versions)
    assert len({bank.get(name).topic for name in state.drawn}) == 5
