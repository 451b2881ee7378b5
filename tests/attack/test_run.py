"""The run: what counts as a success, and that graders which are bad on purpose are caught by every family."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from grader.attack import FAMILIES, MARGIN, Case, Family, Outcome, Result, result_json, run
from grader.attack.words import stems
from grader.text import tokenize
from grader.types import Question
from tests.attack.conftest import HEART, QUESTIONS, VOLCANO

Scorer = Callable[[Question, str], float]


# --- graders that are bad on purpose


def bag_of_words(question: Question, answer: str) -> float:
    """Pay for every word of the reference, grammar included, wherever it stands and whatever is said of it."""
    wanted = {token.stem for token in tokenize(question.references[0], question.language)}
    said = {token.stem for token in tokenize(answer, question.language)}
    return len(wanted & said) / len(wanted)


def paid_by_length(question: Question, answer: str) -> float:
    return min(1.0, len(answer) / 2000)


def obedient(question: Question, answer: str) -> float:
    obeys = re.search(r"score|grade|marks?\b|punkt|note|puntu|балл|分|点|الدرجة|अंक", answer, re.I)
    return 1.0 if obeys else 0.3


def blind_to_disguise(question: Question, answer: str) -> float:
    """See a denial only where it is spelt in plain letters, and read what no person sees."""
    if re.search("not true|wrong", answer):
        return 0.0
    shown = "".join(chr(ord(char) - 0xE0000) if 0xE0000 < ord(char) < 0xE0080 else char for char in answer)
    return bag_of_words(question, shown) if "\u200b" not in answer else 1.0


def literal(question: Question, answer: str) -> float:
    """Full marks for the very characters of a known answer, and next to none for any others."""
    known = (*question.references, *(sample.answer for sample in question.samples))
    return 1.0 if answer in known else 0.0


def constant(question: Question, answer: str) -> float:
    return 0.5


CATCHES: dict[str, Scorer] = {
    **dict.fromkeys((family.name for family in FAMILIES if family.kind == "attack"), bag_of_words),
    **dict.fromkeys((family.name for family in FAMILIES if family.kind == "harmless"), literal),
    "padding": paid_by_length,
    "forged score": obedient,
    "instructions": obedient,
    "hidden characters": blind_to_disguise,
}


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_a_bad_grader_is_caught(family: Family) -> None:
    (result,) = run(QUESTIONS[:3], CATCHES[family.name], most=20, families=[family])
    assert result.outcomes
    assert result.rate >= 0.25, [outcome for outcome in result.outcomes if outcome not in result.succeeded][:3]
    assert result.worst in result.succeeded


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_a_grader_that_never_moves_is_not_fooled(family: Family) -> None:
    (result,) = run(QUESTIONS[:3], lambda *_: 0.0 if family.kind == "attack" else 0.5, families=[family])
    assert result.succeeded == ()


# --- what counts


def result(kind: str, *gains: float) -> Result:
    family = next(family for family in FAMILIES if family.kind == kind)
    return Result(family, tuple(Outcome("q", Case(f"text {gain}"), 0.5 + gain, 0.5) for gain in gains))


def test_an_attack_succeeds_by_more_than_the_margin() -> None:
    found = result("attack", -0.5, 0.0, MARGIN, 0.06, 0.3)
    assert [round(outcome.gain, 2) for outcome in found.succeeded] == [0.06, 0.3]
    assert found.rate == 0.4
    assert found.worst is not None
    assert found.worst.score == 0.8


def test_a_harmless_change_counts_where_it_costs_marks() -> None:
    found = result("harmless", 0.4, -MARGIN, -0.06, -0.3)
    assert [round(outcome.gain, 2) for outcome in found.succeeded] == [-0.06, -0.3]
    assert found.worst is not None
    assert found.worst.score == 0.2


def test_no_cases_are_no_successes() -> None:
    found = result("attack")
    assert (found.rate, found.worst, result_json(found)["worst"]) == (0.0, None, None)


def test_nothing_said_needs_no_grader() -> None:
    def score(question: Question, answer: str) -> float:
        assert answer.strip()
        return 0.0

    run([HEART, VOLCANO], score, most=1)


def test_a_text_that_is_too_long_to_grade_is_not_tried() -> None:
    endless = Family("endless", "attack", lambda _: [Case("word " * 20_000), Case("word")], "much")
    (found,) = run([HEART], constant, families=[endless])
    assert [outcome.case.text for outcome in found.outcomes] == ["word"]


def test_answers_that_score_next_to_nothing_are_not_changed() -> None:
    family = next(family for family in FAMILIES if family.name == "typos")
    (found,) = run([HEART], lambda *_: 0.2, families=[family])
    assert found.outcomes == ()


# --- the same cases every time


def tried(*, most: int, seed: int = 0) -> list[tuple[str, list[str]]]:
    results = run(QUESTIONS, bag_of_words, most=most, seed=seed)
    return [(found.family.name, [outcome.case.text for outcome in found.outcomes]) for found in results]


def test_a_seed_names_its_cases_and_more_cases_include_fewer() -> None:
    assert tried(most=1) == tried(most=1, seed=0) != tried(most=1, seed=1)
    for (_, few), (_, many) in zip(tried(most=1), tried(most=3), strict=True):
        assert set(few) <= set(many)
        assert len(many) <= 3 * len(QUESTIONS)


def test_a_question_gets_the_same_cases_in_any_company() -> None:
    def texts(*questions: Question) -> list[set[str]]:
        results = run(
            questions, bag_of_words, families=[family for family in FAMILIES if family.name != "another reference"]
        )
        return [{o.case.text for o in found.outcomes if o.question_id == "heart"} for found in results]

    assert texts(HEART) == texts(VOLCANO, HEART)


def test_no_text_is_tried_twice_and_none_that_changes_nothing() -> None:
    for found in run(QUESTIONS, constant, most=99):
        keys = [(outcome.question_id, outcome.case.text) for outcome in found.outcomes]
        assert len(keys) == len(set(keys))
        assert all(outcome.case.text != outcome.case.honest for outcome in found.outcomes)


def test_stems_see_content_only() -> None:
    assert stems("It is the heart.", "en") == {"heart"}
